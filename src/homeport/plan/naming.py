"""How containers, volumes and networks are called on the machine: a name exists before its thing does.

The container engine's driver makes them under these names, and the metadata endpoint shows them.
"""

from homeport.plan.effects import ContainerRef, TaskPayload

PAUSE_IMAGE = "homeport/pause"
"""The image of pause containers, without its tag."""


def prefix(installation: str) -> str:
    """How all names of an installation begin."""
    return f"homeport-{installation[:8]}-"


def container_name(installation: str, ref: ContainerRef) -> str:
    """`homeport-8HEX-TASKHEX-CONTAINER-ATTEMPT`."""
    return f"{_of(installation, ref.task)}-{ref.container}-{ref.attempt}"


def volume_name(installation: str, task: str, volume: str) -> str:
    """The engine's name for a volume that lives as long as its task (a record id)."""
    return f"{_of(installation, task)}-{volume}"


def network_name(installation: str, vpc: str) -> str:
    """The engine's name for the network of a VPC (a record id)."""
    return _of(installation, vpc)


def ecs_labels(payload: TaskPayload, container: str) -> dict[str, str]:
    """Those of ECS's agent, which tools read."""
    return {
        "com.amazonaws.ecs.cluster": payload.cluster,
        "com.amazonaws.ecs.container-name": container,
        "com.amazonaws.ecs.task-arn": payload.task_arn,
        "com.amazonaws.ecs.task-definition-family": payload.family,
        "com.amazonaws.ecs.task-definition-version": str(payload.revision),
    }


def _of(installation: str, record: str) -> str:
    return prefix(installation) + record.rsplit("/", 1)[-1]

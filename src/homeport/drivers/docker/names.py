"""How a container is named and labelled, and how its ref is read back.

A name exists before its container does.

The labels decide what is ours; the name only makes a second creation collide with the first. Whoever takes
one of our names without our labels is a stranger, and is left alone.
"""

from collections.abc import Mapping

from homeport.plan.effects import ContainerRef, TaskPayload

INSTALLATION = "homeport.installation"
TASK = "homeport.task"
CONTAINER = "homeport.container"
ATTEMPT = "homeport.attempt"
PORTS = "homeport.ports"
"""Ports of a container in host mode, which the engine does not list: `80/tcp 53/udp`."""

RESERVED = ("homeport.", "com.amazonaws.ecs.")
"""Prefixes of labels that a task definition cannot set."""


def container_name(installation: str, ref: ContainerRef) -> str:
    """`homeport-8HEX-TASKHEX-CONTAINER-ATTEMPT`."""
    return f"{_prefix(installation, ref.task)}-{ref.container}-{ref.attempt}"


def volume_name(installation: str, task: str, volume: str) -> str:
    """The engine's name for a volume that lives as long as its task (a record id)."""
    return f"{_prefix(installation, task)}-{volume}"


def labels(installation: str, ref: ContainerRef, payload: TaskPayload) -> dict[str, str]:
    """Ours, by which a container is found and adopted, and those of ECS's agent, which tools read."""
    return {
        INSTALLATION: installation,
        TASK: ref.task,
        CONTAINER: ref.container,
        ATTEMPT: str(ref.attempt),
        "com.amazonaws.ecs.cluster": payload.cluster,
        "com.amazonaws.ecs.container-name": ref.container,
        "com.amazonaws.ecs.task-arn": payload.task_arn,
        "com.amazonaws.ecs.task-definition-family": payload.family,
        "com.amazonaws.ecs.task-definition-version": str(payload.revision),
    }


def volume_labels(installation: str, task: str) -> dict[str, str]:
    """By which a task's volume is found when its last container goes."""
    return {INSTALLATION: installation, TASK: task}


def ref_of(installation: str, found: Mapping[str, str]) -> ContainerRef | None:
    """Whose run it is by its labels; None when it is not ours."""
    task, container, attempt = found.get(TASK), found.get(CONTAINER), found.get(ATTEMPT, "")
    if found.get(INSTALLATION) != installation or not task or not container or not attempt.isdecimal():
        return None
    return ContainerRef(task, container, int(attempt))


def _prefix(installation: str, task: str) -> str:
    return f"homeport-{installation[:8]}-{task.rsplit('/', 1)[-1]}"

"""A task's birth: the record with which RunTask and the engine's planners begin a task on an instance.

Ids are rows before they are containers: the ARN of each container is settled here. Nothing else about a
task's life is decided here.
"""

from collections.abc import Callable

from homeport.model.container import ContainerState
from homeport.model.instance import Instance
from homeport.model.task import Task, TaskSpec, TaskState
from homeport.shapes import ecs


def new_task(
    id_hex: str,
    owner: str,
    spec: TaskSpec,
    definition: ecs.TaskDefinition,
    instance: Instance,
    ids: Callable[[], str],
) -> Task:
    """A task placed on `instance`, PROVISIONING. `id_hex` and what `ids` gives are 32 hexadecimal digits.

    `owner` is the id of its task set, or of its cluster when RunTask starts it.
    """
    return Task(
        id=f"{spec.cluster}/{id_hex}",
        owner=owner,
        spec=spec,
        state=TaskState(
            instance=instance.id,
            machine=instance.spec.machine,
            connectivity_at=spec.created_at,
            containers={
                container.name or "": ContainerState(uuid=hyphenated(ids()))
                for container in definition.container_definitions or []
            },
        ),
    )


def hyphenated(id_hex: str) -> str:
    """32 hexadecimal digits in the form of a UUID."""
    return f"{id_hex[:8]}-{id_hex[8:12]}-{id_hex[12:16]}-{id_hex[16:20]}-{id_hex[20:]}"

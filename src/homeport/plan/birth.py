"""A task's birth: the record with which RunTask and the engine's planners begin a task on an instance.

Ids are rows before they are containers: the ARN of each container is settled here, and so are the secrets in the
addresses of the task's endpoints. Nothing else about a task's life is decided here.
"""

from collections.abc import Callable

from homeport.model.container import ContainerState
from homeport.model.instance import Instance, Machine
from homeport.model.task import Task, TaskSpec, TaskState
from homeport.shapes import ecs


def new_task(
    id_hex: str,
    owner: str,
    spec: TaskSpec,
    definition: ecs.TaskDefinition,
    host: Instance | Machine,
    ids: Callable[[], str],
) -> Task:
    """A task placed on an instance, PROVISIONING; or on a machine, of which no cluster is shown an instance (Fargate).

    `id_hex` and what `ids` gives are 32 hexadecimal digits. `owner` is the id of its task set, or of its cluster when
    RunTask starts it.
    """
    is_instance = isinstance(host, Instance)
    return Task(
        id=f"{spec.cluster}/{id_hex}",
        owner=owner,
        spec=spec,
        state=TaskState(
            instance=host.id if is_instance else None,
            machine=host.spec.machine if isinstance(host, Instance) else host.id,
            connectivity_at=spec.created_at if spec.network is None else None,
            attachment=None if spec.network is None else hyphenated(ids()),
            token=ids() + ids(),
            containers={
                container.name or "": ContainerState(uuid=hyphenated(ids()), token=ids() + ids())
                for container in definition.container_definitions or []
            },
        ),
    )


def hyphenated(id_hex: str) -> str:
    """32 hexadecimal digits in the form of a UUID."""
    return f"{id_hex[:8]}-{id_hex[8:12]}-{id_hex[12:16]}-{id_hex[16:20]}-{id_hex[20:]}"

"""A task definition as it is described: what was kept, and the status that follows from its dates."""

from msgspec.structs import replace

from homeport.model.task_definition import TaskDefinition
from homeport.shapes import ecs


def task_definition(record: TaskDefinition) -> ecs.TaskDefinition:
    """The shape of `record`, without its tags, which stand beside it in AWS's answers."""
    spec = record.spec
    return replace(
        spec.definition,
        status=record.status,
        deregistered_at=spec.deregistered_at,
        delete_requested_at=spec.deleted_at,
    )

"""How much disk a task on Fargate has, as DescribeTasks and the metadata endpoint show it. Nobody holds it to that."""

from homeport.shapes import ecs

USUAL_GIB = 20
"""Developer Guide, "Fargate task ephemeral storage"."""


def storage_gib(definition: ecs.TaskDefinition, overrides: ecs.TaskOverride | None) -> int:
    """What the task or its definition asks for, or else what all have."""
    given = (overrides and overrides.ephemeral_storage) or definition.ephemeral_storage
    return USUAL_GIB if given is None else given.size_in_gi_b

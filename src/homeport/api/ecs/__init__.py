"""Amazon ECS: its operations by noun, what they look up, and what they answer with."""

from homeport.api.ecs import (
    capacity_providers,
    clusters,
    instances,
    services,
    settings,
    tags,
    task_definitions,
    task_sets,
    tasks,
)

MODULES = (
    capacity_providers,
    clusters,
    instances,
    services,
    settings,
    tags,
    task_definitions,
    task_sets,
    tasks,
)

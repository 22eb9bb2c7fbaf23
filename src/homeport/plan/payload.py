"""What an agent is sent to run a task: the definition under its overrides, and its limits as numbers.

Asked for on every turn of a task, so without overrides the definition's own values are handed on and nothing
is copied. What an override may change is AWS's list (API Reference, ContainerOverride); roles, environment
files and secrets are handed on as they are.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from homeport.model import arn
from homeport.model.task import Task
from homeport.plan import units
from homeport.plan.effects import TaskPayload
from homeport.shapes import ecs


def task_payload(task: Task, definition: ecs.TaskDefinition) -> TaskPayload:
    """The payload of a task of this definition. Its `cluster` is the cluster's ARN, as agents show it."""
    overrides = task.spec.overrides
    cpu = (overrides and overrides.cpu) or definition.cpu
    memory = (overrides and overrides.memory) or definition.memory
    return TaskPayload(
        task=task.id,
        task_arn=arn.task_arn(task.id),
        cluster=arn.cluster_arn(task.spec.cluster),
        family=definition.family or "",
        revision=definition.revision or 0,
        network_mode=definition.network_mode or "bridge",
        pid_mode=definition.pid_mode,
        ipc_mode=definition.ipc_mode,
        cpu=units.cpu_units(cpu) if cpu else None,
        memory_mib=units.memory_mib(memory) if memory else None,
        volumes=definition.volumes or [],
        containers=_containers(definition, overrides),
        attempts={name: state.attempt for name, state in task.state.containers.items()},
    )


def _containers(
    definition: ecs.TaskDefinition, overrides: ecs.TaskOverride | None
) -> dict[str, ecs.ContainerDefinition]:
    containers = {container.name or "": container for container in definition.container_definitions or []}
    for override in (overrides and overrides.container_overrides) or []:
        container = containers.get(override.name or "")
        if container is not None:
            containers[container.name or ""] = overridden(container, override)
    return containers


def overridden(
    container: ecs.ContainerDefinition, override: ecs.ContainerOverride
) -> ecs.ContainerDefinition:
    """The container as it runs: what the override sets replaces; variables are merged by name."""
    return replace(
        container,
        command=container.command if override.command is None else override.command,
        environment=_merged(container.environment or [], override.environment or []),
        environment_files=container.environment_files
        if override.environment_files is None
        else override.environment_files,
        cpu=container.cpu if override.cpu is None else override.cpu,
        memory=container.memory if override.memory is None else override.memory,
        memory_reservation=container.memory_reservation
        if override.memory_reservation is None
        else override.memory_reservation,
        resource_requirements=container.resource_requirements
        if override.resource_requirements is None
        else override.resource_requirements,
    )


def _merged(
    variables: Sequence[ecs.KeyValuePair], overriding: Sequence[ecs.KeyValuePair]
) -> list[ecs.KeyValuePair]:
    """By name; the definition's order first, then what is new."""
    return list({pair.name: pair for pair in (*variables, *overriding)}.values())

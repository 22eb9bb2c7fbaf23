"""Whether a request may become a task definition: the rules about the whole, and the order of all.

Shapes, types and enums were checked on the wire. What a host's operator forbids (privileged containers, host
paths) is no concern of a definition: it is refused where it would run.
"""

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from homeport.api.ecs.errors import task_definitions as errors
from homeport.api.ecs.registration import containers, dependencies, fargate, network, roles, volumes
from homeport.plan import units
from homeport.plan.placement import constraints
from homeport.shapes import ecs

NAME = re.compile(r"[a-zA-Z0-9_-]{1,255}")
LARGEST_BYTES = 64 * 1024
MOST_CONTAINERS = 10
TASK_CPU = range(128, 196_608 + 1)
"""Developer Guide, "Task size": between 0.125 and 192 vCPU."""


def check(request: ecs.RegisterTaskDefinitionRequest) -> None:
    """Raises the ApiError of the first rule that `request` breaks."""
    _check_family(request.family)
    if request.tags is not None and not request.tags:
        raise errors.tags_empty()
    definitions = request.container_definitions
    _check_list(definitions)
    cpu, memory_mib = _task_size(request)
    fargate.check_storage(request.ephemeral_storage)
    roles.check(request.task_role_arn)
    roles.check(request.execution_role_arn)
    volumes.check(request)
    for container in definitions:
        containers.check(container, request.execution_role_arn)
    _check_sizes(definitions, cpu, memory_mib)
    network.check(request.network_mode or "bridge", definitions)
    dependencies.check(definitions)
    for constraint in request.placement_constraints or []:
        _check_expression(constraint.expression or "")
    if "FARGATE" in (request.requires_compatibilities or []):
        fargate.check(request, cpu, memory_mib)
    if len(msgspec.json.encode(request)) > LARGEST_BYTES:
        raise errors.too_large()


def _check_family(family: str) -> None:
    if not family:
        raise errors.family_blank()
    if len(family) > 255:
        raise errors.family_too_long()
    if not NAME.fullmatch(family):
        raise errors.family_invalid()


def _check_list(definitions: Sequence[ecs.ContainerDefinition]) -> None:
    if not definitions:
        raise errors.containers_empty()
    if len(definitions) > MOST_CONTAINERS:
        raise errors.containers_too_many()
    for container in definitions:
        if not container.name:
            raise errors.member_blank("Container.name")
        if not NAME.fullmatch(container.name):
            raise errors.member_invalid("Container.name")
    if max(Counter(container.name for container in definitions).values()) > 1:
        raise errors.names_not_unique()
    if all(container.essential is False for container in definitions):
        raise errors.none_essential()


def _task_size(request: ecs.RegisterTaskDefinitionRequest) -> tuple[int | None, int | None]:
    """The task's own limits in CPU units and MiB, None where it has none."""
    try:
        cpu = units.cpu_units(request.cpu) if request.cpu else None
    except ValueError:
        raise errors.task_size_invalid("cpu") from None
    if cpu is not None and cpu not in TASK_CPU:
        raise errors.task_size_invalid("cpu")
    try:
        memory_mib = units.memory_mib(request.memory) if request.memory else None
    except ValueError:
        raise errors.task_size_invalid("memory") from None
    if memory_mib is not None and memory_mib <= 0:
        raise errors.task_size_invalid("memory")
    return cpu, memory_mib


def _check_sizes(
    definitions: Sequence[ecs.ContainerDefinition], cpu: int | None, memory_mib: int | None
) -> None:
    """The containers' limits against each other, and against the task's."""
    for container in definitions:
        name, hard, soft = container.name or "", container.memory, container.memory_reservation
        if memory_mib is None and hard is None and soft is None:
            raise errors.memory_missing(name)
        if hard is not None and soft is not None and hard < soft:
            raise errors.memory_below_reservation(name)
        if memory_mib is not None and (hard or 0) > memory_mib:
            raise errors.memory_above_task(name, "memory")
        if memory_mib is not None and (soft or 0) > memory_mib:
            raise errors.memory_above_task(name, "memoryReservation")
    if cpu is not None and sum(container.cpu or 0 for container in definitions) > cpu:
        raise errors.cpu_above_task()


def _check_expression(text: str) -> None:
    try:
        constraints.parse(text)
    except ValueError as error:
        raise errors.expression_invalid(str(error)) from None

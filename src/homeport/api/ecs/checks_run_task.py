"""Whether a RunTask request is sound, and what its overrides come to.

The request's shape was checked on the wire; the cluster and the task definition were found.
"""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ecs import checks_capacity, checks_placement
from homeport.api.ecs.checks_capacity import Hosting
from homeport.api.ecs.errors import capacity as capacity_errors
from homeport.api.ecs.errors import tasks as errors
from homeport.api.ecs.registration import fargate, roles
from homeport.model.cluster import Cluster
from homeport.model.role import Role
from homeport.model.task_definition import TaskDefinition
from homeport.plan import assuming, units
from homeport.plan.payload import overridden
from homeport.shapes import ecs
from homeport.store.tx import ReadTx

MOST_TASKS = 10
LONGEST_GROUP = 255
STARTED_BY = re.compile(r"[a-zA-Z0-9/_-]{1,128}")
SERVICE_GROUP = "service:"


def check(request: ecs.RunTaskRequest, cluster: Cluster, definition: TaskDefinition) -> Hosting:
    """Where its tasks may run. Raises the ApiError of the first rule that `request` breaks."""
    if not 1 <= count(request) <= MOST_TASKS:
        raise errors.count_invalid()
    _check_names(request)
    if request.propagate_tags == "SERVICE":
        raise errors.propagate_from_service()
    if definition.status != "ACTIVE":
        raise errors.definition_inactive()
    hosting = checks_capacity.hosting(request, cluster, definition.spec.definition)
    if request.volume_configurations:
        raise errors.volume_configurations_unsupported()
    if hosting.is_fargate and request.placement_constraints:
        raise capacity_errors.constraints_on_fargate()
    if hosting.is_fargate and request.placement_strategy:
        raise capacity_errors.strategies_on_fargate()
    checks_placement.check_constraints(request.placement_constraints or [])
    checks_placement.check_strategies(request.placement_strategy or [])
    return hosting


def count(request: ecs.RunTaskRequest) -> int:
    """How many tasks are wanted: one, unless the request says."""
    return 1 if request.count is None else request.count


def overrides(
    request: ecs.RunTaskRequest, definition: ecs.TaskDefinition, hosting: Hosting
) -> ecs.TaskOverride | None:
    """The request's overrides with their sizes as plain numbers; None when they change nothing."""
    given = request.overrides
    if given is None:
        return None
    changed = [item for item in given.container_overrides or [] if item != ecs.ContainerOverride()]
    _check_container_overrides(changed, definition)
    try:
        cpu = str(units.cpu_units(given.cpu)) if given.cpu else None
    except ValueError:
        raise errors.override_invalid("cpu") from None
    try:
        memory = str(units.memory_mib(given.memory)) if given.memory else None
    except ValueError:
        raise errors.override_invalid("memory") from None
    found = replace(given, container_overrides=changed or None, cpu=cpu, memory=memory)
    _check_size(found, definition, hosting)
    for role in (given.task_role_arn, given.execution_role_arn):
        roles.check(role)
    return None if found == ecs.TaskOverride() else found


def _check_size(given: ecs.TaskOverride, definition: ecs.TaskDefinition, hosting: Hosting) -> None:
    """The size that the overrides come to: one of Fargate's, and large enough for each container."""
    if given.ephemeral_storage is not None:
        if not hosting.is_fargate:
            raise capacity_errors.storage_on_instances()
        fargate.check_storage(given.ephemeral_storage)
    cpu, memory = given.cpu or definition.cpu, given.memory or definition.memory
    if hosting.is_fargate and cpu and memory and int(memory) not in fargate.SIZES.get(int(cpu), ()):
        raise capacity_errors.size_unknown(int(cpu), int(memory))
    if given.memory:
        _check_containers_fit(given, definition, int(given.memory))


def _check_containers_fit(given: ecs.TaskOverride, definition: ecs.TaskDefinition, memory_mib: int) -> None:
    changed = {item.name: item for item in given.container_overrides or []}
    for container in definition.container_definitions or []:
        whole = overridden(container, changed.get(container.name, ecs.ContainerOverride()))
        for member, limit in (("memory", whole.memory), ("memoryReservation", whole.memory_reservation)):
            if (limit or 0) > memory_mib:
                raise errors.memory_above_task(container.name or "", member)


def check_role(
    tx: ReadTx, caller: Caller, definition: ecs.TaskDefinition, overrides: ecs.TaskOverride | None
) -> None:
    """Whether the role that the tasks act as may be assumed for them."""
    named = assuming.named(definition, overrides)
    if not named:
        return
    id = assuming.id_of(named, caller.account)
    if not assuming.may_be(None if id is None else tx.get(Role, id), named):
        raise errors.role_not_assumed(named)


def _check_names(request: ecs.RunTaskRequest) -> None:
    if request.group and request.group.startswith(SERVICE_GROUP):
        raise errors.group_reserved()
    if request.group and len(request.group) > LONGEST_GROUP:
        raise errors.group_too_long()
    if request.started_by and not STARTED_BY.fullmatch(request.started_by):
        raise errors.started_by_invalid()


def _check_container_overrides(
    changed: Sequence[ecs.ContainerOverride], definition: ecs.TaskDefinition
) -> None:
    names = {container.name for container in definition.container_definitions or []}
    for item in changed:
        if not item.name:
            raise errors.override_name_missing()
        if item.name not in names:
            raise errors.override_unknown(item.name)

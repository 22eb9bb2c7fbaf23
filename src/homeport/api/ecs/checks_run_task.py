"""Whether a RunTask request is sound, and what its overrides come to.

The request's shape was checked on the wire; the cluster and the task definition were found.
"""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from homeport.api.ecs import checks_placement
from homeport.api.ecs.errors import tasks as errors
from homeport.model.cluster import Cluster
from homeport.model.task_definition import TaskDefinition
from homeport.plan import units
from homeport.shapes import ecs

MOST_TASKS = 10
LONGEST_GROUP = 255
STARTED_BY = re.compile(r"[a-zA-Z0-9/_-]{1,128}")
SERVICE_GROUP = "service:"


def check(request: ecs.RunTaskRequest, cluster: Cluster, definition: TaskDefinition) -> None:
    """Raises the ApiError of the first rule that `request` breaks."""
    if not 1 <= count(request) <= MOST_TASKS:
        raise errors.count_invalid()
    _check_names(request)
    if request.propagate_tags == "SERVICE":
        raise errors.propagate_from_service()
    if definition.status != "ACTIVE":
        raise errors.definition_inactive()
    _check_launch_type(request, cluster, definition.spec.definition)
    _check_network(request, definition.spec.definition)
    if request.volume_configurations:
        raise errors.volume_configurations_unsupported()
    checks_placement.check_constraints(request.placement_constraints or [])
    checks_placement.check_strategies(request.placement_strategy or [])


def count(request: ecs.RunTaskRequest) -> int:
    """How many tasks are wanted: one, unless the request says."""
    return 1 if request.count is None else request.count


def overrides(request: ecs.RunTaskRequest, definition: ecs.TaskDefinition) -> ecs.TaskOverride | None:
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
    return None if found == ecs.TaskOverride() else found


def _check_names(request: ecs.RunTaskRequest) -> None:
    if request.group and request.group.startswith(SERVICE_GROUP):
        raise errors.group_reserved()
    if request.group and len(request.group) > LONGEST_GROUP:
        raise errors.group_too_long()
    if request.started_by and not STARTED_BY.fullmatch(request.started_by):
        raise errors.started_by_invalid()


def _check_launch_type(request: ecs.RunTaskRequest, cluster: Cluster, definition: ecs.TaskDefinition) -> None:
    strategy = request.capacity_provider_strategy
    if request.launch_type and strategy:
        raise errors.launch_type_and_strategy()
    if strategy or (request.launch_type is None and cluster.spec.default_strategy):
        raise errors.strategy_unsupported()
    launch_type = request.launch_type or "EC2"
    if launch_type not in (definition.compatibilities or []):
        raise errors.not_compatible(launch_type)
    if launch_type == "EC2" and request.platform_version:
        raise errors.platform_version_on_ec2()


def _check_network(request: ecs.RunTaskRequest, definition: ecs.TaskDefinition) -> None:
    if definition.network_mode == "awsvpc":
        if request.network_configuration is None:
            raise errors.network_configuration_missing()
        raise errors.awsvpc_unsupported()
    if request.network_configuration is not None:
        raise errors.network_configuration_unwanted()


def _check_container_overrides(
    changed: Sequence[ecs.ContainerOverride], definition: ecs.TaskDefinition
) -> None:
    names = {container.name for container in definition.container_definitions or []}
    for item in changed:
        if not item.name:
            raise errors.override_name_missing()
        if item.name not in names:
            raise errors.override_unknown(item.name)

"""Where and how a task set's tasks may run: launch type, capacity providers, platform, network, in AWS's order.

Every check is made as AWS makes it; what is sound and cannot be run yet (awsvpc, and so FARGATE) is refused last.
Load balancers and registries are checked in `checks_attachments.py`.
"""

import re
from collections.abc import Sequence

from homeport.api import errors as common
from homeport.api.caller import Caller
from homeport.api.ecs import find
from homeport.api.ecs.errors import task_sets as errors
from homeport.model.cluster import Cluster
from homeport.model.task_definition import TaskDefinition
from homeport.shapes import ecs
from homeport.store.tx import ReadTx

FARGATE_PROVIDERS = ("FARGATE", "FARGATE_SPOT")
PLATFORMS = frozenset({"LATEST", "1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0"})
"""Linux platform versions that AWS has had (Developer Guide, "Fargate platform versions")."""
MOST_PROVIDERS = 20
WHOLE_SCALE = 100.0
DEFINITION = re.compile(r"[A-Za-z0-9_:/.-]*")


def definition(tx: ReadTx, caller: Caller, text: str) -> TaskDefinition:
    """The ACTIVE revision that a task set is to run."""
    if not text.strip():
        raise common.family_blank()
    found = find.runnable_definition(tx, caller, text)
    if found.status != "ACTIVE":
        raise errors.definition_inactive()
    return found


def scale_percent(scale: ecs.Scale | None) -> float:
    """The scale in percent: nothing runs unless the request says so (seen on AWS)."""
    if scale is None or scale.value is None:
        return 0.0
    if not 0.0 <= scale.value <= WHOLE_SCALE:
        raise errors.scale_out_of_range()
    return float(scale.value)


def check_placement(
    request: ecs.CreateTaskSetRequest, cluster: Cluster, definition: TaskDefinition
) -> str | None:
    """Checks launch type, strategy, platform and network; returns the launch type, None where a strategy rules."""
    strategy = request.capacity_provider_strategy or []
    if request.launch_type and strategy:
        raise errors.launch_type_and_strategy()
    if strategy:
        check_strategy(strategy, cluster)
    is_default = not request.launch_type and not strategy and bool(cluster.spec.default_strategy)
    uses_strategy = bool(strategy) or is_default
    launch_type = "FARGATE" if uses_strategy else request.launch_type or "EC2"
    _check_launch_type(launch_type, request.platform_version, definition)
    _check_network(request.network_configuration, definition)
    return None if uses_strategy else launch_type


def check_strategy(strategy: Sequence[ecs.CapacityProviderStrategyItem], cluster: Cluster) -> None:
    """Checks a capacity provider strategy against the providers that there are: those of Fargate."""
    if len(strategy) > MOST_PROVIDERS:
        raise errors.too_many_providers()
    for item in strategy:
        if item.capacity_provider not in FARGATE_PROVIDERS:
            raise errors.provider_not_found()
        if item.capacity_provider not in cluster.spec.capacity_providers:
            raise errors.provider_not_associated()
    if sum(bool(item.base) for item in strategy) > 1:
        raise errors.several_bases()
    if all(item.weight == 0 for item in strategy):
        raise errors.no_weight()


def _check_launch_type(launch_type: str, platform_version: str | None, definition: TaskDefinition) -> None:
    if launch_type == "MANAGED_INSTANCES":
        raise errors.managed_instances_by_strategy()
    if launch_type not in (definition.spec.definition.compatibilities or []):
        raise errors.not_compatible(launch_type)
    if platform_version and launch_type != "FARGATE":
        raise errors.platform_version_unwanted(launch_type)
    if platform_version and platform_version not in PLATFORMS:
        raise errors.platform_unknown()


def _check_network(configuration: ecs.NetworkConfiguration | None, definition: TaskDefinition) -> None:
    if definition.spec.definition.network_mode != "awsvpc":
        if configuration is not None and configuration.awsvpc_configuration is not None:
            raise errors.network_configuration_unwanted()
        return
    if configuration is None or configuration.awsvpc_configuration is None:
        raise errors.network_configuration_missing()
    if not configuration.awsvpc_configuration.subnets:
        raise errors.subnets_empty()


def check_is_built(definition: TaskDefinition) -> None:
    """Refuses what is sound, and cannot be run yet."""
    if definition.spec.definition.network_mode == "awsvpc":
        raise errors.awsvpc_not_built()

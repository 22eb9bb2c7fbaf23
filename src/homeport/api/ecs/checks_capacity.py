"""Where tasks may run: launch type or capacity providers, and Fargate's platform, in AWS's order.

For CreateTaskSet and RunTask. Whether there is room is asked when tasks are placed.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from homeport.api.ecs.errors import capacity as errors
from homeport.model.cluster import Cluster
from homeport.plan import strategy as strategies
from homeport.shapes import ecs

FARGATE_PROVIDERS = ("FARGATE", "FARGATE_SPOT")
LATEST = "1.4.0"
PLATFORMS = {"1.0.0": 0, "1.1.0": 1, "1.2.0": 2, "1.3.0": 3, LATEST: 4}
"""Linux platform versions that AWS has had, and their order (Developer Guide, "Fargate platform versions")."""
FAMILY = "Linux"
MOST_PROVIDERS = 20


class Hosting(Struct, frozen=True, kw_only=True, gc=False):
    """What a request comes to. `launch_type` is that of the tasks; with a `strategy` none is shown of a task set.

    `platform_version` and `platform_family` are None but on Fargate.
    """

    launch_type: str
    strategy: list[ecs.CapacityProviderStrategyItem] = []
    platform_version: str | None = None
    platform_family: str | None = None

    @property
    def is_fargate(self) -> bool:
        """Whether no container instance is needed."""
        return self.launch_type == "FARGATE"

    @property
    def shown_launch_type(self) -> str | None:
        """What a task set shows: a launch type or a strategy, never both."""
        return None if self.strategy else self.launch_type


def hosting(
    request: ecs.CreateTaskSetRequest | ecs.RunTaskRequest, cluster: Cluster, definition: ecs.TaskDefinition
) -> Hosting:
    """Checks launch type, strategy and platform. The cluster's default strategy rules where neither is named."""
    strategy = request.capacity_provider_strategy or []
    if request.launch_type and strategy:
        raise errors.launch_type_and_strategy()
    if strategy:
        check_strategy(strategy, cluster)
    elif not request.launch_type:
        strategy = cluster.spec.default_strategy
    launch_type = "FARGATE" if strategy else request.launch_type or "EC2"
    _check_launch_type(launch_type, request.platform_version, definition)
    if launch_type != "FARGATE":
        return Hosting(launch_type=launch_type)
    return Hosting(
        launch_type=launch_type,
        strategy=strategies.whole(strategy),
        platform_version=_platform_version(request.platform_version, definition),
        platform_family=FAMILY,
    )


def check_providers(names: Sequence[str]) -> None:
    """Checks the providers of a cluster: there are those of Fargate, and no others yet."""
    if any(name not in FARGATE_PROVIDERS for name in names):
        raise errors.provider_not_found()


def check_strategy(strategy: Sequence[ecs.CapacityProviderStrategyItem], cluster: Cluster) -> None:
    """Checks a capacity provider strategy against the providers that there are: those of Fargate."""
    if len(strategy) > MOST_PROVIDERS:
        raise errors.too_many_providers()
    for item in strategy:
        if item.capacity_provider not in FARGATE_PROVIDERS:
            raise errors.provider_not_found()
        if item.capacity_provider not in cluster.spec.capacity_providers:
            raise errors.provider_not_associated()
    if len({item.capacity_provider for item in strategy}) < len(strategy):
        raise errors.provider_repeated()
    if sum(bool(item.base) for item in strategy) > 1:
        raise errors.several_bases()
    if not any(item.weight for item in strategies.whole(strategy)):
        raise errors.no_weight()


def _check_launch_type(
    launch_type: str, platform_version: str | None, definition: ecs.TaskDefinition
) -> None:
    if launch_type == "MANAGED_INSTANCES":
        raise errors.managed_instances_by_strategy()
    if not _is_compatible(launch_type, definition):
        raise errors.not_compatible(launch_type)
    if platform_version and launch_type != "FARGATE":
        raise errors.platform_version_unwanted(launch_type)
    if _system(definition) != "LINUX":
        raise errors.windows_unsupported()


def _is_compatible(launch_type: str, definition: ecs.TaskDefinition) -> bool:
    """As the definition's compatibilities say; and EXTERNAL in awsvpc mode, which AWS does not have
    (docs/decisions/0028).
    """
    if launch_type in (definition.compatibilities or []):
        return True
    return launch_type == "EXTERNAL" and definition.network_mode == "awsvpc"


def _system(definition: ecs.TaskDefinition) -> str:
    platform = definition.runtime_platform
    return (platform and platform.operating_system_family) or "LINUX"


def _platform_version(asked: str | None, definition: ecs.TaskDefinition) -> str:
    """The version that is meant, if the definition can run on it."""
    version = LATEST if asked in (None, "", "LATEST") else asked
    if version not in PLATFORMS:
        raise errors.platform_unknown()
    if any(PLATFORMS[version] < PLATFORMS[needed] for needed in _needed(definition)):
        raise errors.platform_incompatible()
    return version


def _needed(definition: ecs.TaskDefinition) -> Iterator[str]:
    """The platform versions that brought what the definition makes use of (Developer Guide, "Fargate platform
    versions" and the parameters' own pages).
    """
    platform = definition.runtime_platform
    if (
        definition.ephemeral_storage
        or definition.pid_mode
        or definition.enable_fault_injection
        or any(volume.efs_volume_configuration for volume in definition.volumes or [])
        or (platform and platform.cpu_architecture == "ARM64")
    ):
        yield "1.4.0"
    if definition.proxy_configuration:
        yield "1.3.0"
    for container in definition.container_definitions or []:
        yield from _needed_by(container)


def _needed_by(container: ecs.ContainerDefinition) -> Iterator[str]:
    linux = container.linux_parameters
    if (
        (linux and linux.capabilities and linux.capabilities.add)
        or container.system_controls
        or container.environment_files
        or container.restart_policy
    ):
        yield "1.4.0"
    if (
        container.secrets
        or container.depends_on
        or container.firelens_configuration
        or container.start_timeout
        or container.stop_timeout
    ):
        yield "1.3.0"
    if container.repository_credentials:
        yield "1.2.0"
    if container.health_check:
        yield "1.1.0"

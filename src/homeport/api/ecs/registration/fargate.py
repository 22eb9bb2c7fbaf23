"""What FARGATE asks of a definition: a network interface, a size from a list, nothing of the host's."""

from collections.abc import Iterator

from homeport.api.ecs.errors import capacity as capacity_errors
from homeport.api.ecs.errors import fargate as errors
from homeport.api.ecs.errors import task_definitions as container_errors
from homeport.api.errors import ApiError
from homeport.shapes import ecs

SIZES: dict[int, range | tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16_384 + 1, 1024),
    4096: range(8192, 30_720 + 1, 1024),
    8192: range(16_384, 61_440 + 1, 4096),
    16_384: range(32_768, 122_880 + 1, 8192),
}
"""MiB that each number of CPU units goes with (Developer Guide, "Task size")."""

TIMEOUT_S = (2, 120)
STORAGE_GIB = (21, 200)
SYSTEMS = frozenset(
    {
        "LINUX",
        *(f"WINDOWS_SERVER_{year}_{kind}" for year in (2019, 2022) for kind in ("FULL", "CORE")),
    }
)
"""What Fargate has (Developer Guide, "Runtime platform"); instances have more."""


def check(request: ecs.RegisterTaskDefinitionRequest, cpu: int | None, memory_mib: int | None) -> None:
    """Raises the ApiError of the first rule that is broken; `cpu` in units, None when there is none."""
    for error in broken(request, cpu, memory_mib):
        raise error


def broken(
    request: ecs.RegisterTaskDefinitionRequest, cpu: int | None, memory_mib: int | None
) -> Iterator[ApiError]:
    """What keeps a definition from running on FARGATE; nothing, when it could."""
    if request.network_mode != "awsvpc":
        yield errors.network_mode()
    if cpu is None:
        yield errors.size_missing("cpu")
    elif memory_mib is None:
        yield errors.size_missing("memory")
    elif memory_mib not in SIZES.get(cpu, ()):
        yield errors.size_unknown(cpu, memory_mib)
    if request.placement_constraints:
        yield errors.constraints()
    yield from _broken_by_platform(request.runtime_platform)
    yield from _broken_by_host(request)
    for container in request.container_definitions:
        yield from _broken_in(container, request.execution_role_arn)


def check_storage(storage: ecs.EphemeralStorage | None) -> None:
    """Raises ClientException for a size that Fargate does not have. The 20 GiB that all have cannot be asked for."""
    least, most = STORAGE_GIB
    if storage is not None and storage.size_in_gi_b < least:
        raise capacity_errors.storage_too_small()
    if storage is not None and storage.size_in_gi_b > most:
        raise capacity_errors.storage_too_large()


def _broken_by_platform(platform: ecs.RuntimePlatform | None) -> Iterator[ApiError]:
    system = (platform and platform.operating_system_family) or "LINUX"
    if system not in SYSTEMS:
        yield errors.unsupported(f"operatingSystemFamily {system}")
    if system != "LINUX" and platform is not None and platform.cpu_architecture == "ARM64":
        yield errors.unsupported(f"cpuArchitecture ARM64 with operatingSystemFamily {system}")


def _broken_by_host(request: ecs.RegisterTaskDefinitionRequest) -> Iterator[ApiError]:
    """What a task would have of a host that it is not to know."""
    if request.pid_mode == "host":
        yield errors.unsupported("pidMode host")
    if request.ipc_mode:
        yield errors.unsupported("ipcMode")
    for volume in request.volumes or []:
        if volume.host is not None and volume.host.source_path:
            yield errors.unsupported("host.sourcePath")
        if volume.docker_volume_configuration is not None:
            yield errors.unsupported("dockerVolumeConfiguration")


def _broken_in(container: ecs.ContainerDefinition, execution_role: str | None) -> Iterator[ApiError]:
    if container.privileged:
        yield errors.privileged()
    if (
        container.log_configuration
        and container.log_configuration.log_driver == "awslogs"
        and not execution_role
    ):
        yield errors.role_missing()
    linux = container.linux_parameters
    if linux is not None and linux.devices:
        yield errors.unsupported("devices")
    if linux is not None and linux.shared_memory_size:
        yield errors.unsupported("sharedMemorySize")
    if container.docker_security_options:
        yield errors.unsupported("dockerSecurityOptions")
    least, most = TIMEOUT_S
    for member, value in (("startTimeout", container.start_timeout), ("stopTimeout", container.stop_timeout)):
        if value is not None and not least <= value <= most:
            yield container_errors.setting_out_of_range(member, container.name or "", least, most)

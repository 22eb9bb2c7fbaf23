"""A checked request in the form in which AWS keeps and describes it: defaults filled in, sizes as numbers.

Seen on AWS: `essential` true, `cpu` 0, the lists that a container always has, `tcp`, and host ports 0
(bridge) or the container's own (host, awsvpc). A member that was not given and has no default stays absent.
"""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ecs.registration import compatibility, network, roles
from homeport.model import arn
from homeport.model.record import Time
from homeport.plan import units
from homeport.shapes import ecs


def definition(
    request: ecs.RegisterTaskDefinitionRequest, record_id: str, caller: Caller, now: Time
) -> ecs.TaskDefinition:
    """What `request` becomes under `record_id` (`…/FAMILY:REVISION`); its status is left to views."""
    return ecs.TaskDefinition(
        task_definition_arn=arn.task_definition_arn(record_id),
        container_definitions=[
            _container(container, request.network_mode or "bridge")
            for container in request.container_definitions
        ],
        family=request.family,
        task_role_arn=roles.arn(request.task_role_arn, caller),
        execution_role_arn=roles.arn(request.execution_role_arn, caller),
        network_mode=request.network_mode,
        revision=int(record_id.rsplit(":", 1)[1]),
        volumes=[_volume(volume) for volume in request.volumes or []],
        requires_attributes=compatibility.requires_attributes(request),
        placement_constraints=request.placement_constraints or [],
        compatibilities=compatibility.compatibilities(request),
        runtime_platform=request.runtime_platform,
        requires_compatibilities=request.requires_compatibilities or None,
        cpu=str(units.cpu_units(request.cpu)) if request.cpu else None,
        memory=str(units.memory_mib(request.memory)) if request.memory else None,
        inference_accelerators=request.inference_accelerators,
        pid_mode=request.pid_mode,
        ipc_mode=request.ipc_mode,
        proxy_configuration=request.proxy_configuration,
        registered_at=now,
        registered_by=caller.principal,
        ephemeral_storage=request.ephemeral_storage,
        enable_fault_injection=request.enable_fault_injection,
    )


def _container(container: ecs.ContainerDefinition, mode: str) -> ecs.ContainerDefinition:
    return replace(
        container,
        cpu=container.cpu or 0,
        essential=container.essential is not False,
        port_mappings=[_mapping(mapping, mode) for mapping in container.port_mappings or []],
        environment=container.environment or [],
        mount_points=container.mount_points or [],
        volumes_from=container.volumes_from or [],
        system_controls=container.system_controls or [],
    )


def _mapping(mapping: ecs.PortMapping, mode: str) -> ecs.PortMapping:
    if mapping.container_port_range is not None:
        return replace(mapping, protocol=mapping.protocol or "tcp", host_port=None)
    same = mapping.container_port if mode in network.SAME_PORT_MODES else 0
    return replace(mapping, protocol=mapping.protocol or "tcp", host_port=mapping.host_port or same)


def _volume(volume: ecs.Volume) -> ecs.Volume:
    """Every volume has a host, which is empty for one that Docker finds a place for."""
    others = (
        volume.docker_volume_configuration,
        volume.efs_volume_configuration,
        volume.fsx_windows_file_server_volume_configuration,
    )
    if volume.host is not None or any(other is not None for other in others):
        return volume
    return replace(volume, host=ecs.HostVolumeProperties())

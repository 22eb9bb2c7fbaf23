"""Where a definition could run, and what an instance must offer for it, as AWS reckons and shows them.

The attributes are shown to users and used by no planner of ours; `plan/placement` asks only for the
processor.
"""

from collections.abc import Iterator

from homeport.api.ecs.registration import fargate
from homeport.plan import units
from homeport.shapes import ecs

_DOCKER = "com.amazonaws.ecs.capability."


def compatibilities(request: ecs.RegisterTaskDefinitionRequest) -> list[ecs.Compatibility]:
    """The launch types under which a checked request could run."""
    if request.network_mode != "awsvpc":
        return ["EXTERNAL", "EC2"]
    cpu = units.cpu_units(request.cpu) if request.cpu else None
    memory_mib = units.memory_mib(request.memory) if request.memory else None
    return ["EC2", "FARGATE"] if next(fargate.broken(request, cpu, memory_mib), None) is None else ["EC2"]


def requires_attributes(request: ecs.RegisterTaskDefinitionRequest) -> list[ecs.Attribute]:
    """What a checked request needs of an instance, each once."""
    names = list(_of_task(request))
    for container in request.container_definitions:
        names.extend(_of_container(container, request.execution_role_arn))
    return [ecs.Attribute(name=name) for name in dict.fromkeys(names)]


def _of_task(request: ecs.RegisterTaskDefinitionRequest) -> Iterator[str]:
    if request.task_role_arn:
        yield f"{_DOCKER}task-iam-role" + ("-network-host" if request.network_mode == "host" else "")
    if request.network_mode == "awsvpc":
        yield "ecs.capability.task-eni"
    if request.pid_mode or request.ipc_mode:
        yield "ecs.capability.pid-ipc-namespace-sharing"
    if request.cpu or request.memory:
        yield "ecs.capability.task-cpu-mem-limit"
    for volume in request.volumes or []:
        if volume.docker_volume_configuration is not None:
            yield f"{_DOCKER}docker-plugin.{volume.docker_volume_configuration.driver or 'local'}"
        if volume.efs_volume_configuration is not None:
            yield "ecs.capability.efs"


def _of_container(container: ecs.ContainerDefinition, execution_role: str | None) -> Iterator[str]:
    yield f"{_DOCKER}docker-remote-api.1.18"
    if container.memory_reservation is not None:
        yield f"{_DOCKER}docker-remote-api.1.21"
    if container.privileged:
        yield f"{_DOCKER}privileged-container"
    if container.health_check is not None:
        yield "ecs.capability.container-health-check"
        yield f"{_DOCKER}docker-remote-api.1.24"
    if container.depends_on:
        yield "ecs.capability.container-ordering"
    if container.secrets:
        yield "ecs.capability.secrets.ssm.environment-variables"
    if container.restart_policy is not None and container.restart_policy.enabled:
        yield "ecs.capability.container-restart-policy"
    logs = container.log_configuration
    if logs is not None:
        yield f"{_DOCKER}logging-driver.{logs.log_driver}"
        if logs.log_driver == "awslogs" and execution_role:
            yield "ecs.capability.execution-role-awslogs"

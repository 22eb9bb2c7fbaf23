"""Whether one container's definition is sound in itself."""

import re

from homeport.api.ecs.errors import task_definitions as errors
from homeport.shapes import ecs

IMAGE = re.compile(r"[a-zA-Z0-9:/_.@#+-]+")
"""Registry, name, tag and digest. A `$` left over from somebody's template is what this catches."""

LEAST_MEMORY_MIB = 4
HEALTH_CHECK_RANGES = {"interval": (5, 300), "timeout": (2, 120), "retries": (1, 10), "startPeriod": (0, 300)}
"""API Reference, HealthCheck. (The docs gave 60 seconds for `timeout` before 2024.)"""
RESTART_PERIOD = (60, 1800)
MOST_EXIT_CODES = 50


def check(container: ecs.ContainerDefinition, execution_role: str | None) -> None:
    """Raises the ApiError of the first rule that `container` breaks; its name was checked before."""
    if not container.image:
        raise errors.member_blank("Container.image")
    if not IMAGE.fullmatch(container.image):
        raise errors.member_invalid("Container.image")
    _check_limits(container)
    for pair in container.environment or []:
        if not pair.name:
            raise errors.environment_name_blank()
    if container.secrets and not execution_role:
        raise errors.secrets_without_role()
    _check_restart_policy(container)
    _check_log_configuration(container)
    if container.health_check is not None:
        _check_health_check(container.health_check, container.name or "")


def _check_limits(container: ecs.ContainerDefinition) -> None:
    name = container.name or ""
    if container.cpu is not None and container.cpu < 0:
        raise errors.setting_invalid("cpu", name)
    if container.memory is not None and container.memory < LEAST_MEMORY_MIB:
        raise errors.setting_invalid("memory", name)
    if container.memory_reservation is not None and container.memory_reservation < LEAST_MEMORY_MIB:
        raise errors.setting_invalid("memoryReservation", name)
    if container.start_timeout is not None and container.start_timeout < 1:
        raise errors.setting_invalid("startTimeout", name)
    if container.stop_timeout is not None and container.stop_timeout < 0:
        raise errors.setting_invalid("stopTimeout", name)
    for ulimit in container.ulimits or []:
        # -1 is no limit, so it is above every number.
        if ulimit.hard_limit != -1 and not -1 < ulimit.soft_limit <= ulimit.hard_limit:
            raise errors.ulimit_invalid(ulimit.name, name)


def _check_restart_policy(container: ecs.ContainerDefinition) -> None:
    policy = container.restart_policy
    if policy is None:
        return
    least, most = RESTART_PERIOD
    if policy.restart_attempt_period is not None and not least <= policy.restart_attempt_period <= most:
        raise errors.setting_out_of_range("restartAttemptPeriod", container.name or "", least, most)
    if len(policy.ignored_exit_codes or []) > MOST_EXIT_CODES:
        raise errors.setting_invalid("ignoredExitCodes", container.name or "")


def _check_log_configuration(container: ecs.ContainerDefinition) -> None:
    logs = container.log_configuration
    if logs is None:
        return
    options = logs.options or {}
    if logs.log_driver == "awslogs" and not {"awslogs-region", "awslogs-group"} <= options.keys():
        raise errors.log_options_missing()


def _check_health_check(check_: ecs.HealthCheck, name: str) -> None:
    command = check_.command
    if (
        not command
        or command[0] not in {"CMD", "CMD-SHELL", "NONE"}
        or (len(command) < 2 and command[0] != "NONE")
    ):
        raise errors.health_check_command_invalid(name)
    values = {
        "interval": check_.interval,
        "timeout": check_.timeout,
        "retries": check_.retries,
        "startPeriod": check_.start_period,
    }
    for member, value in values.items():
        least, most = HEALTH_CHECK_RANGES[member]
        if value is not None and value > most:
            raise errors.health_check_too_high(member, most, name)
        if value is not None and value < least:
            raise errors.health_check_too_low(member, least, name)

"""What AWS says about task definitions. Nearly all of it is a ClientException.

Texts without a mark were measured on AWS and published (cdk-preflight's deployment logs, issues of Terraform,
Ansible and the AWS CLI); `ours` marks those of which no capture was found, worded after their neighbours.
"""

from homeport.api.errors import ApiError, client_error, invalid_parameter

_TROUBLESHOOTING = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."


def family_blank() -> ApiError:
    return client_error("Family should not be null or empty.")


def family_invalid() -> ApiError:
    return client_error("Family contains invalid characters.")


def family_too_long() -> ApiError:
    """Ours."""
    return client_error("Family must be less than or equal to 255 characters.")


def revision_missing() -> ApiError:
    """Ours: a family alone does not say which revision is meant."""
    return client_error("Invalid revision number. Specify the task definition as family:revision.")


def too_many_named() -> ApiError:
    """Ours, after the other lists' limit."""
    return invalid_parameter("task definitions can have at most 10 items.")


def too_large() -> ApiError:
    """Ours; the limit of 64 KiB is AWS's."""
    return client_error("The task definition is larger than 64 KiB.")


def tags_empty() -> ApiError:
    return client_error("Tags can not be empty.")


def containers_empty() -> ApiError:
    return client_error("Container list cannot be empty.")


def containers_too_many() -> ApiError:
    return client_error("Too many containers.")


def names_not_unique() -> ApiError:
    return client_error("Container names must be unique within a task definition.")


def none_essential() -> ApiError:
    return client_error("Task definition doesn't have any essential container.")


def member_blank(member: str) -> ApiError:
    """`member` is Container.name or Container.image."""
    return client_error(f"{member} should not be null or empty.")


def member_invalid(member: str) -> ApiError:
    """`member` is Container.name or Container.image."""
    return client_error(f"{member} contains invalid characters.")


def task_size_invalid(member: str) -> ApiError:
    """`member` is cpu or memory."""
    return client_error(f"Invalid '{member}' setting for task. {_TROUBLESHOOTING}")


def memory_missing(container: str) -> ApiError:
    return client_error(
        f"Invalid setting for container '{container}'. "
        "At least one of 'memory' or 'memoryReservation' must be specified."
    )


def memory_below_reservation(container: str) -> ApiError:
    return client_error(
        f"Invalid setting for container '{container}'. "
        "'memory' must be greater than or equal to 'memoryReservation'."
    )


def memory_above_task(container: str, member: str) -> ApiError:
    """`member` is memory or memoryReservation."""
    return client_error(f"The '{member}' setting for container '{container}' is greater than for the task.")


def cpu_above_task() -> ApiError:
    return client_error(
        "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'."
    )


def setting_invalid(member: str, container: str) -> ApiError:
    """`member` is a port, a range of ports or a limit that cannot be."""
    return client_error(f"Invalid '{member}' setting for container '{container}'.")


def setting_out_of_range(member: str, container: str, least: int, most: int) -> ApiError:
    return client_error(
        f"The '{member}' setting for container '{container}' must be between {least} and {most}."
    )


def health_check_too_high(member: str, most: int, container: str) -> ApiError:
    return client_error(
        f"Health check {member} must be less than or equal to the maximum allowed value {most} "
        f"for container '{container}'"
    )


def health_check_too_low(member: str, least: int, container: str) -> ApiError:
    return client_error(
        f"Health check {member} must be greater than or equal to the minimum allowed value {least} "
        f"for container '{container}'"
    )


def health_check_command_invalid(container: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return client_error(
        f"Health check command must start with CMD, CMD-SHELL or NONE for container '{container}'"
    )


def ulimit_invalid(name: str, container: str) -> ApiError:
    """Ours."""
    return client_error(
        f"The soft limit of ulimit '{name}' must be less than or equal to its hard limit "
        f"for container '{container}'."
    )


def environment_name_blank() -> ApiError:
    """Ours."""
    return client_error("Environment variable name should not be null or empty.")


def log_options_missing() -> ApiError:
    return client_error("Log driver awslogs requires options: awslogs-region, awslogs-group")


def role_invalid() -> ApiError:
    """What is neither the ARN nor the name of a role."""
    return client_error("Role is not valid")


def secrets_without_role() -> ApiError:
    return client_error(
        "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
    )


def volume_unknown(name: str | None) -> ApiError:
    return client_error(f"Unknown volume '{'null' if name is None else name}'.")


def volume_name_blank() -> ApiError:
    """Ours."""
    return client_error("Volume name should not be null or empty.")


def volume_names_not_unique() -> ApiError:
    """Ours."""
    return client_error("Volume names must be unique within a task definition.")


def volume_name_invalid() -> ApiError:
    """Ours."""
    return client_error("Volume name contains invalid characters.")


def volume_kinds_mixed() -> ApiError:
    """Ours."""
    return client_error("When volume parameters are specified, only one volume type should be used.")


def source_path_blank() -> ApiError:
    return client_error("host.sourcePath should not be blank.")


def container_path_blank() -> ApiError:
    """Ours."""
    return client_error("MountPoint.containerPath should not be null or empty.")


def depends_on_missing(container: str) -> ApiError:
    return client_error(f"Cannot depend on container + '{container}' because it does not exist")


def depends_on_itself(container: str) -> ApiError:
    """Ours."""
    return client_error(f"Container '{container}' cannot depend on itself.")


def dependency_cycle() -> ApiError:
    """Ours, after that of links."""
    return client_error("Container dependencies should not have a cycle")


def dependency_essential() -> ApiError:
    return client_error(
        "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container"
    )


def dependency_unchecked() -> ApiError:
    return client_error("A dependency container with HEALTHY condition must have health check configured")


def link_unknown(link: str) -> ApiError:
    """Ours."""
    return client_error(f"Cannot link to container '{link}' because it does not exist")


def link_cycle() -> ApiError:
    return client_error("Container links should not have a cycle")


def volumes_from_unknown(container: str) -> ApiError:
    """Ours."""
    return client_error(f"Cannot mount volumes from container '{container}' because it does not exist")


def volumes_from_cycle() -> ApiError:
    """Ours, after that of links."""
    return client_error("Container volumesFrom should not have a cycle")


def links_unsupported(mode: str) -> ApiError:
    return client_error(f"Links are not supported when networkMode={mode}.")


def hostname_unsupported(mode: str) -> ApiError:
    return client_error(f"hostname is not supported on container when networkMode={mode}.")


def extra_hosts_unsupported(mode: str) -> ApiError:
    return client_error(f"Extra hosts are not supported on container when networkMode={mode}.")


def ports_unsupported(mode: str) -> ApiError:
    """Ours, after that of links."""
    return client_error(f"Port mappings are not supported when networkMode={mode}.")


def host_port_differs(mode: str) -> ApiError:
    return client_error(
        f"When networkMode={mode}, the host ports and container ports in port mappings must match."
    )


def port_and_range(container: str) -> ApiError:
    return client_error(
        f"Invalid port mapping for container '{container}', cannot specify both single port and port range."
    )


def port_repeated(protocol: str, side: str, port: int, mode: str) -> ApiError:
    """`side` is host or container."""
    clause = "" if mode == "bridge" else f" when networkMode={mode}"
    return client_error(f"{protocol.upper()} {side} port '{port}' is used multiple times in task{clause}.")


def port_name_repeated(mode: str) -> ApiError:
    return client_error(f"When networkMode={mode}, port mapping name is already used")


def expression_invalid(reason: str) -> ApiError:
    """Ours: `reason` is the parser's sentence."""
    return client_error(reason)


STILL_ACTIVE = (
    "The specified task definition is still in ACTIVE status. Please deregister the target and try again."
)
NOT_FOUND = (
    "The specified task definition was not found. Specify a valid account, family, revision and try again."
)

"""What AWS says about task sets. Texts were captured from AWS unless `ours` says otherwise (docs/decisions/0010)."""

from homeport.api.errors import ApiError, client_error, invalid_parameter


def only_external() -> ApiError:
    """The service's deployments are not the user's to drive."""
    return invalid_parameter(
        "Amazon ECS only supports task set management on services configured to use external deployment controllers."
    )


def five_exist() -> ApiError:
    """The sixth task set; DRAINING ones count."""
    return invalid_parameter(
        "5 deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit."
    )


def task_sets_empty() -> ApiError:
    """DescribeTaskSets without ids: AWS has no list of task sets but the service's."""
    return invalid_parameter("TaskSets cannot be empty.")


def not_idempotent() -> ApiError:
    """Ours: the token stood for a different request."""
    return invalid_parameter("Creation of TaskSet was not idempotent.")


def primary_not_deletable() -> ApiError:
    """A PRIMARY task set goes only with force."""
    return invalid_parameter("Primary TaskSet cannot be deleted")


def draining() -> ApiError:
    """Ours: a task set that was deleted can be neither scaled nor promoted."""
    return invalid_parameter("The task set is DRAINING and cannot be changed.")


def scale_out_of_range() -> ApiError:
    """Ours; the range is AWS's."""
    return invalid_parameter("Scale value must be between 0 and 100.")


def definition_inactive() -> ApiError:
    """A task definition that was deregistered (no full stop was seen)."""
    return client_error("TaskDefinition is inactive")


def several_load_balancers() -> ApiError:
    """AWS's first words; what follows them is not known."""
    return invalid_parameter("CreateTaskSet cannot have more than 1 load balancer.")


def name_and_group() -> ApiError:
    """A Classic Load Balancer and a target group at once (no full stop was seen)."""
    return invalid_parameter("loadBalancerName and targetGroupArn cannot both be specified")


def target_group_blank() -> ApiError:
    """Ours: a task set takes target groups only."""
    return invalid_parameter("Target Group Arn can not be blank.")


def container_name_blank() -> ApiError:
    """A load balancer without a container."""
    return invalid_parameter("Container Name can not be blank.")


def container_unknown(name: str) -> ApiError:
    """A load balancer or a registry for a container that is not defined."""
    return invalid_parameter(f"The container {name} does not exist in the task definition.")


def port_unknown(name: str, port: int) -> ApiError:
    """A load balancer or a registry for a port that is not mapped."""
    return invalid_parameter(f"The container {name} did not have a container port {port} defined.")


def target_group_missing(target_group: str) -> ApiError:
    """No such target group."""
    return invalid_parameter(f"The target group {target_group} does not exist.")


def target_type_incompatible(target_group: str, target_type: str, network_mode: str) -> ApiError:
    """awsvpc tasks are reached by their address, all others by their machine's."""
    return invalid_parameter(
        f"The provided target group {target_group} has target type {target_type}, "
        f"which is incompatible with the {network_mode} network mode specified in the task definition."
    )


def target_group_unused(target_group: str) -> ApiError:
    """No listener and no rule forwards to it; Terraform asks again when it reads this."""
    return invalid_parameter(
        f"The target group with targetGroupArn {target_group} does not have an associated load balancer."
    )


def several_registries() -> ApiError:
    """More than one service registry."""
    return invalid_parameter("service registries can have at most 1 items.")


def registry_arn_blank() -> ApiError:
    """Ours."""
    return invalid_parameter("Registry Arn can not be blank.")


def registry_not_with_none() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_parameter("Service registries are not supported when networkMode 'none' is specified.")


def registry_needs_container(registry: str) -> ApiError:
    """bridge and host tasks are found by a port of one of their containers."""
    return invalid_parameter(
        "When specifying 'host' or 'bridge' for networkMode, values for 'containerName' and 'containerPort' must be "
        f"specified from the task definition. Registry: {registry}"
    )


def registry_port_unwanted(member: str, registry: str) -> ApiError:
    """A port where the registry's records are of type A, which have none."""
    return invalid_parameter(
        f"The values specified for serviceRegistries do not require a value for '{member}'. "
        f"Remove the value and retry. Registry: {registry}"
    )


def registry_port_twice() -> ApiError:
    """Both ways to say which port an SRV record has."""
    return invalid_parameter(
        "Specify a value for either 'port' or the 'containerName' and 'containerPort' combination, but not both. "
        "Remove one and retry."
    )


def registry_port_missing(registry: str) -> ApiError:
    """Ours; the rule is AWS's: an SRV record has a port."""
    return invalid_parameter(
        "When specifying 'awsvpc' for networkMode, a value for either 'port' or the 'containerName' and "
        f"'containerPort' combination must be specified for SRV records. Registry: {registry}"
    )


def registry_needs_srv(registry: str) -> ApiError:
    """Ours; the rule is AWS's: what has no address of its own is found by its port."""
    return invalid_parameter(
        "When specifying 'host' or 'bridge' for networkMode, only SRV records are supported. "
        f"Registry: {registry}"
    )


def registry_records_unsupported(registry: str) -> ApiError:
    """Ours; the rule is AWS's: tasks have A and SRV records."""
    return invalid_parameter(
        f"Only A and SRV records are supported for service registries. Registry: {registry}"
    )


def registry_arn_invalid(registry: str) -> ApiError:
    """What is no ARN of a Cloud Map service; a namespace's is none."""
    return invalid_parameter(f"The format of the supplied service registry ARN is invalid: {registry}.")


def registry_missing(registry: str) -> ApiError:
    """Ours: no such service registry."""
    return invalid_parameter(f"The service registry {registry} does not exist.")

"""What AWS says about task sets. Texts were captured from AWS unless `ours` says otherwise (docs/decisions/0010)."""

from homeport.api.errors import ApiError, client_error, invalid_parameter, unsupported


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


def launch_type_and_strategy() -> ApiError:
    """Both ways to say where tasks run."""
    return invalid_parameter(
        "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
    )


def not_compatible(launch_type: str) -> ApiError:
    """The definition does not allow the launch type."""
    return invalid_parameter(f"Task definition does not support launch_type {launch_type}.")


def managed_instances_by_strategy() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_parameter(
        "The MANAGED_INSTANCES launch type must be used through a capacity provider strategy."
    )


def platform_version_unwanted(launch_type: str) -> ApiError:
    """A platform version where there are no platforms."""
    return invalid_parameter(
        f"The platform version must be null when specifying an {launch_type} launch type."
    )


def platform_unknown() -> ApiError:
    """Ours: no such platform version."""
    return ApiError("PlatformUnknownException", "The specified platform does not exist.")


def network_configuration_missing() -> ApiError:
    """An awsvpc definition has to be told its subnets."""
    return invalid_parameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.")


def network_configuration_unwanted() -> ApiError:
    """Only awsvpc has subnets."""
    return invalid_parameter(
        "Network Configuration is not valid for the given networkMode of this task definition."
    )


def subnets_empty() -> ApiError:
    """awsvpc without a subnet."""
    return invalid_parameter("subnets can not be empty.")


def awsvpc_not_built() -> ApiError:
    """Ours: the request is sound, and Homeport has no network interfaces yet."""
    return unsupported(
        "Homeport cannot run tasks with networkMode awsvpc, and so none on FARGATE, yet. "
        "Use bridge, host or none with launch type EC2 or EXTERNAL."
    )


def provider_not_found() -> ApiError:
    """A strategy with a provider that does not exist."""
    return invalid_parameter(
        "The specified capacity provider was not found. Specify a valid capacity provider and try again."
    )


def provider_not_associated() -> ApiError:
    """A strategy with a provider that the cluster does not have."""
    return invalid_parameter(
        "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the "
        "cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again."
    )


def several_bases() -> ApiError:
    """More than one base; AWS's first sentence, what follows it is not known."""
    return invalid_parameter(
        "There are multiple capacity providers in the specified capacity provider strategy with a base value defined. "
        "Only one capacity provider in a strategy can have a base value defined."
    )


def no_weight() -> ApiError:
    """All weights are 0; AWS's first sentence, what follows it is not known."""
    return invalid_parameter(
        "There are no capacity providers in the capacity provider strategy with a weight value greater than zero. "
        "At least one capacity provider must have a weight value greater than zero."
    )


def too_many_providers() -> ApiError:
    """More than twenty; ours, after that of load balancers."""
    return invalid_parameter("capacity provider strategy can have at most 20 items.")


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


def registry_missing(registry: str) -> ApiError:
    """Ours: no such service registry."""
    return invalid_parameter(f"The service registry {registry} does not exist.")

"""What AWS says about where tasks may run: launch types, capacity providers, Fargate's platforms.

For CreateTaskSet, RunTask and clusters alike. Texts were captured from AWS unless `ours` says otherwise.
"""

from homeport.api.errors import ApiError, client_error, invalid_parameter, unsupported


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
    """No such platform version: `1.4` is none."""
    return ApiError("PlatformUnknownException", "The specified platform does not exist.")


def platform_incompatible() -> ApiError:
    """The definition needs what came with a later platform version."""
    return ApiError(
        "PlatformTaskDefinitionIncompatibilityException",
        "One or more of the requested capabilities are not supported.",
    )


def windows_unsupported() -> ApiError:
    """Ours: a sound definition, and no machine for it."""
    return unsupported("Homeport runs Linux containers only: the task definition asks for Windows.")


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


def provider_in_use() -> ApiError:
    """A provider taken from a cluster whose task sets use it."""
    return ApiError(
        "ResourceInUseException", "The specified capacity provider is in use and cannot be removed."
    )


def provider_repeated() -> ApiError:
    """Ours: one provider twice in a strategy."""
    return invalid_parameter(
        "The specified capacity provider strategy contains a capacity provider more than once."
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


def constraints_on_fargate() -> ApiError:
    """Fargate has no instances to choose among; after the sentence about strategies."""
    return invalid_parameter("Placement constraints are not supported with FARGATE launch type.")


def strategies_on_fargate() -> ApiError:
    return invalid_parameter("Placement strategies are not supported with FARGATE launch type.")


def size_unknown(cpu: int, memory_mib: int) -> ApiError:
    """Overrides that make a size which Fargate does not have; the sentence is RegisterTaskDefinition's."""
    return client_error(
        f"No Fargate configuration exists for given values: {cpu} CPU, {memory_mib} memory. "
        "See the Amazon ECS documentation for the valid values."
    )


def storage_too_small() -> ApiError:
    return client_error("EphemeralStorage size should be at least 21")


def storage_too_large() -> ApiError:
    return client_error("EphemeralStorage size should be at most 200")


def storage_on_instances() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_parameter("Ephemeral storage can only be overridden for tasks on FARGATE.")

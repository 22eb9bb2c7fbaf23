"""What AWS says about services. Texts were captured from AWS unless `ours` says otherwise (docs/decisions/0010)."""

from homeport.api.errors import ApiError, invalid_parameter, unsupported


def services_empty() -> ApiError:
    """DescribeServices without names."""
    return invalid_parameter("Services cannot be empty.")


def services_too_many() -> ApiError:
    """More than ten names; ours, after that of load balancers."""
    return invalid_parameter("services can have at most 10 items.")


def controller_not_built(controller: str) -> ApiError:
    """Ours: an ECS or CODE_DEPLOY service. ECS is AWS's default, so whoever left it out is told."""
    return unsupported(
        f"Homeport does not run services with the {controller} deployment controller yet. "
        "Create the service with deploymentController type EXTERNAL, and its task sets with CreateTaskSet."
    )


def not_idempotent() -> ApiError:
    """The name is taken by an ACTIVE or DRAINING service, or the token by another request."""
    return invalid_parameter("Creation of service was not idempotent.")


def name_invalid() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_parameter(
        "Service name can have at most 255 letters (uppercase and lowercase), numbers, underscores, and hyphens."
    )


def must_be_blank(member: str) -> ApiError:
    """What belongs to a task set, given to an EXTERNAL service (seen for TaskDefinition, ours for the others)."""
    return invalid_parameter(f"{member} must be blank.")


def must_be_null(member: str) -> ApiError:
    """The same (seen for NetworkConfiguration)."""
    return invalid_parameter(f"{member} must be null.")


def must_be_empty(member: str) -> ApiError:
    """The same (seen for LoadBalancers, ours for the others)."""
    return invalid_parameter(f"{member} must be empty or null.")


def daemon_not_supported() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_parameter(
        "The DAEMON scheduling strategy is not supported with the EXTERNAL deployment controller."
    )


def not_with_external(feature: str) -> ApiError:
    """Ours; the rule is AWS's: circuit breaker, alarms, Service Connect, VPC Lattice."""
    return invalid_parameter(
        f"{feature} is not supported for services with an EXTERNAL deployment controller."
    )


def grace_without_balancer() -> ApiError:
    """A grace period on a service that has no load balancer."""
    return invalid_parameter(
        "Health check grace period is only valid for services configured to use load balancers"
    )


def grace_out_of_range() -> ApiError:
    """Ours."""
    return invalid_parameter("healthCheckGracePeriodSeconds must be between 0 and 2147483647.")


def desired_count_negative() -> ApiError:
    """Ours."""
    return invalid_parameter("desiredCount cannot be negative.")


def percent_out_of_range() -> ApiError:
    """Ours."""
    return invalid_parameter("minimumHealthyPercent and maximumPercent must be between 0 and 200.")


def unable_to_update(what: str) -> ApiError:
    """Ours: a change that needs a new task set; after AWS's sentence for CODE_DEPLOY."""
    return invalid_parameter(f"Unable to update {what} on services with an EXTERNAL deployment controller.")


def scaled_above_zero() -> ApiError:
    """DeleteService of a service that wants tasks, without force."""
    return invalid_parameter("The service cannot be stopped while it is scaled above 0.")

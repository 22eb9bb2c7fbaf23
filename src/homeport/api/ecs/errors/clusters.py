"""What AWS says about clusters, container instances and settings; `ours` where no capture was found."""

from homeport.api.errors import ApiError, client_error, invalid_parameter


def not_idempotent() -> ApiError:
    """CreateCluster with other arguments than those of the cluster that is there (seen on AWS)."""
    return invalid_parameter(
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s)."
    )


def clusters_blank() -> ApiError:
    """A blank among the names (seen on AWS, DescribeClusters)."""
    return invalid_parameter("Clusters can not be blank.")


def namespace_not_found() -> ApiError:
    """Service Connect's default namespace, by an ARN of none; ours, after the API Reference."""
    return ApiError("NamespaceNotFoundException", "The specified namespace wasn't found.")


def contains_services() -> ApiError:
    """DeleteCluster while there are services that are not INACTIVE."""
    return ApiError(
        "ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active."
    )


def contains_tasks() -> ApiError:
    """DeleteCluster while tasks run."""
    return ApiError("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")


def setting_value_invalid() -> ApiError:
    """A value that containerInsights cannot have (seen on AWS, UpdateCluster)."""
    return invalid_parameter("Invalid setting 'value'")


def clusters_too_many() -> ApiError:
    """More than 100 names; ours, after that of load balancers."""
    return invalid_parameter("clusters can have at most 100 items.")


def instances_empty() -> ApiError:
    """DescribeContainerInstances without ids."""
    return invalid_parameter("Container instances cannot be empty.")


def instances_too_many() -> ApiError:
    """More than 100 ids; ours."""
    return invalid_parameter("containerInstances can have at most 100 items.")


def filter_invalid(reason: str) -> ApiError:
    """Ours: `reason` is the parser's sentence."""
    return invalid_parameter(reason)


def account_setting_value_invalid(name: str) -> ApiError:
    """Ours."""
    return invalid_parameter(f"Invalid value for the account setting {name}.")


def account_setting_fixed(name: str) -> ApiError:
    """Ours: a setting of AWS's own, which nobody can change."""
    return client_error(f"The account setting {name} is managed by AWS and cannot be changed.")


def principal_foreign() -> ApiError:
    """Ours: settings of another account."""
    return invalid_parameter("The principalArn does not belong to this account.")

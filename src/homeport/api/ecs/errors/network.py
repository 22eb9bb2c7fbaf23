"""What AWS says about subnets and security groups of tasks. Captured from AWS unless `ours` says otherwise."""

from collections.abc import Sequence

from homeport.api.errors import ApiError, invalid_parameter


def configuration_missing() -> ApiError:
    """An awsvpc definition has to be told its subnets."""
    return invalid_parameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.")


def configuration_unwanted() -> ApiError:
    """Only awsvpc has subnets."""
    return invalid_parameter(
        "Network Configuration is not valid for the given networkMode of this task definition."
    )


def subnets_empty() -> ApiError:
    """awsvpc without a subnet."""
    return invalid_parameter("subnets can not be empty.")


def too_many(what: str, most: int) -> ApiError:
    """Ours, after that of load balancers; the limits are AWS's."""
    return invalid_parameter(f"{what} can have at most {most} items.")


def subnet_missing(asked: Sequence[str], missing: str) -> ApiError:
    """One of the subnets is not there; all that were asked for are named."""
    return invalid_parameter(
        f"Error retrieving subnet information for [{', '.join(asked)}]: "
        f"The subnet ID '{missing}' does not exist (ErrorCode: InvalidSubnetID.NotFound)"
    )


def group_missing(asked: Sequence[str], missing: str) -> ApiError:
    """The same of security groups."""
    return invalid_parameter(
        f"Error retrieving security group information for [{', '.join(asked)}]: "
        f"The security group '{missing}' does not exist (ErrorCode: InvalidGroup.NotFound)"
    )


def several_vpcs() -> ApiError:
    """Ours, after that of security groups; the rule is AWS's."""
    return invalid_parameter("The subnets do not appear to belong to the same VPC.")


def group_of_another_vpc(group: str) -> ApiError:
    """A security group that no interface in these subnets can be in."""
    return invalid_parameter(
        f"Security group {group} does not appear to belong to the same VPC as the input subnets."
    )


def public_address_unsupported() -> ApiError:
    """Only tasks on Fargate are given public addresses."""
    return invalid_parameter("Assign public IP is not supported for this launch type.")

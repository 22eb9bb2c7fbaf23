"""What EC2 says about VPCs and subnets."""

from collections.abc import Sequence

from homeport.api.ec2.errors.common import (
    MAX_SHOWN,
    dependency_violation,
    invalid_combination,
    invalid_value,
    unsupported,
    value_invalid,
)
from homeport.api.errors import ApiError


def default_exists() -> ApiError:
    """CreateDefaultVpc of an account that has one."""
    text = "A Default VPC already exists for this account in this region."
    return ApiError("DefaultVpcAlreadyExists", text)


def default_missing() -> ApiError:
    """CreateDefaultSubnet without a default VPC."""
    text = "No default VPC exists for this account in this region."
    return ApiError("DefaultVpcDoesNotExist", text)


def default_subnet_exists(subnet: str, zone: str) -> ApiError:
    """CreateDefaultSubnet in a zone that has one."""
    text = f"'{subnet}' is already the default subnet in {zone}."
    return ApiError("DefaultSubnetAlreadyExistsInAvailabilityZone", text)


def no_room_for_default_subnet() -> ApiError:
    """The default VPC has no block left for another; the text is ours."""
    return ApiError(
        "InsufficientFreeAddressesInVpc", "The default VPC has no room for another default subnet."
    )


def ipv6_unsupported() -> ApiError:
    """Addresses of the other family; ours."""
    return unsupported("Homeport's networks have no IPv6 addresses.")


def pools_unsupported() -> ApiError:
    """Blocks that IPAM should choose; ours."""
    return unsupported("Homeport has no IPAM pools: give a CIDR block.")


def parameter_unsupported(name: str) -> ApiError:
    """Something else that there is on AWS only; ours."""
    return unsupported(f"Homeport does not support {name}.")


def zone_missing() -> ApiError:
    """Neither a zone nor its id."""
    return ApiError("MissingParameter", "The request must contain the parameter availabilityZone")


def zone_invalid(zone: str, known: Sequence[str], parameter: str = "availabilityZone") -> ApiError:
    """A zone that the region does not have."""
    listed = ", ".join(known)
    return value_invalid(
        parameter,
        zone,
        f"Subnets can currently only be created in the following availability zones: {listed}.",
    )


def zones_twice() -> ApiError:
    """A zone by its name and by its id."""
    return invalid_combination("Only one of AvailabilityZone and AvailabilityZoneId can be specified")


def cidr_missing() -> ApiError:
    """CreateVpc without a block."""
    text = "Either 'cidrBlock' or 'ipv4IpamPoolId' must be provided."
    return ApiError("MissingParameter", text)


def subnet_cidr_missing() -> ApiError:
    """CreateSubnet without a block."""
    text = "Either 'cidrBlock' or 'ipv4IpamPoolId' must be provided."
    return ApiError("MissingParameter", text)


def vpc_range(cidr: str) -> ApiError:
    """A block that no VPC can have."""
    return ApiError("InvalidVpc.Range", f"The CIDR '{cidr}' is invalid.")


def subnet_range(cidr: str) -> ApiError:
    """A block that no subnet of the VPC can have."""
    return ApiError("InvalidSubnet.Range", f"The CIDR '{cidr}' is invalid.")


def subnet_conflict(cidr: str) -> ApiError:
    """A block that overlaps another subnet's."""
    return ApiError("InvalidSubnet.Conflict", f"The CIDR '{cidr}' conflicts with another subnet")


def too_many_vpcs() -> ApiError:
    """The limit of a region."""
    return ApiError("VpcLimitExceeded", "The maximum number of VPCs has been reached.")


def too_many_subnets() -> ApiError:
    """The limit of a VPC."""
    return ApiError("SubnetLimitExceeded", "The maximum number of subnets has been reached.")


def vpc_in_use(vpc: str) -> ApiError:
    """DeleteVpc of one that has something in it besides what it began with."""
    return dependency_violation(f"The vpc '{vpc}' has dependencies and cannot be deleted.")


def subnet_in_use(subnet: str) -> ApiError:
    """DeleteSubnet of one in which there are interfaces."""
    return dependency_violation(f"The subnet '{subnet}' has dependencies and cannot be deleted.")


def attributes_several(names: Sequence[str]) -> ApiError:
    """A Modify operation of one attribute that is given several."""
    return invalid_combination(f"Fields for multiple attribute types specified: {', '.join(names)}")


def attribute_missing() -> ApiError:
    """A Modify operation without an attribute."""
    return invalid_combination("No attributes specified")


def attribute_without_value(name: str) -> ApiError:
    """An attribute that is named, and not said to be anything; the text is ours."""
    return ApiError("MissingParameter", f"The request must contain the parameter {name}.Value")


def tenancy_invalid(tenancy: str) -> ApiError:
    """Hosts of one's own are no tenancy of a whole VPC."""
    return invalid_value(f"Value ({tenancy[:MAX_SHOWN]}) for parameter instanceTenancy is invalid.")

"""What EC2 says about network ACLs, their entries and their associations; texts were captured unless `ours` says otherwise."""

from homeport.api.ec2.errors.common import (
    dependency_violation,
    invalid_combination,
    invalid_value,
    value_invalid,
)
from homeport.api.errors import ApiError


def acl_in_use(acl: str) -> ApiError:
    """DeleteNetworkAcl of one that a subnet has."""
    return dependency_violation(f"The networkAcl '{acl}' has dependencies and cannot be deleted.")


def acl_default(acl: str) -> ApiError:
    """DeleteNetworkAcl of a VPC's first."""
    return invalid_value(f"cannot delete default network ACL {acl}")


def too_many_acls() -> ApiError:
    """The limit of a VPC; the text is ours."""
    return ApiError("NetworkAclLimitExceeded", "The maximum number of network ACLs has been reached.")


def too_many_entries() -> ApiError:
    """The limit of a direction and a family; the text is ours."""
    text = "The maximum number of network acl entries has been reached."
    return ApiError("NetworkAclEntryLimitExceeded", text)


def entry_exists(number: int) -> ApiError:
    """CreateNetworkAclEntry where there is one."""
    text = f"The network acl entry identified by {number} already exists."
    return ApiError("NetworkAclEntryAlreadyExists", text)


def entry_not_found(acl: str, number: int, *, is_egress: bool) -> ApiError:
    """ReplaceNetworkAclEntry or DeleteNetworkAclEntry where there is none; after the number the text is ours."""
    direction = "egress" if is_egress else "ingress"
    text = f"no {direction} entry with number {number} in network ACL {acl}"
    return ApiError("InvalidNetworkAclEntry.NotFound", text)


def number_invalid(number: int, most: int) -> ApiError:
    """A number that is no user's to give; what is said of it is ours."""
    return value_invalid("ruleNumber", number, f"It must be an integer from 1 to {most}.")


def protocol_unknown(protocol: str) -> ApiError:
    """A protocol that is no number."""
    return invalid_value(f"Invalid value '{protocol[:50]}' for IP protocol. Unknown protocol.")


def port_invalid(port: int) -> ApiError:
    """A port that there is not."""
    return invalid_value(f"port ({port}) out of range")


def ports_reversed(first: int, last: int) -> ApiError:
    """A range that ends before it begins; the text is ours."""
    return invalid_value(f"Invalid port range: {first} is greater than {last}.")


def icmp_invalid(type: int, code: int) -> ApiError:
    """A type or a code of ICMP that there is not; the text is ours."""
    return invalid_value(f"Invalid ICMP type and code: {type}, {code}.")


def blocks_wrong() -> ApiError:
    """No block, or two; the text is ours."""
    return invalid_combination("The request must contain exactly one of cidrBlock, ipv6CidrBlock")


def other_network(acl: str, subnet: str) -> ApiError:
    """An ACL of one VPC and a subnet of another; the text is ours, after that of route tables."""
    return invalid_value(f"network ACL {acl} and subnet {subnet} belong to different networks")

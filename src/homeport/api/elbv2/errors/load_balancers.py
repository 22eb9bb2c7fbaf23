"""What ELB says about load balancers. Texts were captured from AWS unless `ours` says otherwise."""

from homeport.api.elbv2.errors.common import invalid_configuration, not_permitted, validation
from homeport.api.errors import ApiError, unsupported


def gateway_not_built() -> ApiError:
    """Ours."""
    return unsupported(
        "Homeport has application and network load balancers; gateway ones make no sense here."
    )


def not_built(member: str) -> ApiError:
    """Ours: what needs a part of AWS that is not here (Outposts, IPAM, IPv6 prefixes)."""
    return unsupported(f"Homeport does not serve {member} of a load balancer.")


def name_too_long(name: str) -> ApiError:
    return validation(f"The load balancer name '{name}' cannot be longer than '32' characters")


def name_reserved(name: str) -> ApiError:
    """Known from published errors, not from the first hand."""
    return validation(f"The load balancer name '{name}' cannot begin with 'internal-'")


def name_characters(name: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return validation(
        f"The load balancer name '{name}' can only contain characters that are alphanumeric characters and hyphens(-)"
    )


def name_hyphen(name: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return validation(f"The load balancer name '{name}' cannot begin or end with a hyphen")


def duplicate_name(name: str) -> ApiError:
    return ApiError(
        "DuplicateLoadBalancerName",
        f"A load balancer with the same name '{name}' exists, but with different settings",
    )


def too_many(limit: int) -> ApiError:
    """Ours; AWS's quota."""
    return ApiError(
        "TooManyLoadBalancers", f"The maximum number of load balancers, {limit}, has been reached"
    )


def subnets_too_few() -> ApiError:
    return validation("At least two subnets in two different Availability Zones must be specified")


def subnet_missing() -> ApiError:
    """Ours."""
    return validation("At least one subnet must be specified")


def subnet_invalid(subnet: str) -> ApiError:
    """The text was seen, its code is ours."""
    return ApiError("SubnetNotFound", f"The subnet ID '{subnet}' is not valid")


def subnet_not_found(subnet: str) -> ApiError:
    return ApiError("SubnetNotFound", f"The subnet ID '{subnet}' does not exist")


def subnet_full(subnet: str) -> ApiError:
    return ApiError(
        "InvalidSubnet",
        f"Not enough IP space available in {subnet}. ELB requires at least 8 free IP addresses in each subnet.",
    )


def several_vpcs() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_configuration("All subnets of a load balancer must be in the same VPC")


def subnet_repeated() -> ApiError:
    """Ours."""
    return invalid_configuration("A subnet cannot be specified more than once")


def subnets_twice() -> ApiError:
    """Ours."""
    return validation("Subnets and subnet mappings cannot be specified at the same time")


def zone_repeated() -> ApiError:
    return invalid_configuration(
        "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
    )


def subnets_removed() -> ApiError:
    """Ours; the rule is AWS's, for network load balancers (API Reference, SetSubnets)."""
    return invalid_configuration("Subnet removal is not supported for Network Load Balancers")


def allocation_not_found(allocation: str) -> ApiError:
    """Ours: there are no elastic IP addresses here."""
    return ApiError("AllocationIdNotFound", f"The allocation ID '{allocation}' does not exist")


def private_address_invalid(address: str) -> ApiError:
    """Ours."""
    return validation(f"The private IPv4 address '{address}' is not valid")


def private_address_outside(address: str, subnet: str) -> ApiError:
    """Ours."""
    return validation(f"The private IPv4 address '{address}' cannot be used in subnet '{subnet}'")


def private_address_in_use(address: str) -> ApiError:
    """Ours."""
    return invalid_configuration(f"The private IPv4 address '{address}' is in use")


def security_groups_invalid() -> ApiError:
    return invalid_configuration("One or more security groups are invalid")


def too_many_security_groups() -> ApiError:
    """Ours; the limit is AWS's."""
    return invalid_configuration("A load balancer can have at most 5 security groups")


def security_groups_missing() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_configuration("At least one security group must be specified")


def security_groups_fixed() -> ApiError:
    """Ours; the rule is AWS's: a network load balancer that was created without any cannot get one."""
    return invalid_configuration(
        "You can't add security groups to a Network Load Balancer that was created without security groups"
    )


def enforcing_not_supported() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_configuration(
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic is supported only on Network Load Balancers "
        "that have security groups"
    )


def ip_address_type_not_supported(kind: str, ip_address_type: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return validation(
        f"The IP address type '{ip_address_type}' is not supported on load balancers with type '{kind}'"
    )


def deletion_protected(arn: str) -> ApiError:
    return not_permitted(f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled")


def names_and_arns() -> ApiError:
    return validation("Load balancer names and load balancer ARNs cannot be specified at the same time")


def key_not_recognized(noun: str, key: str) -> ApiError:
    """`noun` is `Load balancer` or `Listener` (Terraform's provider leaves an attribute out when it reads this)."""
    return validation(f"{noun} attribute key '{key}' is not recognized")


def key_not_supported(key: str, kind: str) -> ApiError:
    return invalid_configuration(
        f"Load balancer attribute key '{key}' is not supported on load balancers with type '{kind}'"
    )


def listener_key_not_supported(key: str, protocol: str) -> ApiError:
    """Ours, after that of load balancers."""
    return invalid_configuration(
        f"Listener attribute key '{key}' is not supported on listeners with the protocol '{protocol}'"
    )


def value_invalid(key: str, allowed: str) -> ApiError:
    """Ours; `allowed` says which values there are."""
    return invalid_configuration(f"The value of '{key}' must be {allowed}")


def bucket_refused(bucket: str) -> ApiError:
    """Known for buckets that ELB may not write to; a bucket's name is a folder's here, and this one can be none."""
    return ApiError(
        "InvalidConfigurationRequest",
        f"Access Denied for bucket: {bucket}. Please check S3bucket permission",
    )


def logs_need_bucket(key: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_configuration(f"'{key}' must be specified when the logs are enabled")

"""What ELB says about targets. Captured from AWS unless `ours`."""

from collections.abc import Sequence

from homeport.api.elbv2.errors.common import validation
from homeport.api.errors import ApiError


def target_missing() -> ApiError:
    """Ours."""
    return validation("At least one target must be specified")


def instance_malformed(id: str) -> ApiError:
    """No id of an instance at all."""
    return validation(f"Instance ID '{id[:300]}' is not valid")


def instances_invalid(ids: Sequence[str]) -> ApiError:
    """Ids of instances that are not there."""
    listed = ", ".join(f"'{id}'" for id in ids)
    return ApiError("InvalidTarget", f"The following targets are not valid instances: {listed}")


def address_malformed(id: str) -> ApiError:
    return validation(f"The IP address '{id[:300]}' is not a valid IPv4 address")


def address_public(id: str) -> ApiError:
    """Ours; the rule is AWS's, with 127.0.0.0/8 added (docs/decisions/0022)."""
    return validation(
        f"The IP address '{id}' is not within the ranges 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 172.16.0.0/12 "
        "and 192.168.0.0/16"
    )


def zone_not_supported() -> ApiError:
    """Ours; the rule is AWS's."""
    return validation(
        "An Availability Zone cannot be specified for target groups with target type 'instance'"
    )


def zone_invalid(id: str) -> ApiError:
    """What AWS says where the zone of an address outside the VPC is none."""
    return validation(
        "You must specify a valid Availability Zone or select 'all' for all enabled Availability zones, since the IP "
        f"address '{id}' is outside the VPC"
    )


def server_id_not_supported() -> ApiError:
    """Ours; the rule is AWS's."""
    return validation(
        "A QUIC server ID can only be specified for target groups with the QUIC or TCP_QUIC protocol"
    )


def too_many(most: int) -> ApiError:
    """Ours; AWS's quota."""
    return ApiError(
        "TooManyTargets", f"The maximum number of targets of a target group, {most}, has been reached"
    )

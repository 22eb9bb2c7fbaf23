"""Where a load balancer stands: subnets and their zones, security groups, its VPC, its address on this machine.

There is no EC2 yet, so any well-formed id is taken, and nothing can say which VPC a subnet is in: every account has
one in a region, under an id that follows from both. Subnets get the region's zones in the order in which they come.
"""

import re
from collections.abc import Collection, Sequence
from ipaddress import IPv4Address

from homeport.api.elbv2.errors import load_balancers as errors
from homeport.model.load_balancer import Kind, LoadBalancer, Zone
from homeport.model.record import Scope
from homeport.model.vpc import derived_id
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx

SUBNET = re.compile(r"subnet-([0-9a-f]{8}|[0-9a-f]{17})")
SECURITY_GROUP = re.compile(r"sg-([0-9a-f]{8}|[0-9a-f]{17})")
LETTERS = "abc"
"""Of a region's zones, as far as there are any here."""
FIRST_ADDRESS = IPv4Address("127.77.0.1")
MOST_SECURITY_GROUPS = 5


def zones(
    scope: Scope, kind: Kind, mappings: Sequence[elbv2.SubnetMapping], known: Sequence[Zone] = ()
) -> list[Zone]:
    """The subnets of a request with their zones; those that are `known` stay in theirs.

    Raises ValidationError, InvalidConfigurationRequest and AllocationIdNotFound.
    """
    subnets = [each.subnet_id or "" for each in mappings]
    for each in mappings:
        if not SUBNET.fullmatch(each.subnet_id or ""):
            raise errors.subnet_invalid(each.subnet_id or "")
        if each.allocation_id:
            raise errors.allocation_not_found(each.allocation_id)
    if len(set(subnets)) < len(subnets):
        raise errors.subnet_repeated()
    if kind == "application" and len(subnets) < 2:
        raise errors.subnets_too_few()
    if not subnets:
        raise errors.subnet_missing()

    names = {zone.subnet: zone.name for zone in known if zone.subnet in subnets}
    free = [name for letter in LETTERS if (name := f"{scope.region}{letter}") not in names.values()]
    if len(subnets) - len(names) > len(free):
        raise errors.zone_repeated()
    names |= zip([subnet for subnet in subnets if subnet not in names], free, strict=False)
    return [
        Zone(subnet=subnet, name=names[subnet], private_address=_private_address(each))
        for subnet, each in zip(subnets, mappings, strict=True)
    ]


def _private_address(mapping: elbv2.SubnetMapping) -> str | None:
    text = mapping.private_i_pv4_address
    if not text:
        return None
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise errors.private_address_invalid(text) from None


def mappings(
    subnets: Sequence[str] | None, given: Sequence[elbv2.SubnetMapping] | None
) -> Sequence[elbv2.SubnetMapping]:
    """What a request says in either of two ways. Raises ValidationError when it does in both."""
    if subnets and given:
        raise errors.subnets_twice()
    return given or [elbv2.SubnetMapping(subnet_id=subnet) for subnet in subnets or ()]


def checked_groups(groups: Collection[str]) -> list[str]:
    """Ids of security groups, each once. Raises InvalidConfigurationRequest."""
    if any(not SECURITY_GROUP.fullmatch(group) for group in groups):
        raise errors.security_groups_invalid()
    if len(set(groups)) > MOST_SECURITY_GROUPS:
        raise errors.too_many_security_groups()
    return list(dict.fromkeys(groups))


def default_vpc(scope: Scope) -> str:
    """The one VPC of an account in a region."""
    return derived_id("vpc", scope)


def default_group(scope: Scope) -> str:
    """The security group that an application load balancer gets when none is named."""
    return derived_id("sg", scope)


def free_address(tx: ReadTx) -> str:
    """The first loopback address, counted up from 127.77.0.1, that no load balancer on this machine has."""
    taken = {balancer.spec.address for balancer in tx.owned(LoadBalancer, "balancers")}
    address = FIRST_ADDRESS
    while str(address) in taken:
        address += 1
    return str(address)

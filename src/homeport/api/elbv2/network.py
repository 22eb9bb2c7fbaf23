"""Where a load balancer stands: subnets of one VPC in different zones, security groups of that VPC, its own address.

What it has there are network interfaces, one in each subnet: `api/balancer_interfaces.py`.
"""

import re
from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv4Network

from msgspec import Struct

from homeport.api import interfaces
from homeport.api.elbv2.errors import load_balancers as errors
from homeport.model.load_balancer import Kind, LoadBalancer, Zone
from homeport.model.record import Scope
from homeport.model.security_group import SecurityGroup
from homeport.model.vpc import Subnet, Vpc
from homeport.plan import addresses
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx

SUBNET = re.compile(r"subnet-([0-9a-f]{8}|[0-9a-f]{17})")
FIRST_ADDRESS = IPv4Address("127.77.0.1")
MOST_SECURITY_GROUPS = 5
FREE_ADDRESSES = 8
"""How many a subnet must have left for a load balancer (ELB User Guide)."""


class Place(Struct, frozen=True, kw_only=True):
    """The subnets of a load balancer with their zones, and the VPC that they are in."""

    vpc: Vpc
    zones: list[Zone]


def place(
    tx: ReadTx,
    scope: Scope,
    kind: Kind,
    given: Sequence[elbv2.SubnetMapping],
    known: Sequence[Zone] = (),
) -> Place:
    """The subnets of a request. Those that are `known` were checked for room when they were new.

    Raises ValidationError, SubnetNotFound, InvalidSubnet, InvalidConfigurationRequest and AllocationIdNotFound.
    """
    subnets = [_subnet(tx, scope, each) for each in given]
    _check_count(kind, subnets)
    if len({subnet.owner for subnet in subnets}) > 1:
        raise errors.several_vpcs()
    if len({subnet.spec.zone for subnet in subnets}) < len(subnets):
        raise errors.zone_repeated()
    vpc = tx.get(Vpc, subnets[0].owner)
    if vpc is None:
        raise errors.subnet_invalid(subnets[0].name)
    before = {zone.subnet: zone for zone in known}
    found = [
        _zone(tx, subnet, each, before.get(subnet.name)) for subnet, each in zip(subnets, given, strict=True)
    ]
    return Place(vpc=vpc, zones=found)


def _subnet(tx: ReadTx, scope: Scope, mapping: elbv2.SubnetMapping) -> Subnet:
    id = mapping.subnet_id or ""
    if not SUBNET.fullmatch(id):
        raise errors.subnet_invalid(id)
    if mapping.allocation_id:
        raise errors.allocation_not_found(mapping.allocation_id)
    subnet = tx.get(Subnet, f"{scope.id}/{id}")
    if subnet is None:
        raise errors.subnet_not_found(id)
    return subnet


def _check_count(kind: Kind, subnets: Sequence[Subnet]) -> None:
    if len({subnet.id for subnet in subnets}) < len(subnets):
        raise errors.subnet_repeated()
    if kind == "application" and len(subnets) < 2:
        raise errors.subnets_too_few()
    if not subnets:
        raise errors.subnet_missing()


def _zone(tx: ReadTx, subnet: Subnet, mapping: elbv2.SubnetMapping, known: Zone | None) -> Zone:
    address = _private_address(subnet, mapping)
    if known is not None and address in {None, known.private_address}:
        return known
    taken = interfaces.taken(tx, subnet)
    if known is None and addresses.available(subnet.spec.cidr, len(taken)) < FREE_ADDRESSES:
        raise errors.subnet_full(subnet.name)
    if address in taken:
        raise errors.private_address_in_use(address or "")
    return Zone(subnet=subnet.name, name=subnet.spec.zone, private_address=address)


def _private_address(subnet: Subnet, mapping: elbv2.SubnetMapping) -> str | None:
    """The address wished for in a subnet, which must be one that can be given out there."""
    text = mapping.private_i_pv4_address
    if not text:
        return None
    try:
        address = IPv4Address(text)
    except ValueError:
        raise errors.private_address_invalid(text) from None
    network = IPv4Network(subnet.spec.cidr)
    if not network.network_address + addresses.RESERVED <= address < network.broadcast_address:
        raise errors.private_address_outside(text, subnet.name)
    return text


def mappings(
    subnets: Sequence[str] | None, given: Sequence[elbv2.SubnetMapping] | None
) -> Sequence[elbv2.SubnetMapping]:
    """What a request says in either of two ways. Raises ValidationError when it does in both."""
    if subnets and given:
        raise errors.subnets_twice()
    return given or [elbv2.SubnetMapping(subnet_id=subnet) for subnet in subnets or ()]


def checked_groups(tx: ReadTx, vpc: str, ids: Collection[str]) -> list[str]:
    """Ids of security groups of a VPC (a record id), each once. Raises InvalidConfigurationRequest."""
    known = {group.name for group in tx.owned(SecurityGroup, vpc)}
    if not set(ids) <= known:
        raise errors.security_groups_invalid()
    if len(set(ids)) > MOST_SECURITY_GROUPS:
        raise errors.too_many_security_groups()
    return list(dict.fromkeys(ids))


def free_address(tx: ReadTx) -> str:
    """The first loopback address, counted up from 127.77.0.1, that no load balancer on this machine has."""
    taken = {balancer.spec.address for balancer in tx.owned(LoadBalancer, "balancers")}
    address = FIRST_ADDRESS
    while str(address) in taken:
        address += 1
    return str(address)

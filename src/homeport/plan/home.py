"""What a VPC begins with, and what the default VPC of an account is made of: rows, which others put.

Every VPC has a main route table and a security group `default`. A default one has a subnet in each zone and an internet
gateway besides. The ids of an account's first one follow from the tenant, so that what was made before there was a VPC
names the right ones; all others are drawn.
"""

from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Network

from msgspec import Struct

from homeport.model import security_group, zone
from homeport.model.dhcp_options import DhcpOptions, DhcpOptionsSpec
from homeport.model.gateway import InternetGateway, InternetGatewaySpec
from homeport.model.network_acl import AclEntry, NetworkAcl, NetworkAclSpec
from homeport.model.record import Record, Scope, Time, scope_of
from homeport.model.route_table import Route, RouteTable, RouteTableSpec
from homeport.model.security_group import GroupRule, GroupSpec, RuleSpec, SecurityGroup
from homeport.model.vpc import Subnet, SubnetSpec, Vpc, VpcSpec, companion_id, derived_id
from homeport.plan import addresses

GROUP_DESCRIPTION = "default VPC security group"
EVERYWHERE = "0.0.0.0/0"
SUBNET_PREFIX = 20
PROVIDED = "AmazonProvidedDNS"
"""The name of a VPC's own resolver among DHCP options."""


class Names(Struct, frozen=True, kw_only=True):
    """The ids of a VPC and of what comes with it; `gateway` and `subnets` only with a default one, by zone."""

    vpc: str
    group: str
    inward: str
    outward: str
    table: str
    association: str
    gateway: str = ""
    subnets: dict[str, str] = {}


def derived(scope: Scope) -> Names:
    """Those of an account's first VPC."""
    return Names(
        vpc=derived_id("vpc", scope),
        group=derived_id("sg", scope),
        inward=derived_id("sgr", scope, "ingress"),
        outward=derived_id("sgr", scope, "egress"),
        table=derived_id("rtb", scope),
        association=derived_id("rtbassoc", scope),
        gateway=derived_id("igw", scope),
        subnets={name: derived_id("subnet", scope, name[-1]) for name in zone.names(scope.region)},
    )


def drawn(scope: Scope, new_id: Callable[[str], str]) -> Names:
    """Those of any other; `new_id` makes an id of a prefix."""
    return Names(
        vpc=new_id("vpc"),
        group=new_id("sg"),
        inward=new_id("sgr"),
        outward=new_id("sgr"),
        table=new_id("rtb"),
        association=new_id("rtbassoc"),
        gateway=new_id("igw"),
        subnets={name: new_id("subnet") for name in zone.names(scope.region)},
    )


def default_vpc(scope: Scope, names: Names, block: IPv4Network, now: Time) -> list[Record]:
    """A default VPC, itself first, with all that is in it."""
    spec = VpcSpec(cidr=str(block), created_at=now, is_default=True, dns_hostnames=True)
    vpc = Vpc(id=f"{scope.id}/{names.vpc}", owner=scope.id, spec=spec)
    opened = InternetGatewaySpec(created_at=now, vpc=vpc.id)
    gateway = InternetGateway(id=f"{scope.id}/{names.gateway}", owner=scope.id, spec=opened)
    blocks = block.subnets(new_prefix=SUBNET_PREFIX)
    subnets = [
        default_subnet(vpc, id, name, each, now)
        for (name, id), each in zip(names.subnets.items(), blocks, strict=False)
    ]
    routes = (Route(cidr=EVERYWHERE, gateway=names.gateway),)
    return [vpc, gateway, *subnets, *furniture(vpc, names, now, routes)]


def default_subnet(vpc: Vpc, id: str, name: str, block: IPv4Network, now: Time) -> Subnet:
    """The default subnet of the zone `name`."""
    spec = SubnetSpec(cidr=str(block), zone=name, created_at=now, maps_public_ip=True, is_default=True)
    return Subnet(id=f"{vpc.owner}/{id}", owner=vpc.id, spec=spec)


def furniture(vpc: Vpc, names: Names, now: Time, routes: tuple[Route, ...] = ()) -> list[Record]:
    """What every VPC begins with; `routes` are those of the main route table."""
    tenant = scope_of(vpc.id).id
    main = RouteTableSpec(created_at=now, main=names.association, routes=routes)
    group = f"{tenant}/{names.group}"
    spec = GroupSpec(name=security_group.DEFAULT, description=GROUP_DESCRIPTION, vpc=vpc.id, created_at=now)
    inward = RuleSpec(is_egress=False, protocol="-1", created_at=now, group=group)
    outward = RuleSpec(is_egress=True, protocol="-1", created_at=now, cidr=EVERYWHERE)
    return [
        RouteTable(id=f"{tenant}/{names.table}", owner=vpc.id, spec=main),
        SecurityGroup(id=group, owner=vpc.id, spec=spec),
        GroupRule(id=f"{tenant}/{names.inward}", owner=group, spec=inward),
        GroupRule(id=f"{tenant}/{names.outward}", owner=group, spec=outward),
    ]


def default_acl_id(vpc: str) -> str:
    """The record id of the default network ACL of a VPC (its record id)."""
    return f"{scope_of(vpc).id}/{companion_id('acl', vpc)}"


def default_acl(vpc: Vpc) -> NetworkAcl:
    """The network ACL of a VPC as it is before anybody changes it: everything may pass."""
    entries = tuple(
        AclEntry(number=100, is_egress=is_egress, protocol="-1", action="allow", cidr=EVERYWHERE)
        for is_egress in (True, False)
    )
    spec = NetworkAclSpec(created_at=vpc.spec.created_at, is_default=True, entries=entries)
    return NetworkAcl(id=default_acl_id(vpc.id), owner=vpc.id, spec=spec)


def default_options(scope: Scope) -> DhcpOptions:
    """The DHCP options of a tenant's VPCs before anybody makes others."""
    domain = addresses.private_zone(scope.region)
    options: dict[str, tuple[str, ...]] = {"domain-name": (domain,), "domain-name-servers": (PROVIDED,)}
    spec = DhcpOptionsSpec(created_at=0.0, options=options)
    return DhcpOptions(id=f"{scope.id}/{derived_id('dopt', scope)}", owner=scope.id, spec=spec)


def block(taken: Iterable[str]) -> IPv4Network:
    """The block of a default VPC: AWS's own, or another that is clear of what is taken."""
    found = first_free(_blocks(), taken)
    return next(_blocks()) if found is None else found


def _blocks() -> Iterator[IPv4Network]:
    yield IPv4Network("172.31.0.0/16")
    yield from (IPv4Network(f"10.{number}.0.0/16") for number in range(31, 256))


def first_free(candidates: Iterable[IPv4Network], taken: Iterable[str]) -> IPv4Network | None:
    """The first that overlaps nothing that is taken."""
    others = [IPv4Network(text) for text in taken]
    return next((each for each in candidates if not any(each.overlaps(other) for other in others)), None)

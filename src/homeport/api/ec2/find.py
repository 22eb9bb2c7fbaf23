"""An id as AWS shows it (`vpc-…`) → the caller's record, or the right error. What is on its way out is not found."""

from collections.abc import Sequence
from operator import attrgetter

from msgspec import Struct

from homeport.api.caller import Caller
from homeport.api.ec2 import firsts
from homeport.api.ec2.errors import common as errors
from homeport.api.errors import ApiError
from homeport.model.dhcp_options import DhcpOptions
from homeport.model.elastic_ip import ElasticIp
from homeport.model.gateway import InternetGateway, NatGateway
from homeport.model.interface import Interface
from homeport.model.network_acl import NetworkAcl
from homeport.model.record import R, Record
from homeport.model.route_table import RouteTable
from homeport.model.security_group import GroupRule, PrefixList, SecurityGroup
from homeport.model.vpc import Subnet, Vpc
from homeport.shapes import ec2
from homeport.store.tx import ReadTx


class Noun(Struct, frozen=True):
    """A kind of record as EC2 calls it: how its ids begin, the type of resource in tags, and how it is said not to exist."""

    kind: type[Record]
    prefix: str
    resource: ec2.ResourceType
    code: str
    word: str
    text: str = ""
    """The whole text with `{}` for the id, where it is another than "The WORD ID 'x' does not exist"."""


NOUNS = (
    Noun(Vpc, "vpc", "vpc", "InvalidVpcID.NotFound", "vpc"),
    Noun(Subnet, "subnet", "subnet", "InvalidSubnetID.NotFound", "subnet"),
    Noun(RouteTable, "rtb", "route-table", "InvalidRouteTableID.NotFound", "routeTable"),
    Noun(
        InternetGateway,
        "igw",
        "internet-gateway",
        "InvalidInternetGatewayID.NotFound",
        "internetGateway",
    ),
    Noun(NatGateway, "nat", "natgateway", "NatGatewayNotFound", "", "The Nat Gateway {} was not found"),
    Noun(ElasticIp, "eipalloc", "elastic-ip", "InvalidAllocationID.NotFound", "allocation"),
    Noun(
        SecurityGroup,
        "sg",
        "security-group",
        "InvalidGroup.NotFound",
        "",
        "The security group '{}' does not exist",
    ),
    Noun(
        GroupRule,
        "sgr",
        "security-group-rule",
        "InvalidSecurityGroupRuleId.NotFound",
        "security group rule",
    ),
    Noun(Interface, "eni", "network-interface", "InvalidNetworkInterfaceID.NotFound", "networkInterface"),
    Noun(NetworkAcl, "acl", "network-acl", "InvalidNetworkAclID.NotFound", "networkAcl"),
    Noun(DhcpOptions, "dopt", "dhcp-options", "InvalidDhcpOptionID.NotFound", "dhcpOption"),
    Noun(PrefixList, "pl", "prefix-list", "InvalidPrefixListID.NotFound", "prefix list"),
)
BY_KIND = {noun.kind: noun for noun in NOUNS}
BY_PREFIX = {noun.prefix: noun for noun in NOUNS}


def one(tx: ReadTx, caller: Caller, kind: type[R], id: str) -> R:
    """The record with this id. Raises `InvalidVpcID.NotFound` and the like."""
    found = maybe(tx, caller, kind, id)
    if found is None:
        raise missing(kind, id)
    return found


def maybe(tx: ReadTx, caller: Caller, kind: type[R], id: str) -> R | None:
    """The same, or None."""
    found = tx.get(kind, f"{caller.scope.id}/{id}") or firsts.one(tx, caller.scope, kind, id)
    return found if found is not None and is_shown(found) else None


def several(tx: ReadTx, caller: Caller, kind: type[R], ids: Sequence[str] | None) -> list[R]:
    """Those that are named, or all of the caller's, the oldest first. Raises as `one` does, for all that are missing."""
    if not ids:
        kept = [record for record in tx.owned(kind, caller.scope.id) if is_shown(record)]
        return [*firsts.all_of(tx, caller.scope, kind), *kept]
    found = {id: maybe(tx, caller, kind, id) for id in dict.fromkeys(ids)}
    absent = [id for id, record in found.items() if record is None]
    if absent:
        raise missing(kind, *absent)
    return sorted((record for record in found.values() if record is not None), key=birth)


def default_vpc(tx: ReadTx, caller: Caller) -> Vpc | None:
    """The caller's default VPC, if it has one."""
    return next((vpc for vpc in several(tx, caller, Vpc, None) if vpc.spec.is_default), None)


def is_shown(record: Record) -> bool:
    """Whether anybody is told of it: no VPC that is being taken down, no spare interface, none that is given back."""
    if isinstance(record, Vpc):
        return record.spec.deleted_at is None
    if isinstance(record, Interface):
        return not record.is_warm and record.state.released_at is None
    return True


def missing(kind: type[Record], *ids: str) -> ApiError:
    """The error for ids that name nothing."""
    noun = BY_KIND[kind]
    if noun.text:
        return ApiError(noun.code, noun.text.format(", ".join(ids)[: errors.MAX_SHOWN]))
    return errors.not_found(noun.code, noun.word, ids)


def birth(record: Record) -> str:
    """A record's place among its kind by age; the id tells those of one millisecond apart."""
    at = attrgetter("spec.created_at")(record)
    return f"{at:017.3f} {record.id}"

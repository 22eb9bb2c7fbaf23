"""EC2: what is described knows no resource; what changes something touches each thing that the request names by its id.

What is to be made has no id yet: its resource is `TYPE/*`. Tags that it is to have need `ec2:CreateTags` (EC2 User Guide,
"Grant permission to tag resources during creation").
"""

from collections.abc import Iterator
from typing import Any

from msgspec import structs

from homeport.api.authorization.access import EVERYTHING, Access, Rule, Table, request_tags, resource_tags
from homeport.api.authorization.tables import ec2_names
from homeport.api.caller import Caller
from homeport.api.ec2 import find
from homeport.model.dhcp_options import DhcpOptions
from homeport.model.elastic_ip import ElasticIp
from homeport.model.gateway import InternetGateway, NatGateway
from homeport.model.interface import Interface
from homeport.model.network_acl import NetworkAcl
from homeport.model.record import Record
from homeport.model.route_table import RouteTable
from homeport.model.security_group import GroupRule, PrefixList, SecurityGroup
from homeport.model.vpc import Subnet, Vpc
from homeport.shapes import ec2
from homeport.store.tx import ReadTx

TYPES = {
    "acl": "network-acl",
    "dopt": "dhcp-options",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "i": "instance",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "pl": "prefix-list",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vpc": "vpc",
}
"""The type in an ARN by what an id begins with."""
KINDS: dict[str, type[Record]] = {
    "acl": NetworkAcl,
    "dopt": DhcpOptions,
    "eipalloc": ElasticIp,
    "eni": Interface,
    "igw": InternetGateway,
    "nat": NatGateway,
    "pl": PrefixList,
    "rtb": RouteTable,
    "sg": SecurityGroup,
    "sgr": GroupRule,
    "subnet": Subnet,
    "vpc": Vpc,
}
MADE = {
    "AllocateAddress": "elastic-ip",
    "AuthorizeSecurityGroupEgress": "security-group-rule",
    "AuthorizeSecurityGroupIngress": "security-group-rule",
    "CreateDefaultSubnet": "subnet",
    "CreateDefaultVpc": "vpc",
    "CreateDhcpOptions": "dhcp-options",
    "CreateInternetGateway": "internet-gateway",
    "CreateManagedPrefixList": "prefix-list",
    "CreateNatGateway": "natgateway",
    "CreateNetworkAcl": "network-acl",
    "CreateNetworkInterface": "network-interface",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
}
"""What an operation makes."""
MEMBERS = (
    *("allocation_id", "group_id", "groups", "instance_id", "internet_gateway_id", "nat_gateway_id"),
    *(
        "dhcp_options_id",
        "network_acl_id",
        "network_interface_id",
        "prefix_list_id",
        "resources",
        "route_table_id",
        "security_group_rule_ids",
    ),
    *("subnet_id", "vpc_id"),
)
"""Where requests have ids."""
ROUTES = ("CreateRoute", "ReplaceRoute")
"""They touch the route table alone, wherever the route leads."""
UNTOUCHED = ("Describe", "GetSecurityGroupsForVpc")


def rule_of(action: str) -> Rule:
    """What an operation touches."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        if action.startswith(UNTOUCHED):
            yield Access(action=f"ec2:{action}", said=_region(caller))
            return
        brought = _brought(request)
        found = [_named(tx, caller, action, id, brought) for id in _ids(action, request)]
        for type, meant in dict.fromkeys(ec2_names.meant(tx, caller, action, request)):
            any_of_it = _any(caller, action, type, brought)
            named = any_of_it if meant is None else _named(tx, caller, action, meant, brought)
            # A refusal does not tell the id, nor whether there is one.
            found.append(structs.replace(named, shown=any_of_it.resource))
        if action in MADE:
            found.append(_any(caller, action, MADE[action], brought))
        yield from found or [Access(action=f"ec2:{action}", said=_region(caller))]
        yield from _tagging(caller, action, request)

    return rule


def _ids(action: str, request: Any) -> Iterator[str]:
    for member in ("route_table_id",) if action in ROUTES else MEMBERS:
        value = getattr(request, member, None)
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (id for id in value if isinstance(id, str))


def _named(tx: ReadTx, caller: Caller, action: str, id: str, brought: dict[str, tuple[str, ...]]) -> Access:
    """The action on what has an id, with its tags and its VPC."""
    prefix = id.partition("-")[0]
    kind = KINDS.get(prefix)
    record: Any = find.maybe(tx, caller, kind, id) if kind is not None else None
    said = {**_region(caller), **brought}
    if record is not None:
        said |= resource_tags(record.spec.tags, "ec2")
        vpc = str(record.owner).rpartition("/")[2]
        if vpc.startswith("vpc-"):
            said["ec2:vpc"] = (_arn(caller, "vpc", vpc),)
    resource = _arn(caller, TYPES[prefix], id) if prefix in TYPES else EVERYTHING
    return Access(action=f"ec2:{action}", resource=resource, said=said)


def _any(caller: Caller, action: str, type: str, brought: dict[str, tuple[str, ...]]) -> Access:
    """The action on whichever of a type, as on what has no id yet."""
    said = {**_region(caller), **brought}
    return Access(action=f"ec2:{action}", resource=_arn(caller, type, "*"), said=said)


def _tagging(caller: Caller, action: str, request: Any) -> Iterator[Access]:
    for each in getattr(request, "tag_specifications", None) or ():
        tags = {tag.key or "": tag.value or "" for tag in each.tags or ()}
        if tags:
            said = {**_region(caller), **request_tags(tags), "ec2:createaction": (action,)}
            resource = _arn(caller, each.resource_type or MADE.get(action, "*"), "*")
            yield Access(action="ec2:CreateTags", resource=resource, said=said)


def _brought(request: Any) -> dict[str, tuple[str, ...]]:
    """The keys of the tags that a request gives, or takes away."""
    given = list(getattr(request, "tags", None) or ())
    for each in getattr(request, "tag_specifications", None) or ():
        given.extend(each.tags or ())
    return request_tags({tag.key or "": tag.value or "" for tag in given})


def _region(caller: Caller) -> dict[str, tuple[str, ...]]:
    return {"ec2:region": (caller.region,)}


def _arn(caller: Caller, type: str, id: str) -> str:
    return f"arn:aws:ec2:{caller.region}:{caller.account}:{type}/{id}"


TABLE: Table = {name: rule_of(name) for name in ec2.OPERATIONS}
"""An action is called as its operation is, without exception among those that are served."""

"""Create, Delete and DescribeSecurityGroups, and who refers to them. Their rules are in `group_rules.py`."""

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from homeport.api.caller import Caller
from homeport.api.ec2 import find, groups, tagging
from homeport.api.ec2.errors import common
from homeport.api.ec2.errors import security_groups as errors
from homeport.api.ec2.filters import Field
from homeport.api.ec2.listing import Catalogue
from homeport.api.ec2.view import security_group as view
from homeport.api.operation import read, write
from homeport.model import arn
from homeport.model.interface import Interface
from homeport.model.security_group import DEFAULT, GroupRule, GroupSpec, RuleSpec, SecurityGroup
from homeport.model.vpc import Vpc
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

TEXT = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")
MOST_GROUPS = 2500
"""AWS's quota of security groups for each region."""


class Shown(Struct, frozen=True):
    """A group as it is answered, and the names of the groups that its rules refer to, by id: filters ask for them."""

    group: ec2.SecurityGroup
    names: Mapping[str, str]


def _of_permissions(prefix: str, member: str) -> dict[str, Field[Shown]]:
    """The filters that look at a group's permissions: any combination of rules may fit (API Reference)."""

    def permissions(shown: Shown) -> Sequence[ec2.IpPermission]:
        return getattr(shown.group, member) or ()

    def pairs(shown: Shown) -> list[ec2.UserIdGroupPair]:
        return [pair for each in permissions(shown) for pair in each.user_id_group_pairs or ()]

    def numbers(found: Iterable[int | None]) -> list[str]:
        return [str(number) for number in found if number is not None]

    return {
        f"{prefix}cidr": lambda shown: [
            block.cidr_ip for each in permissions(shown) for block in each.ip_ranges or ()
        ],
        f"{prefix}ipv6-cidr": lambda shown: [
            block.cidr_ipv6 for each in permissions(shown) for block in each.ipv6_ranges or ()
        ],
        f"{prefix}prefix-list-id": lambda shown: [
            peer.prefix_list_id for each in permissions(shown) for peer in each.prefix_list_ids or ()
        ],
        f"{prefix}protocol": lambda shown: [each.ip_protocol for each in permissions(shown)],
        f"{prefix}from-port": lambda shown: numbers(each.from_port for each in permissions(shown)),
        f"{prefix}to-port": lambda shown: numbers(each.to_port for each in permissions(shown)),
        f"{prefix}group-id": lambda shown: [pair.group_id for pair in pairs(shown)],
        f"{prefix}group-name": lambda shown: [shown.names.get(pair.group_id or "") for pair in pairs(shown)],
        f"{prefix}user-id": lambda shown: [pair.user_id for pair in pairs(shown)],
    }


GROUPS = Catalogue[Shown](
    operation="DescribeSecurityGroups",
    fields={
        "description": lambda shown: shown.group.description,
        "group-id": lambda shown: shown.group.group_id,
        "group-name": lambda shown: shown.group.group_name,
        "owner-id": lambda shown: shown.group.owner_id,
        "vpc-id": lambda shown: shown.group.vpc_id,
        **_of_permissions("ip-permission.", "ip_permissions"),
        **_of_permissions("egress.ip-permission.", "ip_permissions_egress"),
    },
    tags=lambda shown: shown.group.tags,
)
FOR_VPC = Catalogue[ec2.SecurityGroupForVpc](
    operation="GetSecurityGroupsForVpc",
    fields={
        "description": lambda group: group.description,
        "group-id": lambda group: group.group_id,
        "group-name": lambda group: group.group_name,
        "owner-id": lambda group: group.owner_id,
        "primary-vpc-id": lambda group: group.primary_vpc_id,
    },
)


@write
def create_security_group(
    tx: WriteTx, caller: Caller, request: ec2.CreateSecurityGroupRequest
) -> ec2.CreateSecurityGroupResult:
    """Creates it, with the rule that lets everything out."""
    _check_texts(request.group_name, request.description)
    vpc = find.one(tx, caller, Vpc, request.vpc_id) if request.vpc_id else groups.default_vpc(tx, caller)
    tags = tagging.specified(request.tag_specifications, "security-group")
    if groups.in_vpc(tx, vpc, request.group_name) is not None:
        raise errors.duplicate(request.group_name, vpc.name)
    if tx.count(SecurityGroup, caller.scope.id) >= MOST_GROUPS:
        raise errors.too_many()

    spec = GroupSpec(
        name=request.group_name,
        description=request.description,
        vpc=vpc.id,
        created_at=tx.now,
        tags=tags,
    )
    record = SecurityGroup(id=f"{caller.scope.id}/sg-{tx.new_id()[:17]}", owner=vpc.id, spec=spec)
    tx.put(record)
    put_rule(tx, record, RuleSpec(is_egress=True, protocol="-1", cidr="0.0.0.0/0", created_at=tx.now))
    return ec2.CreateSecurityGroupResult(
        group_id=record.name,
        security_group_arn=arn.ec2_arn(record.id, "security-group"),
        tags=tagging.shown(tags),
    )


def put_rule(tx: WriteTx, group: SecurityGroup, spec: RuleSpec) -> GroupRule:
    """A new rule of a group."""
    scope = group.id.rsplit("/", 1)[0]
    record = GroupRule(id=f"{scope}/sgr-{tx.new_id()[:17]}", owner=group.id, spec=spec)
    tx.put(record)
    return record


def _check_texts(name: str, description: str) -> None:
    if name.lower() == DEFAULT:
        raise errors.name_reserved(name)
    if name.lower().startswith(groups.PREFIX):
        raise errors.name_like_id(name)
    if not TEXT.fullmatch(name):
        raise errors.name_invalid(name)
    if not TEXT.fullmatch(description):
        raise errors.description_invalid()


@write
def delete_security_group(
    tx: WriteTx, caller: Caller, request: ec2.DeleteSecurityGroupRequest
) -> ec2.DeleteSecurityGroupResult:
    """Deletes it with its rules, unless an interface is in it or another group's rule refers to it."""
    record = groups.either(tx, caller, request.group_id, request.group_name)
    if record.is_default:
        raise errors.default_not_deleted(record.name)
    if _is_used(tx, record):
        raise errors.in_use(record.name)

    for rule in tx.owned(GroupRule, record.id):
        tx.delete(rule)
    tx.delete(record)
    return ec2.DeleteSecurityGroupResult(return_=True, group_id=record.name)


def _is_used(tx: ReadTx, record: SecurityGroup) -> bool:
    interfaces = tx.owned(Interface, f"group:{record.id}")
    referring = tx.owned(GroupRule, f"refers:{record.id}")
    return any(map(find.is_shown, interfaces)) or any(rule.owner != record.id for rule in referring)


@read
def describe_security_groups(
    tx: ReadTx, caller: Caller, request: ec2.DescribeSecurityGroupsRequest
) -> ec2.DescribeSecurityGroupsResult:
    """Those that are named by id, or by name in the default VPC, or all."""
    records = _named(tx, caller, request)
    page = GROUPS.page(caller, request, records, lambda record: _shown(tx, record))
    return ec2.DescribeSecurityGroupsResult(
        security_groups=[shown.group for shown in page.items], next_token=page.next_token
    )


def _named(tx: ReadTx, caller: Caller, request: ec2.DescribeSecurityGroupsRequest) -> Sequence[SecurityGroup]:
    if not request.group_names:
        return groups.several(tx, caller, request.group_ids)
    by_name = {name: groups.named(tx, caller, name) for name in request.group_names}
    by_id = groups.several(tx, caller, request.group_ids) if request.group_ids else []
    return list({record.id: record for record in (*by_name.values(), *by_id)}.values())


def _shown(tx: ReadTx, record: SecurityGroup) -> Shown:
    shown = view.group(tx, record)
    peers = {rule.spec.group for rule in tx.owned(GroupRule, record.id) if rule.spec.group}
    found = (tx.get(SecurityGroup, id) for id in peers)
    return Shown(shown, {peer.name: peer.spec.name for peer in found if peer is not None})


@read
def get_security_groups_for_vpc(
    tx: ReadTx, caller: Caller, request: ec2.GetSecurityGroupsForVpcRequest
) -> ec2.GetSecurityGroupsForVpcResult:
    """Those that interfaces in a VPC may be in: here those of the VPC."""
    vpc = find.one(tx, caller, Vpc, request.vpc_id)
    page = FOR_VPC.page(caller, request, tx.owned(SecurityGroup, vpc.id), view.group_for_vpc)
    return ec2.GetSecurityGroupsForVpcResult(security_group_for_vpcs=page.items, next_token=page.next_token)


@read
def describe_security_group_references(
    tx: ReadTx, caller: Caller, request: ec2.DescribeSecurityGroupReferencesRequest
) -> ec2.DescribeSecurityGroupReferencesResult:
    """Other VPCs that refer to groups: none, as there are no peerings."""
    if not request.group_id:
        raise common.missing("GroupId")
    groups.several(tx, caller, request.group_id)
    return ec2.DescribeSecurityGroupReferencesResult(security_group_reference_set=[])


@read
def describe_stale_security_groups(
    tx: ReadTx, caller: Caller, request: ec2.DescribeStaleSecurityGroupsRequest
) -> ec2.DescribeStaleSecurityGroupsResult:
    """Groups with rules for groups of peered VPCs that are gone: none, as there are no peerings."""
    find.one(tx, caller, Vpc, request.vpc_id)
    if request.next_token:
        raise common.token_invalid()
    return ec2.DescribeStaleSecurityGroupsResult(stale_security_group_set=[])

"""Authorize and RevokeSecurityGroupIngress and Egress: rules come and go, one record for each peer.

What a request's permissions mean is worked out in `permissions.py`; rules by their own ids are in `rule_changes.py`.
"""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import find, groups, permissions, tagging
from homeport.api.ec2.errors import security_groups as errors
from homeport.api.ec2.security_groups import put_rule
from homeport.api.ec2.view import security_group as view
from homeport.api.operation import write
from homeport.model.security_group import GroupRule, PrefixList, RuleSpec, SecurityGroup
from homeport.model.vpc import Vpc
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

MOST_RULES = 60
"""AWS's quota of rules of a group: for each direction, and for IPv4 and IPv6 apart."""
Ingress: TypeAlias = ec2.AuthorizeSecurityGroupIngressRequest | ec2.RevokeSecurityGroupIngressRequest
Egress: TypeAlias = ec2.AuthorizeSecurityGroupEgressRequest | ec2.RevokeSecurityGroupEgressRequest
Revocation: TypeAlias = ec2.RevokeSecurityGroupIngressRequest | ec2.RevokeSecurityGroupEgressRequest
OF_INGRESS_ONLY = {
    "sourceSecurityGroupName": "source_security_group_name",
    "sourceSecurityGroupOwnerId": "source_security_group_owner_id",
    "ipProtocol": "ip_protocol",
    "fromPort": "from_port",
    "toPort": "to_port",
    "cidrIp": "cidr_ip",
}
"""Parameters of a single permission, which requests for egress have, and may not use."""
ALL_PORTS = {"tcp": (0, permissions.LAST_PORT), "udp": (0, permissions.LAST_PORT), "icmp": (-1, -1)}
"""What a source group without more means (API Reference, AuthorizeSecurityGroupIngress)."""


class Revoked(Struct, frozen=True, kw_only=True):
    """Rules that are to go, and permissions that stood for none."""

    rules: list[GroupRule]
    unknown: list[ec2.IpPermission] = []


@write
def authorize_security_group_ingress(
    tx: WriteTx, caller: Caller, request: ec2.AuthorizeSecurityGroupIngressRequest
) -> ec2.AuthorizeSecurityGroupIngressResult:
    """Lets more in."""
    group = groups.either(tx, caller, request.group_id, request.group_name)
    tags = tagging.specified(request.tag_specifications, "security-group-rule")
    made = _authorize(tx, caller, group, _ingress(request), "ingress", tags)
    return ec2.AuthorizeSecurityGroupIngressResult(return_=True, security_group_rules=made)


@write
def authorize_security_group_egress(
    tx: WriteTx, caller: Caller, request: ec2.AuthorizeSecurityGroupEgressRequest
) -> ec2.AuthorizeSecurityGroupEgressResult:
    """Lets more out."""
    group = groups.one(tx, caller, request.group_id)
    tags = tagging.specified(request.tag_specifications, "security-group-rule")
    made = _authorize(tx, caller, group, _egress(request), "egress", tags)
    return ec2.AuthorizeSecurityGroupEgressResult(return_=True, security_group_rules=made)


def _authorize(
    tx: WriteTx,
    caller: Caller,
    group: SecurityGroup,
    given: Sequence[ec2.IpPermission],
    direction: permissions.Direction,
    tags: dict[str, str],
) -> list[ec2.SecurityGroupRule]:
    wanted = permissions.rules(tx, caller, group, given, direction)
    present = [rule.spec for rule in tx.owned(GroupRule, group.id)]
    keys = {permissions.key(rule) for rule in present}
    twice = next((rule for rule in wanted if permissions.key(rule) in keys), None)
    if twice is not None:
        raise errors.rule_duplicate(permissions.shown(twice))
    check_room(tx, [*present, *wanted], direction)
    return [view.rule(put_rule(tx, group, replace(rule, tags=tags))) for rule in wanted]


def check_room(tx: ReadTx, rules: Sequence[RuleSpec], direction: permissions.Direction) -> None:
    """Raises RulesPerSecurityGroupLimitExceeded. A prefix list counts as many rules as it may have entries."""
    used = {"IPv4": 0, "IPv6": 0}
    for rule in rules:
        if rule.is_egress != (direction == "egress"):
            continue
        if rule.prefix_list is not None:
            found = tx.get(PrefixList, rule.prefix_list)
            size = 1 if found is None else found.spec.max_entries  # One of AWS's own is no record.
            used["IPv4" if found is None else found.spec.address_family] += size
            continue
        for family, other in (("IPv4", rule.cidr6), ("IPv6", rule.cidr)):
            used[family] += other is None
    if max(used.values()) > MOST_RULES:
        raise errors.too_many_rules()


def check_group_room(tx: ReadTx, group: str) -> None:
    """The same of a group (a record id) as it is, in both directions: a prefix list of its rules has grown."""
    present = [rule.spec for rule in tx.owned(GroupRule, group)]
    check_room(tx, present, "ingress")
    check_room(tx, present, "egress")


@write
def revoke_security_group_ingress(
    tx: WriteTx, caller: Caller, request: ec2.RevokeSecurityGroupIngressRequest
) -> ec2.RevokeSecurityGroupIngressResult:
    """Takes back what was let in; with ids of rules alone, the group need not be named."""
    if request.security_group_rule_ids and not (request.group_id or request.group_name):
        group = _group_of(tx, caller, request.security_group_rule_ids)
    else:
        group = groups.either(tx, caller, request.group_id, request.group_name)
    if request.security_group_rule_ids:
        revoked = _by_ids(tx, caller, group, request, "ingress")
    else:
        revoked = _by_permissions(tx, caller, group, _ingress(request), "ingress")
    return ec2.RevokeSecurityGroupIngressResult(
        return_=True,
        unknown_ip_permissions=revoked.unknown or None,
        revoked_security_group_rules=_deleted(tx, revoked),
    )


@write
def revoke_security_group_egress(
    tx: WriteTx, caller: Caller, request: ec2.RevokeSecurityGroupEgressRequest
) -> ec2.RevokeSecurityGroupEgressResult:
    """Takes back what was let out."""
    group = groups.one(tx, caller, request.group_id)
    if request.security_group_rule_ids:
        revoked = _by_ids(tx, caller, group, request, "egress")
    else:
        revoked = _by_permissions(tx, caller, group, _egress(request), "egress")
    return ec2.RevokeSecurityGroupEgressResult(
        return_=True,
        unknown_ip_permissions=revoked.unknown or None,
        revoked_security_group_rules=_deleted(tx, revoked),
    )


def _deleted(tx: WriteTx, revoked: Revoked) -> list[ec2.RevokedSecurityGroupRule]:
    for rule in revoked.rules:
        tx.delete(rule)
    return [view.revoked(rule) for rule in revoked.rules]


def _group_of(tx: ReadTx, caller: Caller, ids: Sequence[str]) -> SecurityGroup:
    """The group of the first rule; that the others are its, too, is checked with them."""
    return groups.one(tx, caller, view.last_part(rule_of(tx, caller, ids[0]).owner))


def _by_ids(
    tx: ReadTx, caller: Caller, group: SecurityGroup, request: Revocation, direction: permissions.Direction
) -> Revoked:
    """The rules that are named. Raises InvalidSecurityGroupRuleId.NotFound, also for rules of others."""
    if request.ip_permissions:
        raise errors.rules_twice()
    found = [rule_of(tx, caller, id) for id in dict.fromkeys(request.security_group_rule_ids or ())]
    foreign = [
        rule.name
        for rule in found
        if rule.owner != group.id or rule.spec.is_egress != (direction == "egress")
    ]
    if foreign:
        raise find.missing(GroupRule, *foreign)
    return Revoked(rules=found)


def rule_of(tx: ReadTx, caller: Caller, id: str) -> GroupRule:
    """The rule with this id. Raises InvalidSecurityGroupRuleId.Malformed and .NotFound."""
    if not id.startswith("sgr-"):
        raise errors.rule_id_malformed(id)
    return find.one(tx, caller, GroupRule, id)


def _by_permissions(
    tx: ReadTx,
    caller: Caller,
    group: SecurityGroup,
    given: Sequence[ec2.IpPermission],
    direction: permissions.Direction,
) -> Revoked:
    """The rules that permissions stand for, and what stands for none: an error, but not in a default VPC.

    That difference is AWS's (API Reference, RevokeSecurityGroupIngress).
    """
    present = {permissions.key(rule.spec): rule for rule in tx.owned(GroupRule, group.id)}
    wanted = permissions.rules(tx, caller, group, given, direction)
    unknown = [rule for rule in wanted if permissions.key(rule) not in present]
    vpc = tx.get(Vpc, group.spec.vpc)
    if unknown and not (vpc is not None and vpc.spec.is_default):
        raise errors.rule_not_found()
    gone = [found for rule in wanted if (found := present.get(permissions.key(rule))) is not None]
    return Revoked(rules=gone, unknown=view.permissions(unknown))


def _ingress(request: Ingress) -> list[ec2.IpPermission]:
    """The permissions of a request, which may spell out a single one. Raises MissingParameter."""
    single = any(getattr(request, member) is not None for member in OF_INGRESS_ONLY.values())
    if request.ip_permissions and single:
        raise errors.permissions_twice()
    if request.ip_permissions:
        return request.ip_permissions
    if not single:
        raise errors.permissions_missing()
    if not request.source_security_group_name:
        return [
            ec2.IpPermission(
                ip_protocol=request.ip_protocol,
                from_port=request.from_port,
                to_port=request.to_port,
                ip_ranges=[ec2.IpRange(cidr_ip=request.cidr_ip)] if request.cidr_ip else None,
            )
        ]
    return _of_source(request)


def _of_source(request: Ingress) -> list[ec2.IpPermission]:
    """What a source group stands for: the protocol and ports beside it, or all of TCP, UDP and ICMP."""
    if request.cidr_ip:
        raise errors.source_and_cidr()
    pair = ec2.UserIdGroupPair(
        group_name=request.source_security_group_name, user_id=request.source_security_group_owner_id
    )
    wanted = (
        [(request.ip_protocol, request.from_port, request.to_port)]
        if request.ip_protocol
        else [(protocol, *ports) for protocol, ports in ALL_PORTS.items()]
    )
    return [
        ec2.IpPermission(ip_protocol=protocol, from_port=first, to_port=last, user_id_group_pairs=[pair])
        for protocol, first, last in wanted
    ]


def _egress(request: Egress) -> list[ec2.IpPermission]:
    """The permissions of a request. Raises MissingParameter and InvalidParameterCombination."""
    for name, member in OF_INGRESS_ONLY.items():
        if getattr(request, member) is not None:
            raise errors.not_of_egress(name)
    if not request.ip_permissions:
        raise errors.permissions_missing()
    return request.ip_permissions

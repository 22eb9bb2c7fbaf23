"""Rules of security groups by their own ids: described, modified, and described anew."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import find, groups, permissions
from homeport.api.ec2.errors import common
from homeport.api.ec2.errors import security_groups as errors
from homeport.api.ec2.group_rules import check_room, rule_of
from homeport.api.ec2.listing import Catalogue
from homeport.api.ec2.view import security_group as view
from homeport.api.operation import read, write
from homeport.model.security_group import GroupRule, RuleSpec, SecurityGroup
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

Updates: TypeAlias = (
    ec2.UpdateSecurityGroupRuleDescriptionsIngressRequest
    | ec2.UpdateSecurityGroupRuleDescriptionsEgressRequest
)
RULES = Catalogue[ec2.SecurityGroupRule](
    operation="DescribeSecurityGroupRules",
    fields={
        "group-id": lambda rule: rule.group_id,
        "security-group-rule-id": lambda rule: rule.security_group_rule_id,
    },
)


@read
def describe_security_group_rules(
    tx: ReadTx, caller: Caller, request: ec2.DescribeSecurityGroupRulesRequest
) -> ec2.DescribeSecurityGroupRulesResult:
    """Those that are named, or all."""
    if request.security_group_rule_ids:
        for id in request.security_group_rule_ids:
            rule_of(tx, caller, id)
    records = find.several(tx, caller, GroupRule, request.security_group_rule_ids)
    page = RULES.page(caller, request, records, view.rule)
    return ec2.DescribeSecurityGroupRulesResult(security_group_rules=page.items, next_token=page.next_token)


@write
def modify_security_group_rules(
    tx: WriteTx, caller: Caller, request: ec2.ModifySecurityGroupRulesRequest
) -> ec2.ModifySecurityGroupRulesResult:
    """Replaces each rule as a whole: what the request leaves out of it, it has no more."""
    group = groups.one(tx, caller, request.group_id)
    if not request.security_group_rules:
        raise common.missing("SecurityGroupRules")
    changed = [
        _changed(tx, caller, group, each.security_group_rule_id, each.security_group_rule)
        for each in request.security_group_rules
    ]
    if len({rule.id for rule in changed}) < len(changed):
        raise errors.rule_repeated()
    _check(tx, group, changed)
    for rule in changed:
        tx.put(rule)
    return ec2.ModifySecurityGroupRulesResult(return_=True)


def _changed(
    tx: ReadTx, caller: Caller, group: SecurityGroup, id: str, given: ec2.SecurityGroupRuleRequest | None
) -> GroupRule:
    record = rule_of(tx, caller, id)
    if record.owner != group.id:
        raise find.missing(GroupRule, id)
    if given is None:
        raise common.missing("SecurityGroupRule")
    protocol, first, last = permissions.traffic(given.ip_protocol, given.from_port, given.to_port)
    before = record.spec
    after = RuleSpec(
        is_egress=before.is_egress,
        protocol=protocol,
        created_at=before.created_at,
        from_port=first,
        to_port=last,
        description=permissions.description(given.description),
        tags=before.tags,
        **_peer(tx, caller, group, given),
    )
    if _kind(before) != _kind(after):
        raise errors.peer_kind_changed()
    return replace(record, spec=after)


def _peer(
    tx: ReadTx, caller: Caller, group: SecurityGroup, given: ec2.SecurityGroupRuleRequest
) -> dict[str, str]:
    """The one peer of a rule. Raises InvalidParameterCombination and MissingParameter."""
    named: dict[str, tuple[str | None, Callable[[str], str]]] = {
        "cidr": (given.cidr_ipv4, permissions.cidr),
        "cidr6": (given.cidr_ipv6, permissions.cidr6),
        "group": (given.referenced_group_id, lambda text: permissions.peer_group(tx, caller, group, text)),
        "prefix_list": (given.prefix_list_id, lambda text: permissions.prefix_list(tx, caller, text)),
    }
    found = {member: read_as(text) for member, (text, read_as) in named.items() if text}
    if not found:
        raise errors.peer_of_rule_missing()
    if len(found) > 1:
        raise errors.peers_several()
    return found


def _kind(rule: RuleSpec) -> tuple[bool, ...]:
    """Which kind of peer a rule has."""
    return tuple(peer is not None for peer in (rule.cidr, rule.cidr6, rule.group, rule.prefix_list))


def _check(tx: ReadTx, group: SecurityGroup, changed: Sequence[GroupRule]) -> None:
    """Raises InvalidPermission.Duplicate and RulesPerSecurityGroupLimitExceeded, of the group as it would be."""
    ids = {rule.id for rule in changed}
    kept = [rule.spec for rule in tx.owned(GroupRule, group.id) if rule.id not in ids]
    keys = {permissions.key(rule) for rule in kept}
    for rule in changed:
        if permissions.key(rule.spec) in keys:
            raise errors.rule_duplicate(permissions.shown(rule.spec))
        keys.add(permissions.key(rule.spec))
    after = [*kept, *(rule.spec for rule in changed)]
    check_room(tx, after, "ingress")
    check_room(tx, after, "egress")


@write
def update_security_group_rule_descriptions_ingress(
    tx: WriteTx, caller: Caller, request: ec2.UpdateSecurityGroupRuleDescriptionsIngressRequest
) -> ec2.UpdateSecurityGroupRuleDescriptionsIngressResult:
    """Replaces descriptions of rules for what comes in; one that is left out is taken away."""
    _describe(tx, caller, request, "ingress")
    return ec2.UpdateSecurityGroupRuleDescriptionsIngressResult(return_=True)


@write
def update_security_group_rule_descriptions_egress(
    tx: WriteTx, caller: Caller, request: ec2.UpdateSecurityGroupRuleDescriptionsEgressRequest
) -> ec2.UpdateSecurityGroupRuleDescriptionsEgressResult:
    """The same for what goes out."""
    _describe(tx, caller, request, "egress")
    return ec2.UpdateSecurityGroupRuleDescriptionsEgressResult(return_=True)


def _describe(tx: WriteTx, caller: Caller, request: Updates, direction: permissions.Direction) -> None:
    group = groups.either(tx, caller, request.group_id, request.group_name)
    if request.ip_permissions and request.security_group_rule_descriptions:
        raise errors.rules_twice()
    if request.ip_permissions:
        texts = _by_permissions(tx, caller, group, request.ip_permissions, direction)
    elif request.security_group_rule_descriptions:
        texts = _by_ids(tx, caller, group, request.security_group_rule_descriptions, direction)
    else:
        raise errors.updates_missing()
    for rule, text in texts:
        tx.put(replace(rule, spec=replace(rule.spec, description=text)))


def _by_permissions(
    tx: ReadTx,
    caller: Caller,
    group: SecurityGroup,
    given: Sequence[ec2.IpPermission],
    direction: permissions.Direction,
) -> list[tuple[GroupRule, str | None]]:
    """The rules that permissions stand for, each with its new description. Raises InvalidPermission.NotFound."""
    present = {permissions.key(rule.spec): rule for rule in tx.owned(GroupRule, group.id)}
    found: list[tuple[GroupRule, str | None]] = []
    for wanted in permissions.rules(tx, caller, group, given, direction):
        rule = present.get(permissions.key(wanted))
        if rule is None:
            raise errors.rule_not_found()
        found.append((rule, wanted.description))
    return found


def _by_ids(
    tx: ReadTx,
    caller: Caller,
    group: SecurityGroup,
    given: Sequence[ec2.SecurityGroupRuleDescription],
    direction: permissions.Direction,
) -> list[tuple[GroupRule, str | None]]:
    """The rules that are named, each with its new description. Raises InvalidSecurityGroupRuleId.NotFound."""
    found: list[tuple[GroupRule, str | None]] = []
    for each in given:
        rule = rule_of(tx, caller, each.security_group_rule_id or "")
        if rule.owner != group.id or rule.spec.is_egress != (direction == "egress"):
            raise find.missing(GroupRule, rule.name)
        found.append((rule, permissions.description(each.description)))
    return found

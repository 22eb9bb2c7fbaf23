"""Security groups and their rules as EC2 shows them: rules alone, and as permissions, which have several peers."""

from collections.abc import Iterable

from homeport.api.ec2 import tagging
from homeport.model import arn
from homeport.model.record import scope_of
from homeport.model.security_group import GroupRule, RuleSpec, SecurityGroup
from homeport.shapes import ec2
from homeport.store.tx import ReadTx

WITH_PORTS = ("tcp", "udp", "icmp", "icmpv6")
"""Permissions of other protocols are shown without ports; a rule alone is always shown with them."""


def group(tx: ReadTx, record: SecurityGroup) -> ec2.SecurityGroup:
    """A group with all its permissions."""
    rules = [rule.spec for rule in tx.owned(GroupRule, record.id)]
    return ec2.SecurityGroup(
        group_id=record.name,
        group_name=record.spec.name,
        description=record.spec.description,
        owner_id=scope_of(record.id).account,
        vpc_id=last_part(record.spec.vpc),
        security_group_arn=arn.ec2_arn(record.id, "security-group"),
        ip_permissions=permissions(rule for rule in rules if not rule.is_egress),
        ip_permissions_egress=permissions(rule for rule in rules if rule.is_egress),
        tags=tagging.shown(record.spec.tags),
    )


def permissions(rules: Iterable[RuleSpec]) -> list[ec2.IpPermission]:
    """Rules with the same traffic are one permission."""
    by_traffic: dict[tuple[str, int, int], list[RuleSpec]] = {}
    for each in rules:
        by_traffic.setdefault((each.protocol, each.from_port, each.to_port), []).append(each)
    return [_permission(each) for each in by_traffic.values()]


def _permission(rules: list[RuleSpec]) -> ec2.IpPermission:
    first = rules[0]
    has_ports = first.protocol in WITH_PORTS
    return ec2.IpPermission(
        ip_protocol=first.protocol,
        from_port=first.from_port if has_ports else None,
        to_port=first.to_port if has_ports else None,
        ip_ranges=[
            ec2.IpRange(cidr_ip=each.cidr, description=each.description) for each in rules if each.cidr
        ],
        ipv6_ranges=[
            ec2.Ipv6Range(cidr_ipv6=each.cidr6, description=each.description) for each in rules if each.cidr6
        ],
        prefix_list_ids=[
            ec2.PrefixListId(prefix_list_id=last_part(each.prefix_list), description=each.description)
            for each in rules
            if each.prefix_list
        ],
        user_id_group_pairs=[
            ec2.UserIdGroupPair(
                group_id=last_part(each.group),
                user_id=scope_of(each.group).account,
                description=each.description,
            )
            for each in rules
            if each.group
        ],
    )


def rule(record: GroupRule) -> ec2.SecurityGroupRule:
    """A rule as a thing of its own."""
    spec = record.spec
    scope = scope_of(record.id)
    return ec2.SecurityGroupRule(
        security_group_rule_id=record.name,
        security_group_rule_arn=arn.ec2_arn(record.id, "security-group-rule"),
        group_id=last_part(record.owner),
        group_owner_id=scope.account,
        is_egress=spec.is_egress,
        ip_protocol=spec.protocol,
        from_port=spec.from_port,
        to_port=spec.to_port,
        cidr_ipv4=spec.cidr,
        cidr_ipv6=spec.cidr6,
        prefix_list_id=last_part(spec.prefix_list) if spec.prefix_list else None,
        referenced_group_info=_referenced(spec.group) if spec.group else None,
        description=spec.description,
        tags=tagging.shown(spec.tags),
    )


def _referenced(group_id: str) -> ec2.ReferencedSecurityGroup:
    return ec2.ReferencedSecurityGroup(group_id=last_part(group_id), user_id=scope_of(group_id).account)


def revoked(record: GroupRule) -> ec2.RevokedSecurityGroupRule:
    """A rule that is gone."""
    spec = record.spec
    return ec2.RevokedSecurityGroupRule(
        security_group_rule_id=record.name,
        group_id=last_part(record.owner),
        is_egress=spec.is_egress,
        ip_protocol=spec.protocol,
        from_port=spec.from_port,
        to_port=spec.to_port,
        cidr_ipv4=spec.cidr,
        cidr_ipv6=spec.cidr6,
        prefix_list_id=last_part(spec.prefix_list) if spec.prefix_list else None,
        referenced_group_id=last_part(spec.group) if spec.group else None,
        description=spec.description,
    )


def last_part(record_id: str) -> str:
    """The id that AWS shows of a record's."""
    return record_id.rsplit("/", 1)[1]


def group_for_vpc(record: SecurityGroup) -> ec2.SecurityGroupForVpc:
    """A group as one that may be chosen."""
    return ec2.SecurityGroupForVpc(
        group_id=record.name,
        group_name=record.spec.name,
        description=record.spec.description,
        owner_id=scope_of(record.id).account,
        primary_vpc_id=last_part(record.spec.vpc),
        tags=tagging.shown(record.spec.tags),
    )

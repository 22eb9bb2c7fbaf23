"""Elastic Load Balancing: an operation's resources are the ARNs that it is given; what is described knows none."""

from collections.abc import Iterator
from typing import Any

from homeport.api.authorization.access import Access, Rule, Table, plain, request_tags, resource_tags
from homeport.api.caller import Caller
from homeport.model import arn
from homeport.model.load_balancer import Listener, LoadBalancer
from homeport.model.load_balancer import Rule as ListenerRule
from homeport.model.record import Record
from homeport.model.target_group import TargetGroup
from homeport.store.tx import ReadTx

KINDS: dict[str, type[Record]] = {
    "listener": Listener,
    "listener-rule": ListenerRule,
    "loadbalancer": LoadBalancer,
    "targetgroup": TargetGroup,
}
PREFIX = "elasticloadbalancing"
SHAPES = {"application": "app", "network": "net", "gateway": "gwy"}


def access(tx: ReadTx, caller: Caller, action: str, resource: str, request: Any = None) -> Access:
    """An action on what an ARN names, with the tags that it has and those that the request brings."""
    said = {**resource_tags(_tags(tx, caller, resource), PREFIX), **_brought(request)}
    return Access(action=f"{PREFIX}:{action}", resource=resource, said=said)


def _brought(request: Any) -> dict[str, tuple[str, ...]]:
    given = getattr(request, "tags", None)
    return request_tags({tag.key: tag.value or "" for tag in given or ()}, PREFIX)


def _tags(tx: ReadTx, caller: Caller, text: str) -> dict[str, str]:
    parsed = arn.parse(text)
    kind = KINDS.get(parsed.kind) if parsed is not None and parsed.scope == caller.scope else None
    record: Any = tx.get(kind, arn.record_id(text)) if kind is not None else None
    return {} if record is None else dict(record.spec.tags)


def on(action: str, member: str) -> Rule:
    """An operation on the one thing whose ARN a member has."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        resource = getattr(request, member)
        yield access(tx, caller, action, resource, request)
        if action.startswith("Create") and request.tags:
            # What is made is not there yet: the ARN of what it belongs to, with anything after it.
            made = {"CreateListener": "listener", "CreateRule": "listener-rule"}[action]
            kind = resource.rpartition(":")[2].partition("/")[0]
            yield tagging(action, f"{resource.replace(f':{kind}/', f':{made}/', 1)}/*", request)

    return rule


def tagging(action: str, resource: str, request: Any) -> Access:
    """What is made with tags needs the permission to tag."""
    said = {**_brought(request), f"{PREFIX}:createaction": (action,)}
    return Access(action=f"{PREFIX}:AddTags", resource=resource, said=said)


def on_each(action: str) -> Rule:
    """An operation on whatever `ResourceArns` names."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        keys = tuple(getattr(request, "tag_keys", None) or ())
        for resource in request.resource_arns:
            found = access(tx, caller, action, resource, request)
            said = {**found.said, **({"aws:tagkeys": keys} if keys else {})}
            yield Access(action=found.action, resource=resource, said=said)

    return rule


def create_load_balancer(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The load balancer that is to be: its number is not known yet."""
    shape = SHAPES.get(request.type or "application", "app")
    resource = f"{_prefix(caller)}:loadbalancer/{shape}/{request.name}/*"
    yield access(tx, caller, "CreateLoadBalancer", resource, request)
    if request.tags:
        yield tagging("CreateLoadBalancer", resource, request)


def create_target_group(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The target group that is to be."""
    resource = f"{_prefix(caller)}:targetgroup/{request.name}/*"
    yield access(tx, caller, "CreateTargetGroup", resource, request)
    if request.tags:
        yield tagging("CreateTargetGroup", resource, request)


def set_rule_priorities(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """Each rule that is to have another priority."""
    for pair in request.rule_priorities:
        yield access(tx, caller, "SetRulePriorities", pair.rule_arn or "*")


def _prefix(caller: Caller) -> str:
    return f"arn:aws:{PREFIX}:{caller.region}:{caller.account}"


DESCRIBED = (
    "DescribeAccountLimits",
    "DescribeListenerAttributes",
    "DescribeListenerCertificates",
    "DescribeListeners",
    "DescribeLoadBalancerAttributes",
    "DescribeLoadBalancers",
    "DescribeRules",
    "DescribeSSLPolicies",
    "DescribeTags",
    "DescribeTargetGroupAttributes",
    "DescribeTargetGroups",
    "DescribeTargetHealth",
)
BY_MEMBER = {
    "listener_arn": (
        "AddListenerCertificates",
        "CreateRule",
        "DeleteListener",
        "ModifyListener",
        "ModifyListenerAttributes",
        "RemoveListenerCertificates",
    ),
    "load_balancer_arn": (
        "CreateListener",
        "DeleteLoadBalancer",
        "ModifyLoadBalancerAttributes",
        "SetIpAddressType",
        "SetSecurityGroups",
        "SetSubnets",
    ),
    "rule_arn": ("DeleteRule", "ModifyRule"),
    "target_group_arn": (
        "DeleteTargetGroup",
        "DeregisterTargets",
        "ModifyTargetGroup",
        "ModifyTargetGroupAttributes",
        "RegisterTargets",
    ),
}

TABLE: Table = {
    **{name: plain(f"{PREFIX}:{name}") for name in DESCRIBED},
    **{name: on(name, member) for member, names in BY_MEMBER.items() for name in names},
    "AddTags": on_each("AddTags"),
    "CreateLoadBalancer": create_load_balancer,
    "CreateTargetGroup": create_target_group,
    "RemoveTags": on_each("RemoveTags"),
    "SetRulePriorities": set_rule_priorities,
}

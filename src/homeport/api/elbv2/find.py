"""An ARN or a name → record, or the right error.

An ARN of another account, region or kind is, as on AWS, no valid one; a valid one may still name nothing.
"""

import re
from collections.abc import Callable, Sequence

from homeport.api.caller import Caller
from homeport.api.elbv2.errors import common as errors
from homeport.api.errors import ApiError
from homeport.model import arn
from homeport.model.certificate import Certificate
from homeport.model.load_balancer import Listener, LoadBalancer, Rule
from homeport.model.record import R
from homeport.model.target_group import TargetGroup
from homeport.store.tx import ReadTx

NUMBER = re.compile(r"[0-9a-f]{16}")
NOUNS = {
    "loadbalancer": ("load balancer", 3),
    "listener": ("listener", 4),
    "listener-rule": ("listener rule", 5),
    "targetgroup": ("target group", 2),
}
"""By the kind that an ARN names: what AWS calls it, and how many parts come after it."""


def load_balancer(tx: ReadTx, caller: Caller, text: str) -> LoadBalancer:
    """Raises ValidationError for what is no ARN of one, and LoadBalancerNotFound."""
    return _found(
        tx, LoadBalancer, record_id(caller, text, "loadbalancer"), text, errors.load_balancer_not_found
    )


def listener(tx: ReadTx, caller: Caller, text: str) -> Listener:
    """Raises ValidationError for what is no ARN of one, and ListenerNotFound."""
    return _found(
        tx, Listener, record_id(caller, text, "listener"), text, lambda _: errors.listener_not_found()
    )


def rule(tx: ReadTx, caller: Caller, text: str) -> Rule:
    """Raises ValidationError for what is no ARN of one, and RuleNotFound."""
    return _found(tx, Rule, record_id(caller, text, "listener-rule"), text, lambda _: errors.rule_not_found())


def target_group(tx: ReadTx, caller: Caller, text: str) -> TargetGroup:
    """Raises ValidationError for what is no ARN of one, and TargetGroupNotFound."""
    return _found(
        tx, TargetGroup, record_id(caller, text, "targetgroup"), text, errors.target_group_not_found
    )


def certificate(tx: ReadTx, caller: Caller, text: str) -> Certificate:
    """Raises CertificateNotFound, also for what is no ARN of one, or not quite."""
    parsed = arn.parse(text)
    id = arn.record_id(text) if parsed is not None and parsed.scope == caller.scope else ""
    if not id or text != arn.certificate_arn(id):
        raise errors.certificate_not_found(text)
    return _found(tx, Certificate, id, text, errors.certificate_not_found)


def load_balancers(
    tx: ReadTx, caller: Caller, arns: Sequence[str] | None, names: Sequence[str] | None
) -> list[LoadBalancer]:
    """Those that are named either way, or all; the oldest first. Raises ValidationError and LoadBalancerNotFound."""
    if arns:
        ids = [record_id(caller, text, "loadbalancer") for text in arns]
        found = [record for id in dict.fromkeys(ids) if (record := tx.get(LoadBalancer, id)) is not None]
        if len(found) < len(set(ids)):
            raise errors.load_balancers_not_found()
        return found
    if names:
        missing = [name for name in names if load_balancer_named(tx, caller, name) is None]
        if missing:
            raise errors.load_balancer_names_not_found(missing)
        return [
            record
            for name in dict.fromkeys(names)
            if (record := load_balancer_named(tx, caller, name)) is not None
        ]
    return tx.owned(LoadBalancer, caller.scope.id)


def load_balancer_named(tx: ReadTx, caller: Caller, name: str) -> LoadBalancer | None:
    """The load balancer with a name; None when there is none."""
    return next(iter(tx.owned(LoadBalancer, f"{caller.scope.id}#{name}")), None)


def target_group_named(tx: ReadTx, caller: Caller, name: str) -> TargetGroup | None:
    """The target group with a name; None when there is none."""
    return next(iter(tx.owned(TargetGroup, f"{caller.scope.id}#{name}")), None)


def record_id(caller: Caller, text: str, kind: str) -> str:
    """The id of what an ARN of the kind names, whether it is there or not.

    Raises ValidationError for any other text, and for an ARN of another account or region.
    """
    noun, parts = NOUNS[kind]
    parsed = arn.parse(text)
    if (
        parsed is None
        or parsed.service != "elasticloadbalancing"
        or parsed.kind != kind
        or parsed.scope != caller.scope
        or len(parsed.path) != parts
        or not NUMBER.fullmatch(parsed.path[-1])
    ):
        raise errors.arn_invalid(text, noun)
    return arn.record_id(text)


def _found(tx: ReadTx, kind: type[R], id: str, text: str, missing: Callable[[str], ApiError]) -> R:
    record = tx.get(kind, id)
    if record is None:
        raise missing(text)
    return record

"""A rule as AWS shows it."""

from homeport.model import arn
from homeport.model.load_balancer import Rule
from homeport.shapes import elbv2


def rule(record: Rule) -> elbv2.Rule:
    """The shape of `record`; the default rule's priority is a word."""
    spec = record.spec
    return elbv2.Rule(
        rule_arn=arn.rule_arn(record.id),
        priority="default" if spec.priority is None else str(spec.priority),
        conditions=spec.conditions,
        actions=spec.actions,
        is_default=spec.priority is None,
        transforms=spec.transforms or None,
    )

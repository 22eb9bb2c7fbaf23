"""Whether placement constraints and strategies are sound: asked early, so that no planner has to refuse.

Used by RunTask and by whatever makes or changes a service.
"""

from collections.abc import Sequence

from homeport.api.ecs.errors import tasks as errors
from homeport.plan.placement import constraints
from homeport.shapes import ecs

MOST_CONSTRAINTS = 10
MOST_STRATEGIES = 5
BINPACK_FIELDS = frozenset({"cpu", "memory"})
SPREAD_FIELDS = frozenset({"instanceid", "host"})


def check_constraints(items: Sequence[ecs.PlacementConstraint]) -> None:
    """Raises InvalidParameterException when one is not sound, or when there are more than ten."""
    if len(items) > MOST_CONSTRAINTS:
        raise errors.constraints_too_many()
    for item in items:
        if item.type is None:
            raise errors.constraint_type_missing()
        if item.type == "distinctInstance":
            if item.expression:
                raise errors.distinct_with_expression()
            continue
        try:
            constraints.parse(item.expression or "")
        except ValueError as error:
            raise errors.expression_invalid(str(error)) from None


def check_strategies(items: Sequence[ecs.PlacementStrategy]) -> None:
    """Raises InvalidParameterException when one is not sound, or when there are more than five."""
    if len(items) > MOST_STRATEGIES:
        raise errors.strategies_too_many()
    for item in items:
        if item.type is None:
            raise errors.strategy_type_missing()
        field = item.field or ""
        if item.type == "binpack" and field.lower() not in BINPACK_FIELDS:
            raise errors.strategy_field_invalid("binpack", field)
        if item.type == "spread" and field.lower() not in SPREAD_FIELDS and not _is_attribute(field):
            raise errors.strategy_field_invalid("spread", field)
        if item.type == "random" and field:
            raise errors.strategy_field_invalid("random", field)


def _is_attribute(field: str) -> bool:
    return field.startswith("attribute:") and len(field) > len("attribute:")

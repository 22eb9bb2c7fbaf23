"""Conditions: what a request says, compared with what a policy demands (IAM User Guide, "Condition operators").

A key that the request does not have fails every comparison, but those that are negated and those that end in `IfExists`.
Values of a policy are alternatives. A value that is no number, no date or no address compares with nothing.
"""

import ipaddress
import operator
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from homeport.plan.policy.document import Condition
from homeport.plan.policy.patterns import Filled, Pattern, Values

Compare = Callable[[Filled, str], bool]
"""The policy's value, the request's value."""


def holds(condition: Condition, said: Values) -> bool | None:
    """Whether the condition is met; None when it names a variable that the request does not say."""
    given = said.get(condition.key)
    if condition.operator == "null":
        return any((given is None) == (_text(value, said) == "true") for value in condition.values)
    filled = [value.filled(said) for value in condition.values]
    wanted = [value for value in filled if value is not None]
    if len(wanted) < len(filled):
        return None
    compare, is_negated = OPERATORS[condition.operator]
    if not given:
        return _of_nothing(condition, is_negated=is_negated)
    fits = [any(compare(value, text) for value in wanted) != is_negated for text in given]
    if condition.quantifier == "forallvalues":
        return all(fits)
    if condition.quantifier == "foranyvalue":
        return any(fits)
    return all(fits) if is_negated else any(fits)


def _of_nothing(condition: Condition, *, is_negated: bool) -> bool:
    """The answer about a key that the request does not have."""
    if condition.if_exists or condition.quantifier == "forallvalues":
        return True
    return is_negated and condition.quantifier != "foranyvalue"


def _text(pattern: Pattern, said: Values) -> str:
    filled = pattern.filled(said)
    return "" if filled is None else _plain(filled).lower()


def _plain(filled: Filled) -> str:
    """The value as a text: its wildcards are characters like others."""
    return "".join(part if isinstance(part, str) else part.text for part in filled.parts)


def _equals(value: Filled, text: str) -> bool:
    return _plain(value) == text


def _equals_ignoring_case(value: Filled, text: str) -> bool:
    return _plain(value).lower() == text.lower()


def _like(value: Filled, text: str) -> bool:
    return value.matches(text)


def _arn_like(value: Filled, text: str) -> bool:
    return value.matches_arn(text)


def _number(order: Callable[[Any, Any], bool]) -> Compare:
    def compare(value: Filled, text: str) -> bool:
        try:
            return order(float(text), float(_plain(value)))
        except ValueError:
            return False

    return compare


def _date(order: Callable[[Any, Any], bool]) -> Compare:
    def compare(value: Filled, text: str) -> bool:
        theirs, ours = _epoch(text), _epoch(_plain(value))
        return theirs is not None and ours is not None and order(theirs, ours)

    return compare


def _epoch(text: str) -> float | None:
    """Seconds since 1970, which may be written as such."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _is_in(value: Filled, text: str) -> bool:
    try:
        return ipaddress.ip_address(text) in ipaddress.ip_network(_plain(value), strict=False)
    except ValueError:
        return False


OPERATORS: dict[str, tuple[Compare, bool]] = {
    "stringequals": (_equals, False),
    "stringnotequals": (_equals, True),
    "stringequalsignorecase": (_equals_ignoring_case, False),
    "stringnotequalsignorecase": (_equals_ignoring_case, True),
    "stringlike": (_like, False),
    "stringnotlike": (_like, True),
    "arnequals": (_arn_like, False),
    "arnlike": (_arn_like, False),
    "arnnotequals": (_arn_like, True),
    "arnnotlike": (_arn_like, True),
    "bool": (_equals_ignoring_case, False),
    "binaryequals": (_equals, False),
    "ipaddress": (_is_in, False),
    "notipaddress": (_is_in, True),
    "numericequals": (_number(operator.eq), False),
    "numericnotequals": (_number(operator.eq), True),
    "numericlessthan": (_number(operator.lt), False),
    "numericlessthanequals": (_number(operator.le), False),
    "numericgreaterthan": (_number(operator.gt), False),
    "numericgreaterthanequals": (_number(operator.ge), False),
    "dateequals": (_date(operator.eq), False),
    "datenotequals": (_date(operator.eq), True),
    "datelessthan": (_date(operator.lt), False),
    "datelessthanequals": (_date(operator.le), False),
    "dategreaterthan": (_date(operator.gt), False),
    "dategreaterthanequals": (_date(operator.ge), False),
}
"""By operator: how to compare, and whether the answer is turned round."""

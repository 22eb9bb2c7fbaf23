"""What metric math computes with: series of points, arrays of them, numbers and words.

A point that has no value (nothing to add to, a division by zero) is no point.
"""

import math
import operator
from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

from homeport.api.cloudwatch.errors import math as errors
from homeport.model.record import Time


class Series(Struct, frozen=True, kw_only=True):
    """Values by time. `times` are all beginnings of periods that it could have values for."""

    label: str
    period: int
    times: tuple[Time, ...]
    values: dict[Time, float]

    def mapped(self, function: Callable[[float], float]) -> "Series":
        """The same with another value at each time that has one."""
        return self.holding({at: function(value) for at, value in self.values.items()})

    def holding(self, values: dict[Time, float]) -> "Series":
        """The same with other values; those that are none are left out."""
        kept = {at: value for at, value in values.items() if math.isfinite(value)}
        return Series(label=self.label, period=self.period, times=self.times, values=kept)


Array: TypeAlias = list[Series]
Value: TypeAlias = Series | Array | float | str

TYPES = {Series: "TS", list: "TS[]", float: "S", str: "STRING"}


def _divided(left: float, right: float) -> float:
    return left / right if right else math.nan


def _raised(left: float, right: float) -> float:
    try:
        found = left**right
    except (OverflowError, ZeroDivisionError):
        return math.nan
    return found if isinstance(found, float) else math.nan  # A root of a negative number is complex.


OPERATORS: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "^": _raised,
    "==": lambda left, right: float(left == right),
    "!=": lambda left, right: float(left != right),
    "<": lambda left, right: float(left < right),
    ">": lambda left, right: float(left > right),
    "<=": lambda left, right: float(left <= right),
    ">=": lambda left, right: float(left >= right),
    "AND": lambda left, right: float(bool(left) and bool(right)),
    "OR": lambda left, right: float(bool(left) or bool(right)),
}
"""True is 1, false is 0."""


def combined(sign: str, left: Value, right: Value) -> Value:
    """What an operator makes of two values. Raises Flaw for types that it does not take."""
    function = OPERATORS[sign]
    if isinstance(left, list) and not isinstance(right, list | str):
        return [_paired(function, each, right) for each in left]
    if isinstance(right, list) and not isinstance(left, list | str):
        return [_paired(function, left, each) for each in right]
    if isinstance(left, float) and isinstance(right, float):
        return function(left, right)
    if isinstance(left, Series | float) and isinstance(right, Series | float):
        return _paired(function, left, right)
    raise errors.operands_invalid(sign, TYPES[type(left)], TYPES[type(right)])


def _paired(function: Callable[[float, float], float], left: Series | float, right: Series | float) -> Series:
    """One of the two at least is a series; two of them are joined where both have a value."""
    if isinstance(left, float):
        assert isinstance(right, Series)
        return right.mapped(lambda value: function(left, value))
    if isinstance(right, float):
        return left.mapped(lambda value: function(value, right))
    wider = left if left.period >= right.period else right
    common = left.values.keys() & right.values.keys()
    return wider.holding({at: function(left.values[at], right.values[at]) for at in common})

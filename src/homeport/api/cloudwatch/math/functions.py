"""The functions of metric math that we have; docs/gaps.md names those that we have not."""

import math
from collections.abc import Callable, Mapping, Sequence

from homeport.api.cloudwatch.errors import math as errors
from homeport.api.cloudwatch.math.series import Array, Series, Value
from homeport.model.record import Time


def reduced(name: str, arguments: Sequence[Value]) -> Value:
    """SUM, AVG, MIN and MAX: of a series one number, of an array a series across it. Raises Flaw."""
    function = ACROSS[name]
    if len(arguments) == 1 and isinstance(given := arguments[0], Series | list):
        if isinstance(given, list):
            return _across(function, given, name)
        return float(function(list(given.values.values()))) if given.values else math.nan
    raise errors.arguments_invalid(name)


def rounded(name: str, arguments: Sequence[Value]) -> Value:
    """ABS, CEIL and FLOOR, of whatever has numbers. Raises Flaw."""
    function = EACH[name]
    match arguments:
        case [Series() as series]:
            return series.mapped(function)
        case [list() as array]:
            return [series.mapped(function) for series in array]
        case [float() as number] if math.isfinite(number):
            return function(number)
    raise errors.arguments_invalid(name)


def filled(name: str, arguments: Sequence[Value]) -> Value:
    """FILL(series or array, a number, REPEAT or LINEAR). Raises Flaw."""
    match arguments:
        case [Series() as series, (float() | str()) as how]:
            return _filled(name, series, how)
        case [list() as array, (float() | str()) as how]:
            return [_filled(name, series, how) for series in array]
    raise errors.arguments_invalid(name)


def chosen(name: str, arguments: Sequence[Value]) -> Value:
    """IF(condition, then, else): time by time when the condition is a series. Raises Flaw."""
    match arguments:
        case [float() as condition, (float() | Series()) as then, (float() | Series()) as other]:
            return then if condition else other
        case [Series() as condition, (float() | Series()) as then]:
            return _chosen(condition, then, None)
        case [Series() as condition, (float() | Series()) as then, (float() | Series()) as other]:
            return _chosen(condition, then, other)
    raise errors.arguments_invalid(name)


def period(name: str, arguments: Sequence[Value]) -> Value:
    """PERIOD(series): in seconds. Raises Flaw."""
    match arguments:
        case [Series() as series]:
            return float(series.period)
    raise errors.arguments_invalid(name)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


ACROSS: Mapping[str, Callable[[list[float]], float]] = {"SUM": sum, "AVG": _mean, "MIN": min, "MAX": max}
EACH: Mapping[str, Callable[[float], float]] = {
    "ABS": abs,
    "CEIL": lambda value: float(math.ceil(value)),
    "FLOOR": lambda value: float(math.floor(value)),
}
FUNCTIONS: Mapping[str, Callable[[str, Sequence[Value]], Value]] = {
    **dict.fromkeys(ACROSS, reduced),
    **dict.fromkeys(EACH, rounded),
    "FILL": filled,
    "IF": chosen,
    "PERIOD": period,
}


def _across(function: Callable[[list[float]], float], array: Array, name: str) -> Series:
    if not array:
        raise errors.arguments_invalid(name)
    gathered: dict[Time, list[float]] = {}
    for series in array:
        for at, value in series.values.items():
            gathered.setdefault(at, []).append(value)
    widest = max(array, key=lambda series: series.period)
    return widest.holding({at: float(function(values)) for at, values in gathered.items()})


def _filled(name: str, series: Series, how: float | str) -> Series:
    if isinstance(how, float):
        return series.holding({at: series.values.get(at, how) for at in series.times})
    if how not in {"REPEAT", "LINEAR"}:
        raise errors.arguments_invalid(name)
    known = sorted(series.values.items())
    values: dict[Time, float] = {}
    place = -1
    for at in sorted({*series.times, *series.values}):
        while place + 1 < len(known) and known[place + 1][0] <= at:
            place += 1
        if place < 0:
            continue
        before, value = known[place]
        if how == "LINEAR" and place + 1 < len(known):
            after, following = known[place + 1]
            value += (following - value) * (at - before) / (after - before)
        values[at] = value
    return series.holding(values)


def _chosen(condition: Series, then: Series | float, other: Series | float | None) -> Series:
    values: dict[Time, float] = {}
    for at, holds in condition.values.items():
        branch = then if holds else other
        value = branch.values.get(at) if isinstance(branch, Series) else branch
        if value is not None:
            values[at] = value
    return condition.holding(values)

"""Filters of lists: a name, a condition, values. Which conditions a name knows, and how many values they take, is AWS's."""

from collections.abc import Mapping, Sequence

from homeport.api.servicediscovery import errors
from homeport.shapes import servicediscovery as shapes

Filter = shapes.NamespaceFilter | shapes.OperationFilter | shapes.ServiceFilter

VALUES = {"EQ": 1, "BEGINS_WITH": 1, "BETWEEN": 2, "IN": 0}
"""How many values a condition takes; 0 for any number but none."""


def check(filters: Sequence[Filter] | None, known: Mapping[str, Sequence[str]]) -> None:
    """`known` are the conditions by the names of filters. Raises InvalidInput."""
    for each in filters or ():
        condition = each.condition or "EQ"
        if condition not in known.get(each.name, ()):
            raise errors.filter_invalid(each.name, condition)
        count = VALUES[condition]
        if len(each.values) != count if count else not each.values:
            raise errors.filter_values_invalid(each.name, condition, count)
        if condition == "BETWEEN":
            _dates(each)


def matches(filters: Sequence[Filter] | None, facts: Mapping[str, str | float]) -> bool:
    """Whether something matches all filters; `facts` is what it is, by the names of filters."""
    return all(_matches(each, facts.get(each.name)) for each in filters or ())


def _matches(filter: Filter, fact: str | float | None) -> bool:
    if filter.condition == "BETWEEN":
        start, end = _dates(filter)
        return isinstance(fact, float) and start <= fact <= end
    if filter.condition == "BEGINS_WITH":
        return str(fact).startswith(filter.values[0])
    return fact in filter.values


def _dates(filter: Filter) -> tuple[float, float]:
    """Two dates in Unix time, the earlier one first. Raises InvalidInput."""
    try:
        start, end = (float(value) for value in filter.values)
    except ValueError:
        raise errors.filter_dates_invalid() from None
    if not start <= end:
        raise errors.filter_dates_invalid()
    return start, end

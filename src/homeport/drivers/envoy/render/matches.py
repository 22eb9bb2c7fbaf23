"""A rule's conditions, as the match of a route: all of them, each by one of its values."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from homeport.drivers.envoy.render import patterns
from homeport.drivers.envoy.render.place import Fields
from homeport.plan.traffic import Condition

SOURCE = "homeport.source"
"""The filter state in which a connection keeps the address it came from."""


def match(conditions: Sequence[Condition]) -> Fields:
    """When a route is taken. The first condition on the path is the match's own; any other looks at it once more."""
    paths = [each for each in conditions if each.kind == "path"]
    headers = [header for each in conditions if each not in paths[:1] for header in _headers(each)]
    sources = [_source(each) for each in conditions if each.kind == "source"]
    found: Fields = _path(paths[0]) if paths else {"prefix": "/"}
    if headers:
        found["headers"] = headers
    if sources:
        found["filter_state"] = sources
    return found


def _path(condition: Condition) -> Fields:
    """What a path is told by; the common forms without a regular expression."""
    if not condition.regex and len(condition.values) == 1:
        value = condition.values[0]
        if patterns.is_plain(value):
            return {"path": value}
        if value.endswith("*") and patterns.is_plain(value[:-1]):
            return {"prefix": value[:-1] or "/"}
    return {"safe_regex": {"regex": f"(?s){patterns.one_of(_expressions(condition))}"}}


def _headers(condition: Condition) -> Iterator[Fields]:
    match condition.kind:
        case "host":
            yield _header(":authority", _host(condition))
        case "path":
            yield _header(":path", {"safe_regex": {"regex": rf"(?s){_any(condition)}(?:\?.*)?"}})
        case "header":
            yield _header(condition.name.lower(), _text(condition))
        case "method":
            yield _header(":method", {"safe_regex": {"regex": _any(condition)}})
        case "query":
            yield _header(":path", {"safe_regex": {"regex": _query(condition)}})
        case "source":
            pass
        case _:
            assert_never(condition.kind)


def _header(name: str, text: Fields) -> Fields:
    return {"name": name, "string_match": text}


def _host(condition: Condition) -> Fields:
    """Whatever the case, and whatever port stands behind it."""
    return {"safe_regex": {"regex": rf"(?is){_any(condition)}(?::\d+)?"}}


def _text(condition: Condition) -> Fields:
    values = condition.values
    if not condition.regex and len(values) == 1 and patterns.is_plain(values[0]):
        return {"exact": values[0], "ignore_case": True}
    return {"safe_regex": {"regex": f"(?is){_any(condition)}"}}


def _query(condition: Condition) -> str:
    """One of the pairs, anywhere in the query, whatever the case. AWS, QueryStringConditionConfig: "The comparison is
    case insensitive."
    """
    found = [
        f"{patterns.expression(key, '[^&=]')}={patterns.expression(value, '[^&]')}"
        if key
        else f"(?:[^&=]*=)?{patterns.expression(value, '[^&]')}"
        for key, value in condition.pairs
    ]
    return rf"(?is)[^?]*\?(?:.*&)?{patterns.one_of(found)}(?:&.*)?"


def _any(condition: Condition) -> str:
    return patterns.one_of(_expressions(condition))


def _expressions(condition: Condition) -> list[str]:
    if condition.regex:
        return [f".*(?:{value}).*" for value in condition.values]  # AWS's examples are anchored: it searches
    return [patterns.expression(value) for value in condition.values]


def _source(condition: Condition) -> Fields:
    ranges = [cidr.rpartition("/") for cidr in condition.values]
    return {
        "key": SOURCE,
        "address_match": {
            "ranges": [{"address_prefix": prefix, "prefix_len": int(bits)} for prefix, _, bits in ranges]
        },
    }

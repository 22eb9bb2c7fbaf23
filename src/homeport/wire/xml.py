"""The Query protocol's answers: a response as XML.

Written by hand, because the elements are few and known, and ElementTree costs seven times as much. Attributes
other than the namespace do not occur.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from homeport.wire import schema

# XML 1.0 has no way to write these at all.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def element(name: str, content: str) -> str:
    """An element around content that is already XML."""
    return f"<{name}>{content}</{name}>"


def text(value: str) -> str:
    """A text as XML content."""
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return UNWRITABLE.sub("\ufffd", escaped)


def structure(value: msgspec.Struct) -> str:
    """The members of a response that are there, in the order of the model."""
    return "".join(
        part
        for member in schema.members(type(value)).values()
        if (inner := getattr(value, member.name)) is not None
        for part in written(member.wire_name, inner, member.type)
    )


def written(name: str, value: Any, kind: Any) -> Iterator[str]:
    """One member: a single element, or several for a flattened list or map."""
    if isinstance(value, list | dict):
        parts = list_items(name, value, kind) if isinstance(value, list) else map_entries(name, value, kind)
        yield from parts if schema.mark(kind, "flattened") else [element(name, "".join(parts))]
    else:
        yield element(name, content(value, kind))


def list_items(name: str, value: list[Any], kind: Any) -> Iterator[str]:
    """A list's items, named `member` unless the model says otherwise."""
    item = name if schema.mark(kind, "flattened") else schema.mark(kind, "item") or "member"
    for inner in value:
        yield from written(item, inner, schema.item_type(kind))


def map_entries(name: str, value: dict[str, Any], kind: Any) -> Iterator[str]:
    """A map's entries."""
    entry = name if schema.mark(kind, "flattened") else "entry"
    for key, inner in value.items():
        value_part = "".join(written("value", inner, schema.item_type(kind)))
        yield element(entry, element("key", text(key)) + value_part)


def content(value: Any, kind: Any) -> str:
    """A structure's or a scalar's content."""
    if isinstance(value, msgspec.Struct):
        return structure(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if schema.mark(kind, "timestamp"):
        return iso(value)
    return text(str(value))


def iso(at: float) -> str:
    """Epoch seconds as `2026-01-31T23:59:59.250Z`, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

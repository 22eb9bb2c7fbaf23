"""The Query protocol's requests: a form's flat names, such as `Tags.member.1.Key`, read as nested values.

The shape guides the reading: names that it does not know are ignored, as on AWS. Types and rules of the
values are checked afterwards, by msgspec.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias, cast, get_origin
from urllib.parse import unquote_to_bytes

import msgspec

from homeport.wire import schema
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest

MAX_FIELDS = 10_000
MAX_PARTS = 64
NUMBER = re.compile(r"[0-9]{1,9}")
"""An item's. Python reads no int out of more than 4,300 digits, and raises."""

Tree: TypeAlias = dict[str, "Tree | str"]
VALUE = ""
"""The key of a node's own value in a `Tree`; no part of a name is empty."""


def fields(request: HttpRequest) -> dict[str, str]:
    """The form's fields: those of the body, or of the query when there is no body; not to be changed. Raises `WireError`."""
    return _fields(request.body or request.target.partition(b"?")[2])


@lru_cache(maxsize=1)
def _fields(raw: bytes) -> dict[str, str]:
    """Whoever finds the codec, the operation and the members asks for the same form: a large one takes its time."""
    pairs = raw.split(b"&") if raw else []
    if len(pairs) > MAX_FIELDS:
        raise malformed(f"More than {MAX_FIELDS} parameters.")
    try:
        named = (pair.partition(b"=") for pair in pairs)
        return {_text(name): _text(value) for name, _, value in named}
    except UnicodeDecodeError:
        raise malformed("The query string is not UTF-8.") from None


def _text(raw: bytes) -> str:
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode()


def tree(found: dict[str, str]) -> Tree:
    """The fields as a tree of the parts of their names."""
    root: Tree = {}
    for name, value in found.items():
        parts = name.split(".")
        if len(parts) > MAX_PARTS or not all(parts):
            continue
        node = root
        for part in parts:
            node = cast("Tree", node.setdefault(part, {}))  # Only VALUE holds a text, and no part is empty.
        node[VALUE] = value
    return root


def read(node: Tree, kind: Any) -> Any:
    """The node as a value of the type, still unchecked: a number or a boolean is still a text."""
    found = schema.bare(kind)
    if schema.is_shape(found):
        return read_structure(node, found)
    if get_origin(found) is list:
        return [read(inner, schema.item_type(kind)) for inner in items(node, kind, "member")]
    if get_origin(found) is dict:
        return read_map(node, kind)
    text = node.get(VALUE)
    return seconds(text) if isinstance(text, str) and schema.mark(kind, "timestamp") else text


def read_structure(node: Tree, shape: type[msgspec.Struct]) -> dict[str, Any]:
    """The members that the form has."""
    known = schema.members(shape)
    return {
        name: read(inner, known[name].type)
        for name, inner in node.items()
        if name in known and isinstance(inner, dict)
    }


def read_map(node: Tree, kind: Any) -> dict[str, Any]:
    """A map's entries, written as `.entry.N.key` and `.entry.N.value`."""
    entries: dict[str, Any] = {}
    for entry in items(node, kind, "entry"):
        key, value = entry.get("key"), entry.get("value")
        if isinstance(key, dict) and isinstance(value, dict):
            entries[str(key.get(VALUE, ""))] = read(value, schema.item_type(kind))
    return entries


def items(node: Tree, kind: Any, usual: str) -> list[Tree]:
    """The numbered nodes of a list or a map, in the order of their numbers; gaps are closed, as AWS does."""
    holder = node if schema.mark(kind, "flattened") else node.get(schema.mark(kind, "item") or usual, {})
    return [inner for _, inner in numbered(holder)] if isinstance(holder, dict) else []


def numbered(holder: Tree) -> list[tuple[int, Tree]]:
    """The nodes that have numbers for names, in their order."""
    found = [
        (int(part), inner)
        for part, inner in holder.items()
        if NUMBER.fullmatch(part) and isinstance(inner, dict)
    ]
    return sorted(found, key=itemgetter(0))


def seconds(text: str) -> float | str:
    """Epoch seconds of an ISO 8601 time; a text that is none is left for the type check to refuse."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def malformed(message: str) -> WireError:
    """The form cannot be read."""
    return WireError("MalformedQueryString", message)

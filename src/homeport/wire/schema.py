"""What a generated class says about its members, asked at run time by the Query codec and the error texts.

The fast path never comes here: msgspec compiles the same annotations by itself. It adds no rules of its own.
"""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import structs


class Member(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One member of a shape. `type` is without its `| None`; `required` members have no default."""

    name: str
    wire_name: str
    type: Any
    required: bool


@cache
def members(shape: type[msgspec.Struct]) -> dict[str, Member]:
    """The members of a shape by their names on the wire."""
    return {
        found.encode_name: Member(
            name=found.name, wire_name=found.encode_name, type=present(found.type), required=found.required
        )
        for found in structs.fields(shape)
    }


def present(kind: Any) -> Any:
    """The type without its `| None`."""
    if get_origin(kind) in {Union, UnionType}:
        return next(option for option in get_args(kind) if option is not NoneType)
    return kind


def bare(kind: Any) -> Any:
    """The type without its rules: what `Annotated` stands around."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return kind


def rules(kind: Any) -> list[msgspec.Meta]:
    """The rules that stand around a type."""
    found: list[msgspec.Meta] = []
    while get_origin(kind) is Annotated:
        kind, *metas = get_args(kind)
        found.extend(meta for meta in metas if isinstance(meta, msgspec.Meta))
    return found


def mark(kind: Any, name: str) -> Any:
    """What the generator wrote beside a type under `name`, such as the model's own pattern, or None."""
    return next((meta.extra[name] for meta in rules(kind) if meta.extra and name in meta.extra), None)


def is_shape(kind: Any) -> bool:
    """Whether the bare type is a generated class."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def item_type(kind: Any) -> Any | None:
    """The type of a list's items or of a map's values; None for anything else."""
    found = bare(kind)
    return get_args(found)[-1] if get_origin(found) in {list, dict} else None


def choices(kind: Any) -> tuple[str, ...]:
    """The values of an enumeration; empty for anything else."""
    found = bare(kind)
    return get_args(found) if get_origin(found) is Literal else ()

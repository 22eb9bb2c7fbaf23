"""Records as JSON and back, with a version per kind: what a younger Homeport reads of an older one's file.

Adding a member with a default needs no new version. Anything else raises the kind's number here and adds an
upgrade of the old body.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import msgspec

from homeport.model.kinds import KINDS
from homeport.model.record import Record
from homeport.store.tx import Refused

Upgrades: TypeAlias = dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]]

VERSIONS: dict[str, int] = dict.fromkeys(KINDS, 1)
UPGRADES: Upgrades = {}
"""(kind, version) → what makes a body of that version one of the next."""


class Unreadable(Refused):
    """A record that this Homeport does not understand: of an unknown kind, or written by a newer one."""


_ENCODER = msgspec.json.Encoder()


@cache
def _decoder(kind: str) -> "msgspec.json.Decoder[Record]":
    """Made when a record of the kind is first read: most installations have few kinds, and a start waits for all of this."""
    return msgspec.json.Decoder(KINDS[kind])


def encode(record: Record) -> bytes:
    """The record as JSON, whole."""
    return _ENCODER.encode(record)


def decode(kind: str, version: int, body: bytes | str) -> Record:
    """The record that was kept under `kind`, brought up to date. Raises Unreadable."""
    known = VERSIONS.get(kind)
    if known is None or version > known:
        message = f"a record of kind {kind}, version {version}, was written by a newer Homeport: upgrade"
        raise Unreadable(message)
    try:
        if version == known:
            return _decoder(kind).decode(body)
        return upgraded(kind, version, known, body, UPGRADES)
    except (msgspec.MsgspecError, KeyError) as error:
        message = f"a record of kind {kind}, version {version}, cannot be read: {error}"
        raise Unreadable(message) from error


def upgraded(kind: str, version: int, known: int, body: bytes | str, upgrades: Upgrades) -> Record:
    """The record in an old body, after each upgrade from `version` to `known`. Raises KeyError."""
    members = msgspec.json.decode(body)
    for step in range(version, known):
        members = upgrades[(kind, step)](members)
    return msgspec.convert(members, KINDS[kind])

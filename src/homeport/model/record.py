"""What all records share: a place, an owner, three parts with one writer each.

A record is a frozen value. `spec` is what was asked for (the API writes it), `state` what we decided and concluded
(the engine), `seen` raw facts from outside (observations). Whoever creates a record may fill in all its parts;
afterwards each part has one writer, and the store asserts it at commit.

This module does not know which records there are (`kinds.py`) nor how they are kept (`homeport.store`).
"""

from typing import Literal, TypeAlias, TypeVar

from msgspec import Struct

Time: TypeAlias = float
"""Seconds since the epoch, to the millisecond: the form in which AWS's JSON protocols write it."""

Writer: TypeAlias = Literal["spec", "state", "seen"]
"""A transaction is opened as the writer of one part."""


class Nothing(Struct, frozen=True, kw_only=True, gc=False):
    """A part that a kind of record does not have."""


NOTHING = Nothing()


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """One thing that must be remembered; `id` is unique within its kind.

    Ids begin with the account and the region (`123456789012/us-east-1/…`), so that no look-up can leave its tenant.
    """

    id: str
    owner: str
    revision: int = 0

    def keys(self) -> tuple[str, ...]:
        """The index keys under which the store finds this record, its owner first."""
        return (self.owner,)


R = TypeVar("R", bound=Record)


class Scope(Struct, frozen=True, gc=False):
    """An account in a region: the tenant that every record's id starts with."""

    account: str
    region: str

    @property
    def id(self) -> str:
        """The prefix of ids, and the owner of everything that has no nearer one."""
        return f"{self.account}/{self.region}"


def scope_of(record_id: str) -> Scope:
    """The tenant a record belongs to, read off its id."""
    account, region, _ = record_id.split("/", 2)
    return Scope(account, region)

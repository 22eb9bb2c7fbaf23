"""The port of the store. A transaction is the only door to data, time and identity.

A read operation receives a ReadTx, which has no `put`: the type checker refuses a Describe that writes.
Nothing here says how records are kept; `memory.py` and `sqlite.py` do, and pass one contract suite.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from homeport.model.record import R, Record, Time, Writer
from homeport.model.sample import Sample


class StoredEvent(Struct, frozen=True, gc=False):
    """A line of an owner's history; `id` is a UUID, `at` when it was committed."""

    id: str
    at: Time
    message: str


class Change(Struct, frozen=True, gc=False):
    """One record before and after a commit; `before` is None for a new one, `after` for a deleted one."""

    revision: int
    before: Record | None
    after: Record | None

    @property
    def record(self) -> Record:
        """The record as it is now, or as it was last."""
        found = self.after if self.after is not None else self.before
        assert found is not None
        return found


class Conflict(Exception):
    """The transaction cannot be committed as it is; nothing of it was kept. The shell may run it again."""


class Unavailable(Exception):
    """The disk refuses: nothing was kept. Reads go on; writes are refused until a write succeeds again."""


class Refused(Exception):
    """The data cannot be opened as it is; the message says why, and what to do. Nothing was changed."""


class ReadTx(Protocol):
    """Records as of one revision, and the time."""

    @property
    def now(self) -> Time: ...

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id, or None."""

    def owned(self, kind: type[R], key: str) -> list[R]:
        """The records with this owner or other index key (`Record.keys`), oldest first."""

    def all(self, kind: type[R]) -> list[R]:
        """Every record of a kind, of every tenant, oldest first: for the engine, never for an operation."""

    def count(self, kind: type[Record], key: str) -> int:
        """How many `owned` would return, at no cost per record."""

    def events(self, owner: str) -> Sequence[StoredEvent]:
        """The last 100 events of an owner, newest first."""

    def samples(self, of: str, since: Time) -> Sequence[Sample]:
        """The traffic of a load balancer or a target group after `since`, oldest first; an hour at most."""

    def traffic(self, of: str) -> Sample | None:
        """Its counts summed up since this process knows of it, and its states as they are; None without any."""


class WriteTx(ReadTx, Protocol):
    """A ReadTx that sees its own writes, and commits when its block is left without an exception."""

    def put(self, record: Record) -> None:
        """Create the record or replace it; its `revision` is set by the store."""

    def delete(self, record: Record) -> None:
        """Forget the record; nothing happens when it is not there."""

    def emit(self, owner: str, message: str) -> None:
        """Append to an owner's events."""

    def forget_events(self, owner: str) -> None:
        """Drop an owner's events."""

    def new_id(self) -> str:
        """32 random hexadecimal digits, from the store's dice."""


class Store(Protocol):
    """Where records live. One process, one thread: transactions do not overlap."""

    @property
    def installation(self) -> str:
        """32 hexadecimal digits, made once with the database: who we are in the labels of containers."""

    @property
    def revision(self) -> int:
        """Of the last commit."""

    def read(self, now: Time) -> AbstractContextManager[ReadTx]:
        """A view of the records; cheap, no copy."""

    def write(self, writer: Writer, now: Time) -> AbstractContextManager[WriteTx]:
        """A transaction as the writer of one part.

        Its commit is visible to the next transaction at once; it is on disk when `durable` says so. Raises
        Unavailable while the disk refuses; AssertionError when another writer's part of an existing record
        differs; Conflict at the end when another commit came in between.
        """

    def note(self, samples: Sequence[Sample]) -> None:
        """Keep seconds of traffic, in memory and for an hour; those of no load balancer or target group are dropped.

        It is no commit: nothing is woken, and nothing is on disk.
        """

    def changes_since(self, revision: int) -> Sequence[Change] | None:
        """The changes after `revision`, in order; None when they are forgotten and all must be looked at."""

    def on_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit."""

    def durable(self, revision: int) -> Awaitable[None] | None:
        """None when everything up to `revision` is on disk; else what to await for it.

        Awaiting raises Unavailable when it could not be written; the store then has undone it.
        """

    def flush(self) -> None:
        """Block until everything is on disk. For the simulator, for tests and for the way down."""

    def health(self) -> str | None:
        """What is wrong with the disk; None when nothing is."""

    def backup(self, path: str) -> None:
        """Write a consistent copy to a new file, while transactions go on. Raises FileExistsError."""

    def close(self) -> None:
        """Flush and let go."""

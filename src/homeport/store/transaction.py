"""Transactions over a working set: reads go straight through, writes gather in an overlay until the block is left."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import cast

from homeport.model.record import R, Record, Time, Writer
from homeport.store.tx import StoredEvent
from homeport.store.working_set import WorkingSet, Writes
from homeport.store.writers import assert_may_delete, assert_own_part


class ReadTransaction:
    """The records as they are, and the time."""

    __slots__ = ("_set", "now")

    def __init__(self, working_set: WorkingSet, now: Time) -> None:
        self._set = working_set
        self.now = now

    def __enter__(self) -> "ReadTransaction":
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to let go of."""

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id, or None."""
        return self._set.get(kind, id)

    def owned(self, kind: type[R], key: str) -> list[R]:
        """The records under an index key, oldest first."""
        return cast("list[R]", list(self._set.owned(kind, key).values()))

    def all(self, kind: type[R]) -> list[R]:
        """Every record of a kind."""
        return cast("list[R]", list(self._set.kind(kind).by_id.values()))

    def count(self, kind: type[Record], key: str) -> int:
        """How many there are under an index key."""
        return len(self._set.owned(kind, key))

    def events(self, owner: str) -> Sequence[StoredEvent]:
        """The last events of an owner, newest first."""
        return tuple(self._set.events.get(owner, ()))


class WriteTransaction:
    """A transaction that sees its own writes; `commit` is called with it when its block is left without an error."""

    def __init__(
        self,
        working_set: WorkingSet,
        writer: Writer,
        now: Time,
        new_id: Callable[[], str],
        commit: Callable[["WriteTransaction"], None],
    ) -> None:
        self._set = working_set
        self._writer: Writer = writer
        self._commit = commit
        self.now = now
        self.new_id = new_id
        self.writes: Writes = {}
        self.emitted: list[tuple[str, StoredEvent]] = []
        self.forgotten: list[str] = []

    def __enter__(self) -> "WriteTransaction":
        return self

    def __exit__(
        self, error: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Commit, unless the block was left by an error or nothing was written."""
        if error is None and (self.writes or self.emitted or self.forgotten):
            self._commit(self)

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id, as this transaction has left it."""
        overlay = self.writes.get(kind)
        if overlay is not None and id in overlay:
            return cast("R | None", overlay[id])
        return self._set.get(kind, id)

    def owned(self, kind: type[R], key: str) -> list[R]:
        """The records under an index key, as this transaction has left them."""
        stored = self._set.owned(kind, key)
        overlay = self.writes.get(kind)
        if overlay is None:
            return cast("list[R]", list(stored.values()))
        found = [overlay[id] if id in overlay else record for id, record in stored.items()]
        found += [written for id, written in overlay.items() if id not in stored]
        return cast(
            "list[R]",
            [
                record
                for record in found
                if record is not None and (record.id not in overlay or key in record.keys())
            ],
        )

    def all(self, kind: type[R]) -> list[R]:
        """Every record of a kind."""
        found: dict[str, Record | None] = {**self._set.kind(kind).by_id, **self.writes.get(kind, {})}
        return cast("list[R]", [record for record in found.values() if record is not None])

    def count(self, kind: type[Record], key: str) -> int:
        """How many there are under an index key."""
        stored = self._set.owned(kind, key)
        overlay = self.writes.get(kind)
        if overlay is None:
            return len(stored)
        gone = sum(id in stored for id in overlay)
        return len(stored) - gone + sum(r is not None and key in r.keys() for r in overlay.values())

    def events(self, owner: str) -> Sequence[StoredEvent]:
        """The last events of an owner, newest first, this transaction's own among them."""
        stored = () if owner in self.forgotten else tuple(self._set.events.get(owner, ()))
        return (*(event for other, event in reversed(self.emitted) if other == owner), *stored)[:100]

    def put(self, record: Record) -> None:
        """Create the record or replace it."""
        kind = type(record)
        before = self._set.get(kind, record.id)
        if before is not None:
            assert_own_part(self._writer, before, record)
        self.writes.setdefault(kind, {})[record.id] = record

    def delete(self, record: Record) -> None:
        """Forget the record."""
        assert_may_delete(self._writer, record)
        self.writes.setdefault(type(record), {})[record.id] = None

    def emit(self, owner: str, message: str) -> None:
        """Append to an owner's events."""
        id = self.new_id()
        uuid = f"{id[:8]}-{id[8:12]}-{id[12:16]}-{id[16:20]}-{id[20:]}"
        self.emitted.append((owner, StoredEvent(uuid, self.now, message)))

    def forget_events(self, owner: str) -> None:
        """Drop an owner's events."""
        self.forgotten.append(owner)
        self.emitted = [(other, event) for other, event in self.emitted if other != owner]

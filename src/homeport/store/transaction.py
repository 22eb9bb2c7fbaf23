"""Transactions over a working set: reads go straight through, writes gather until the block is left."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, cast

from homeport.model.record import R, Record, Time, Writer
from homeport.model.sample import KEPT_S, Sample
from homeport.store.history import EVENTS_KEPT
from homeport.store.overlay import Overlay
from homeport.store.tx import Conflict, StoredEvent
from homeport.store.working_set import Commit, WorkingSet
from homeport.store.writers import assert_may_delete, assert_own_part


class ReadTransaction:
    """The records as they are, and the time."""

    __slots__ = ("_set", "now")

    def __init__(self, working_set: WorkingSet, now: Time) -> None:
        self._set = working_set
        self.now = now

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, error: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """There is nothing to let go of."""

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id, or None."""
        return self._set.get(kind, id)

    def owned(self, kind: type[R], key: str) -> list[R]:
        """The records under an index key, oldest first."""
        return cast("list[R]", list(self._set.kind(kind).under(key).values()))

    def all(self, kind: type[R]) -> list[R]:
        """Every record of a kind, oldest first."""
        return cast("list[R]", list(self._set.kind(kind).by_id.values()))

    def count(self, kind: type[Record], key: str) -> int:
        """How many there are under an index key."""
        return len(self._set.kind(kind).members(key))

    def events(self, owner: str) -> Sequence[StoredEvent]:
        """The last events of an owner, newest first."""
        return [event for _, event in self._set.history.of(owner)]

    def samples(self, of: str, since: Time) -> Sequence[Sample]:
        """Its traffic after `since`, oldest first; an hour at most."""
        return self._set.samples.after(of, max(since, self.now - KEPT_S))

    def traffic(self, of: str) -> Sample | None:
        """Its counts summed up, and its states as they are."""
        return self._set.samples.total(of)


class WriteTransaction(ReadTransaction):
    """A transaction that sees its own writes; `commit` gets them when its block is left without an error."""

    __slots__ = ("_commit", "_deleted", "_emitted", "_forgotten", "_overlays", "_since", "_writer", "new_id")

    def __init__(
        self,
        working_set: WorkingSet,
        writer: Writer,
        now: Time,
        new_id: Callable[[], str],
        commit: Callable[[Commit], None],
    ) -> None:
        super().__init__(working_set, now)
        self.new_id = new_id
        self._writer: Writer = writer
        self._commit = commit
        self._since = working_set.revision
        self._overlays: defaultdict[type[Record], Overlay] = defaultdict(Overlay)
        self._deleted: set[tuple[type[Record], str]] = set()
        self._emitted: list[tuple[str, StoredEvent]] = []
        self._forgotten: list[str] = []

    def __exit__(
        self, error: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Commit, unless the block was left by an error or nothing was written.

        Raises Conflict when somebody else has committed meanwhile: what was read here may no longer be so.
        """
        if error is not None or not (self._overlays or self._emitted or self._forgotten):
            return
        if self._set.revision != self._since:
            message = f"revision {self._set.revision} was committed by another transaction meanwhile"
            raise Conflict(message)
        writes = {kind: overlay.written for kind, overlay in self._overlays.items()}
        self._commit(self._set.prepare(writes, self._emitted, self._forgotten))

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id, as this transaction has left it."""
        overlay = self._overlays.get(kind)
        if overlay is not None and id in overlay.written:
            return cast("R | None", overlay.written[id])
        return self._set.get(kind, id)

    def owned(self, kind: type[R], key: str) -> list[R]:
        """The records under an index key, as this transaction has left them, oldest first."""
        overlay = self._overlays.get(kind)
        if overlay is None:
            return super().owned(kind, key)
        records = self._set.kind(kind)
        stored, mine, written = records.under(key), overlay.under(key), overlay.written
        found = [mine.get(id) if id in written else record for id, record in stored.items()]
        come = [record for id, record in mine.items() if id not in stored]
        kept = [record for record in (*found, *come) if record is not None]
        if come:
            # Some are new; others stood under another key, and take their place among these by age.
            born, youngest, numbers = records.born, self._set.next_born, overlay.numbers
            kept.sort(key=lambda record: born.get(record.id) or youngest + numbers[record.id])
        return cast("list[R]", kept)

    def all(self, kind: type[R]) -> list[R]:
        """Every record of a kind, oldest first."""
        overlay = self._overlays.get(kind)
        if overlay is None:
            return super().all(kind)
        found: dict[str, Record | None] = {**self._set.kind(kind).by_id, **overlay.written}
        return cast("list[R]", [record for record in found.values() if record is not None])

    def count(self, kind: type[Record], key: str) -> int:
        """How many there are under an index key."""
        overlay = self._overlays.get(kind)
        if overlay is None:
            return super().count(kind, key)
        stored = self._set.kind(kind).members(key)
        return len(stored) - len(stored.keys() & overlay.written.keys()) + len(overlay.under(key))

    def events(self, owner: str) -> Sequence[StoredEvent]:
        """The last events of an owner, newest first, this transaction's own among them."""
        stored = [] if owner in self._forgotten else super().events(owner)
        mine = [event for other, event in reversed(self._emitted) if other == owner]
        return (mine + list(stored))[:EVENTS_KEPT]

    def put(self, record: Record) -> None:
        """Create the record or replace it.

        One deleted in this transaction is created anew: all its parts may differ. It keeps its place.
        """
        kind = type(record)
        before = self._set.get(kind, record.id)
        if before is not None and (kind, record.id) not in self._deleted:
            assert_own_part(self._writer, before, record)
        self._overlays[kind].write(record.id, record)

    def delete(self, record: Record) -> None:
        """Forget the record."""
        assert_may_delete(self._writer, record)
        kind = type(record)
        self._deleted.add((kind, record.id))
        self._overlays[kind].write(record.id, None)

    def emit(self, owner: str, message: str) -> None:
        """Append to an owner's events."""
        id = self.new_id()
        uuid = f"{id[:8]}-{id[8:12]}-{id[12:16]}-{id[16:20]}-{id[20:]}"
        self._emitted.append((owner, StoredEvent(uuid, self.now, message)))

    def forget_events(self, owner: str) -> None:
        """Drop an owner's events."""
        self._forgotten.append(owner)
        self._emitted = [(other, event) for other, event in self._emitted if other != owner]

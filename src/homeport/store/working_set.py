"""The records in memory, with their indexes, events and the log of changes: what every store keeps and serves from.

Nothing here knows of a disk. A commit is applied whole, and can be undone whole as long as the disk has not answered
for it.
"""

from collections import deque
from collections.abc import Sequence
from typing import TypeAlias, cast

from msgspec import Struct
from msgspec.structs import replace

from homeport.model.record import R, Record
from homeport.store.tx import Change, StoredEvent

EVENTS_KEPT = 100
CHANGES_KEPT = 200_000


Writes: TypeAlias = dict[type[Record], dict[str, Record | None]]
"""What a transaction writes, by kind and id; None stands for a deletion."""


class Commit(Struct, gc=False):
    """One transaction's writes, as they were applied: what a disk must take, and what it takes to undo them."""

    revision: int
    changes: list[Change]
    events: list[tuple[str, StoredEvent]]
    forgotten: dict[str, list[StoredEvent]]


class Kind:
    """The records of one kind, by id and by index key; both in the order of creation."""

    __slots__ = ("by_id", "by_key")

    def __init__(self) -> None:
        self.by_id: dict[str, Record] = {}
        self.by_key: dict[str, dict[str, Record]] = {}

    def add(self, record: Record) -> None:
        """A record that was not there."""
        self.by_id[record.id] = record
        for key in record.keys():
            self.by_key.setdefault(key, {})[record.id] = record

    def replace(self, before: Record, after: Record) -> None:
        """A record that was there: it keeps its place under the keys that it keeps."""
        self.by_id[after.id] = after
        old, new = before.keys(), after.keys()
        if old != new:
            for key in old:
                if key not in new:
                    self._drop(key, before.id)
        for key in new:
            self.by_key.setdefault(key, {})[after.id] = after

    def remove(self, record: Record) -> None:
        """A record that is there no more."""
        del self.by_id[record.id]
        for key in record.keys():
            self._drop(key, record.id)

    def _drop(self, key: str, id: str) -> None:
        members = self.by_key[key]
        del members[id]
        if not members:
            del self.by_key[key]


class WorkingSet:
    """All records, their events, and the latest changes."""

    def __init__(self) -> None:
        self.revision = 0
        self.kinds: dict[type[Record], Kind] = {}
        self.events: dict[str, deque[StoredEvent]] = {}
        self._log: deque[Change] = deque()
        self._log_start = 0

    def kind(self, kind: type[Record]) -> Kind:
        """The records of `kind`."""
        found = self.kinds.get(kind)
        if found is None:
            found = self.kinds[kind] = Kind()
        return found

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id."""
        found = self.kinds.get(kind)
        return None if found is None else cast("R | None", found.by_id.get(id))

    def owned(self, kind: type[R], key: str) -> dict[str, Record]:
        """The records under an index key; not to be changed by the caller."""
        found = self.kinds.get(kind)
        return {} if found is None else found.by_key.get(key, {})

    def load(self, record: Record) -> None:
        """Take over a record from the disk, at its own revision."""
        self.kind(type(record)).add(record)

    def apply(
        self,
        writes: Writes,
        events: list[tuple[str, StoredEvent]],
        forgotten: Sequence[str],
    ) -> Commit:
        """Make a transaction's writes true."""
        revision = self.revision + 1
        written = ((kind, id, record) for kind, records in writes.items() for id, record in records.items())
        changes = [change for item in written if (change := self._write(*item, revision)) is not None]
        dropped = {owner: list(self.events.pop(owner, ())) for owner in forgotten}
        for owner, event in events:
            self.events.setdefault(owner, deque(maxlen=EVENTS_KEPT)).appendleft(event)
        self.revision = revision
        self._remember(changes)
        return Commit(revision, changes, events, dropped)

    def undo(self, commits: Sequence[Commit]) -> None:
        """Take back commits that no disk has answered for, the last first. The revision only grows."""
        for commit in reversed(commits):
            for change in reversed(commit.changes):
                self._revert(change)
            for owner, event in reversed(commit.events):
                kept = self.events.get(owner)
                if kept and kept[0].id == event.id:
                    kept.popleft()
            for owner, lost in commit.forgotten.items():
                self.events[owner] = deque(lost, maxlen=EVENTS_KEPT)
        self.revision += 1
        self.forget_changes()

    def forget_changes(self) -> None:
        """From now on nobody can be told what has changed before: all must be looked at."""
        self._log.clear()
        self._log_start = self.revision

    def changes_since(self, revision: int) -> Sequence[Change] | None:
        """The changes after `revision`; None when they are not all known any more."""
        if revision < self._log_start:
            return None
        found: list[Change] = []
        for change in reversed(self._log):
            if change.revision <= revision:
                break
            found.append(change)
        found.reverse()
        return found

    def _write(self, kind: type[Record], id: str, written: Record | None, revision: int) -> Change | None:
        records = self.kind(kind)
        before = records.by_id.get(id)
        if written is None:
            if before is None:
                return None
            records.remove(before)
            return Change(revision, before, None)
        after = replace(written, revision=revision)
        if before is None:
            records.add(after)
        else:
            records.replace(before, after)
        return Change(revision, before, after)

    def _revert(self, change: Change) -> None:
        records = self.kind(type(change.record))
        if change.before is None:
            records.remove(change.record)
        elif change.after is None:
            records.add(change.before)
        else:
            records.replace(change.after, change.before)

    def _remember(self, changes: list[Change]) -> None:
        self._log.extend(changes)
        while len(self._log) > CHANGES_KEPT:
            self._log_start = self._log.popleft().revision

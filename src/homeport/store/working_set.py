"""The records in memory, with their indexes, events and the log of changes: what every store serves from.

Nothing here knows of a disk. A commit is prepared, then applied whole, and can be undone whole as long as the
disk has not answered for it. Every record and every event gets a number when it is made; lists are in the
order of these numbers, also after a restart.
"""

from collections import deque
from collections.abc import Sequence
from itertools import takewhile
from typing import TypeAlias, cast

from msgspec import Struct
from msgspec.structs import replace

from homeport.model.load_balancer import LoadBalancer
from homeport.model.record import R, Record
from homeport.model.sample import Sample
from homeport.model.target_group import TargetGroup
from homeport.store.history import Emission, History, Numbered
from homeport.store.kind import Kind
from homeport.store.samples import Samples
from homeport.store.tx import Change, StoredEvent

CHANGES_KEPT = 50_000
"""Enough for whoever is seconds behind; each keeps the record that it replaced in memory."""

Writes: TypeAlias = dict[type[Record], dict[str, Record | None]]
"""What a transaction writes, by kind and id; None stands for a deletion."""

Emitted: TypeAlias = list[tuple[str, StoredEvent]]
"""What a transaction appends to the events of owners."""


class Move(Struct, frozen=True, gc=False):
    """One change, and where it belongs: the record's number, its index keys before and after."""

    change: Change
    kind: Kind
    born: int
    old: tuple[str, ...]
    new: tuple[str, ...]


class Commit(Struct, gc=False):
    """One transaction's writes: what a disk must take, and what it takes to undo them."""

    revision: int
    moves: list[Move]
    emissions: list[Emission]
    forgotten: dict[str, list[Numbered]]


class WorkingSet:
    """All records, their events, and the latest changes."""

    def __init__(self, changes_kept: int = CHANGES_KEPT) -> None:
        self.revision = 0
        self.next_born = 1
        self.next_event = 1
        self._kinds: dict[type[Record], Kind] = {}
        self.history = History()
        self.samples = Samples()
        self._log: deque[Change] = deque()
        self._log_start = 0
        self._changes_kept = changes_kept

    def kind(self, kind: type[Record]) -> Kind:
        """The records of `kind`."""
        found = self._kinds.get(kind)
        if found is None:
            found = self._kinds[kind] = Kind()
        return found

    def get(self, kind: type[R], id: str) -> R | None:
        """The record with this id."""
        found = self._kinds.get(kind)
        return None if found is None else cast("R | None", found.by_id.get(id))

    def load(self, record: Record, born: int) -> None:
        """Take over a record from the disk, at its own revision; the oldest first."""
        self.kind(type(record)).add(record, born, record.keys())
        self.next_born = born + 1

    def load_event(self, owner: str, number: int, event: StoredEvent) -> None:
        """Take over an event from the disk; the oldest first."""
        self.history.append(Emission(owner, number, event))
        self.next_event = number + 1

    def prepare(self, writes: Writes, emitted: Emitted, forgotten: Sequence[str]) -> Commit:
        """Number a transaction's writes. Nothing has happened until they are applied."""
        revision = self.revision + 1
        moves: list[Move] = []
        for type_, records in writes.items():
            kind = self.kind(type_)
            for id, written in records.items():
                before = kind.by_id.get(id)
                if before is None and written is None:
                    continue
                after = None if written is None else replace(written, revision=revision)
                born = self.next_born + len(moves) if before is None else kind.born[id]
                old = () if before is None else before.keys()
                new = () if after is None else after.keys()
                moves.append(Move(Change(revision, before, after), kind, born, old, new))
        emissions = [
            Emission(owner, number, event) for number, (owner, event) in enumerate(emitted, self.next_event)
        ]
        dropped = {owner: self.history.of(owner) for owner in forgotten}
        return Commit(revision, moves, emissions, dropped)

    def apply(self, commit: Commit) -> None:
        """Make a commit that was just prepared true."""
        for move in commit.moves:
            change = move.change
            if change.after is None:
                move.kind.remove(change.record.id, move.old)
                self._forget_samples(change.record)
            elif change.before is None:
                move.kind.add(change.after, move.born, move.new)
            else:
                move.kind.replace(change.after, move.old, move.new)
            self._log.append(change)
        for owner in commit.forgotten:
            self.history.forget(owner)
        for emission in commit.emissions:
            self.history.append(emission)
        self.revision = commit.revision
        self.next_born += len(commit.moves)
        self.next_event += len(commit.emissions)
        while len(self._log) > self._changes_kept:
            self._log_start = self._log.popleft().revision

    def undo(self, commits: Sequence[Commit]) -> None:
        """Take back the last commits, which no disk has answered for. The revision only grows."""
        kinds: dict[int, Kind] = {}
        for commit in reversed(commits):
            for move in reversed(commit.moves):
                move.kind.revert(move.change, move.born)
                if move.change.before is None:
                    self._forget_samples(move.change.record)
                kinds[id(move.kind)] = move.kind
            for emission in reversed(commit.emissions):
                self.history.withdraw(emission)
            for owner, lost in commit.forgotten.items():
                self.history.restore(owner, lost)
        for kind in kinds.values():
            kind.reindex()
        self.revision += 1
        self.forget_changes()

    def note(self, samples: Sequence[Sample]) -> None:
        """Keep the traffic of what there is."""
        kinds = self.kind(LoadBalancer).by_id, self.kind(TargetGroup).by_id
        self.samples.note([sample for sample in samples if any(sample.of in known for known in kinds)])

    def _forget_samples(self, record: Record) -> None:
        if isinstance(record, LoadBalancer | TargetGroup):
            self.samples.forget(record.id)

    def forget_changes(self) -> None:
        """From now on nobody can be told what has changed before: all must be looked at."""
        self._log.clear()
        self._log_start = self.revision

    def changes_since(self, revision: int) -> Sequence[Change] | None:
        """The changes after `revision`, in order; None when they are not all known any more."""
        if revision < self._log_start:
            return None
        found = list(takewhile(lambda change: change.revision > revision, reversed(self._log)))
        found.reverse()
        return found

"""Keys that want to be looked at: each once, now, soon or at a date; after an error, later and later.

A key is a kind and an id. Times are given by the caller; there is no clock here.
"""

import heapq
from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

from homeport.model.interface import is_interface
from homeport.model.record import Time
from homeport.model.vpc import is_vpc
from homeport.plan.effects import ContainerRef

KeyKind: TypeAlias = Literal[
    "task",
    "task_set",
    "target",
    "listener",
    "service",
    "cluster",
    "task_definition",
    "machine",
    "interface",
    "subnet",
    "vpc",
    "retention",
]


class Key(NamedTuple):
    """What to look at: `kind` says which planner, `id` which record."""

    kind: KeyKind
    id: str


def key_of(ref: ContainerRef) -> Key:
    """Who asked for something of a container: its task, the interface whose pause it is, the VPC whose network it is."""
    if is_interface(ref.task):
        return Key("interface", ref.task)
    return Key("vpc" if is_vpc(ref.task) else "task", ref.task)


FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 60.0


class Queue:
    """A dictionary of dates, and a heap to find the first; stale heap entries are skipped when they come up."""

    def __init__(self) -> None:
        self._due: dict[Key, Time] = {}
        self._heap: list[tuple[Time, int, Key]] = []
        self._ready: dict[Key, None] = {}
        self._errors: dict[Key, int] = {}
        self._count = 0

    def now(self, key: Key) -> None:
        """Look at `key` in the next turn."""
        if key not in self._ready:
            self._ready[key] = None
            self._due.pop(key, None)

    def at(self, key: Key, date: Time) -> None:
        """Look at `key` at `date` at the latest; an earlier date stands."""
        if key in self._ready or self._due.get(key, float("inf")) <= date:
            return
        self._due[key] = date
        self._count += 1
        heapq.heappush(self._heap, (date, self._count, key))

    def take(self, now: Time, limit: int) -> list[Key]:
        """Up to `limit` keys that are due, in the order in which they became so; they leave the queue."""
        self._ripen(now)
        taken = [key for key, _ in zip(self._ready, range(limit), strict=False)]
        for key in taken:
            del self._ready[key]
        return taken

    def next_at(self, now: Time) -> Time | None:
        """When the next key is due; `now` when one already is, None when nothing waits."""
        if self._ready:
            return now
        while self._heap and self._due.get(self._heap[0][2]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def put_back(self, keys: Iterable[Key]) -> None:
        """Keys that were taken and not dealt with, because another one failed."""
        for key in keys:
            self.now(key)

    def failed(self, key: Key, now: Time) -> Time:
        """Look at `key` again after a delay that grows with its errors; returns the date."""
        count = self._errors[key] = self._errors.get(key, 0) + 1
        date = now + min(FIRST_DELAY_S * 2.0 ** min(count - 1, 16), LONGEST_DELAY_S)
        self._ready.pop(key, None)
        self._due.pop(key, None)
        self.at(key, date)
        return date

    def succeeded(self, key: Key) -> None:
        """Forget the key's errors."""
        if self._errors:
            self._errors.pop(key, None)

    def _ripen(self, now: Time) -> None:
        while self._heap and self._heap[0][0] <= now:
            date, _, key = heapq.heappop(self._heap)
            if self._due.get(key) == date:
                self.now(key)

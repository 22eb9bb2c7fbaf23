"""Where a task would rather go: spread, binpack, random, one after the other; ties are broken by id.

Developer Guide, "Task placement strategies". Each strategy narrows what the one before it left undecided, so
the seats are ordered by one key. Seats whose attributes agree in every field that is spread over share those
counts, and form a bucket: a task changes the key of one seat and of few buckets, and 10,000 tasks over 500
instances cost two small heaps' work each.
"""

import heapq
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from homeport.plan.placement.candidates import Seat
from homeport.shapes import ecs

SERVICE_DEFAULT = (
    ecs.PlacementStrategy(type="spread", field="attribute:ecs.availability-zone"),
    ecs.PlacementStrategy(type="spread", field="instanceId"),
)
"""What a service gets that names no strategy: zones first, then instances with the fewest of its tasks."""
RUN_TASK_DEFAULT = (ecs.PlacementStrategy(type="random"),)
"""What RunTask gets that names no strategy."""

Key: TypeAlias = tuple[int | str, ...]
_ATTRIBUTE = "attribute:"
_INSTANCE_FIELDS = frozenset({"instanceid", "host", ""})


class Preference:
    """The seats that still take tasks, best first. Mutable, and seen only by the placement that made it."""

    def __init__(
        self,
        strategies: Sequence[ecs.PlacementStrategy],
        seats: Sequence[Seat],
        taking: Iterable[Seat],
        seed: str,
    ) -> None:
        """`seats` are all that there are, for the counts; `taking` are those that take part."""
        self._fields = tuple(_field(strategy) for strategy in strategies)
        self._terms = [_term(strategy, seed) for strategy in strategies]
        self._counts = Counter[tuple[str, ...]]()
        for seat in seats:
            self._count(seat, seat.peers)
        self._buckets: dict[tuple[str, ...], list[tuple[Key, Seat]]] = {}
        for seat in taking:
            self._buckets.setdefault(self._values(seat), []).append((self._seat_key(seat), seat))
        for bucket in self._buckets.values():
            heapq.heapify(bucket)
        self._outer = [(self._bucket_key(values), values) for values in self._buckets]
        heapq.heapify(self._outer)

    def best(self) -> Seat | None:
        """The seat that comes first, left where it is; None when no seat takes tasks any more.

        Counts only grow, so a bucket's key is never too large: it is brought up to date when it comes to the
        top.
        """
        while self._outer:
            stale, values = self._outer[0]
            current = self._bucket_key(values)
            if current == stale:
                return self._buckets[values][0][1]
            heapq.heapreplace(self._outer, (current, values))
        return None

    def placed(self, seat: Seat, *, takes_more: bool) -> None:
        """A task was put on `seat`, which was the best; it stays in only when it takes another."""
        self._count(seat, 1)
        values = self._outer[0][1]
        bucket = self._buckets[values]
        if takes_more:
            heapq.heapreplace(bucket, (self._seat_key(seat), seat))
        else:
            heapq.heappop(bucket)
        if bucket:
            heapq.heapreplace(self._outer, (self._bucket_key(values), values))
        else:
            heapq.heappop(self._outer)

    def _count(self, seat: Seat, tasks: int) -> None:
        """Tasks are counted among the seats that the strategies before left: racks within a zone."""
        values = self._values(seat)
        for level, field in enumerate(self._fields, start=1):
            if field:
                self._counts[values[:level]] += tasks

    def _values(self, seat: Seat) -> tuple[str, ...]:
        return tuple(seat.attribute(field) if field else "" for field in self._fields)

    def _seat_key(self, seat: Seat) -> Key:
        return (*[term(seat) for term in self._terms], seat.id)

    def _bucket_key(self, values: tuple[str, ...]) -> Key:
        """The key of the bucket's best seat, with the counts that its seats share."""
        own, _ = self._buckets[values][0]
        shared = [
            self._counts[values[:level]] if field else own[level - 1]
            for level, field in enumerate(self._fields, start=1)
        ]
        return (*shared, own[-1])


def _field(strategy: ecs.PlacementStrategy) -> str:
    """The attribute that is spread over; blank when the strategy looks at the seat itself."""
    field = strategy.field or ""
    if strategy.type != "spread" or field.lower() in _INSTANCE_FIELDS:
        return ""
    return field.removeprefix(_ATTRIBUTE)


def _term(strategy: ecs.PlacementStrategy, seed: str) -> Callable[[Seat], int]:
    """What of the seat itself goes into the key."""
    if strategy.type == "random":
        # Dice that everybody can throw again: the same world is placed the same way.
        return lambda seat: zlib.crc32(f"{seed} {seat.id} {seat.taken}".encode())
    if strategy.type == "binpack" and (strategy.field or "").lower() == "cpu":
        return lambda seat: seat.capacity.cpu
    if strategy.type == "binpack":
        return lambda seat: seat.capacity.memory_mib
    return (lambda _: 0) if _field(strategy) else (lambda seat: seat.peers)

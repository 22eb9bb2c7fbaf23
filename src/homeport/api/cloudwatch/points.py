"""Slots → data points: how many observations of a metric a period has, how they are spread, and what they come to.

Pure arithmetic. What AWS does not report is no point: a metric without traffic has gaps, not zeros.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from homeport.api.cloudwatch.metrics import Kind, Metric
from homeport.api.cloudwatch.slots import Slot
from homeport.api.cloudwatch.window import Window
from homeport.model.record import Time
from homeport.model.sample import BOUNDS_MS

Range: TypeAlias = tuple[float, float, float]
"""Between what values observations lie, evenly, and how many."""

MS_PER_S = 1000.0


class Point(Struct, frozen=True):
    """A period's observations. `count` is what AWS calls SampleCount; `spread` is sorted, and may be weighted otherwise."""

    at: Time
    count: float
    sum: float
    spread: Sequence[Range]

    @property
    def minimum(self) -> float:
        """The least that was observed, or the lower bound of its bucket."""
        return self.spread[0][0]

    @property
    def maximum(self) -> float:
        """The most that was observed, or the upper bound of its bucket."""
        return self.spread[-1][1]

    @property
    def average(self) -> float:
        """Of all observations."""
        return self.sum / self.count

    def percentile(self, percent: float) -> float:
        """The value that `percent` of all observations do not exceed, by interpolation in its bucket."""
        rank = percent / 100.0 * sum(weight for _, _, weight in self.spread)
        for low, high, weight in self.spread:
            if rank <= weight:
                return low + (high - low) * rank / weight
            rank -= weight
        return self.maximum


def points(metric: Metric, slots: Iterable[Slot], window: Window) -> list[Point]:
    """The points of a metric, oldest first, one for each period in which AWS would report something."""
    periods: defaultdict[Time, list[Slot]] = defaultdict(list)
    for slot in slots:
        if slot.at >= window.start and _is_reported(metric, slot):
            periods[window.place(slot.at)].append(slot)
    make = MAKERS[metric.kind]
    return [make(at, metric, gathered) for at, gathered in sorted(periods.items())]


def _is_reported(metric: Metric, slot: Slot) -> bool:
    if metric.when == "checked":
        return True
    if metric.when == "flowing":
        return slot.is_flowing
    if metric.kind == "latency":
        return bool(slot.latency)
    return bool(slot.counts.get(metric.value) or any(slot.states.get(metric.value, ())))


def _events(at: Time, metric: Metric, slots: Sequence[Slot]) -> Point:
    """Each is reported as a 1."""
    total = sum(slot.counts[metric.value] for slot in slots)
    return Point(at, total, total, ((1.0, 1.0, total),))


def _volumes(at: Time, metric: Metric, slots: Sequence[Slot]) -> Point:
    """One observation for each slot: what it comes to."""
    return _observed(at, [slot.counts.get(metric.value, 0.0) for slot in slots])


def _per_target(at: Time, _: Metric, slots: Sequence[Slot]) -> Point:
    """The same, divided among the targets that there were."""
    return _observed(at, [slot.per_target for slot in slots])


def _observed(at: Time, values: Sequence[float]) -> Point:
    spread = [(value, value, 1.0) for value in sorted(values)]
    return Point(at, float(len(values)), sum(values), spread)


def _states(at: Time, metric: Metric, slots: Sequence[Slot]) -> Point:
    """One observation for each slot, so that a sum over a minute is no sixty-fold; but spread as the seconds were."""
    values = sorted(value for slot in slots for value in slot.series(metric.value))
    count = float(len(slots))
    return Point(at, count, sum(values) / len(values) * count, [(value, value, 1.0) for value in values])


def _latencies(at: Time, metric: Metric, slots: Sequence[Slot]) -> Point:
    """One observation for each request, in seconds; known by its bucket."""
    buckets: defaultdict[float, int] = defaultdict(int)
    for slot in slots:
        for bound, count in slot.latency.items():
            buckets[bound] += count
    spread = [(_below(bound), bound / MS_PER_S, float(count)) for bound, count in sorted(buckets.items())]
    total_ms = sum(slot.counts.get(metric.value, 0.0) for slot in slots)
    total = total_ms / MS_PER_S or sum((low + high) / 2 * count for low, high, count in spread)
    return Point(at, float(sum(buckets.values())), total, spread)


def _below(bound: float) -> float:
    """Where a bucket begins, in seconds."""
    place = bisect_left(BOUNDS_MS, bound)
    return BOUNDS_MS[place - 1] / MS_PER_S if place else 0.0


MAKERS: Mapping[Kind, Callable[[Time, Metric, Sequence[Slot]], Point]] = {
    "event": _events,
    "volume": _volumes,
    "per_target": _per_target,
    "state": _states,
    "latency": _latencies,
}

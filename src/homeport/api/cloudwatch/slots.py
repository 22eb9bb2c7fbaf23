"""Seconds gathered into the stretches that Elastic Load Balancing reports on: a minute, or less where less is asked for.

Gathered once for each load balancer and target group of a request, whatever the number of metrics that are made of it.
"""

from collections.abc import Sequence

from msgspec import Struct

from homeport.api.cloudwatch.window import Window
from homeport.model.record import Time
from homeport.model.sample import STATES, Sample
from homeport.store.tx import ReadTx

HALF_S = 0.5
FLOW = ("requests", "new_connections", "active_connections", "bytes")
"""Where one of these is not zero there is traffic."""


class Slot(Struct):
    """What was counted in a stretch of time, and the states at the end of each of its seconds."""

    at: Time
    seconds: int
    counts: dict[str, float]
    states: dict[str, list[float]]
    latency: dict[float, int]
    per_target: float

    def series(self, name: str) -> list[float]:
        """A state in each second; what is left out of a sample is zero."""
        found = self.states.get(name, [])
        return found + [0.0] * (self.seconds - len(found))

    @property
    def is_flowing(self) -> bool:
        """Whether there was traffic."""
        return any(self.counts.get(name) or any(self.states.get(name, ())) for name in FLOW)


class Slots:
    """The slots of a request, read from the store once each."""

    def __init__(self, tx: ReadTx) -> None:
        self._tx = tx
        self._found: dict[tuple[str, int, Time], list[Slot]] = {}

    def of(self, id: str, window: Window) -> list[Slot]:
        """The slots of a record from the window's start on, oldest first; only those that have samples."""
        key = (id, window.slot_s, window.start)
        found = self._found.get(key)
        if found is None:
            samples = self._tx.samples(id, window.start)
            found = self._found[key] = gathered(samples, window.slot_s)
        return [slot for slot in found if slot.at < window.end]


def gathered(samples: Sequence[Sample], slot_s: int) -> list[Slot]:
    """The samples by slots. A sample is about the second before its time."""
    slots: dict[Time, Slot] = {}
    for sample in samples:
        at = (sample.at - HALF_S) // slot_s * slot_s
        slot = slots.get(at)
        if slot is None:
            slot = slots[at] = Slot(at, 0, {}, {}, {}, 0.0)
        _add(slot, sample)
    return list(slots.values())


def _add(slot: Slot, sample: Sample) -> None:
    slot.seconds += 1
    for name, value in sample.values.items():
        if name in STATES:
            slot.states.setdefault(name, []).append(value)
        else:
            slot.counts[name] = slot.counts.get(name, 0.0) + value
    for bound, count in sample.latency_ms:
        slot.latency[bound] = slot.latency.get(bound, 0) + count
    values = sample.values
    targets = values.get("healthy") or values.get("unhealthy") or 1.0
    slot.per_target += values.get("requests", 0.0) / targets

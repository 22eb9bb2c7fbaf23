"""An hour of traffic by seconds, in memory only: what it tells after a restart begins anew.

It is bounded whatever comes: by age, by length, by the number of series and by bytes, so that a data plane that talks too
much costs history and not the machine. Seconds that are like the one before cost eight bytes each.
"""

from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec
from msgspec import Struct

from homeport.model.record import Time
from homeport.model.sample import BOUNDS_MS, COUNTS, KEPT_S, STATES, Sample

LONGEST = 3600
"""Seconds of a series, whatever their dates: a clock that was set back must not keep old ones for ever."""
SERIES = 10_000
BYTES = 96 * 2**20
"""Of all series together. A busy series needs some 550 bytes a second, so this is an hour of fifty of them."""
RUN_BYTES = 300
"""What a run costs besides its packed numbers and its dates."""
CUT_S = 120.0

Numbers: TypeAlias = tuple[dict[str, float], tuple[tuple[float, int], ...]]
"""A sample without its time and its owner: `values` and `latency_ms`."""

PACK = msgspec.msgpack.Encoder()
UNPACK = msgspec.msgpack.Decoder(Numbers)


class Run(Struct, gc=False):
    """Seconds that are alike: the numbers, packed, and the dates."""

    packed: bytes
    dates: "array[float]"

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return RUN_BYTES + len(self.packed) + 8 * len(self.dates)


class Series:
    """One owner's samples, oldest first, and their sum since the first one."""

    def __init__(self) -> None:
        self.runs: deque[Run] = deque()
        self.length = 0
        self.size = 0
        self._last: Time = 0.0
        self._counts: dict[str, float] = {}
        self._latency = [0] * len(BOUNDS_MS)
        self._states: dict[str, float] = {}

    def add(self, sample: Sample) -> None:
        """One second more."""
        packed = PACK.encode((sample.values, sample.latency_ms))
        if self.runs and self.runs[-1].packed == packed:
            self.runs[-1].dates.append(sample.at)
            self.size += 8
        else:
            self.runs.append(Run(packed, array("d", (sample.at,))))
            self.size += self.runs[-1].size
        self.length += 1
        self._sum_up(sample)

    def drop(self, before: Time) -> None:
        """Forget what is older, and what is more than may be kept."""
        while self.runs and (self.runs[0].dates[0] < before or self.length > LONGEST):
            dates = self.runs[0].dates
            older = next((place for place, at in enumerate(dates) if at >= before), len(dates))
            old = min(len(dates), max(older, self.length - LONGEST))
            self.length -= old
            if old == len(dates):
                self.size -= self.runs.popleft().size
            else:
                del dates[:old]
                self.size -= 8 * old

    def after(self, of: str, since: Time) -> Iterator[Sample]:
        """The samples of seconds that ended after `since`."""
        for run in self.runs:
            if max(run.dates) <= since:
                continue
            values, latency = UNPACK.decode(run.packed)
            for date in run.dates:
                if date > since:
                    yield Sample(at=date, of=of, values=values, latency_ms=latency)

    def total(self, of: str) -> Sample:
        """All that was ever counted, and the states as they are now."""
        latency = tuple((bound, n) for bound, n in zip(BOUNDS_MS, self._latency, strict=True) if n)
        return Sample(at=self._last, of=of, values={**self._counts, **self._states}, latency_ms=latency)

    def _sum_up(self, sample: Sample) -> None:
        for name, value in sample.values.items():
            if name in COUNTS:
                self._counts[name] = self._counts.get(name, 0.0) + value
        for bound, count in sample.latency_ms:
            self._latency[min(bisect_left(BOUNDS_MS, bound), len(BOUNDS_MS) - 1)] += count
        self._states = {name: value for name, value in sample.values.items() if name in STATES}
        self._last = sample.at


class Samples:
    """The series of all load balancers and target groups."""

    def __init__(self, most_series: int = SERIES, most_bytes: int = BYTES) -> None:
        self._series: dict[str, Series] = {}
        self._most_series = most_series
        self._most_bytes = most_bytes
        self.size = 0
        self._kept_s = KEPT_S

    def note(self, samples: Sequence[Sample]) -> None:
        """Keep them; a series too many is not begun."""
        for sample in samples:
            series = self._series.get(sample.of)
            if series is None:
                if len(self._series) >= self._most_series:
                    continue
                series = self._series[sample.of] = Series()
            before = series.size
            series.add(sample)
            series.drop(sample.at - self._kept_s)
            self.size += series.size - before
        if samples:
            self._fit(max(sample.at for sample in samples))

    def after(self, of: str, since: Time) -> list[Sample]:
        """The samples of one owner that came after `since`, oldest first."""
        series = self._series.get(of)
        found = [] if series is None else list(series.after(of, since))
        return sorted(found, key=_at)

    def total(self, of: str) -> Sample | None:
        """What one owner's samples come to since the first; None when there was none."""
        series = self._series.get(of)
        return None if series is None else series.total(of)

    def forget(self, of: str) -> None:
        """Whose samples they were is gone."""
        series = self._series.pop(of, None)
        if series is not None:
            self.size -= series.size

    def _fit(self, now: Time) -> None:
        """Shorten everybody's history by minutes until all fits; it grows again when there is room."""
        if self.size <= self._most_bytes:
            self._kept_s = min(KEPT_S, self._kept_s + (1.0 if self.size < self._most_bytes * 0.9 else 0.0))
            return
        while self.size > self._most_bytes and self._kept_s > 0:
            self._kept_s = max(0.0, self._kept_s - CUT_S)
            for series in self._series.values():
                series.drop(now - self._kept_s)
            self.size = sum(series.size for series in self._series.values())


def _at(sample: Sample) -> Time:
    return sample.at

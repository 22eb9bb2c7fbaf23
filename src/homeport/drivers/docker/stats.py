"""What containers use, looked up again and again for as long as somebody asks: each look takes the engine a second or two.

In the form of Docker's API, with what version 4 of the metadata endpoint adds: bytes a second.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from homeport.drivers.docker.calls import Endpoint, Json, Refused, Unreachable
from homeport.drivers.docker.client import Client
from homeport.drivers.docker.facts import time_of
from homeport.model.record import Time

UNASKED_S = 30.0
SIZES_FOR_S = 10.0
MOST_SIZES = 1024
MIB = 1024 * 1024


class _Series:
    """One container's samples: the last of them, until the container ends or nobody asks any more."""

    def __init__(self, client: Client, runtime_id: str, now: Callable[[], Time]) -> None:
        self.latest: Json | None = None
        self.asked_at = now()
        self.has_begun = asyncio.Event()
        self.is_over = False
        self._client = client
        self._runtime_id = runtime_id
        self._now = now
        self.task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        while not self.is_over and self._now() - self.asked_at < UNASKED_S:
            try:
                sample = await self._client.containers.stats(self._runtime_id)
            except (Refused, Unreachable):
                return
            # Of one that does not run, the engine tells the year 1.
            if sample is None or time_of(sample.get("read")) is None:
                return
            self.latest = sample if self.latest is None else {**sample, **rated(self.latest, sample)}
            self.has_begun.set()


class Stats:
    """`now` gives seconds, of which only differences matter."""

    def __init__(self, endpoint: Endpoint, now: Callable[[], Time]) -> None:
        self._client = Client(endpoint)
        self._now = now
        self._series: dict[str, _Series] = {}
        self._sizes: dict[tuple[str, ...], tuple[Time, int]] = {}

    async def stats(self, runtime_id: str) -> Json | None:
        """The last sample; the first takes two seconds, and has no rate yet. None for a container that does not run."""
        series = self._series.get(runtime_id)
        if series is None:
            series = self._series[runtime_id] = _Series(self._client, runtime_id, self._now)
            series.task.add_done_callback(lambda _: self._series.pop(runtime_id, None))
        series.asked_at = self._now()
        begun = asyncio.ensure_future(series.has_begun.wait())
        await asyncio.wait([begun, series.task], return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        return None if series.task.done() else series.latest

    async def written_mib(self, runtime_ids: tuple[str, ...]) -> int | None:
        """Looked at anew every ten seconds: the engine counts files for it. None where it does not answer."""
        known = self._sizes.get(runtime_ids)
        if known is not None and self._now() - known[0] < SIZES_FOR_S:
            return known[1]
        try:
            sizes = await asyncio.gather(*(self._client.containers.written(id) for id in runtime_ids))
        except (Refused, Unreachable):
            return None
        if len(self._sizes) > MOST_SIZES:
            self._sizes.clear()
        self._sizes[runtime_ids] = (self._now(), sum(sizes) // MIB)
        return self._sizes[runtime_ids][1]

    async def close(self) -> None:
        """Let go, once the last looks have ended."""
        series = list(self._series.values())
        for each in series:
            each.is_over = True
        await asyncio.gather(*(each.task for each in series))
        await self._client.close()


def rated(before: Json, after: Json) -> Json:
    """`network_rate_stats` of two samples; nothing where the container has no network, or no time has passed."""
    began, ended = time_of(before.get("read")), time_of(after.get("read"))
    earlier, later = before.get("networks"), after.get("networks")
    if not earlier or not later or began is None or ended is None or ended <= began:
        return {}
    rates = {
        f"{way}_bytes_per_sec": max(0, _total(later, way) - _total(earlier, way)) / (ended - began)
        for way in ("rx", "tx")
    }
    return {"network_rate_stats": rates}


def _total(networks: Mapping[str, Mapping[str, Any]], way: str) -> int:
    return sum(int(each.get(f"{way}_bytes", 0)) for each in networks.values())

"""What containers use, as the engine tells it each second to whoever listens; listened to only while somebody asks.

In the form of Docker's API, with what version 4 of the metadata endpoint adds: bytes a second.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any

from homeport.drivers.docker.calls import Endpoint, Json, Refused, Unreachable
from homeport.drivers.docker.client import Client
from homeport.drivers.docker.facts import time_of
from homeport.model.record import Time

PATIENCE_S = 5.0
"""A first rate takes two samples, a second apart."""

UNASKED_S = 30.0
SIZES_FOR_S = 10.0
MIB = 1024 * 1024


class _Listener:
    """One container's samples, for as long as they are asked for."""

    def __init__(self, lines: AsyncIterator[Json], now: Callable[[], Time]) -> None:
        self.latest: Json | None = None
        self.asked_at = now()
        self.has_rate = asyncio.Event()
        self._lines = lines
        self._now = now
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        with suppress(Refused, Unreachable):
            async for line in self._lines:
                if time_of(line.get("read")) is None:
                    return  # It does not run.
                before, self.latest = self.latest, line
                if before is not None:
                    self.latest = {**line, **rated(before, line)}
                    self.has_rate.set()
                if self._now() - self.asked_at > UNASKED_S:
                    return


class Stats:
    """`now` gives seconds, of which only differences matter."""

    def __init__(self, endpoint: Endpoint, now: Callable[[], Time]) -> None:
        self._client = Client(endpoint)
        self._now = now
        self._listeners: dict[str, _Listener] = {}
        self._sizes: dict[tuple[str, ...], tuple[Time, int]] = {}

    async def stats(self, runtime_id: str) -> Json | None:
        """The last sample; the first takes two seconds. None for a container that does not run."""
        listener = self._listeners.get(runtime_id)
        if listener is None:
            try:
                lines = self._client.containers.stats(runtime_id)
            except Unreachable:
                return None
            listener = self._listeners[runtime_id] = _Listener(lines, self._now)
            listener.task.add_done_callback(lambda _: self._listeners.pop(runtime_id, None))
        listener.asked_at = self._now()
        rate = asyncio.ensure_future(listener.has_rate.wait())
        await asyncio.wait([rate, listener.task], timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        rate.cancel()
        return listener.latest if listener.has_rate.is_set() else None

    async def written_mib(self, runtime_ids: tuple[str, ...]) -> int | None:
        """Looked at anew every ten seconds: the engine counts files for it. None where it does not answer."""
        known = self._sizes.get(runtime_ids)
        if known is not None and self._now() - known[0] < SIZES_FOR_S:
            return known[1]
        try:
            sizes = await asyncio.gather(*(self._client.containers.written(id) for id in runtime_ids))
        except (Refused, Unreachable):
            return None
        if len(self._sizes) > len(self._listeners) + 64:
            self._sizes.clear()
        self._sizes[runtime_ids] = (self._now(), sum(sizes) // MIB)
        return self._sizes[runtime_ids][1]

    async def close(self) -> None:
        """Listen to nobody any more."""
        tasks = [listener.task for listener in self._listeners.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
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

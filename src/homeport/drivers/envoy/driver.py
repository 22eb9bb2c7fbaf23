"""The port of `drivers/balancer.py` in front of the balancer process: found, started, replaced and reconnected to.

It is started when there is something to balance, and not before. One of another version is replaced; Envoy is not, so
traffic goes on. Whatever happens out there becomes `trouble`, and another attempt.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from homeport.drivers.balancer import Bridge
from homeport.drivers.envoy import messages
from homeport.drivers.envoy.attachment import Attachment
from homeport.drivers.envoy.folder import Folder, Unsafe
from homeport.drivers.envoy.messages import Answered, Begin, Garbled, Publish, Told
from homeport.model.sample import Sample
from homeport.plan.observations import ListenerObserved, TargetObserved
from homeport.plan.traffic import Delta, Tables, applied, merged

LOG = logging.getLogger("homeport.balancer")
SHORTEST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 5.0
STABLE_AFTER_S = 10.0
UNREAD = 4 * 1024 * 1024
"""Bytes that may wait in the socket; what changes meanwhile is gathered, and sent in one."""

HEARD_WAITING = 10_000

Observed: TypeAlias = TargetObserved | ListenerObserved | Sample


class EnvoyBalancer:
    """`trouble`: what keeps it from balancing; None while it does, or has nothing to do.

    `command` starts a balancer process; `bridge` finds the containers' network.
    """

    def __init__(
        self, data: Path, command: Sequence[str], bridge: Callable[[], Awaitable[Bridge | None]]
    ) -> None:
        self.trouble: str | None = None
        self._folder = Folder.of(data)
        self._attachment = Attachment(self._folder, command)
        self._find_bridge = bridge
        self._bridge: Bridge | None = None
        self._tables = Tables()
        self._pending: Delta | None = None
        self._wake = asyncio.Event()
        self._heard: asyncio.Queue[Observed] = asyncio.Queue(HEARD_WAITING)
        self._writer: asyncio.StreamWriter | None = None
        self._running: asyncio.Task[None] | None = None

    async def begin(self, tables: Tables) -> None:
        self._tables = tables
        if self._pending is not None:
            self._begin()
        self._wake.set()
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())

    async def publish(self, delta: Delta) -> None:
        self._tables = applied(self._tables, delta)
        if self._pending is not None:
            self._pending = merged(self._pending, delta)
            self._flush()
        self._wake.set()

    async def watch(self) -> AsyncIterator[Observed]:
        while True:
            yield await self._heard.get()

    async def close(self) -> None:
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running

    async def _run(self) -> None:
        """Attach, again and again, while there is something to balance or somebody who may still think so."""
        loop = asyncio.get_running_loop()
        pause_s = SHORTEST_PAUSE_S
        while True:
            self._wake.clear()
            if not (self._tables.listeners or self._tables.groups or self._folder.door.exists()):
                self.trouble = None
                await self._wake.wait()
                continue
            began = loop.time()
            try:
                reader, self._writer = await self._attachment.attach()
                await self._converse(reader)
            except (OSError, EOFError, Garbled, Unsafe) as error:
                self._troubled(f"the balancer process cannot be reached: {error or 'it has gone'}")
            finally:
                self._pending = None
                if self._writer is not None:
                    self._writer.close()
                    self._writer = None
            pause_s = (
                min(2 * pause_s, LONGEST_PAUSE_S)
                if loop.time() - began < STABLE_AFTER_S
                else SHORTEST_PAUSE_S
            )
            await asyncio.sleep(pause_s)
            self._attachment.reap()

    async def _converse(self, reader: asyncio.StreamReader) -> None:
        """Tell all there is, then what changes; hear what is seen, until it goes. Raises Garbled."""
        loop = asyncio.get_running_loop()
        self._begin()
        parts = (loop.create_task(self._send_rest()), loop.create_task(self._locate()))
        try:
            while True:
                told: Answered = await messages.read(reader, Answered)
                if isinstance(told, Told):
                    self._troubled(told.trouble)
                    found: tuple[Observed, ...] = (*told.targets, *told.listeners, *told.samples)
                    for observed in found:
                        await self._heard.put(observed)
        except EOFError:
            LOG.info("the balancer process has gone")
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)

    async def _send_rest(self) -> None:
        """What could not be sent at once, because too much was waiting."""
        while self._writer is not None:
            await self._wake.wait()
            self._wake.clear()
            with contextlib.suppress(ConnectionError):
                await self._writer.drain()
            self._flush()

    async def _locate(self) -> None:
        """Where containers are is known later than what they are sent."""
        found = await self._find_bridge()
        if found is not None and found != self._bridge:
            self._bridge = found
            self._begin()

    def _begin(self) -> None:
        assert self._writer is not None
        self._pending = Delta()
        self._writer.write(messages.framed(Begin(self._tables, self._bridge)))

    def _flush(self) -> None:
        if self._writer is None or not self._pending:
            return
        if self._writer.transport.get_write_buffer_size() < UNREAD:
            delta, self._pending = self._pending, Delta()
            self._writer.write(messages.framed(Publish(delta)))

    def _troubled(self, trouble: str | None) -> None:
        if trouble and trouble != self.trouble:
            LOG.warning("%s", trouble)
        self.trouble = trouble

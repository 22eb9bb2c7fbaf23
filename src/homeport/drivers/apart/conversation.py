"""A server's side of the door: attached again and again, told all there is and then what changes, and heard.

Whatever happens out there becomes `trouble`, and another attempt. What is said and heard is the `Speaker`'s.
"""

import asyncio
import contextlib
import logging
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from homeport.drivers.apart import frames
from homeport.drivers.apart.attachment import Attachment
from homeport.drivers.apart.frames import Garbled
from homeport.drivers.apart.rooms import Unsafe

LOG = logging.getLogger("homeport.apart")
SHORTEST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 5.0
AFTER_MISTAKE_S = 1.0
STABLE_AFTER_S = 10.0
UNREAD = 4 * 1024 * 1024
"""Bytes that may wait in the socket; what changes meanwhile is gathered, and sent in one."""

D = TypeVar("D")
T_contra = TypeVar("T_contra", contravariant=True)
T = TypeVar("T")


class Speaker(Protocol[D, T_contra]):
    """Who has something to say."""

    @property
    def is_needed(self) -> bool:
        """Whether somebody has to be there."""

    def whole(self) -> Struct:
        """All there is, as a message."""

    def nothing(self) -> D:
        """A change that changes nothing, and is false."""

    def both(self, first: D, second: D) -> D:
        """One change after the other."""

    def part(self, change: D) -> Struct:
        """A change, as a message."""

    async def hear(self, told: T_contra) -> None:
        """What was told; of the type that `Conversation` was made with."""

    async def attend(self) -> None:
        """Each time that somebody is there: find out what could not be known before."""


class Conversation(Generic[D, T]):
    """`what` is the process in words, `kind` what it tells. `trouble`: what keeps it away; its own is the speaker's."""

    def __init__(self, what: str, attachment: Attachment, speaker: Speaker[D, T], kind: object) -> None:
        self.trouble: str | None = None
        self._what = what
        self._attachment = attachment
        self._speaker = speaker
        self._kind = kind
        self._pending: D | None = None
        self._wake = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None
        self._running: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Tell all there is, now or as soon as somebody is there."""
        if self._pending is not None:
            self._begin()
        self._wake.set()
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._go_on())

    def publish(self, change: D) -> None:
        """Tell what has changed; `Speaker.whole` has it already."""
        if self._pending is not None:
            self._pending = self._speaker.both(self._pending, change)
            self._flush()
        self._wake.set()

    async def close(self) -> None:
        """Let go."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    def troubled(self, trouble: str | None) -> None:
        """Say what keeps it from its work, once."""
        if trouble and trouble != self.trouble:
            LOG.warning("%s", trouble)
        self.trouble = trouble

    async def _go_on(self) -> None:
        """A mistake of ours ends one conversation, and another one begins."""
        while True:
            talking = asyncio.get_running_loop().create_task(self._run())
            try:
                await asyncio.wait((talking,))
            finally:
                talking.cancel()
                (error,) = await asyncio.gather(talking, return_exceptions=True)
            LOG.error("talking to the %s failed", self._what, exc_info=error)
            self.trouble = f"talking to the {self._what} failed: see the log"
            await asyncio.sleep(AFTER_MISTAKE_S)

    async def _run(self) -> None:
        """Attach while there is something to say, or somebody who may still think so."""
        loop = asyncio.get_running_loop()
        pause_s = SHORTEST_PAUSE_S
        while True:
            self._wake.clear()
            if not (self._speaker.is_needed or self._attachment.may_be_there):
                self.trouble = None
                await self._wake.wait()
                continue
            began = loop.time()
            try:
                reader, self._writer = await self._attachment.attach()
                await self._converse(reader)
            except (OSError, EOFError, Garbled, Unsafe) as error:
                self.troubled(f"the {self._what} cannot be reached: {error or 'it has gone'}")
            finally:
                self._pending = None
                if self._writer is not None:
                    self._writer.close()
                    self._writer = None
            is_stable = loop.time() - began >= STABLE_AFTER_S
            pause_s = SHORTEST_PAUSE_S if is_stable else min(2 * pause_s, LONGEST_PAUSE_S)
            await asyncio.sleep(pause_s)
            self._attachment.reap()

    async def _converse(self, reader: asyncio.StreamReader) -> None:
        """Tell all there is, then what changes; hear what is seen, until it goes. Raises Garbled."""
        self._begin()
        loop = asyncio.get_running_loop()
        parts = (loop.create_task(self._send_rest()), loop.create_task(self._speaker.attend()))
        try:
            while True:
                told: T = await frames.read(reader, self._kind)
                await self._speaker.hear(told)
        except EOFError:
            LOG.info("the %s has gone", self._what)
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

    def _begin(self) -> None:
        assert self._writer is not None
        self._pending = self._speaker.nothing()
        self._writer.write(frames.framed(self._speaker.whole()))

    def _flush(self) -> None:
        if self._writer is None or not self._pending:
            return
        if self._writer.transport.get_write_buffer_size() < UNREAD:
            change, self._pending = self._pending, self._speaker.nothing()
            self._writer.write(frames.framed(self._speaker.part(change)))

"""The balancer process's side of the door: a Unix socket at which a server attaches, and hears what is seen.

The server that came last is the one that counts. Who reads slowly hears the latest of each target and listener, and
misses the oldest samples: what waits for it is bounded.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path

from homeport.drivers.envoy import messages
from homeport.drivers.envoy.messages import Asked, Begin, Garbled, Hello, Publish, Told
from homeport.model.sample import Sample
from homeport.plan.observations import ListenerObserved, TargetObserved

LOG = logging.getLogger("homeport.balancer")
SAMPLES_WAITING = 10_000
SAMPLES_A_MESSAGE = 1000


class Mail:
    """What waits to be told, the latest of each."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self._targets: dict[str, TargetObserved] = {}
        self._listeners: dict[str, ListenerObserved] = {}
        self._samples: deque[Sample] = deque(maxlen=SAMPLES_WAITING)
        self._trouble: str | None = None

    def add(self, told: Told) -> None:
        """Have these told as well."""
        self._targets |= {each.target: each for each in told.targets}
        self._listeners |= {each.listener: each for each in told.listeners}
        self._samples.extend(told.samples)
        self._trouble = told.trouble
        self.news.set()

    def take(self) -> Told:
        """The next message."""
        samples = [self._samples.popleft() for _ in range(min(len(self._samples), SAMPLES_A_MESSAGE))]
        told = Told(tuple(self._targets.values()), tuple(self._listeners.values()), samples, self._trouble)
        self._targets, self._listeners = {}, {}
        if not self._samples:
            self.news.clear()
        return told


class Door:
    """`asked` is called with what a server asks for, one after the other; `present` tells how everything is now."""

    def __init__(self, asked: Callable[[Asked], Awaitable[None]], present: Callable[[], Told]) -> None:
        self._asked = asked
        self._present = present
        self._mail: Mail | None = None
        self._server: asyncio.Server | None = None
        self._visits: set[asyncio.Task[None]] = set()

    async def open(self, path: Path) -> None:
        """Let servers in."""
        path.unlink(missing_ok=True)  # noqa: ASYNC240  # one inode, once in a life
        self._server = await asyncio.start_unix_server(self._enter, path)
        path.chmod(0o600)  # noqa: ASYNC240  # as above

    async def close(self) -> None:
        """Show everybody out."""
        if self._server is not None:
            self._server.close()
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    @property
    def has_guest(self) -> bool:
        """Whether a server is attached."""
        return self._mail is not None

    def tell(self, told: Told) -> None:
        """Tell whoever is attached, if anybody is."""
        if self._mail is not None:
            self._mail.add(told)

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A visit is a task of its own, known to `close`; asyncio's own must end without being cancelled."""
        visit = asyncio.get_running_loop().create_task(self._visit(reader, writer))
        self._visits.add(visit)
        await asyncio.wait((visit,))
        if not visit.cancelled() and (error := visit.exception()) is not None:
            LOG.error("what a server asked for failed", exc_info=error)
        self._visits.discard(visit)
        writer.close()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mail = self._mail = Mail()
        mail.add(self._present())
        writer.write(messages.framed(Hello(messages.version())))
        loop = asyncio.get_running_loop()
        parts = (loop.create_task(self._listen(reader)), loop.create_task(self._talk(mail, writer)))
        try:
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._mail is mail:
                self._mail = None
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
        for part in parts:
            if not part.cancelled() and (error := part.exception()) is not None:
                raise error

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(EOFError, Garbled):
            while True:
                message: Begin | Publish = await messages.read(reader, Asked)
                await self._asked(message)

    async def _talk(self, mail: Mail, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while self._mail is mail:
                await mail.news.wait()
                writer.write(messages.framed(mail.take()))
                await writer.drain()

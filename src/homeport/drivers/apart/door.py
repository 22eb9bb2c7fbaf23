"""A process's side of its door: a Unix socket at which a server attaches, and hears what is seen.

The server that came last is the one that counts. Who reads slowly hears the latest of each: what waits for it is
bounded, because a Mail is.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from homeport.drivers.apart import frames
from homeport.drivers.apart.frames import Garbled, Hello

LOG = logging.getLogger("homeport.apart")
A = TypeVar("A")
T = TypeVar("T", bound=Struct)


class Mail(Protocol[T]):
    """What waits to be told, the latest of each; `news` is set while there is any."""

    news: asyncio.Event

    def add(self, told: T) -> None:
        """Have these told as well."""

    def take(self) -> T:
        """The next message."""


class Door(Generic[A, T]):
    """`asked` is called with what a server asks for (of the union `kind`), one after the other; `present` tells how
    everything is now, `mail` makes an empty one.
    """

    def __init__(
        self,
        kind: object,
        asked: Callable[[A], Awaitable[None]],
        present: Callable[[], T],
        mail: Callable[[], Mail[T]],
    ) -> None:
        self._kind = kind
        self._asked = asked
        self._present = present
        self._mail_of = mail
        self._mail: Mail[T] | None = None
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

    def tell(self, told: T) -> None:
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
        mail = self._mail = self._mail_of()
        mail.add(self._present())
        writer.write(frames.framed(Hello(frames.version())))
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
                message: A = await frames.read(reader, self._kind)
                await self._asked(message)

    async def _talk(self, mail: Mail[T], writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while self._mail is mail:
                await mail.news.wait()
                writer.write(frames.framed(mail.take()))
                await writer.drain()

"""Whoever connects to 169.254.170.2, in a namespace or on this machine, is served by the task's metadata or by the API.

Sockets are opened by others, where they have to be; here they are served. Who asks is known by the socket: that is an
interface's own (the key is its id), a single container's, or this machine's, where tasks in bridge and host mode are told
apart by where they call from.
"""

import asyncio
import contextlib
import logging
import socket
from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Protocol

from homeport.drivers.network.metadata.where import InContainer, InInterface, OnMachine, Where
from homeport.plan.network import Delta

LOG = logging.getLogger("homeport.network")
HTTP = 80
MOST_VISITS = 128
MOST_ON_MACHINE = 1024
"""Connections at a time: of one interface, and on the machine of one address, so that none keeps others out."""

CHUNK = 65_536
MACHINE = ""
"""The key of the sockets on the machine itself."""

CONTAINER = "container:"
"""How the key begins of the sockets in the namespace of a single container; its id at the engine follows."""


class Metadata(Protocol):
    """Who answers for tasks."""

    def follow(self, delta: Delta) -> None:
        """Take over what has changed."""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, where: Where) -> None:
        """One connection, until it ends."""


class Doors:
    """`api` is where the server listens; its port is served in namespaces as well. None: nowhere."""

    def __init__(self, metadata: Metadata, api: tuple[str, int] | None) -> None:
        self._metadata = metadata
        self._api = api
        self._open: dict[str, list[asyncio.Server]] = {}
        self._visits: dict[str, set[asyncio.Task[None]]] = defaultdict(set)

    @property
    def ports(self) -> tuple[int, ...]:
        """Where we want to be asked."""
        return (HTTP,) if self._api is None else (HTTP, self._api[1])

    async def serve(self, key: str, sockets: Iterable[socket.socket]) -> None:
        """Serve them, one for each of our ports, for an interface, for MACHINE or for a CONTAINER, instead of those before."""
        self.leave(key)
        self._open[key] = [
            await asyncio.start_server(partial(self._enter, key, port), sock=each)
            for port, each in zip(self.ports, sockets, strict=True)
        ]

    def leave(self, key: str) -> None:
        """Close an interface's; an open socket would keep its namespace alive."""
        for server in self._open.pop(key, ()):
            server.close()
        for visit in self._visits.pop(key, ()):
            visit.cancel()

    def close(self) -> None:
        """Close all."""
        for key in list(self._open):
            self.leave(key)

    def _enter(self, key: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits = self._visits[key]
        caller = address(writer)
        most = MOST_ON_MACHINE if key == MACHINE else MOST_VISITS
        same = sum(1 for each in visits if each.get_name() == caller)
        if len(visits) >= most or same >= MOST_VISITS:
            writer.close()
            return
        visit = asyncio.get_running_loop().create_task(self._visit(key, port, reader, writer), name=caller)
        visits.add(visit)
        visit.add_done_callback(visits.discard)

    async def _visit(
        self, key: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            with contextlib.suppress(OSError, EOFError):
                if port == HTTP:
                    await self._metadata.answer(reader, writer, where(key))
                else:
                    await self._pass(reader, writer)
        finally:
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Bytes to the server and back, as they are. Raises OSError: where there is no server, there is no answer."""
        assert self._api is not None
        back, forth = await asyncio.open_connection(*self._api)
        asking = asyncio.create_task(_copy(reader, forth))
        try:
            await _copy(back, writer)
        finally:
            # Who has been told everything and stays has nothing more to say.
            asking.cancel()
            forth.close()


def where(key: str) -> Where:
    """Where the sockets of a key are."""
    if key == MACHINE:
        return OnMachine()
    return InContainer(key.removeprefix(CONTAINER)) if key.startswith(CONTAINER) else InInterface(key)


def address(writer: asyncio.StreamWriter) -> str:
    """Where a connection comes from; blank when it has ended already."""
    peer = writer.get_extra_info("peername")
    return str(peer[0]) if peer else ""


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await source.read(CHUNK):
            target.write(chunk)
            await target.drain()
        target.write_eof()

"""The DNS server: sockets at the addresses where it is asked, UDP and TCP, from the last tables that it was told.

It opens a socket before its address is there, and again when somebody has taken it away; it adds no addresses.
"""

import asyncio
import logging
import socket
import struct
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import cast

from msgspec import Struct

from homeport.drivers.network.dns.answers import Answers
from homeport.drivers.network.dns.reply import LARGEST, PAYLOAD, Asked, Elsewhere
from homeport.drivers.network.dns.upstream import Upstream
from homeport.plan.addresses import RESOLVER
from homeport.plan.network import Delta

LOG = logging.getLogger("homeport.network")
LOOPBACK = "127.0.0.1"
PORT = 53
IP_FREEBIND = 15
AGAIN_S = 2.0
IDLE_S = 10.0
MOST_CONNECTIONS = 256
MOST_OF_ONE = 64
"""Connections at a time: in all, and of one address, so that none keeps others out."""


class Place(Struct, frozen=True, gc=False):
    """Where it is asked. `vpc` is the VPC (a record id) that this address serves; None: it depends on who asks."""

    address: str
    port: int
    vpc: str | None = None


class Server:
    """`port` is where the machine asks on loopback. `troubles` are the places that cannot be had, each with a reason."""

    def __init__(self, dice: Random, port: int, upstream: Upstream) -> None:
        self.troubles: dict[Place, str] = {}
        self._port = port
        self._answers = Answers(dice, upstream)
        self._open: dict[Place, tuple[asyncio.DatagramTransport, asyncio.Server]] = {}
        self._changed = asyncio.Event()
        self._connections: Counter[str] = Counter()

    def follow(self, delta: Delta) -> None:
        """Answer from these tables from now on."""
        self._answers.follow(delta)
        if delta.vpcs:
            self._changed.set()

    @property
    def places(self) -> list[Place]:
        """Where it answers now."""
        return list(self._open)

    async def run(self) -> None:
        """Go on until cancelled."""
        try:
            while True:
                self._changed.clear()
                await self._listen()
                await self._wait()
        finally:
            for place in list(self._open):
                self._close(place)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(AGAIN_S if self.troubles else None):
                await self._changed.wait()
        except TimeoutError:
            pass

    async def _listen(self) -> None:
        wanted = dict.fromkeys(self._wanted())
        for place in [place for place in self._open if place not in wanted]:
            self._close(place)
        self.troubles = {place: why for place, why in self.troubles.items() if place in wanted}
        for place in wanted:
            if place not in self._open:
                await self._try(place)

    def _wanted(self) -> Iterator[Place]:
        yield Place(LOOPBACK, self._port)
        yield Place(RESOLVER, PORT)
        for vpc in self._answers.tables.vpcs.values():
            if vpc.has_names:
                yield Place(vpc.resolver, PORT, vpc.id)

    async def _try(self, place: Place) -> None:
        try:
            self._open[place] = await self._opened(place)
        except OSError as error:
            why = f"{place.address}:{place.port}: {error.strerror or error}"
            if self.troubles.get(place) != why:
                LOG.warning("names are not answered at %s", why)
            self.troubles[place] = why
            return
        if self.troubles.pop(place, None) is not None:
            LOG.info("names are answered at %s:%d", place.address, place.port)

    async def _opened(self, place: Place) -> tuple[asyncio.DatagramTransport, asyncio.Server]:
        loop = asyncio.get_running_loop()
        datagrams, stream = _bound(place, socket.SOCK_DGRAM), None
        try:
            stream = _bound(place, socket.SOCK_STREAM)
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self._answers, place.vpc), sock=datagrams
            )
        except OSError:
            datagrams.close()
            if stream is not None:
                stream.close()
            raise
        server = await asyncio.start_server(lambda r, w: self._converse(place, r, w), sock=stream)
        return transport, server

    def _close(self, place: Place) -> None:
        transport, server = self._open.pop(place)
        transport.close()
        server.close()

    async def _converse(
        self, place: Place, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One TCP connection, question by question, until it is idle or ends."""
        peer = writer.get_extra_info("peername")
        asker = str(peer[0]) if peer else LOOPBACK  # It has ended already.
        if self._connections.total() >= MOST_CONNECTIONS or self._connections[asker] >= MOST_OF_ONE:
            writer.close()
            return
        self._connections[asker] += 1
        try:
            while (packet := await _read(reader)) is not None:
                view = self._answers.view(place.vpc, asker)
                if view is None:
                    break
                asked = Asked(packet, view, LARGEST)
                said = self._answers.answer(asked)
                if isinstance(said, Elsewhere):
                    said = await self._answers.ask(said, asked, asker)
                if said is None:
                    break
                writer.write(struct.pack("!H", len(said)) + said)
                async with asyncio.timeout(IDLE_S):
                    await writer.drain()
        except OSError:
            pass
        finally:
            self._connections[asker] -= 1
            if not self._connections[asker]:
                del self._connections[asker]
            writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    """One UDP socket, for a VPC (a record id) or for whoever asks."""

    def __init__(self, answers: Answers, vpc: str | None) -> None:
        self._answers = answers
        self._vpc = vpc
        self._transport: asyncio.DatagramTransport | None = None
        self._asking: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Where answers go out."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """One question."""
        view = self._answers.view(self._vpc, addr[0])
        if view is None:
            return
        asked = Asked(data, view, PAYLOAD)
        said = self._answers.answer(asked)
        if isinstance(said, Elsewhere):
            task = asyncio.get_running_loop().create_task(self._ask(said, asked, addr))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        elif said is not None:
            self._send(said, addr)

    async def _ask(self, elsewhere: Elsewhere, asked: Asked, addr: tuple[str, int]) -> None:
        self._send(await self._answers.ask(elsewhere, asked, addr[0]), addr)

    def _send(self, packet: bytes, addr: tuple[str, int]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(packet, addr)


async def _read(reader: asyncio.StreamReader) -> bytes | None:
    """A question with its length before it; None when there is no more, or it does not come."""
    try:
        async with asyncio.timeout(IDLE_S):
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            return await reader.readexactly(length)
    except (TimeoutError, asyncio.IncompleteReadError):
        return None


def _bound(place: Place, kind: socket.SocketKind) -> socket.socket:
    """A socket at the place, whether its address is there already or not. Raises OSError."""
    made = socket.socket(socket.AF_INET, kind)
    try:
        made.setblocking(False)  # noqa: FBT003  # as the library has it
        if kind == socket.SOCK_STREAM:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_BINDTODEVICE"):
            made.setsockopt(socket.IPPROTO_IP, IP_FREEBIND, 1)
        made.bind((place.address, place.port))
    except OSError:
        made.close()
        raise
    return made

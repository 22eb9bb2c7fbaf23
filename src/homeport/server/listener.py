"""The port: sockets that listen, the connections that came of them, and the sweep that ends the slow ones."""

import asyncio
import socket
from collections.abc import Sequence

from homeport.server.connection import Answering, Connection, Port
from homeport.store.tx import Refused

SWEEP_EVERY_S = 0.5
STOP_WITHIN_S = 5.0
BACKLOG = 2048


def bind(host: str, port: int) -> list[socket.socket]:
    """Sockets that are bound and do not listen yet. Loopback is 127.0.0.1 and, where there is one, ::1, because
    `localhost` may mean either. Raises Refused when the address cannot be had.
    """
    bound = [_bound(host, port)]
    if host in ("127.0.0.1", "localhost"):
        try:
            bound.append(_bound("::1", port))
        except Refused:
            pass
    return bound


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms for an ACK.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise Refused(
            f"cannot listen on {host}:{port} ({error.strerror}): name another --port or --host."
        ) from error
    return bound


class Listener:
    """All connections of one site. Made by `open`."""

    def __init__(self, servers: Sequence[asyncio.Server], port: Port) -> None:
        self._servers = servers
        self._port = port
        self._sweeping = asyncio.get_running_loop().create_task(self._sweep())

    @classmethod
    async def open(cls, site: Answering, sockets: Sequence[socket.socket]) -> "Listener":
        """Listen on all of them."""
        loop = asyncio.get_running_loop()
        port = Port(site, loop)
        servers = [
            await loop.create_server(lambda: Connection(port), sock=bound, backlog=BACKLOG)
            for bound in sockets
        ]
        return cls(servers, port)

    async def stop(self) -> None:
        """Accept nobody, answer what was asked, and let go."""
        for server in self._servers:
            server.close()
        for connection in list(self._port.connections):
            connection.stop()
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + STOP_WITHIN_S
        while self._port.connections and loop.time() < give_up_at:  # noqa: ASYNC110  # a few looks, once in a life
            await asyncio.sleep(0.01)
        self._sweeping.cancel()
        for connection in list(self._port.connections):
            connection.expire()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            self._port.sweep()

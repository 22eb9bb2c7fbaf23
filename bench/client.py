"""One raw keep-alive HTTP client for all servers: it sends prepared bytes, counts answers, and measures each.

A server that closes after its answer is connected to anew, and pays for it, as it would with a real client. The
client shares the machine with the server that it measures, so it does as little as it can.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Result:
    """Answers per second, latencies in milliseconds, and how many answers were not 200, with a `sample` of those."""

    rate: float
    p50_ms: float
    p99_ms: float
    failed: int
    sample: bytes


@dataclass(slots=True)
class _Tally:
    latencies: list[float] = field(default_factory=list)
    failed: int = 0
    sample: bytes = b""


class _Connection(asyncio.Protocol):
    """Sends, waits for the whole answer, sends the next; `done` when there is nothing left to send."""

    def __init__(self, port: int, requests: Iterator[bytes], tally: _Tally) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._port = port
        self._requests = requests
        self._tally = tally
        self._request = b""
        self._sent_at = 0.0
        self._reconnecting: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Open the connection, again if need be."""
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer, self._need, self._closes = b"", -1, False
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if self._need < 0 and not self._read_head():
            return
        if len(self._buffer) < self._need:
            return
        self._tally.latencies.append(time.perf_counter() - self._sent_at)
        self._buffer, self._need, self._request = b"", -1, b""
        if self._closes:
            self._transport.close()
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self._reconnecting = asyncio.ensure_future(self.connect())

    def _send(self) -> None:
        """The next request, or the one that a closed connection left without an answer."""
        if not self._request:
            self._request = next(self._requests, b"")
            self._sent_at = time.perf_counter()
        if self._request:
            self._transport.write(self._request)
            return
        if not self.done.done():
            self.done.set_result(None)
        self._transport.close()

    def _read_head(self) -> bool:
        """How much is to come; False while the head is not whole."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = self._buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r", 1)[0]) if at >= 0 else 0
        self._need = end + 4 + length
        self._closes = b"connection: close" in head or head.startswith(b"http/1.0")
        if head[8:12] != b" 200":
            self._tally.failed += 1
            self._tally.sample = self._buffer[:400]
        return True


def load(port: int, requests: Sequence[bytes], connections: int) -> Result:
    """Send all `requests` over so many connections, each waiting for its answer before the next.

    Raises TimeoutError after a minute.
    """
    return asyncio.run(_load(port, requests, connections))


async def _load(port: int, requests: Sequence[bytes], connections: int) -> Result:
    tally = _Tally()
    waiting = iter(requests)
    opened = [_Connection(port, waiting, tally) for _ in range(connections)]
    started = time.perf_counter()
    async with asyncio.timeout(LONGEST_S):
        await asyncio.gather(*(one.connect() for one in opened))
        await asyncio.gather(*(one.done for one in opened))
    took_s = time.perf_counter() - started
    found = sorted(tally.latencies)
    return Result(len(found) / took_s, _at(found, 0.5), _at(found, 0.99), tally.failed, tally.sample)


def _at(found: Sequence[float], share: float) -> float:
    return found[min(len(found) - 1, int(len(found) * share))] * 1000

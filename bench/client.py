"""One raw keep-alive HTTP client for all servers: it sends prepared bytes, counts answers, and measures each.

A server that closes after its answer is connected to anew, and pays for it, as it would with a real client.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Result:
    """Answers per second, latencies in milliseconds, and how many answers were not 200."""

    rate: float
    p50_ms: float
    p99_ms: float
    failed: int
    sample: bytes = b""


@dataclass
class _Tally:
    latencies: list[float] = field(default_factory=list)
    failed: int = 0
    sample: bytes = b""


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], tally: _Tally, done: asyncio.Future[None]) -> None:
        self.requests, self.tally, self.done = requests, tally, done
        self.buffer = b""
        self.need = -1
        self.closes = False
        self.request = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer, self.need = b"", -1
        self.send()

    def send(self) -> None:
        if not self.request:
            self.request = next(self.requests, b"")
            self.sent_at = time.perf_counter()
        if not self.request:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self.transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.need < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r", 1)[0]) if at >= 0 else 0
            self.need = end + 4 + length
            self.closes = b"connection: close" in head or head.startswith(b"http/1.0")
            if not self.buffer.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
                self.tally.failed += 1
                self.tally.sample = self.buffer[:300]
        if len(self.buffer) < self.need:
            return
        self.tally.latencies.append(time.perf_counter() - self.sent_at)
        if not self.tally.sample:
            self.tally.sample = self.buffer[self.buffer.find(b"\r\n\r\n") + 4 :][:200]
        self.buffer, self.need, self.request = b"", -1, b""
        if self.closes:
            self.transport.close()
        else:
            self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            asyncio.get_running_loop().create_task(self.again())

    async def again(self) -> None:
        address = self.address
        await asyncio.get_running_loop().create_connection(lambda: self, *address)

    address: tuple[str, int] = ("127.0.0.1", 0)


async def _load(port: int, requests: Iterator[bytes], connections: int) -> Result:
    loop = asyncio.get_running_loop()
    tally = _Tally()
    waiting = []
    started = time.perf_counter()
    for _ in range(connections):
        done = loop.create_future()
        connection = _Connection(requests, tally, done)
        connection.address = ("127.0.0.1", port)
        await loop.create_connection(lambda connection=connection: connection, "127.0.0.1", port)
        waiting.append(done)
    await asyncio.gather(*waiting)
    took = time.perf_counter() - started
    found = sorted(tally.latencies)
    at = lambda share: found[min(len(found) - 1, int(len(found) * share))] * 1000  # noqa: E731
    return Result(len(found) / took, at(0.5), at(0.99), tally.failed, tally.sample)


def load(port: int, requests: list[bytes], connections: int) -> Result:
    """Send all `requests` over so many keep-alive connections, each waiting for its answer before the next."""
    return asyncio.run(_load(port, iter(requests), connections))

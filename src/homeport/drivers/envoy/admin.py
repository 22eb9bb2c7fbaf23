"""Envoy's admin interface over its Unix socket. Nothing the world does raises: what was not answered in time is None.

A client of its own, because all that is needed is one question on one connection.
"""

import asyncio
from pathlib import Path

WITHIN_S = 2.0
MOST_BYTES = 256 * 1024 * 1024
"""More than Envoy says of ten thousand target groups."""

HEAD_BYTES = 65_536


class Admin:
    """`socket` need not be there yet."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    async def is_ready(self) -> bool:
        """Whether Envoy serves."""
        return await self.get("/ready") is not None

    async def get(self, path: str, within_s: float = WITHIN_S) -> bytes | None:
        """The body of a 200."""
        return await self._ask("GET", path, within_s)

    async def post(self, path: str, within_s: float = WITHIN_S) -> bytes | None:
        """The body of a 200 to what changes something."""
        return await self._ask("POST", path, within_s)

    async def _ask(self, method: str, path: str, within_s: float) -> bytes | None:
        try:
            async with asyncio.timeout(within_s):
                reader, writer = await asyncio.open_unix_connection(self._socket, limit=HEAD_BYTES)
                try:
                    head = f"{method} {path} HTTP/1.1\r\nHost: admin\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                    writer.write(head.encode("ascii"))
                    return await _answer(reader)
                finally:
                    writer.close()
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
            return None


async def _answer(reader: asyncio.StreamReader) -> bytes | None:
    """The body of one answer, or None. Raises EOFError, ValueError or LimitOverrunError where it is no HTTP."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status, *lines = head.rstrip().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    if status.split(" ")[1:2] != ["200"]:
        return None
    if headers.get("transfer-encoding") == "chunked":
        return await _chunks(reader)
    length = int(headers["content-length"]) if "content-length" in headers else 0
    return await reader.readexactly(_bounded(length))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts: list[bytes] = []
    total = 0
    while size := int(await reader.readuntil(b"\r\n"), 16):
        total = _bounded(total + size)
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    return b"".join(parts)


def _bounded(size: int) -> int:
    if not 0 <= size <= MOST_BYTES:
        raise ValueError(size)
    return size

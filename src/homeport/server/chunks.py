"""A body that comes in chunks, put together strictly and within bounds.

AWS's SDKs send a length; a proxy or a stream in somebody's program may not. Extensions and trailers are refused: nobody
needs them, and readers disagree about them.
"""

import re

from homeport.server.head import BODY_LIMIT, Malformed

CHUNKS_LIMIT = 4096
"""A body of single bytes would cost the event loop a second."""

LINE_LIMIT = 10
SIZE = re.compile(rb"[0-9A-Fa-f]{1,8}")


class Chunks:
    """What has come of one body."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def take(self, held: bytes | bytearray) -> tuple[bytes | None, int]:
        """The body once it is whole, else None; and how many bytes of `held` are read. Raises Malformed."""
        at = 0
        while (end := held.find(b"\r\n", at, at + LINE_LIMIT)) >= 0:
            size = self._size_of(bytes(held[at:end]))
            close = end + 2 + size
            if len(held) < close + 2:
                return None, at
            if held[close : close + 2] != b"\r\n":
                raise Malformed("a chunk that does not end where it said, or a trailer")
            at = close + 2
            if size == 0:
                return b"".join(self._parts), at
            self._parts.append(bytes(held[end + 2 : close]))
            self._size += size
        if len(held) - at >= LINE_LIMIT:
            raise Malformed("a chunk without a size")
        return None, at

    def _size_of(self, line: bytes) -> int:
        if not SIZE.fullmatch(line):
            raise Malformed("a chunk's size that is not a number")
        size = int(line, 16)
        if self._size + size > BODY_LIMIT:
            raise Malformed(f"a body of more than {BODY_LIMIT} bytes", 413)
        if len(self._parts) >= CHUNKS_LIMIT:
            raise Malformed(f"more than {CHUNKS_LIMIT} chunks", 413)
        return size

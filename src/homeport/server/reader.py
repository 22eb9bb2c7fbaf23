"""The requests in a stream of bytes. It does no I/O: a connection feeds it, and asks for the next request.

It holds at most a head or a body of the largest size that is allowed, and what came in the same breath.
"""

from typing import Literal, TypeAlias

from homeport.server import head
from homeport.server.chunks import Chunks
from homeport.server.head import Head, Malformed
from homeport.wire.http import HttpRequest

END = b"\r\n\r\n"
HEAD_BYTES = head.TEXT + b"\r\n"

Stage: TypeAlias = Literal["idle", "head", "body"]


class Reader:
    """One connection's bytes. `keeps`: another request may follow the one that was read last."""

    def __init__(self) -> None:
        self.keeps = True
        self._held: bytes | bytearray = b""
        self._searched = 0
        self._head: Head | None = None
        self._chunks: Chunks | None = None

    @property
    def stage(self) -> Stage:
        """What is being waited for: a request, the rest of its head, or its body."""
        if self._head is not None:
            return "body"
        return "head" if self._held else "idle"

    @property
    def expects(self) -> bool:
        """Whether the client sends the body only when it is told to go on."""
        return self._head is not None and self._head.expects and not self._held

    def feed(self, data: bytes) -> None:
        """More bytes came."""
        if not self._held:
            self._held = data
            return
        if isinstance(self._held, bytes):
            self._held = bytearray(self._held)
        self._held += data

    def next(self) -> HttpRequest | None:
        """The next whole request; None when more bytes are needed. Raises Malformed: nothing after it makes sense."""
        found = self._head
        if found is None:
            found = self._head = self._parse_head()
            if found is None:
                return None
        body = self._take_chunks() if found.length == head.CHUNKED else self._take(found.length)
        if body is None:
            return None
        self._head, self._chunks = None, None
        self.keeps = found.keeps
        return HttpRequest(found.method, found.target, found.headers, body)

    def _parse_head(self) -> Head | None:
        held = self._held
        if not held:
            return None
        end = held.find(END, max(0, self._searched - 3), head.HEAD_LIMIT + len(END))
        if end < 0:
            self._check_piece()
            return None
        self._searched = 0
        self._held = held[end + len(END) :]
        return head.parse(bytes(held[:end]))

    def _check_piece(self) -> None:
        """A head that can no longer become a sound one is refused before it is whole."""
        if len(self._held) > head.HEAD_LIMIT:
            raise Malformed(f"a head of more than {head.HEAD_LIMIT} bytes", 431)
        piece = self._held[max(0, self._searched - 1) :]
        pairs = piece.count(b"\r\n")
        # The byte before the piece was looked at already; one CR at its end may still get its LF.
        strays = piece.count(b"\n") - pairs - (self._searched > 0 and piece.startswith(b"\n"))
        strays += piece.count(b"\r") - pairs - piece.endswith(b"\r")
        if strays or piece.translate(None, HEAD_BYTES):
            raise Malformed("a control character, or a line that does not end with CR LF")
        self._searched = len(self._held)

    def _take(self, length: int) -> bytes | None:
        held = self._held
        if len(held) < length:
            return None
        self._held = held[length:]
        return bytes(held[:length])

    def _take_chunks(self) -> bytes | None:
        self._chunks = self._chunks or Chunks()
        body, read = self._chunks.take(self._held)
        self._held = self._held[read:]
        return body

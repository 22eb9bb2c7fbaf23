"""A request and a response as values, so that nothing behind the socket needs a server to be tested.

Bytes stay as they were received: a signature is made over them. Not here: sockets, limits, and what a URL
means.
"""

from __future__ import annotations

import msgspec


class HttpRequest(msgspec.Struct, frozen=True, gc=False):
    """What a client sent. The names of `headers` are lower-case; order and repetitions are the client's."""

    method: str
    target: bytes
    """The raw path and query, as in the request line."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""

    def header(self, name: bytes) -> bytes | None:
        """The first value of the header with this lower-case name."""
        for known, value in self.headers:
            if known == name:
                return value
        return None


class HttpResponse(msgspec.Struct, frozen=True, gc=False):
    """What to answer. Header names are lower-case; `content-length` is left to the server."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""

"""A stricter HTTP/1.1 than the parser's own: one request at a time, one meaning per request, and no dawdling.

httptools is lenient where two readers of the same bytes could disagree (request smuggling), and uvicorn waits for
ever for headers. A head is therefore gathered whole, looked at, and only then parsed; what follows a request before
its answer is refused, since AWS's clients do not pipeline.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT = 64 * 1024
HEADERS_LIMIT = 100
AUTHORIZATION_LIMIT = 4 * 1024
HEAD_WITHIN_S = 10.0
BODY_WITHIN_S = 30.0
SINGLE = (b"\nhost:", b"\ncontent-length:", b"\ntransfer-encoding:", b"\nauthorization:", b"\ncontent-type:")


def flaw(head: bytes) -> str | None:
    """What is wrong with a request's head (request line and headers, each line with its CR LF); None if nothing is."""
    lines = head.count(b"\n")
    if head.count(b"\r\n") != lines or head.count(b"\r") != lines or b"\x00" in head:
        return "a line does not end with CR LF"
    if b"\n " in head or b"\n\t" in head:
        return "a header is folded"
    if lines > HEADERS_LIMIT + 1:
        return f"more than {HEADERS_LIMIT} headers"
    lower = head.lower()
    if any(lower.count(name) > 1 for name in SINGLE):
        return "a header that may come once came twice"
    if b"\nhost:" not in lower:
        return "no Host header"
    if b"\ntransfer-encoding:" in lower:
        if b"\ncontent-length:" in lower:
            return "both Content-Length and Transfer-Encoding"
        if b"\ntransfer-encoding: chunked\r\n" not in lower:
            return "an unknown Transfer-Encoding"
    return _flaw_of_line(lower)


def _flaw_of_line(lower: bytes) -> str | None:
    """What is wrong with the request line, or with the length that is claimed."""
    parts = lower.split(b"\r\n", 1)[0].split(b" ")
    if len(parts) != 3 or parts[2] not in (b"http/1.1", b"http/1.0") or not parts[1].startswith(b"/"):
        return "the request line is not METHOD /PATH HTTP/1.1"
    start = lower.find(b"\ncontent-length:")
    if start >= 0:
        value = lower[start + 16 : lower.index(b"\r", start)].strip(b" ")
        if not value.isdigit():
            return "a Content-Length that is no number"
    start = lower.find(b"\nauthorization:")
    if start >= 0 and lower.index(b"\r", start) - start > AUTHORIZATION_LIMIT:
        return "an Authorization header that is too long"
    return None


class StrictProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head = b""
        self._expects_head = True
        self._checked = 0
        self._begun = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first head has to come soon."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEAD_WITHIN_S, self._expire)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse a head when it is whole and sound; hand on what follows it."""
        if not self._expects_head:
            super().data_received(data)
            return
        if not self._head and self._timer is None:
            self._timer = self.loop.call_later(HEAD_WITHIN_S, self._expire)
        data = self._head + data
        end = data.find(b"\r\n\r\n")
        if end < 0 or end > HEAD_LIMIT:
            self._head = data
            if len(data) > HEAD_LIMIT or b"\n\n" in data or b"\n\r\n" in data:
                self._refuse("the head is too long, or its lines do not end with CR LF")
            return
        found = flaw(data[: end + 2])
        if found is not None:
            self._refuse(found)
            return
        self._head = b""
        self._expects_head = False
        self._checked += 1
        self._stop_timer()
        super().data_received(data)
        if not self._expects_head and not self.transport.is_closing():
            self._timer = self.loop.call_later(BODY_WITHIN_S, self._expire)

    def on_message_begin(self) -> None:
        """A request whose head was not looked at came in the wake of another."""
        self._begun += 1
        if self._begun > self._checked:
            raise ValueError("pipelined requests are not accepted")
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """The next bytes are a head again."""
        self._expects_head = True
        self._stop_timer()
        super().on_message_complete()

    def _refuse(self, what: str) -> None:
        self._stop_timer()
        self._expects_head = False
        if not self.transport.is_closing():
            self.send_400_response(f"Bad request: {what}.")

    def _expire(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.abort() if self._head or self._expects_head else self.transport.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

"""As much of HTTP/1.1 as the endpoint needs, strictly: a request has no body and a short head, whatever else is refused.

Nothing here knows what is asked. A request that was forwarded is refused, as AWS's instance metadata refuses it: an open
proxy in a container must not hand out the task's credentials.
"""

import asyncio
from http import HTTPStatus

from msgspec import Struct

from homeport.drivers.network.metadata.answers import Reply

END = b"\r\n\r\n"
MOST_HEAD = 8192
IDLE_S = 60.0
METHODS = ("GET", "HEAD")
FORWARDED = ("x-forwarded-for", "forwarded")


class Request(Struct, frozen=True, kw_only=True):
    """What was asked. `goes_on`: the client may ask again on the same connection."""

    method: str
    target: str
    goes_on: bool


class RequestRefused(Exception):
    """The request is not taken, and the connection ends."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


async def read(reader: asyncio.StreamReader) -> Request | None:
    """The next request; None when the client has gone, or says nothing for too long. Raises RequestRefused."""
    try:
        async with asyncio.timeout(IDLE_S):
            head = await reader.readuntil(END)
    except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
        return None
    except asyncio.LimitOverrunError:
        raise RequestRefused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from None
    if len(head) > MOST_HEAD:
        raise RequestRefused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    return parsed(head)


def parsed(head: bytes) -> Request:
    """A head as a request; raises RequestRefused."""
    try:
        first, *lines = head.removesuffix(END).decode("ascii").split("\r\n")
        method, target, version = first.split(" ")
    except ValueError:
        raise RequestRefused(HTTPStatus.BAD_REQUEST) from None
    fields = dict(_field(line) for line in lines)
    if version not in ("HTTP/1.1", "HTTP/1.0") or not target.startswith("/"):
        raise RequestRefused(HTTPStatus.BAD_REQUEST)
    if "transfer-encoding" in fields or fields.get("content-length", "0") != "0":
        raise RequestRefused(HTTPStatus.BAD_REQUEST)
    if any(name in fields for name in FORWARDED):
        raise RequestRefused(HTTPStatus.FORBIDDEN)
    if method not in METHODS:
        raise RequestRefused(HTTPStatus.METHOD_NOT_ALLOWED)
    wish = fields.get("connection", "").lower()
    goes_on = wish != "close" if version == "HTTP/1.1" else wish == "keep-alive"
    return Request(method=method, target=target, goes_on=goes_on)


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise RequestRefused(HTTPStatus.BAD_REQUEST)
    return name.lower(), value.strip()


def written(reply: Reply, *, with_body: bool, goes_on: bool) -> bytes:
    """A reply as it is sent."""
    lines = (
        f"HTTP/1.1 {reply.status.value} {reply.status.phrase}",
        f"Content-Type: {reply.content_type}",
        f"Content-Length: {len(reply.body)}",
        f"Connection: {'keep-alive' if goes_on else 'close'}",
    )
    return "\r\n".join(lines).encode() + END + (reply.body if with_body else b"")

"""A request's head, read strictly: what two readers of the same bytes could understand differently is refused.

That is where request smuggling comes from, so there is one way to write each thing: lines end with CR LF, nothing is
folded, a body has one length. AWS's clients write nothing else. Bodies and sockets are not here.
"""

import re
from functools import lru_cache

from msgspec import Struct

HEAD_LIMIT = 64 * 1024
HEADERS_LIMIT = 100
AUTHORIZATION_LIMIT = 4 * 1024
BODY_LIMIT = 1024 * 1024
"""As ECS: a larger body is refused before it is read."""

TEXT = bytes([0x09, *range(0x20, 0x7F), *range(0x80, 0x100)])
"""What may stand in a line of a head."""

TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}")
METHOD = re.compile(rb"[A-Z]{1,16}")
TARGET = re.compile(rb"/[\x21-\x7e]*")
SINGLE = frozenset(
    (
        b"host",
        b"content-length",
        b"transfer-encoding",
        b"content-type",
        b"authorization",
        b"x-amz-date",
        b"x-amz-target",
    )
)
LATEST = b"HTTP/1.1"
CHUNKED = -1
"""The length of a body that says only at its end how long it is."""


class Malformed(Exception):
    """The connection cannot go on. `status` is HTTP's; the text says what is wrong."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


class Head(Struct, frozen=True, gc=False):
    """What a head says. `length` is the body's in bytes, or CHUNKED; `keeps` says that another request may follow."""

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    length: int
    keeps: bool
    expects: bool


def parse(raw: bytes) -> Head:
    """The head in `raw`, which is given without the empty line at its end. Raises Malformed."""
    lines = raw.split(b"\r\n")
    if raw.translate(None, TEXT) != b"\r\n" * (len(lines) - 1):
        raise Malformed("a control character, or a line that does not end with CR LF")
    if len(lines) > HEADERS_LIMIT + 1:
        raise Malformed(f"more than {HEADERS_LIMIT} headers", 431)
    method, target, version = request_line(lines[0])
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if not colon:
            raise Malformed("a header without a colon")
        headers.append((lower_name(name), value.strip(b" \t")))
    found = dict(headers)
    if len(found) < len(headers):
        check_repeated(headers)
    if b"host" not in found:
        raise Malformed("no Host header")
    if len(found.get(b"authorization", b"")) > AUTHORIZATION_LIMIT:
        raise Malformed("an Authorization header that is too long", 431)
    keeps, expects = True, False
    if b"connection" in found or b"expect" in found or version != LATEST:
        keeps, expects = manners(found, version)
    return Head(method, target, tuple(headers), length_of_body(found, version), keeps, expects)


@lru_cache(maxsize=256)
def request_line(line: bytes) -> tuple[str, bytes, bytes]:
    """The method, the target and the version."""
    method, space, rest = line.partition(b" ")
    target, space_too, version = rest.partition(b" ")
    if not (space and space_too and METHOD.fullmatch(method) and TARGET.fullmatch(target)):
        raise Malformed("the request line is not METHOD /PATH HTTP/1.1")
    if version not in (LATEST, b"HTTP/1.0"):
        raise Malformed("a version that is neither HTTP/1.1 nor HTTP/1.0")
    return method.decode(), target, version


@lru_cache(maxsize=1024)
def lower_name(name: bytes) -> bytes:
    """A header's name in lower case. Folded lines and blanks before the colon end here: they make no token."""
    if not TOKEN.fullmatch(name):
        raise Malformed("a header's name that is none, a folded line, or a blank before a colon")
    return name.lower()


def check_repeated(headers: list[tuple[bytes, bytes]]) -> None:
    """Of what decides the meaning of a request there is one. Raises Malformed."""
    seen: set[bytes] = set()
    for name, _ in headers:
        if name in seen and name in SINGLE:
            raise Malformed(f"more than one {name.decode()} header")
        seen.add(name)


def length_of_body(found: dict[bytes, bytes], version: bytes) -> int:
    """The body's length in bytes, or CHUNKED. Raises Malformed, with 413 for more than BODY_LIMIT."""
    length, coding = found.get(b"content-length"), found.get(b"transfer-encoding")
    if coding is not None:
        if length is not None:
            raise Malformed("both Content-Length and Transfer-Encoding")
        if coding.lower() != b"chunked" or version != LATEST:
            raise Malformed("a Transfer-Encoding other than chunked, or in HTTP/1.0")
        return CHUNKED
    if length is None:
        return 0
    if not length.isdigit():
        raise Malformed("a Content-Length that is not a number")
    if len(length) > len(str(BODY_LIMIT)) + 12 or int(length) > BODY_LIMIT:
        raise Malformed(f"a body of more than {BODY_LIMIT} bytes", 413)
    return int(length)


def manners(found: dict[bytes, bytes], version: bytes) -> tuple[bool, bool]:
    """Whether the connection stays open, and whether the client waits to be told to go on."""
    options = {option.strip().lower() for option in found.get(b"connection", b"").split(b",")}
    expectation = found.get(b"expect", b"").lower()
    if expectation not in (b"", b"100-continue"):
        raise Malformed("an expectation other than 100-continue", 417)
    keeps = b"close" not in options if version == LATEST else b"keep-alive" in options
    return keeps, bool(expectation) and version == LATEST

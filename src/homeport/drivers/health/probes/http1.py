"""HTTP/1.1 and HTTPS: one GET on a connection of its own, as ELB's checker sends it.

Own, and small, because a check needs a status line and nothing more: no pool, no redirects, no decoding.
"""

import asyncio
import re
from contextlib import suppress

from homeport.drivers.health.probes.malformed import Malformed
from homeport.drivers.health.probes.stream import connected
from homeport.drivers.health.question import USER_AGENT, Question

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?\r?\n")
_INTERIM = 8
"""So many 1xx answers are patiently listened to."""
BODY_LIMIT = 65_536
POLITE_S = 0.1


async def get(question: Question) -> int:
    """The status that a GET is answered with. Raises OSError, EOFError, Malformed."""
    async with connected(question) as (reader, writer):
        writer.write(
            f"GET {question.path} HTTP/1.1\r\nHost: {question.authority}\r\nConnection: close\r\n"
            f"User-Agent: {USER_AGENT}\r\nAccept-Encoding: gzip, compressed\r\n\r\n".encode()
        )
        for _ in range(_INTERIM):
            status = await _status(reader)
            if status >= 200 or status == 101:
                break
        else:
            raise Malformed
        await _hear_out(reader)
        return status


async def _status(reader: asyncio.StreamReader) -> int:
    """Of the next head, which is read whole."""
    try:
        head = await reader.readuntil(b"\n")
        found = _STATUS.fullmatch(head)
        if found is None:
            raise Malformed
        size = len(head)
        while (line := await reader.readuntil(b"\n")) not in (b"\r\n", b"\n"):
            size += len(line)
            if size > BODY_LIMIT or b":" not in line:
                raise Malformed
    except asyncio.LimitOverrunError as error:
        raise Malformed from error
    return int(found[1])


async def _hear_out(reader: asyncio.StreamReader) -> None:
    """Let the target finish a short answer: many a server logs an error when it is cut off. The status counts."""
    left = BODY_LIMIT
    with suppress(TimeoutError, OSError):
        async with asyncio.timeout(POLITE_S):
            while left > 0 and (body := await reader.read(left)):
                left -= len(body)

"""A private door for the operator: a Unix socket in the data directory, which only its owner may enter.

One line in (a key, or its last parts), the latest decisions about what it names out, a JSON object a line. Nothing can
be changed through it.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from homeport.server.pump import Pump

LOG = logging.getLogger("homeport.control")
REQUEST_LIMIT = 4096
ANSWER_WITHIN_S = 5.0


@asynccontextmanager
async def opened(path: Path, pump: Pump) -> AsyncIterator[None]:
    """Hold the door open. One that a killed server left behind is replaced; one whose path is longer than the system
    allows is missed by `homeport why` alone.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                wanted = (await reader.readuntil(b"\n")).decode(errors="replace").strip()
                writer.writelines(found(pump, wanted))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass
        finally:
            writer.close()

    path.unlink(missing_ok=True)  # noqa: ASYNC240  # one inode, once in a life
    try:
        door = await asyncio.start_unix_server(answer, path, limit=REQUEST_LIMIT)
    except OSError as error:
        LOG.warning("`homeport why` will know no reasons: %s", error)
        yield
        return
    try:
        yield
    finally:
        door.close()
        path.unlink(missing_ok=True)  # noqa: ASYNC240  # as above


def found(pump: Pump, wanted: str) -> list[bytes]:
    """The lines about keys that hold `wanted` as whole parts."""
    lines = [
        {"at": at, "kind": line.key.kind, "id": line.key.id, "why": line.why}
        for at, line in pump.lines
        if f"/{wanted}/" in f"/{line.key.id}/"
    ]
    return [json.dumps(line).encode() + b"\n" for line in lines]

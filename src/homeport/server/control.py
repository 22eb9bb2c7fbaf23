"""A private door for the operator: a Unix socket in the data directory, which only its owner may enter.

One line in (a part of a key), the latest decisions about what it names out, a JSON object a line. Nothing can be
changed through it.
"""

import asyncio
import json
from pathlib import Path

from homeport.server.pump import Pump

REQUEST_LIMIT = 4096


async def serve(path: Path, pump: Pump) -> asyncio.Server:
    """Open the door; a socket that a killed server left behind is replaced."""
    path.unlink(missing_ok=True)  # noqa: ASYNC240  # one call, before anybody is served

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(5):
                wanted = (await reader.readuntil(b"\n")).decode(errors="replace").strip()
                for at, line in list(pump.lines):
                    if wanted and wanted in line.key.id:
                        found = {"at": at, "kind": line.key.kind, "id": line.key.id, "why": line.why}
                        writer.write(json.dumps(found).encode() + b"\n")
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass
        finally:
            writer.close()

    return await asyncio.start_unix_server(answer, path, limit=REQUEST_LIMIT)

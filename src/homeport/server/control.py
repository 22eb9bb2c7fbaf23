"""A private door for the operator: a Unix socket in the data directory, which only its owner may enter.

One line in, JSON objects out, one a line. The line is a key, or its last parts, which is answered with the latest
decisions about what it names; or `interrupt TASK`, the only change that can be made through it.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from homeport.model.record import Time
from homeport.server.interruption import NotInterrupted, interrupt
from homeport.server.pump import Pump
from homeport.store.tx import Store, Unavailable

LOG = logging.getLogger("homeport.control")
REQUEST_LIMIT = 4096
ANSWER_WITHIN_S = 5.0
INTERRUPT = "interrupt "
"""No key has a space."""


@asynccontextmanager
async def opened(path: Path, pump: Pump, store: Store, clock: Callable[[], Time]) -> AsyncIterator[None]:
    """Hold the door open. One that a killed server left behind is replaced; one whose path is longer than the system
    allows is missed by `homeport why` and `homeport interrupt` alone.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                wanted = (await reader.readuntil(b"\n")).decode(errors="replace").strip()
                writer.writelines(
                    [await interrupted(store, wanted.removeprefix(INTERRUPT), clock())]
                    if wanted.startswith(INTERRUPT)
                    else found(pump, wanted)
                )
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass
        finally:
            writer.close()

    path.unlink(missing_ok=True)  # noqa: ASYNC240  # one inode, once in a life
    try:
        door = await asyncio.start_unix_server(answer, path, limit=REQUEST_LIMIT)
    except OSError as error:
        LOG.warning("`homeport why` will know no reasons, `homeport interrupt` will not work: %s", error)
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


async def interrupted(store: Store, task: str, now: Time) -> bytes:
    """The line that says what became of the wish, once it is on disk."""
    try:
        answer = {"done": interrupt(store, task, now)}
        waiting = store.durable(store.revision)
        if waiting is not None:
            await waiting
    except (NotInterrupted, Unavailable) as error:
        answer = {"refused": str(error)}
    return json.dumps(answer).encode() + b"\n"

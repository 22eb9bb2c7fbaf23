"""The life of a process apart: alone on its data directory, deaf to a terminal's signals, with logs that stay short.

What it does is told as `work`, which gets an event that is set when somebody wants it to leave (SIGTERM).
"""

import asyncio
import fcntl
import gc
import logging
import os
import resource
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from homeport.drivers.apart import pid
from homeport.drivers.apart.attachment import Place
from homeport.drivers.apart.frames import version
from homeport.drivers.apart.pid import Process
from homeport.server import log

LOG = logging.getLogger("homeport.apart")
LOCKED_WITHIN_S = 20.0
LOOK_EVERY_S = 0.05
WEIGH_EVERY_S = 30.0
LOG_LIMIT = 8 * 1024 * 1024
"""Bytes; what is older than the last so many goes to a file beside, and then away."""


def run(
    folder: Place, lock: Path, work: Callable[[asyncio.Event], Awaitable[None]], logs: Sequence[Path]
) -> bool:
    """Work until it is done or SIGTERM; whether we could. A second process waits for the first."""
    version()  # Of the files as they are now, whatever happens to them later.
    os.umask(0o077)
    folder.make()
    log.configure("human")
    with lock.open("w") as held:
        if not _locked(held.fileno()):
            LOG.error("another process has %s", lock)
            return False
        myself = Process.of(os.getpid())
        assert myself is not None
        pid.record(folder.pid, myself)
        _allow_connections()
        asyncio.run(_live(work, logs))
        folder.door.unlink(missing_ok=True)
        folder.pid.unlink(missing_ok=True)
    return True


async def _live(work: Callable[[asyncio.Event], Awaitable[None]], logs: Sequence[Path]) -> None:
    loop = asyncio.get_running_loop()
    leaving = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, leaving.set)
    # Ours is a session of its own; still, whoever sends these to all they find means a terminal's programs.
    for number in (signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(number, lambda: None)
    weighing = loop.create_task(_weigh(*logs))
    try:
        await work(leaving)
    finally:
        weighing.cancel()


def spare_garbage() -> None:
    """What a start has made stays; the collector need not look at it again."""
    gc.collect()
    gc.freeze()


def _locked(descriptor: int) -> bool:
    """Whether we are the only one now: one that is being replaced, or ends, may still be there for a moment."""
    end = time.monotonic() + LOCKED_WITHIN_S
    while time.monotonic() < end:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOK_EVERY_S)
        else:
            return True
    return False


def _allow_connections() -> None:
    """Two open files for a connection, one for a socket in a namespace; Envoy inherits the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _weigh(*logs: Path) -> None:
    """Keep logs, which others append to, from growing for ever."""
    while True:
        for path in logs:
            try:
                shorten(path, LOG_LIMIT)
            except OSError as error:
                LOG.warning("%s grows: %s", path, error)
        await asyncio.sleep(WEIGH_EVERY_S)


def shorten(path: Path, limit: int) -> None:
    """When a log is longer than `limit` bytes, keep its end in a file beside, and begin anew. Raises OSError."""
    if not path.exists() or path.stat().st_size <= limit:
        return
    with path.open("rb") as found:
        found.seek(-limit, os.SEEK_END)
        path.with_suffix(".log.1").write_bytes(found.read())
    os.truncate(path, 0)

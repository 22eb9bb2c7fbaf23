"""The balancer process: the data plane's part of Homeport, which lives on while the server does not.

Its clock and its dice are here; what it does is `drivers/envoy/plane.py`'s. It ends when it is told to (SIGTERM), which
leaves Envoy serving, or by itself when there is nothing to balance, which does not.
"""

import asyncio
import fcntl
import gc
import logging
import os
import resource
import secrets
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from homeport.drivers.apart import pid
from homeport.drivers.apart.frames import version
from homeport.drivers.apart.pid import Process
from homeport.drivers.envoy.admin import Admin
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.meter import Meter
from homeport.drivers.envoy.plane import Follower, Parts, Plane, Tell
from homeport.drivers.envoy.render.place import Place
from homeport.drivers.envoy.render.renderer import Renderer
from homeport.drivers.health.checker import Checker
from homeport.model.record import Time
from homeport.server import log

LOG = logging.getLogger("homeport.balancer")
LOCKED_WITHIN_S = 20.0
LOOK_EVERY_S = 0.05
WEIGH_EVERY_S = 30.0
LOG_LIMIT = 8 * 1024 * 1024
"""Bytes; what is older than the last so many goes to a file beside, and then away."""

MOST_THREADS = 8


def clock() -> Time:
    """Now, to the millisecond."""
    return int(time.time() * 1000) / 1000


def parts(folder: Folder) -> Parts:
    """The real ones."""

    def renderer(inside: str) -> Renderer:
        return Renderer(Place(logs=str(folder.access_logs), inside=inside))

    def followers(tell: Tell) -> Sequence[Follower]:
        checker = Checker(clock, Random(secrets.randbits(64)), tell)  # noqa: S311  # dice, not secrets
        return checker, Meter(Admin(folder.admin), clock, tell, checker.seen)

    return Parts(clock, renderer, followers)


def run(data: Path, parts: Callable[[Folder], Parts] = parts) -> None:
    """Balance for a data directory, until there is nothing to do or SIGTERM. A second process waits for the first."""
    version()  # Of the files as they are now, whatever happens to them later.
    os.umask(0o077)
    folder = Folder.of(data)
    folder.make()
    log.configure("human")
    with folder.lock.open("w") as lock:
        if not _locked(lock.fileno()):
            LOG.error("another balancer process serves %s", data)
            return
        myself = Process.of(os.getpid())
        assert myself is not None
        pid.record(folder.pid, myself)
        _allow_connections()
        asyncio.run(_serve(folder, parts(folder)))
        folder.door.unlink(missing_ok=True)
        folder.ads.unlink(missing_ok=True)
        folder.pid.unlink(missing_ok=True)


async def _serve(folder: Folder, parts: Parts) -> None:
    loop = asyncio.get_running_loop()
    leaving = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, leaving.set)
    # Ours is a session of its own; still, whoever sends these to all they find means a terminal's programs.
    for number in (signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(number, lambda: None)
    plane = Plane(folder, parts, concurrency=_threads())
    gc.collect()
    gc.freeze()
    weighing = loop.create_task(_weigh(folder.log, folder.envoy_log))
    try:
        await plane.run(leaving)
    finally:
        weighing.cancel()
    LOG.info("the balancer process ends%s", "; Envoy goes on" if leaving.is_set() else "")


def _threads() -> int:
    """As many as we may use processors, within reason."""
    ours = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(MOST_THREADS, ours)


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
    """Envoy inherits the limit: a connection takes two open files."""
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

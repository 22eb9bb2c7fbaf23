"""The balancer process: the data plane's part of Homeport, which lives on while the server does not.

Its dice are here; what it does is `drivers/envoy/plane.py`'s. It ends when it is told to (SIGTERM), which
leaves Envoy serving, or by itself when there is nothing to balance, which does not.
"""

import asyncio
import logging
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from homeport.drivers.envoy.admin import Admin
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.meter import Meter
from homeport.drivers.envoy.plane import Follower, Parts, Plane, Tell
from homeport.drivers.envoy.render.place import Place
from homeport.drivers.envoy.render.renderer import Renderer
from homeport.drivers.health.checker import Checker
from homeport.server import apart
from homeport.server.clock import clock

LOG = logging.getLogger("homeport.balancer")
MOST_THREADS = 8


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
    folder = Folder.of(data)

    async def work(leaving: asyncio.Event) -> None:
        plane = Plane(folder, parts(folder), concurrency=_threads())
        apart.spare_garbage()
        await plane.run(leaving)
        LOG.info("the balancer process ends%s", "; Envoy goes on" if leaving.is_set() else "")

    if apart.run(folder, folder.lock, work, (folder.log, folder.envoy_log)):
        folder.ads.unlink(missing_ok=True)


def _threads() -> int:
    """As many as we may use processors, within reason."""
    ours = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(MOST_THREADS, ours)

"""Envoy as a process of its own session: adopted when one is there, started when not, and again whenever it dies.

It outlives us on purpose. Only `stop` ends it.
"""

import asyncio
import json
import logging
from collections.abc import Callable

from homeport.drivers.apart import pid
from homeport.drivers.apart.pid import Process
from homeport.drivers.envoy.bootstrap import Bootstrap
from homeport.drivers.envoy.folder import Folder

LOG = logging.getLogger("homeport.envoy")
STABLE_AFTER_S = 1.0
"""Who has lived so long is started again at once; who has not, at growing intervals."""

SHORTEST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
ENVIRONMENT = {"PATH": "/usr/bin:/bin"}
"""Envoy needs nothing of ours; what it is not told, it cannot tell."""


class Envoy:
    """`process` is who it is; `trouble` why there is none, or None, and `tell` is called when that changes."""

    def __init__(self, folder: Folder, concurrency: int, tell: Callable[[], None]) -> None:
        self.process: Process | None = None
        self.trouble: str | None = None
        self.adopted = False
        self._unstartable: str | None = None
        self._tell = tell
        self._folder = folder
        self._bootstrap = Bootstrap(ads=folder.ads, admin=folder.admin, concurrency=concurrency)

    async def run(self) -> None:
        """Have one alive until cancelled; a cancellation leaves it alive."""
        loop = asyncio.get_running_loop()
        self.process = find(self._folder)
        self.adopted = self.process is not None
        pause_s = SHORTEST_PAUSE_S
        while True:
            began = loop.time()
            if self.process is None:
                self.process = self._start()
            if self.process is not None:
                await self._live(self.process)
            if loop.time() - began >= STABLE_AFTER_S:
                pause_s = SHORTEST_PAUSE_S
                continue
            words = pid.last_words(self._folder.envoy_log)
            self._troubled(self._unstartable or f"Envoy ends as soon as it is started: {words}")
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def stop(self) -> None:
        """End it. `run` must have been cancelled before."""
        process = self.process or find(self._folder)
        if process is not None:
            await pid.end(process)
        self.process = None
        self._folder.envoy_pid.unlink(missing_ok=True)

    async def _live(self, process: Process) -> None:
        pid.record(self._folder.envoy_pid, process)
        LOG.info("Envoy is process %d%s", process.pid, ", which was there" if self.adopted else "")
        ending = asyncio.get_running_loop().create_task(process.ended())
        try:
            await asyncio.wait((ending,), timeout=STABLE_AFTER_S)
            if not ending.done():
                self._troubled(None)
            await ending
        finally:
            ending.cancel()
        self.process, self.adopted = None, False
        LOG.warning("Envoy (process %d) has ended: it is started again", process.pid)

    def _start(self) -> Process | None:
        self._folder.admin.unlink(missing_ok=True)
        self._unstartable = None
        try:
            with self._folder.envoy_log.open("ab") as log:
                command = self._bootstrap.command()
                found = pid.start(command, folder=self._folder.files, output=log, environment=ENVIRONMENT)
        except OSError as error:
            self._unstartable = f"Envoy cannot be started: {error}"
            return None
        return found

    def _troubled(self, trouble: str | None) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            if trouble:
                LOG.error("%s", trouble)
            self._tell()


def find(folder: Folder) -> Process | None:
    """The Envoy of a data directory, also one whose pid was not written down any more."""
    return pid.recorded(folder.envoy_pid) or pid.search(["--config-yaml", json.dumps(str(folder.ads))])

"""Envoy as a process of its own session: adopted when one is there, started when not, and again whenever it dies.

It outlives us on purpose. Only `stop` ends it.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
from pathlib import Path

import msgspec

from homeport.drivers.envoy import pid
from homeport.drivers.envoy.bootstrap import Bootstrap
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.pid import Process

LOG = logging.getLogger("homeport.envoy")
STABLE_AFTER_S = 1.0
"""Who has lived so long is started again at once; who has not, at growing intervals."""

SHORTEST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
STOP_WITHIN_S = 5.0
LAST_WORDS = 2000


class Envoy:
    """`process` is who it is; `trouble` why there is none, or None."""

    def __init__(self, folder: Folder, concurrency: int) -> None:
        self.process: Process | None = None
        self.trouble: str | None = None
        self.adopted = False
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
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def stop(self) -> None:
        """End it. `run` must have been cancelled before."""
        process = self.process or find(self._folder)
        if process is not None:
            await end(process)
        self.process = None
        self._folder.envoy_pid.unlink(missing_ok=True)

    async def _live(self, process: Process) -> None:
        _record(self._folder.envoy_pid, process)
        LOG.info("Envoy is process %d%s", process.pid, ", which was there" if self.adopted else "")
        await process.ended()
        self.process, self.adopted = None, False
        LOG.warning("Envoy (process %d) has ended: it is started again", process.pid)

    def _start(self) -> Process | None:
        self._folder.admin.unlink(missing_ok=True)
        try:
            with self._folder.envoy_log.open("ab") as log:
                found = pid.start(self._bootstrap.command(), folder=self._folder.files, output=log)
        except OSError as error:
            self.trouble = f"Envoy cannot be started: {error}"
            LOG.error("%s", self.trouble)  # noqa: TRY400  # the sentence says it all
            return None
        self.trouble = None if found else f"Envoy ended at once: {last_words(self._folder.envoy_log)}"
        if self.trouble:
            LOG.error("%s", self.trouble)
        return found


def find(folder: Folder) -> Process | None:
    """The Envoy of a data directory, also one whose pid was not written down any more."""
    return pid.recorded(folder.envoy_pid) or pid.search(["--config-yaml", json.dumps(str(folder.ads))])


async def end(process: Process, within_s: float = STOP_WITHIN_S) -> None:
    """End a process, kindly first."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        process.send(number)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await process.ended()
                return


def last_words(path: Path) -> str:
    """The last line of a log; "" when there is none."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LAST_WORDS))
            lines = log.read().decode(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""


def _record(path: Path, process: Process) -> None:
    beside = path.with_suffix(".new")
    beside.write_bytes(msgspec.json.encode(process))
    beside.replace(path)

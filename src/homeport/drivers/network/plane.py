"""The network process, put together: tables come in at the door, namespaces are prepared, and what came of it goes out.

It goes on without a server, from its snapshot, and ends itself when there has been nothing to care for in a while. What
a server is (`Site`) does not change under it: for another one it ends, and the next process begins with that.
"""

import asyncio
import logging

from msgspec import Struct

from homeport.drivers.apart import snapshot
from homeport.drivers.apart.door import Door
from homeport.drivers.apart.snapshot import Keeper
from homeport.drivers.network.care import Care, Crew
from homeport.drivers.network.driver import is_any
from homeport.drivers.network.folder import Folder
from homeport.drivers.network.ledger import Ledger
from homeport.drivers.network.messages import Asked, Begin, Mail, Publish, Site, Told
from homeport.plan.network import Delta, Tables, difference
from homeport.plan.observations import InterfaceObserved

LOG = logging.getLogger("homeport.network")
IDLE_AFTER_S = 60.0
LOOK_EVERY_S = 5.0


class Snapshot(Struct, frozen=True):
    """The last good tables, and for whom."""

    tables: Tables
    site: Site


class Plane:
    """One for each data directory."""

    def __init__(self, folder: Folder, crew: Crew, idle_after_s: float = IDLE_AFTER_S) -> None:
        self._folder = folder
        self._crew = crew
        self._idle_after_s = idle_after_s
        self._ledger = Ledger(folder.added)
        self._kept: Snapshot | None = None
        self._care: Care | None = None
        self._running: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._leaving = asyncio.Event()
        self._door: Door[Asked, Told] = Door(Asked, self._asked, self._present, Mail)
        self._keeper = Keeper(folder.snapshot, self._snapshot)

    async def run(self, leaving: asyncio.Event) -> None:
        """Go on until told to leave, until there has been nothing to do for a while, or our directory is gone."""
        self._leaving = leaving
        found = snapshot.load(self._folder.snapshot, Snapshot)
        if found is not None:
            await self._asked(Begin(found.tables, found.site))
        await self._door.open(self._folder.door)
        loop = asyncio.get_running_loop()
        reasons = [loop.create_task(each) for each in (self._idle(), self._removed(), leaving.wait())]
        keeping = loop.create_task(self._keeper.run())
        try:
            await asyncio.wait((*reasons, keeping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            is_over = reasons[0].done() or reasons[1].done()
            for task in (*reasons, keeping, self._running):
                if task is not None:
                    task.cancel()
            await self._door.close()
            await asyncio.gather(*filter(None, (keeping, self._running)), return_exceptions=True)
            if self._folder.files.is_dir():
                await self._keeper.keep()
        if is_over:
            LOG.info("nothing to care for: the network process ends")
            self._ledger.clear()
            self._keeper.forget()

    async def _idle(self) -> None:
        """Return when there has been nothing for a while. Nothing known is not nothing."""
        while True:
            self._changed.clear()
            may_end = self._kept is not None and not is_any(self._kept.tables)
            try:
                async with asyncio.timeout(self._idle_after_s if may_end else None):
                    await self._changed.wait()
            except TimeoutError:
                return

    async def _removed(self) -> None:
        """Return when somebody has removed our directory: no server will ever come, and no `homeport down`."""
        while await asyncio.to_thread(self._folder.files.is_dir):  # noqa: ASYNC110  # nobody tells of it
            await asyncio.sleep(LOOK_EVERY_S)

    async def _asked(self, asked: Asked) -> None:
        """Take over tables, or what has changed in them."""
        if isinstance(asked, Publish):
            self._follow(asked.delta)
        elif self._kept is not None and self._kept.site != asked.site:
            LOG.info("the server is another one: the next network process works for it")
            self._kept = Snapshot(asked.tables, asked.site)
            self._keeper.changed()
            self._leaving.set()
            return
        else:
            if self._care is None:
                self._begin(asked.site)
            assert self._care is not None
            self._follow(difference(self._care.tables, asked.tables))
        self._changed.set()
        self._keeper.changed()

    def _begin(self, site: Site) -> None:
        self._care = Care(site, self._ledger, self._crew, self._tell)
        self._kept = Snapshot(Tables(), site)
        self._running = asyncio.get_running_loop().create_task(self._care.run())
        self._running.add_done_callback(self._ended)
        for line in self._care.limits.lines():
            LOG.warning("%s", line)

    def _ended(self, running: asyncio.Task[None]) -> None:
        """A mistake of ours ends the process; the server starts another one."""
        if not running.cancelled() and (error := running.exception()) is not None:
            LOG.error("caring for networks failed", exc_info=error)
            self._leaving.set()

    def _follow(self, delta: Delta) -> None:
        if self._care is not None and self._kept is not None and not self._leaving.is_set():
            self._care.follow(delta)
            self._kept = Snapshot(self._care.tables, self._kept.site)

    def _tell(self, observed: InterfaceObserved | None) -> None:
        if self._care is not None:
            self._door.tell(Told(() if observed is None else (observed,), self._care.limits))

    def _present(self) -> Told:
        if self._care is None:
            return Told((), self._crew.limits())
        return Told(tuple(self._care.told), self._care.limits)

    def _snapshot(self) -> Snapshot:
        assert self._kept is not None
        return self._kept

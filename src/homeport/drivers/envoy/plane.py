"""The balancer process, put together: tables come in at the door, Envoy is made to have them, and what is seen goes out.

It goes on without a server, from its snapshot, and ends itself (and Envoy) when there has been nothing to balance for a
while. What a target's health is goes to Envoy from here, and to the server from here as well: neither waits for the other.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from msgspec import Struct

from homeport.drivers.apart import snapshot
from homeport.drivers.apart.door import Door
from homeport.drivers.apart.snapshot import Keeper
from homeport.drivers.balancer import Bridge
from homeport.drivers.envoy import ports
from homeport.drivers.envoy.ads import Ads, Outcome
from homeport.drivers.envoy.drawing import Drawing, Renderer, left
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.inside import Inside
from homeport.drivers.envoy.mail import Mail
from homeport.drivers.envoy.messages import Asked, Begin, Publish, Told
from homeport.drivers.envoy.process import Envoy, find
from homeport.drivers.envoy.snapshot import Snapshot
from homeport.drivers.envoy.verdicts import Verdicts
from homeport.model.record import Time
from homeport.model.sample import Sample
from homeport.plan.observations import TargetObserved
from homeport.plan.traffic import Delta, Tables, applied, difference

LOG = logging.getLogger("homeport.balancer")
IDLE_AFTER_S = 60.0
"""Somebody may delete the last load balancer to make another."""


class Follower(Protocol):
    """Somebody who follows the tables, and has work of its own."""

    def follow(self, delta: Delta) -> None: ...

    async def run(self) -> None: ...


Tell: TypeAlias = Callable[[TargetObserved | Sample], None]


class Parts(Struct, frozen=True):
    """How the parts are made: `renderer` with the address that load balancers share inside, `followers` (who checks
    health, who counts) with whom to tell.
    """

    clock: Callable[[], Time]
    renderer: Callable[[str], Renderer]
    followers: Callable[[Tell], Sequence[Follower]]
    idle_after_s: float = IDLE_AFTER_S


class Plane:
    """One for each data directory."""

    def __init__(self, folder: Folder, parts: Parts, concurrency: int) -> None:
        self._folder = folder
        self._idle_after_s = parts.idle_after_s
        self._tables: Tables | None = None
        self._bridge: Bridge | None = None
        self._seen: dict[str, TargetObserved] = {}
        self._verdicts = Verdicts(parts.clock)
        self._is_offering = False
        self._changed = asyncio.Event()
        self._drawing = Drawing(parts.renderer, Inside(folder.addresses))
        self._followers = parts.followers(self._hear)
        self._envoy = Envoy(folder, concurrency, lambda: self._door.tell(Told(trouble=self._envoy.trouble)))
        self._ads = Ads(self._came_of, lambda bodies: ports.objections(bodies, _number(self._envoy)))
        self._door: Door[Asked, Told] = Door(Asked, self._asked, self._present, Mail)
        self._keeper = Keeper(folder.snapshot, self._snapshot)

    async def run(self, leaving: asyncio.Event) -> None:
        """Go on until told to leave, or until there has been nothing to do for a while: then Envoy ends as well."""
        await self._ads.open(self._folder.ads)
        found = snapshot.load(self._folder.snapshot, Snapshot)
        if found is not None:
            await self._asked(Begin(found.resumed(), found.bridge))
        await self._door.open(self._folder.door)
        loop = asyncio.get_running_loop()
        reasons = [loop.create_task(self._idle()), loop.create_task(leaving.wait())]
        work = [
            self._supervise(),
            self._keeper.run(),
            self._drawing.run(self._follow),
            *(each.run() for each in self._followers),
        ]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(each) for each in work]
                await asyncio.wait((*reasons, *tasks), return_when=asyncio.FIRST_COMPLETED)
                for task in tasks:
                    task.cancel()
        finally:
            is_idle = reasons[0].done()
            for reason in reasons:
                reason.cancel()
            await self._door.close()
            await self._ads.close()
            await self._keeper.keep()
        if is_idle:
            await self._end()

    async def _end(self) -> None:
        """Nothing is left of us but logs."""
        LOG.info("nothing to balance: Envoy and the balancer process end")
        await self._envoy.stop()
        self._drawing.end()
        self._keeper.forget()

    async def _supervise(self) -> None:
        """Have an Envoy as soon as it is of use, or when there is one already."""
        while find(self._folder) is None and not _any(self._tables):
            self._changed.clear()
            await self._changed.wait()
        await self._envoy.run()

    def _follow(self, delta: Delta) -> None:
        """Everybody goes by what has changed."""
        for follower in self._followers:
            follower.follow(delta)
        self._offer()

    async def _idle(self) -> None:
        """Return when there has been nothing for a while. Nothing known is not nothing: an Envoy may serve."""
        while True:
            self._changed.clear()
            may_end = self._tables is not None and not _any(self._tables)
            try:
                async with asyncio.timeout(self._idle_after_s if may_end else None):
                    await self._changed.wait()
            except TimeoutError:
                return

    async def _asked(self, asked: Asked) -> None:
        """Take over tables, or what has changed in them."""
        before = self._tables or Tables()
        if isinstance(asked, Publish):
            tables, delta = applied(before, asked.delta), asked.delta
        else:
            tables, delta = asked.tables, difference(before, asked.tables)
            self._bridge = asked.bridge or self._bridge
        _make_room(self._folder.access_logs, delta)
        for target in left(before, delta):
            self._seen.pop(target, None)
        delta = self._drawing.apply(tables, delta, self._bridge)
        self._tables = tables
        self._follow(delta)
        self._changed.set()
        self._keeper.changed()

    def _hear(self, observed: TargetObserved | Sample) -> None:
        """What was seen of a target goes to Envoy in one go with what else is seen in the same moment."""
        if isinstance(observed, Sample):
            self._door.tell(Told(samples=(observed,), trouble=self._envoy.trouble))
            return
        self._seen[observed.target] = observed
        self._door.tell(Told(targets=(observed,), trouble=self._envoy.trouble))
        self._keeper.changed()
        if self._drawing.set_health(observed.target, observed.seen.status) and not self._is_offering:
            self._is_offering = True
            asyncio.get_running_loop().call_soon(self._offer)

    def _offer(self) -> None:
        self._is_offering = False
        resources = self._drawing.resources()
        tables = self._tables or Tables()
        self._verdicts.about(
            resources, tables, {id: self._drawing.inside(each) for id, each in tables.listeners.items()}
        )
        self._ads.want(resources)

    def _came_of(self, outcome: Outcome) -> None:
        news = self._verdicts.of(outcome)
        if news:
            self._door.tell(Told(listeners=news, trouble=self._envoy.trouble))
            self._keeper.changed()

    def _present(self) -> Told:
        return Told(tuple(self._seen.values()), tuple(self._verdicts.told.values()), (), self._envoy.trouble)

    def _snapshot(self) -> Snapshot:
        tables = self._tables or Tables()
        health = {target: observed.seen.status for target, observed in self._seen.items()}
        return Snapshot(self._verdicts.good(tables), health, self._bridge)


def _number(envoy: Envoy) -> int | None:
    return None if envoy.process is None else envoy.process.pid


def _any(tables: Tables | None) -> bool:
    return tables is not None and bool(tables.listeners or tables.groups)


def _make_room(logs: Path, delta: Delta) -> None:
    """Envoy makes files, and no directories. Where there is none it refuses the listener, and says why."""
    for table in delta.listeners.values():
        if table is not None and table.http.access_log is not None:
            folder = (logs / table.http.access_log).parent
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                LOG.warning("no room for access logs: %s", error)

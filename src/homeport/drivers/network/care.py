"""All that is done for one server's networks: namespaces prepared, endpoints and names served, addresses added.

It follows tables, and knows nothing of doors, snapshots and servers; those are `plane.py`'s.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from homeport.drivers.fabric import Limits
from homeport.drivers.network.alone import Alone
from homeport.drivers.network.endpoints import Doors, Metadata
from homeport.drivers.network.ledger import Ledger
from homeport.drivers.network.machine import Machine
from homeport.drivers.network.messages import Site
from homeport.drivers.network.preparing import Parts, Preparing
from homeport.model.record import Time
from homeport.plan.addresses import RESOLVER
from homeport.plan.network import Delta, Tables, applied
from homeport.plan.observations import InterfaceObserved

LOG = logging.getLogger("homeport.network")
TEND_EVERY_S = 5.0


class Names(Protocol):
    """Who answers DNS."""

    def follow(self, delta: Delta) -> None:
        """Take over what has changed."""

    async def run(self) -> None:
        """Until cancelled."""

    @property
    def troubles(self) -> Mapping[Any, str]:
        """Where it cannot be asked, each with the reason."""


class Crew(Struct, frozen=True):
    """Who does the work: `metadata` and `names` for a site (and the resolvers that are ours)."""

    clock: Callable[[], Time]
    limits: Callable[[], Limits]
    metadata: Callable[[Site], Metadata]
    names: Callable[[Site, Callable[[], list[str]]], Names]


class Care:
    """`changed` is called with what was prepared, and with None when limits have changed."""

    def __init__(
        self, site: Site, ledger: Ledger, crew: Crew, changed: Callable[[InterfaceObserved | None], None]
    ) -> None:
        self.tables = Tables()
        self.limits = crew.limits()
        self._bare = self.limits
        self._changed = changed
        self._metadata = crew.metadata(site)
        self._names = crew.names(site, self._resolvers)
        self._doors = Doors(self._metadata, site.api)
        self._wake = asyncio.Event()
        self._machine = Machine(ledger, self._bare, self._doors)
        self._alone = Alone(self._bare, self._doors)
        self._preparing = Preparing(
            Parts(
                clock=crew.clock,
                tell=changed,
                endpoints=self._doors,
                reach=lambda table: self._machine.reach(self.tables, table),
                unenforced=lambda: self._bare.rules,
                unvisited=lambda: self._bare.endpoints,
            )
        )

    @property
    def told(self) -> list[InterfaceObserved]:
        """What was said last of each interface."""
        return list(self._preparing.told.values())

    def follow(self, delta: Delta) -> None:
        """Take over what has changed."""
        self.tables = applied(self.tables, delta)
        self._metadata.follow(delta)
        self._names.follow(delta)
        self._preparing.follow(delta)
        self._alone.follow(delta)
        if delta.vpcs or delta.interfaces:
            self._wake.set()

    async def run(self) -> None:
        """Until cancelled; what was added stays."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._tend())
                group.create_task(self._names.run())
                group.create_task(self._preparing.run())
                group.create_task(self._alone.run())
        finally:
            self._doors.close()

    async def _tend(self) -> None:
        """Have on this machine what has to be there, also when somebody took it away."""
        while True:
            self._wake.clear()
            await self._machine.add(self.tables)
            await self._machine.serve()
            self._look_at_limits()
            try:
                async with asyncio.timeout(TEND_EVERY_S):
                    await self._wake.wait()
            except TimeoutError:
                self._machine.doubt()

    def _look_at_limits(self) -> None:
        limits = replace(
            self.limits,
            endpoints=self._machine.unserved,
            addresses=self._machine.unreachable,
            names=self._bare.names or next(iter(self._names.troubles.values()), None),
        )
        if limits != self.limits:
            self.limits = limits
            for line in limits.lines():
                LOG.warning("%s", line)
            self._changed(None)

    def _resolvers(self) -> list[str]:
        """Where we answer ourselves, and so must not ask."""
        return [RESOLVER, *(vpc.resolver for vpc in self.tables.vpcs.values())]

"""Rows ⇄ network process: what has changed of networks is published once it is on disk; what was prepared comes back.

It decides nothing: tables are `engine/networks.py`'s, conclusions from what was prepared the engine's.
"""

import asyncio
import logging
from collections.abc import Callable

from homeport.drivers.fabric import Fabric
from homeport.engine.networks import Networks
from homeport.model.record import Time
from homeport.server.publishing import Publishing
from homeport.server.pump import Pump
from homeport.server.troubles import Troubles
from homeport.store.tx import Store

LOG = logging.getLogger("homeport.network")


class Networking:
    """One store, one fabric. What was prepared goes to the pump, what could not be also to its lines."""

    def __init__(self, store: Store, networks: Networks, pump: Pump, clock: Callable[[], Time]) -> None:
        self._networks = networks
        self._pump = pump
        self._publishing = Publishing(store, clock)
        self._fabric: Fabric | None = None
        self._troubles = Troubles(LOG, pump, "interface", "it is prepared as it was asked to be")

    @property
    def trouble(self) -> str | None:
        """What keeps namespaces from being prepared; None when nothing does."""
        of_the_world = None if self._fabric is None else self._fabric.trouble
        return self._publishing.guard.trouble or of_the_world

    @property
    def unenforced(self) -> list[str]:
        """What this machine does not let us do, a sentence each."""
        limits = None if self._fabric is None else self._fabric.limits
        return [] if limits is None else limits.lines()

    async def run(self, fabric: Fabric) -> None:
        """Go on until cancelled; rules, endpoints and names go on afterwards."""
        self._fabric = fabric
        guard = self._publishing.guard
        async with asyncio.TaskGroup() as group:
            group.create_task(
                guard.again("publishing networks", lambda: self._publishing.publish(self._networks, fabric))
            )
            group.create_task(guard.again("watching networks", lambda: self._watch(fabric)))

    async def _watch(self, fabric: Fabric) -> None:
        async for observed in fabric.watch():
            self._troubles.note(observed.interface, observed.trouble, observed.at)
            self._pump.hear(observed)

"""Rows ⇄ data plane: after each commit that is on disk, what has changed of traffic is published; what is seen comes back.

It decides nothing: tables are `engine/routes.py`'s, conclusions from what was seen the engine's. Nothing here waits for a
timer, because a shift of traffic is waited for.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import assert_never

from homeport.drivers.balancer import Balancer
from homeport.engine.routes import Routes
from homeport.model.record import Time
from homeport.model.sample import Sample
from homeport.plan.observations import ListenerObserved, TargetObserved
from homeport.server.publishing import Publishing
from homeport.server.pump import Pump
from homeport.server.troubles import Troubles
from homeport.store.tx import Store

LOG = logging.getLogger("homeport.traffic")


class Balancing:
    """One store, one data plane. What is seen goes to the pump, a refusal also to its lines, for `homeport why`."""

    def __init__(self, store: Store, routes: Routes, pump: Pump, clock: Callable[[], Time]) -> None:
        self._store = store
        self._routes = routes
        self._pump = pump
        self._publishing = Publishing(store, clock)
        self._balancer: Balancer | None = None
        self._troubles = Troubles(LOG, pump, "listener", "it listens as it was asked to")

    @property
    def trouble(self) -> str | None:
        """What keeps traffic from following; None when nothing does."""
        of_the_world = None if self._balancer is None else self._balancer.trouble
        return self._publishing.guard.trouble or of_the_world

    async def run(self, balancer: Balancer) -> None:
        """Go on until cancelled; traffic goes on afterwards."""
        self._balancer = balancer
        guard = self._publishing.guard
        async with asyncio.TaskGroup() as group:
            group.create_task(
                guard.again("publishing traffic", lambda: self._publishing.publish(self._routes, balancer))
            )
            group.create_task(guard.again("watching traffic", lambda: self._watch(balancer)))

    async def _watch(self, balancer: Balancer) -> None:
        async for observed in balancer.watch():
            match observed:
                case Sample():
                    self._store.note((observed,))
                case TargetObserved():
                    self._pump.hear(observed)
                case ListenerObserved():
                    self._troubles.note(observed.listener, observed.trouble, observed.at)
                    self._pump.hear(observed)
                case _:
                    assert_never(observed)

"""One port for every load balancer's data plane: publish tables, watch what comes back.

It checks the health of targets itself, goes on with its last good tables while nobody talks to it, and decides
nothing else. It never raises for the world's sake.
"""

from collections.abc import AsyncIterator
from typing import Protocol

from msgspec import Struct

from homeport.model.sample import Sample
from homeport.plan.observations import ListenerObserved, TargetObserved
from homeport.plan.traffic import Delta, Tables


class Bridge(Struct, frozen=True):
    """The network of containers on this machine: where load balancers have an address that containers reach."""

    name: str
    subnet: str
    gateway: str


class Balancer(Protocol):
    """A data plane for all load balancers of this machine."""

    @property
    def trouble(self) -> str | None:
        """What keeps it from its work; None when nothing does."""

    async def begin(self, tables: Tables) -> None:
        """All there is, now: what is not in it is let go. Also after a pause, however long."""

    async def publish(self, delta: Delta) -> None:
        """What has changed since. Returns once it is on its way; `watch` says what came of it."""

    def watch(self) -> AsyncIterator[TargetObserved | ListenerObserved | Sample]:
        """What is seen of targets and listeners when it changes, and a sample of each second's traffic."""

    async def close(self) -> None:
        """Let go; traffic goes on."""

"""One port for what makes a network of namespaces a VPC: publish tables, watch what has been prepared.

It enforces security groups, serves tasks their metadata and credentials, adds addresses and answers names; it goes on
with its last good tables while nobody talks to it, and decides nothing else. It never raises for the world's sake.
"""

from collections.abc import AsyncIterator
from typing import Protocol

from msgspec import Struct

from homeport.plan.network import Delta, Tables
from homeport.plan.observations import InterfaceObserved


class Limits(Struct, frozen=True, kw_only=True):
    """What this machine does not let us do, each with the reason; None for what it does.

    `rules`: enforce security groups. `endpoints`: serve tasks at 169.254.170.2. `addresses`: give public addresses, and
    addresses to load balancers. `names`: answer DNS where containers ask.
    """

    rules: str | None = None
    endpoints: str | None = None
    addresses: str | None = None
    names: str | None = None

    def lines(self) -> list[str]:
        """Each as a sentence for the operator."""
        told = {
            "security groups are not enforced": self.rules,
            "tasks have no metadata and no credentials": self.endpoints,
            "public addresses and load balancers' addresses in VPCs are not reachable": self.addresses,
            "names are not answered in containers": self.names,
        }
        return [f"{what}: {why}" for what, why in told.items() if why is not None]


class Fabric(Protocol):
    """What prepares the namespaces of this machine."""

    @property
    def trouble(self) -> str | None:
        """What keeps it from its work; None when nothing does."""

    @property
    def limits(self) -> Limits | None:
        """What this machine does not let us do; None before it is known."""

    async def begin(self, tables: Tables) -> None:
        """All there is, now: what is not in it is let go. Also after a pause, however long."""

    async def publish(self, delta: Delta) -> None:
        """What has changed since. Returns once it is on its way; `watch` says what came of it."""

    def watch(self) -> AsyncIterator[InterfaceObserved]:
        """Each interface with a namespace, once it is prepared for its task as far as this machine lets us; and
        again when it is for another one, or its `trouble` has changed.

        Where it cannot be prepared at the moment, `prepared_for` stays what it was and `trouble` says why.
        """

    async def close(self) -> None:
        """Let go; rules, endpoints and names go on."""

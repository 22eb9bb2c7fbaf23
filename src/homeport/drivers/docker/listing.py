"""Everything that is ours on the machine, now.

Inspects only what changed since the last time it was asked.
"""

import asyncio

from msgspec.structs import replace

from homeport.drivers.docker import bridge, facts, names
from homeport.drivers.docker.calls import Unreachable
from homeport.drivers.docker.client import Client
from homeport.drivers.docker.look import Look
from homeport.drivers.docker.things import Listed
from homeport.model.container import ContainerSeen
from homeport.model.instance import MachineSeen
from homeport.model.record import Time
from homeport.plan.effects import ContainerRef

AT_ONCE = 8
MACHINE_FOR_S = 60.0
"""How long what the machine has is believed; cores and memory do not change, engine versions seldom."""


class Listing:
    """The last complete list, by container id, to compare the next one with."""

    def __init__(self, client: Client, look: Look, own_ports: tuple[int, ...]) -> None:
        self._client = client
        self._look = look
        self._own_ports = own_ports
        self._known: dict[str, tuple[tuple[str, ...], ContainerSeen]] = {}
        self._machine: MachineSeen | None = None

    async def machine(self, at: Time) -> MachineSeen:
        """The machine; raises Unreachable or Refused."""
        if self._machine is None or at - self._machine.at >= MACHINE_FOR_S:
            info = await self._client.machine()
            usual = await bridge.ask(self._client)
            try:
                seen = facts.machine_seen(info, self._own_ports, at)
            except (KeyError, TypeError, ValueError) as error:
                raise Unreachable(f"the container engine's answer cannot be read: {error!r}") from error
            self._machine = seen if usual is None else replace(seen, address=usual.gateway)
        return replace(self._machine, at=at)

    async def containers(self, at: Time) -> dict[ContainerRef, ContainerSeen | None]:
        """All of ours; None for one that went while it was looked at. Raises Unreachable or Refused."""
        installation = self._look.installation
        listed = await self._client.containers.labelled(f"{names.INSTALLATION}={installation}")
        # The engine's filter alone is not trusted, nor are labels alone.
        refs = [(names.ref_of(installation, found.labels or {}, found.names), found) for found in listed]
        ours = {ref: found for ref, found in refs if ref is not None}
        room = asyncio.Semaphore(AT_ONCE)
        seen = await asyncio.gather(*(self._seen(ref, found, at, room) for ref, found in ours.items()))
        self._known = {
            found.id: (facts.fingerprint(found), fact)
            for found, fact in zip(ours.values(), seen, strict=True)
            if fact is not None
        }
        return dict(zip(ours, seen, strict=True))

    async def _seen(
        self, ref: ContainerRef, listed: Listed, at: Time, room: asyncio.Semaphore
    ) -> ContainerSeen | None:
        known = self._known.get(listed.id)
        if known is not None and known[0] == facts.fingerprint(listed) and not facts.may_change(known[1], at):
            return replace(known[1], at=at)
        async with room:
            found = await self._client.containers.inspect(listed.id)
            return None if found is None else await self._look.read(found, ref, at)

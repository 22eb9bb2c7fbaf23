"""The network of a VPC: a bridge on the machine, with the VPC's block, made when it is first needed.

Found by its name and adopted; one that is not ours is left alone, and said to be in the way. What else has an address on
the bridge (the resolver, load balancers) is others' business.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from homeport.drivers.blocks import in_the_way
from homeport.drivers.docker import names
from homeport.drivers.docker.calls import Refused, Unreachable
from homeport.drivers.docker.client import Client
from homeport.drivers.docker.things import ListedNetwork
from homeport.model.record import Time
from homeport.plan import naming
from homeport.plan.effects import Network
from homeport.plan.observations import NetworkObserved

DRIVER = "bridge"
ENDPOINT_WITHOUT_CONTAINER = "ep-"
"""How Docker's list of a network's containers begins its key for an endpoint whose container is gone."""


class Networks:
    """The engine's networks, as far as they are ours."""

    def __init__(self, client: Client, installation: str, clock: Callable[[], Time]) -> None:
        self._client = client
        self._installation = installation
        self._clock = clock
        # An engine makes two networks of one name when it is asked twice at once.
        self._making = asyncio.Lock()

    def name(self, network: Network) -> str:
        """The engine's name for it."""
        return naming.network_name(self._installation, network.vpc)

    async def provide(self, network: Network) -> NetworkObserved:
        """Have it there; says why not where it cannot be. Raises Unreachable."""
        async with self._making:
            trouble = await self._provided(network)
        bridge = None if trouble else network.bridge
        return NetworkObserved(network.vpc, bridge, self._clock(), trouble)

    async def remove(self, network: Network) -> NetworkObserved:
        """Have it gone; raises Unreachable while something still uses it."""
        found = await self._found(network)
        if found is not None and self._is_ours(found):
            try:
                await self.free(network)
                await self._client.networks.remove(found.id)
            except Refused as refused:
                raise Unreachable(
                    f"the network of {network.vpc} is still there: {refused.message}"
                ) from refused
        return NetworkObserved(network.vpc, None, self._clock())

    async def listed(self) -> dict[str, str]:
        """The bridges of ours, by VPC; raises Unreachable or Refused."""
        found = await self._client.networks.labelled(f"{names.INSTALLATION}={self._installation}")
        ours = [each.labels or {} for each in found if self._is_ours(each)]
        return {labels[names.VPC]: labels[names.BRIDGE] for labels in ours}

    async def free(self, network: Network) -> bool:
        """Take away places of pauses that are gone, which Docker forgets at times; returns whether there were some."""
        listed = await self._found(network)
        found = listed and await self._client.networks.inspect(listed.id)
        if found is None or not self._is_ours(found):
            return False
        prefix = naming.prefix(self._installation)
        leaked = [
            member.name
            for key, member in (found.containers or {}).items()
            if key.startswith(ENDPOINT_WITHOUT_CONTAINER) and member.name.startswith(prefix)
        ]
        for name in leaked:
            await self._client.networks.disconnect(found.id, name)
        return bool(leaked)

    async def _provided(self, network: Network) -> str | None:
        """Make it unless it is there; returns what is in the way."""
        found = await self._found(network)
        if found is None:
            return await self._made(network)
        if not self._is_ours(found):
            return (
                f"the name {self.name(network)} is taken by a network that is not ours; "
                f"remove it with `docker network rm {self.name(network)}`"
            )
        if network.cidr not in _blocks(found):
            return (
                f"the network {self.name(network)} has the block {', '.join(_blocks(found))} instead of "
                f"{network.cidr}; remove it with `docker network rm {self.name(network)}`"
            )
        return None

    async def _made(self, network: Network) -> str | None:
        taken = await asyncio.to_thread(in_the_way, network.cidr)
        if taken is not None:
            return f"a network with the block {network.cidr} would be in the way of {taken}; use a VPC with another block"
        try:
            await self._client.networks.create(network_body(network, self._installation))
        except Refused as refused:
            if refused.status >= 500:
                raise Unreachable(refused.message) from refused
            return (
                f"the container engine refuses a network with the block {network.cidr}: {refused.message}. "
                "If another of its networks (`docker network ls`) has these addresses, remove that one, or use a VPC "
                "with another block"
            )
        return None

    async def _found(self, network: Network) -> ListedNetwork | None:
        """The one of this name; ours, if there are several."""
        found = await self._client.networks.named(self.name(network))
        return next((each for each in found if self._is_ours(each)), found[0] if found else None)

    def _is_ours(self, found: ListedNetwork) -> bool:
        labels = found.labels or {}
        vpc = labels.get(names.VPC, "")
        return (
            labels.get(names.INSTALLATION) == self._installation
            and names.BRIDGE in labels
            and found.name == naming.network_name(self._installation, vpc)
        )


def network_body(network: Network, installation: str) -> dict[str, Any]:
    """The body of `POST /networks/create`. The engine gives no address by itself, and never the resolver's."""
    block = {
        "Subnet": network.cidr,
        "Gateway": network.gateway,
        "AuxiliaryAddresses": {"resolver": network.resolver},
    }
    return {
        "Name": naming.network_name(installation, network.vpc),
        "Driver": DRIVER,
        "CheckDuplicate": True,
        "IPAM": {"Driver": "default", "Config": [block]},
        "Options": {
            "com.docker.network.bridge.name": network.bridge,
            "com.docker.network.bridge.enable_icc": "true",
            "com.docker.network.bridge.enable_ip_masquerade": "true",
        },
        "Labels": {
            names.INSTALLATION: installation,
            names.VPC: network.vpc,
            names.BRIDGE: network.bridge,
        },
    }


def _blocks(found: ListedNetwork) -> list[str]:
    return [each.subnet for each in (found.ipam and found.ipam.config) or []]

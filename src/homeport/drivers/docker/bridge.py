"""The network that the container engine gives to containers which ask for none: where they and this machine meet."""

import asyncio
from ipaddress import IPv4Network
from typing import Any

from homeport.drivers.balancer import Bridge
from homeport.drivers.docker.calls import ANYWHERE, Endpoint, Refused, Unreachable
from homeport.drivers.docker.client import Client

NETWORK = "bridge"
USUAL_NAME = "docker0"
ASK_EVERY_S = 5.0


async def bridge(endpoint: Endpoint = ANYWHERE) -> Bridge | None:
    """Wait until the engine has told; None when it has no such network."""
    while True:
        client = Client(endpoint)
        try:
            return await ask(client)
        except Unreachable:
            await asyncio.sleep(ASK_EVERY_S)
        finally:
            await client.close()


async def ask(client: Client) -> Bridge | None:
    """What the engine tells now; None when it has no such network. Raises Unreachable."""
    try:
        return _read(await client.network(NETWORK))
    except Refused:
        return None


def _read(network: Any) -> Bridge | None:
    """An engine that has not started a container yet knows the subnet, and not always the gateway."""
    try:
        name = (network.get("Options") or {}).get("com.docker.network.bridge.name", USUAL_NAME)
        subnets = [IPv4Network(each["Subnet"]) for each in network["IPAM"]["Config"] if "." in each["Subnet"]]
        gateways = [each["Gateway"] for each in network["IPAM"]["Config"] if "." in each.get("Gateway", "")]
        first = next(subnets[0].hosts())
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None
    return Bridge(name, str(subnets[0]), gateways[0] if gateways else str(first))

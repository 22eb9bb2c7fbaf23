"""Pause containers: each owns the network namespace of one network interface, and does nothing else.

It is made with the interface's address and MAC, in its VPC's network; whatever containers of a task share in `awsvpc`
mode (hostname, resolver, /etc/hosts, kernel settings of the network) is the pause's.
"""

from typing import Any

from homeport.drivers.docker import names
from homeport.drivers.docker.calls import Refused, Unreachable
from homeport.drivers.docker.client import Client
from homeport.drivers.docker.launch import Launch
from homeport.drivers.docker.listing import Listing
from homeport.drivers.docker.networks import Networks
from homeport.drivers.docker.pause_image import PauseImage, pause_image
from homeport.drivers.docker.spec import Spec
from homeport.drivers.policy import CANNOT_CREATE, Refusal
from homeport.model.container import ContainerSeen
from homeport.model.record import Time
from homeport.plan import naming
from homeport.plan.effects import ContainerRef, Socket

MOST_PROCESSES = 8
"""One waits; the engine starts it through a few of its own."""

TAKEN = "already in use"
"""In Docker's refusal of an address, which it makes also for one that a pause has left."""

NOWHERE = "."
"""The search domain of those that have none: without it they would have the machine's."""

SYSCTLS = {"net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647"}
"""What Docker sets in namespaces of its own since 20.10: an image that runs as somebody else than root binds port 80.
Podman does not by itself.
"""


class Pauses:
    """Starts them."""

    def __init__(
        self, client: Client, installation: str, launch: Launch, networks: Networks, listing: Listing
    ) -> None:
        self._client = client
        self._installation = installation
        self._launch = launch
        self._networks = networks
        self._listing = listing

    async def start(self, ref: ContainerRef, socket: Socket, at: Time) -> ContainerSeen:
        """The pause after its start, or STOPPED with the reason why there is none; raises Unreachable or Refused."""

        async def prepared() -> Spec:
            image = await self._image(at)
            observed = await self._networks.provide(socket.network)
            if observed.trouble:
                raise Refusal(f"{CANNOT_CREATE}{observed.trouble}")
            return pause_spec(
                ref, socket, self._networks.name(socket.network), image.name, self._installation
            )

        seen = await self._launch.start(ref, prepared)
        is_refused = seen.runtime_id is None
        if is_refused and TAKEN in (seen.reason or "") and await self._networks.free(socket.network):
            seen = await self._launch.start(ref, prepared)
        return seen

    async def _image(self, at: Time) -> PauseImage:
        """The image, loaded if the engine does not have it (any more)."""
        machine = await self._listing.machine(at)
        image = pause_image(machine.architecture)
        if image is None:
            raise Refusal(
                f"{CANNOT_CREATE}no pause container is built for machines of {machine.architecture}"
            )
        if await self._client.images.inspect(image.name) is None:
            try:
                await self._client.images.load(image.archive)
            except Refused as refused:
                raise Unreachable(f"the pause image cannot be loaded: {refused.message}") from refused
        return image


def pause_spec(ref: ContainerRef, socket: Socket, network: str, image: str, installation: str) -> Spec:
    """What to send for the pause of an interface."""
    host: dict[str, Any] = {
        "NetworkMode": network,
        "Dns": list(socket.servers),
        "DnsSearch": list(socket.search) or [NOWHERE],
        "Sysctls": SYSCTLS,
        "RestartPolicy": {"Name": "no"},
        "LogConfig": {"Type": "none"},
        "PidsLimit": MOST_PROCESSES,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges"],
        "ReadonlyRootfs": True,
        "IpcMode": "none",
    }
    endpoint = {"IPAMConfig": {"IPv4Address": socket.address}, "MacAddress": socket.mac}
    body = {
        "Image": image,
        "Hostname": socket.hostname,
        "Labels": names.own_labels(installation, ref),
        "StopSignal": "SIGKILL",
        "Healthcheck": {"Test": ["NONE"]},
        # Older engines read it here, newer ones (API 1.44) at the endpoint, and want the same in both.
        "MacAddress": socket.mac,
        "HostConfig": host,
        "NetworkingConfig": {"EndpointsConfig": {network: endpoint}},
    }
    return Spec(name=naming.container_name(installation, ref), body=body)

"""The agent for this machine: effects become calls to the container engine, its answers become observations.

It decides nothing and remembers nothing that matters. It never raises because of the engine: one that is
down, slow or confused makes an EffectFailed, or a machine that is not connected. Nothing without our labels
is ever touched.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from homeport.drivers.docker import events, find
from homeport.drivers.docker.calls import ANYWHERE, Endpoint, Refused, Unreachable
from homeport.drivers.docker.client import Client
from homeport.drivers.docker.images import Images, PullPolicy
from homeport.drivers.docker.launch import Launch
from homeport.drivers.docker.listing import Listing
from homeport.drivers.docker.look import Look, Stranger
from homeport.drivers.docker.networks import Networks
from homeport.drivers.docker.pauses import Pauses
from homeport.drivers.docker.tasks import Tasks
from homeport.drivers.house import House
from homeport.model.container import ContainerSeen
from homeport.model.instance import MachineSeen
from homeport.model.record import Time
from homeport.plan.effects import (
    ContainerRef,
    Effect,
    ProvideNetwork,
    PullImage,
    RemoveContainer,
    RemoveNetwork,
    StartContainer,
    StartPause,
    StopContainer,
    TaskPayload,
)
from homeport.plan.observations import (
    ContainerObserved,
    ContainersListed,
    EffectFailed,
    MachineObserved,
    NetworkObserved,
    Observation,
)

MACHINE = "local"
ContainerEffect: TypeAlias = PullImage | StartContainer | StartPause | StopContainer | RemoveContainer


class Parts(Struct, frozen=True, kw_only=True):
    """What knows how each thing is done."""

    images: Images
    look: Look
    launch: Launch
    tasks: Tasks
    pauses: Pauses
    networks: Networks
    listing: Listing


class DockerDriver:
    """One engine, seen by one installation. Made by `connect`."""

    def __init__(self, client: Client, parts: Parts, clock: Callable[[], Time]) -> None:
        self._client = client
        self._parts = parts
        self._clock = clock

    async def perform(self, effect: Effect) -> Observation:
        """Carry it out, and look. Doing it twice changes nothing."""
        try:
            return await self._performed(effect)
        except (Unreachable, Refused) as error:
            await asyncio.sleep(self._client.endpoint.breath_s)
            return EffectFailed(effect, str(error), self._clock())

    async def list(self) -> Sequence[Observation]:
        """The machine, our networks and containers, and the proof that these are all; or only that the engine is deaf."""
        at = self._clock()
        try:
            machine = await self._parts.listing.machine(at)
            networks = await self._parts.networks.listed()
            containers = await self._parts.listing.containers(at)
        except (Unreachable, Refused) as error:
            return [MachineObserved(MACHINE, MachineSeen(connected=False, reason=str(error), at=at))]
        seen = [ContainerObserved(ref, fact) for ref, fact in containers.items() if fact is not None]
        return [
            MachineObserved(MACHINE, machine),
            *(NetworkObserved(vpc, bridge, at) for vpc, bridge in networks.items()),
            *seen,
            ContainersListed(MACHINE, frozenset(containers), at, frozenset(networks)),
        ]

    def watch(self) -> AsyncIterator[Observation]:
        """The engine's events, each followed by a look."""
        return events.watch(self._client, self._parts.look, self._clock, self._parts.launch.abandoned)

    async def close(self) -> None:
        """Let go of the engine; containers run on."""
        await self._parts.images.close()
        await self._client.close()

    async def _performed(self, effect: Effect) -> Observation:
        match effect:
            case ProvideNetwork(network=network):
                return await self._parts.networks.provide(network)
            case RemoveNetwork(network=network):
                return await self._parts.networks.remove(network)
            case _:
                return ContainerObserved(effect.ref, await self._seen(effect))

    async def _seen(self, effect: ContainerEffect) -> ContainerSeen:
        match effect:
            case PullImage(ref=ref, payload=payload):
                return await self._pull(ref, payload)
            case StartContainer(ref=ref, payload=payload):
                return await self._parts.tasks.start(ref, payload)
            case StartPause(ref=ref, socket=socket):
                return await self._parts.pauses.start(ref, socket, self._clock())
            case StopContainer(ref=ref, grace_s=grace_s):
                return await self._stop(ref, grace_s)
            case RemoveContainer(ref=ref):
                await self._remove(ref)
                if not effect.is_replaced:
                    await self._parts.tasks.remove_volumes(ref.task)
                return self._removed(ref)
            case _:
                assert_never(effect)

    async def _pull(self, ref: ContainerRef, payload: TaskPayload) -> ContainerSeen:
        pulled = await self._parts.images.pull(payload.containers[ref.container].image or "")
        return ContainerSeen(
            attempt=ref.attempt,
            status="STOPPED" if pulled.reason else "PULLED",
            reason=pulled.reason,
            image_digest=pulled.digest,
            pull_started_at=pulled.started_at,
            pull_stopped_at=pulled.stopped_at,
            at=self._clock(),
        )

    async def _stop(self, ref: ContainerRef, grace_s: float) -> ContainerSeen:
        try:
            found = await self._parts.look.find(ref)
            if found is not None:
                await self._client.containers.stop(found["Id"], math.ceil(grace_s))
                found = await self._parts.look.find(ref)
        except Stranger:
            found = None
        if found is None:
            return self._removed(ref)
        seen = await self._parts.look.read(found, ref, self._clock())
        if seen.status == "RUNNING":
            raise Unreachable("the container runs although it was stopped")
        # One that was made and never ran is down as well.
        return replace(seen, status="STOPPED")

    async def _remove(self, ref: ContainerRef) -> None:
        try:
            found = await self._parts.look.find(ref)
        except Stranger:
            found = None
        if found is not None:
            await self._client.containers.remove(found["Id"])

    def _removed(self, ref: ContainerRef) -> ContainerSeen:
        return ContainerSeen(attempt=ref.attempt, status="REMOVED", at=self._clock())


def connect(
    house: House,
    *,
    pull: PullPolicy = "missing",
    clock: Callable[[], Time],
    endpoint: Endpoint = ANYWHERE,
) -> DockerDriver:
    """The driver for this machine's engine, found by `find` unless `endpoint` says where it is.

    It is found with the first call, and again as long as there is none: this never raises. `clock` gives
    seconds since the epoch.
    """
    policy = replace(house.policy, guarded=(*house.policy.guarded, *find.sockets()))
    client = Client(endpoint)
    images = Images(client, pull, clock)
    look = Look(client, house.installation, images)
    launch = Launch(client, look, clock)
    listing = Listing(client, look, house.own_ports)
    networks = Networks(client, house.installation, clock)
    parts = Parts(
        images=images,
        look=look,
        launch=launch,
        tasks=Tasks(client, look, launch, replace(house, policy=policy)),
        pauses=Pauses(client, house.installation, launch, networks, listing),
        networks=networks,
        listing=listing,
    )
    return DockerDriver(client, parts, clock)

"""Creates and starts containers, a few at a time; adopts one that is there already.

A container is started at most once per attempt: one that has run is looked at and left alone. What the engine
refuses is taken away again and seen as STOPPED with ECS's words for it.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from homeport.drivers.docker import isolation, names
from homeport.drivers.docker.calls import Json, Refused, Unreachable
from homeport.drivers.docker.client import Client
from homeport.drivers.docker.look import Look, Stranger, is_created
from homeport.drivers.docker.mounts import VolumeSpec
from homeport.drivers.docker.spec import Spec, container_spec
from homeport.drivers.policy import CANNOT_CREATE, Policy, Refusal
from homeport.model.container import ContainerSeen
from homeport.model.record import Time
from homeport.plan.effects import ContainerRef, TaskPayload

AT_ONCE = 6
"""More at once make each wait longer and start no more a second (measured on Docker: 4 to 8 are best)."""

ADOPTION_LOOKS = 50
ADOPTION_PAUSE_S = 0.1

CANNOT_START = "CannotStartContainerError: "
CANNOT_CREATE_VOLUME = "CannotCreateVolumeError: "
DAEMON = "Error response from daemon: "
"""How ECS's agent quotes the engine."""


class Launch:
    """The queue of starts.

    `abandoned` are ids of containers that were taken away because they could not start.
    """

    def __init__(self, client: Client, look: Look, policy: Policy, clock: Callable[[], Time]) -> None:
        self.abandoned: deque[str] = deque(maxlen=256)
        self._client = client
        self._look = look
        self._policy = policy
        self._clock = clock
        self._room = asyncio.Semaphore(AT_ONCE)

    async def start(self, ref: ContainerRef, payload: TaskPayload) -> ContainerSeen:
        """The container after its start, or STOPPED with the reason why there is none; raises Unreachable."""
        try:
            spec = container_spec(payload, ref, self._look.installation, self._policy)
            async with self._room:
                await self._wait_for_owner(payload, ref)
                found = await self._created(spec, ref)
                if found is None or is_created(found):
                    await self._started(ref, spec)
            found = await self._look.find(ref)
        except Stranger as name:
            reason = f"{CANNOT_CREATE}the name {name} is taken by a container that is not ours"
            return self._refused(ref, reason)
        except Refusal as refusal:
            return self._refused(ref, str(refusal))
        if found is None:
            raise Unreachable("the container went while it was started")
        return await self._look.read(found, ref, self._clock())

    async def remove_volumes(self, task: str) -> None:
        """The task's own volumes, as far as no container uses them any more."""
        for name in await self._client.volumes.labelled(names.volume_labels(self._look.installation, task)):
            await self._client.volumes.remove(name)

    async def _created(self, spec: Spec, ref: ContainerRef) -> Json | None:
        """Make it; returns the one that is there already, if so."""
        for volume in spec.volumes:
            await self._provide(volume)
        try:
            await self._client.containers.create(spec.name, spec.body)
        except Refused as refused:
            if refused.status == 409:
                return await self._adopted(ref)
            raise _refusal(refused, CANNOT_CREATE) from refused
        return None

    async def _adopted(self, ref: ContainerRef) -> Json:
        """The container that has the name already. A name is taken a moment before its container can be seen."""
        for _ in range(ADOPTION_LOOKS):
            found = await self._look.find(ref)
            if found is not None:
                return found
            await asyncio.sleep(ADOPTION_PAUSE_S)
        raise Unreachable("the container's name is taken, and there is no container")

    async def _started(self, ref: ContainerRef, spec: Spec) -> None:
        try:
            await self._client.containers.start(spec.name)
        except Refused as refused:
            found = await self._look.find(ref)
            if found is None:
                raise Unreachable("the container went while it was started") from refused
            error = found["State"].get("Error")
            # A 500 does not say whose fault it is; a container that failed to start carries the error.
            reason = Refusal(f"{CANNOT_START}{DAEMON}{error}") if error else _refusal(refused, CANNOT_START)
            self.abandoned.append(found["Id"])
            await self._client.containers.remove(found["Id"])
            raise reason from refused

    async def _wait_for_owner(self, payload: TaskPayload, ref: ContainerRef) -> None:
        """A container that joins another's namespaces can start only while that one runs."""
        owner = isolation.joined(payload, ref.container)
        if owner is None:
            return
        found = await self._look.find(payload.ref(owner))
        if found is None or is_created(found):
            raise Unreachable(f"container {owner} does not run yet, whose namespaces {ref.container} shares")
        if not found["State"].get("Running"):
            raise Refusal(
                f"{CANNOT_START}container {owner} has ended, whose namespaces {ref.container} shares"
            )

    async def _provide(self, volume: VolumeSpec) -> None:
        """Have the volume there; one that is not ours is used only if the operator named it."""
        try:
            found = await self._client.volumes.inspect(volume.name)
            if found is None and not volume.provisioned:
                raise Refusal(
                    f"{CANNOT_CREATE_VOLUME}there is no volume {volume.name}, and autoprovision is off"
                )
            if found is None:
                await self._client.volumes.create(volume.body)
                return
        except Refused as refused:
            raise _refusal(refused, CANNOT_CREATE_VOLUME) from refused
        if (
            not volume.foreign
            and (found.get("Labels") or {}).get(names.INSTALLATION) != self._look.installation
        ):
            raise Refusal(
                f"{CANNOT_CREATE_VOLUME}the volume {volume.name} is not ours; "
                f"the operator can allow it with `homeport up --allow volume={volume.name}`"
            )

    def _refused(self, ref: ContainerRef, reason: str) -> ContainerSeen:
        now = self._clock()
        return ContainerSeen(attempt=ref.attempt, status="STOPPED", reason=reason, finished_at=now, at=now)


def _refusal(refused: Refused, prefix: str) -> Refusal:
    """The engine's no, in ECS's words; raises Unreachable for a 500, which is nobody's answer."""
    if refused.status >= 500:
        raise Unreachable(refused.message) from refused
    return Refusal(f"{prefix}{DAEMON}{refused.message}")

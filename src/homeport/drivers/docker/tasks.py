"""Containers of tasks: what must be there before one of them is made, and what goes with the last."""

from homeport.drivers.docker import isolation, names
from homeport.drivers.docker.calls import Refused, Unreachable
from homeport.drivers.docker.client import Client
from homeport.drivers.docker.launch import CANNOT_START, Launch, refusal
from homeport.drivers.docker.look import Look, Stranger, is_created
from homeport.drivers.docker.mounts import VolumeSpec
from homeport.drivers.docker.spec import Spec, container_spec
from homeport.drivers.house import House
from homeport.drivers.policy import Refusal
from homeport.model.container import ContainerSeen
from homeport.plan.effects import ContainerRef, TaskPayload

CANNOT_CREATE_VOLUME = "CannotCreateVolumeError: "


class Tasks:
    """Starts their containers."""

    def __init__(self, client: Client, look: Look, launch: Launch, house: House) -> None:
        self._client = client
        self._look = look
        self._launch = launch
        self._house = house

    async def start(self, ref: ContainerRef, payload: TaskPayload) -> ContainerSeen:
        """The container after its start, or STOPPED with the reason why there is none; raises Unreachable."""

        async def prepared() -> Spec:
            spec = container_spec(payload, ref, self._house)
            await self._wait_for_owners(payload, ref)
            for volume in spec.volumes:
                await self._provide(volume)
            return spec

        return await self._launch.start(ref, prepared)

    async def remove_volumes(self, task: str) -> None:
        """The task's own volumes, as far as no container uses them any more."""
        for name in await self._client.volumes.labelled(names.volume_labels(self._house.installation, task)):
            await self._client.volumes.remove(name)

    async def _wait_for_owners(self, payload: TaskPayload, ref: ContainerRef) -> None:
        """A container that joins others' namespaces can start only while those run."""
        if payload.pause is not None:
            what = f"the network interface, which {ref.container} shares"
            await self._wait_for(payload.pause, f"not up yet: {what}", f"gone: {what}")
        owner = isolation.joined(payload, ref.container)
        if owner is not None:
            what = f"whose namespaces {ref.container} shares"
            early, late = (
                f"container {owner} does not run yet, {what}",
                f"container {owner} has ended, {what}",
            )
            await self._wait_for(payload.ref(owner), early, late)

    async def _wait_for(self, owner: ContainerRef, early: str, late: str) -> None:
        """Raises Unreachable, with `early`, when it does not run yet; Refusal, with `late`, when it runs no more."""
        try:
            found = await self._look.find(owner)
        except Stranger as name:
            raise Refusal(f"{CANNOT_START}the name {name} is taken by a container that is not ours") from None
        if found is None or is_created(found):
            raise Unreachable(early)
        if not found["State"].get("Running"):
            raise Refusal(f"{CANNOT_START}{late}")

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
            raise refusal(refused, CANNOT_CREATE_VOLUME) from refused
        if (
            not volume.foreign
            and (found.get("Labels") or {}).get(names.INSTALLATION) != self._house.installation
        ):
            raise Refusal(
                f"{CANNOT_CREATE_VOLUME}the volume {volume.name} is not ours; "
                f"the operator can allow it with `homeport up --allow volume={volume.name}`"
            )

"""A driver of its own installation on the real engine, swept when the test is over."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiodocker
import pytest
from msgspec import Struct

from homeport.drivers.docker import names
from homeport.drivers.docker.driver import DockerDriver, connect
from homeport.drivers.house import House
from homeport.drivers.policy import Policy
from homeport.model.container import ContainerSeen
from homeport.plan.effects import (
    ContainerRef,
    Effect,
    PullImage,
    RemoveContainer,
    StartContainer,
    TaskPayload,
)
from homeport.plan.observations import ContainerObserved, ContainersListed, MachineObserved, NetworkObserved
from homeport.shapes import ecs
from tests import images
from tests.unit.drivers.payloads import a_container, a_payload


class Room(Struct, frozen=True):
    """`docker` is the engine itself, for what a stranger would do."""

    driver: DockerDriver
    docker: aiodocker.Docker
    installation: str

    async def seen(self, effect: Effect) -> ContainerSeen:
        """What the effect was seen to have done."""
        observed = await self.driver.perform(effect)
        assert isinstance(observed, ContainerObserved), observed
        return observed.seen

    async def start(self, payload: TaskPayload, container: str = "web") -> ContainerSeen:
        """Have the image there, and start the container."""
        pulled = await self.seen(PullImage(payload.ref(container), payload))
        assert pulled.status == "PULLED", pulled
        return await self.seen(StartContainer(payload.ref(container), payload))

    async def listed(self) -> dict[ContainerRef, ContainerSeen]:
        """A complete list, by ref."""
        machine, *seen, listed = await self.driver.list()
        assert isinstance(machine, MachineObserved) and machine.seen.connected, machine
        assert isinstance(listed, ContainersListed)
        found = {one.ref: one.seen for one in seen if isinstance(one, ContainerObserved)}
        assert set(found) == listed.refs
        return found

    async def until(
        self, ref: ContainerRef, holds: Callable[[ContainerSeen], bool], limit_s: float = 20.0
    ) -> ContainerSeen:
        """The container, once lists show it so."""
        last: ContainerSeen | None = None
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            last = (await self.listed()).get(ref)
            if last is not None and holds(last):
                return last
            await asyncio.sleep(0.1)
        raise AssertionError(f"not seen within {limit_s} s; last seen: {last}")

    async def networks(self) -> dict[str, str | None]:
        """The bridges of all networks that are listed, by VPC."""
        *seen, listed = await self.driver.list()
        assert isinstance(listed, ContainersListed)
        found = {one.vpc: one.bridge for one in seen if isinstance(one, NetworkObserved)}
        assert listed.networks == found.keys()
        return found

    async def inspect(self, runtime_id: str | None) -> dict[str, Any]:
        """What the engine says itself."""
        return await self.docker.containers.container(runtime_id or "").show()


@asynccontextmanager
async def a_room(policy: Policy = Policy(), resolver: str | None = None) -> AsyncIterator[Room]:
    """A room of an installation that nobody had before."""
    installation = secrets.token_hex(16)
    house = House(installation=installation, policy=policy, own_ports=(4663,), resolver=resolver)
    driver = connect(house, clock=time.time)
    docker = aiodocker.Docker(f"unix://{images.engine_socket()}")
    room = Room(driver, docker, installation)
    try:
        yield room
    finally:
        for ref in await room.listed():
            await driver.perform(RemoveContainer(ref))
        for network in await docker.networks.list(
            filters={"label": [f"{names.INSTALLATION}={installation}"]}
        ):
            await (await docker.networks.get(network["Id"])).delete()
        await driver.close()
        await docker.close()


def in_a_room(test: Callable[[Room], Awaitable[None]], policy: Policy = Policy()) -> None:
    """Run a test of one room in a loop of its own; fails with a sentence where no engine answers."""
    try:
        images.ensure_images()
    except RuntimeError as error:
        pytest.fail(f"this test needs a container engine: {error}", pytrace=False)

    async def whole() -> None:
        async with asyncio.timeout(120), a_room(policy) as room:
            await test(room)

    asyncio.run(whole())


def a_task(*containers: ecs.ContainerDefinition, **members: Any) -> TaskPayload:
    """A payload with a task id of its own."""
    task = f"123456789012/us-east-1/default/{secrets.token_hex(16)}"
    return a_payload(*containers, **{"task": task, **members})


def a_script(script: str, name: str = "web", **members: Any) -> ecs.ContainerDefinition:
    """A container that runs a shell script."""
    return a_container(name, command=["sh", "-c", script], **members)

"""What every driver promises, held by the fake one and by Docker's."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random

import pytest

from homeport.drivers.driver import Driver
from homeport.drivers.fake.driver import FakeDriver
from homeport.model.container import ContainerSeen
from homeport.plan.effects import (
    ContainerRef,
    Effect,
    ProvideNetwork,
    PullImage,
    RemoveContainer,
    RemoveNetwork,
    StartContainer,
    StopContainer,
)
from homeport.plan.observations import ContainerObserved, ContainersListed, MachineObserved, NetworkObserved
from homeport.shapes import ecs
from tests.integration.docker.interfaces import a_network, a_pause
from tests.integration.docker.room import a_script, a_task, in_a_room

PORTS = [ecs.PortMapping(container_port=80)]
SERVER = a_script("trap 'exit 143' TERM; while :; do sleep 0.05; done", port_mappings=PORTS)


@asynccontextmanager
async def a_fake_driver() -> AsyncIterator[Driver]:
    driver = FakeDriver(time.time, Random(1))
    try:
        yield driver
    finally:
        await driver.close()


Held = Callable[[Callable[[Driver], Awaitable[None]]], None]


@pytest.fixture(params=["fake", "docker"])
def held(request: pytest.FixtureRequest) -> Held:
    """Runs a claim against one of the drivers."""

    def by_fake(claim: Callable[[Driver], Awaitable[None]]) -> None:
        async def whole() -> None:
            async with asyncio.timeout(60), a_fake_driver() as driver:
                await claim(driver)

        asyncio.run(whole())

    def by_docker(claim: Callable[[Driver], Awaitable[None]]) -> None:
        in_a_room(lambda room: claim(room.driver))

    return by_fake if request.param == "fake" else by_docker


async def seen(driver: Driver, effect: Effect) -> ContainerSeen:
    """What became of the effect's container."""
    observed = await driver.perform(effect)
    assert isinstance(observed, ContainerObserved) and observed.ref == effect.ref
    assert observed.seen.attempt == effect.ref.attempt
    return observed.seen


async def listed(driver: Driver) -> dict[ContainerRef, ContainerSeen]:
    """A complete list."""
    found: dict[ContainerRef, ContainerSeen] = {}
    proofs: list[ContainersListed] = []
    for observed in await driver.list():
        if isinstance(observed, ContainerObserved):
            found[observed.ref] = observed.seen
        elif isinstance(observed, ContainersListed):
            proofs.append(observed)
    assert [proof.refs for proof in proofs] == [found.keys()]
    return found


async def networks(driver: Driver) -> dict[str, str | None]:
    """The bridges of a complete list, by VPC."""
    told = await driver.list()
    (proof,) = [one for one in told if isinstance(one, ContainersListed)]
    found = {one.vpc: one.bridge for one in told if isinstance(one, NetworkObserved)}
    assert proof.networks == found.keys()
    return found


def test_a_pull_is_seen_as_pulled(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        payload = a_task(SERVER)
        pulled = await seen(driver, PullImage(payload.ref("web"), payload))
        assert pulled.status == "PULLED" and pulled.image_digest
        assert pulled.pull_started_at is not None and pulled.pull_stopped_at is not None

    held(claim)


def test_a_start_is_seen_as_running_with_its_bindings(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        payload = a_task(SERVER)
        running = await seen(driver, StartContainer(payload.ref("web"), payload))
        assert running.status == "RUNNING" and running.runtime_id and running.started_at
        (binding,) = running.bindings
        assert (binding.bind_ip, binding.container_port, binding.protocol) == ("127.0.0.1", 80, "tcp")
        assert binding.host_port >= 1024

    held(claim)


def test_a_start_asked_for_twice_changes_nothing(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        payload = a_task(SERVER)
        start = StartContainer(payload.ref("web"), payload)
        first, second = await seen(driver, start), await seen(driver, start)
        assert first.runtime_id == second.runtime_id and first.bindings == second.bindings

    held(claim)


def test_a_stop_is_seen_as_stopped_with_an_exit_code(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        payload = a_task(SERVER)
        await seen(driver, StartContainer(payload.ref("web"), payload))
        await asyncio.sleep(0.3)
        for _ in range(2):
            stopped = await seen(driver, StopContainer(payload.ref("web"), 5.0))
            assert (stopped.status, stopped.exit_code) == ("STOPPED", 143) and stopped.finished_at

    held(claim)


def test_a_container_that_was_stopped_is_not_started_again(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        payload = a_task(SERVER)
        await seen(driver, StartContainer(payload.ref("web"), payload))
        await seen(driver, StopContainer(payload.ref("web"), 5.0))
        assert (await seen(driver, StartContainer(payload.ref("web"), payload))).status == "STOPPED"

    held(claim)


def test_what_is_not_there_is_seen_as_removed(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        ref = a_task(SERVER).ref("web")
        assert (await seen(driver, StopContainer(ref, 1.0))).status == "REMOVED"
        assert (await seen(driver, RemoveContainer(ref))).status == "REMOVED"

    held(claim)


def test_a_list_holds_what_was_started_until_it_is_removed(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        payload = a_task(SERVER)
        ref = payload.ref("web")
        assert await listed(driver) == {}
        await seen(driver, StartContainer(ref, payload))
        assert (await listed(driver))[ref].status == "RUNNING"
        await seen(driver, RemoveContainer(ref))
        assert await listed(driver) == {}

    held(claim)


def test_a_list_tells_how_the_machine_is(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        (machine,) = [one for one in await driver.list() if isinstance(one, MachineObserved)]
        assert machine.machine == "local" and machine.seen.connected
        assert machine.seen.cpu >= 1024 and machine.seen.memory_mib > 0 and machine.seen.engine_version

    held(claim)


def test_a_pause_is_seen_as_running_with_its_address_and_its_namespace(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        pause = a_pause(a_network())
        for _ in range(2):
            running = await seen(driver, pause)
            assert (running.status, running.address) == ("RUNNING", pause.socket.address)
            assert running.namespace and running.runtime_id
        assert set(await listed(driver)) == {pause.ref}
        assert (await seen(driver, StopContainer(pause.ref, 0.0))).status == "STOPPED"
        assert (await seen(driver, pause)).status == "STOPPED"
        assert (await seen(driver, RemoveContainer(pause.ref))).status == "REMOVED"

    held(claim)


def test_a_container_behind_a_pause_has_no_namespace_and_no_ports_of_its_own(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        pause = a_pause(a_network())
        await seen(driver, pause)
        payload = a_task(SERVER, network_mode="awsvpc", pause=pause.ref)
        running = await seen(driver, StartContainer(payload.ref("web"), payload))
        assert (running.status, running.bindings, running.namespace) == ("RUNNING", (), None)

    held(claim)


def test_a_network_is_provided_listed_and_removed(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        network = a_network()
        ref = ContainerRef(network.vpc, "network")
        for _ in range(2):
            provided = await driver.perform(ProvideNetwork(ref, network))
            assert isinstance(provided, NetworkObserved) and provided.bridge == network.bridge
        assert await networks(driver) == {network.vpc: network.bridge}
        for _ in range(2):
            removed = await driver.perform(RemoveNetwork(ref, network))
            assert isinstance(removed, NetworkObserved) and removed.bridge is None
        assert await networks(driver) == {}

    held(claim)


def test_a_network_whose_block_overlaps_is_trouble_and_not_there(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        first = a_network()
        second = a_network(first.cidr)
        await driver.perform(ProvideNetwork(ContainerRef(first.vpc, "network"), first))
        refused = await driver.perform(ProvideNetwork(ContainerRef(second.vpc, "network"), second))
        assert isinstance(refused, NetworkObserved) and refused.bridge is None and refused.trouble
        assert await networks(driver) == {first.vpc: first.bridge}

    held(claim)


def test_what_is_started_is_watched(held: Held) -> None:
    async def claim(driver: Driver) -> None:
        watching = asyncio.ensure_future(anext(driver.watch()))
        await asyncio.sleep(0.5)
        payload = a_task(SERVER)
        await seen(driver, StartContainer(payload.ref("web"), payload))
        async with asyncio.timeout(5):
            hint = await watching
        assert isinstance(hint, ContainerObserved) and hint.ref == payload.ref("web")
        assert hint.seen.status == "RUNNING"

    held(claim)

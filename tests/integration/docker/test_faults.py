"""An engine that is down, slow or confused makes no exception, no false absence and no false end."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from homeport.drivers.docker.calls import Endpoint
from homeport.drivers.docker.driver import DockerDriver, connect
from homeport.drivers.house import House
from homeport.plan.effects import Effect, PullImage, RemoveContainer, StartContainer, StopContainer
from homeport.plan.observations import (
    ContainerObserved,
    ContainersListed,
    EffectFailed,
    MachineObserved,
    Observation,
)
from tests.integration.docker.fake_engine import (
    FAULTS,
    ID,
    INSPECTED,
    LABELS,
    LISTED,
    NAME,
    SOUND,
    FakeEngine,
    Fault,
    listening,
)
from tests.unit.drivers.payloads import INSTALLATION, a_payload, a_ref

EFFECTS: tuple[Effect, ...] = (
    PullImage(a_ref(), a_payload()),
    StartContainer(a_ref(), a_payload()),
    StopContainer(a_ref(), 0.0),
    RemoveContainer(a_ref()),
)
OURS = {"ID": ID, "Attributes": {**LABELS, "name": NAME}}
DIE = {"Type": "container", "Action": "die", "Actor": OURS}
DESTROY = {"Type": "container", "Action": "destroy", "Actor": OURS}
FOREIGN = {"Type": "container", "Action": "destroy", "Actor": {"ID": "e" * 64, "Attributes": {}}}
COPIED = {
    "Type": "container",
    "Action": "destroy",
    "Actor": {"ID": ID, "Attributes": {**LABELS, "name": "a"}},
}
NONE = {"Type": "container", "Action": "destroy", "Actor": "nobody"}


@asynccontextmanager
async def a_driver(socket: Path) -> AsyncIterator[DockerDriver]:
    """A driver with little patience."""
    endpoint = Endpoint(
        url=f"unix://{socket}",
        ask_s=0.5,
        create_s=0.5,
        start_s=0.5,
        stop_slack_s=0.5,
        remove_s=0.5,
        breath_s=0.0,
    )
    driver = connect(House(installation=INSTALLATION), clock=time.time, endpoint=endpoint)
    try:
        yield driver
    finally:
        await driver.close()


async def is_disconnected(driver: DockerDriver) -> bool:
    """Whether a list says no more than that the machine does not answer, and why."""
    (machine,) = await driver.list()
    assert isinstance(machine, MachineObserved) and machine.machine == "local"
    return not machine.seen.connected and bool(machine.seen.reason)


def test_an_engine_that_is_down_is_a_machine_that_is_not_connected(tmp_path: Path) -> None:
    async def test() -> None:
        async with a_driver(tmp_path / "none.sock") as driver:
            assert await is_disconnected(driver)
            for effect in EFFECTS:
                assert isinstance(await driver.perform(effect), EffectFailed)

    asyncio.run(test())


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("sound", [[], ["/version"], ["/version", "/info"]])
def test_no_fault_of_the_engine_is_an_exception(tmp_path: Path, sound: list[str], fault: Fault) -> None:
    async def test() -> None:
        engine = FakeEngine()
        async with listening(engine, tmp_path / "engine.sock"), a_driver(tmp_path / "engine.sock") as driver:
            engine.faults = {**dict.fromkeys(sound, SOUND), "": fault}
            assert await is_disconnected(driver)
            for effect in EFFECTS:
                failed = await driver.perform(effect)
                assert isinstance(failed, EffectFailed) and failed.reason and failed.effect is effect

    asyncio.run(test())


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("path", ["/info", "/networks", "/containers/json", f"/containers/{ID}/json"])
def test_a_list_with_a_hole_is_no_list(tmp_path: Path, path: str, fault: Fault) -> None:
    async def test() -> None:
        engine = FakeEngine()
        async with listening(engine, tmp_path / "engine.sock"), a_driver(tmp_path / "engine.sock") as driver:
            engine.faults[path] = fault
            assert await is_disconnected(driver)
            engine.faults.clear()
            assert isinstance((await driver.list())[-1], ContainersListed)

    asyncio.run(test())


# A stop's answer has no body that could be cut.
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "cut"])
def test_no_answer_to_a_stop_is_no_end(tmp_path: Path, fault: Fault) -> None:
    async def test() -> None:
        engine = FakeEngine()
        async with listening(engine, tmp_path / "engine.sock"), a_driver(tmp_path / "engine.sock") as driver:
            engine.faults["/stop"] = fault
            assert isinstance(await driver.perform(StopContainer(a_ref(), 0.0)), EffectFailed)

    asyncio.run(test())


@pytest.mark.parametrize("fault", FAULTS)
def test_no_answer_about_volumes_is_no_exception(tmp_path: Path, fault: Fault) -> None:
    async def test() -> None:
        engine = FakeEngine()
        async with listening(engine, tmp_path / "engine.sock"), a_driver(tmp_path / "engine.sock") as driver:
            engine.faults["/volumes"] = fault
            assert isinstance(await driver.perform(RemoveContainer(a_ref())), EffectFailed)

    asyncio.run(test())


@pytest.mark.parametrize(
    "entry", [None, 1, {}, *({**LISTED, member: 1} for member in LISTED), {**LISTED, "NetworkSettings": [1]}]
)
def test_a_list_of_something_else_is_no_list(tmp_path: Path, entry: object) -> None:
    async def test() -> None:
        engine = FakeEngine()
        async with listening(engine, tmp_path / "engine.sock"), a_driver(tmp_path / "engine.sock") as driver:
            engine.answers["/containers/json"] = [entry]
            assert await is_disconnected(driver)

    asyncio.run(test())


@pytest.mark.parametrize("answer", [[], {}, *({**INSPECTED, member: [1]} for member in INSPECTED)])
def test_a_container_that_is_something_else_is_no_container(tmp_path: Path, answer: object) -> None:
    async def test() -> None:
        engine = FakeEngine()
        async with listening(engine, tmp_path / "engine.sock"), a_driver(tmp_path / "engine.sock") as driver:
            engine.answers[f"/containers/{ID}/json"] = engine.answers[f"/containers/{NAME}/json"] = answer
            assert await is_disconnected(driver)
            assert isinstance(await driver.perform(StopContainer(a_ref(), 0.0)), EffectFailed)

    asyncio.run(test())


@pytest.mark.parametrize("url", ["ssh://nowhere", "nonsense", "tcp://127.0.0.1:1", "unix:///no/such/socket"])
def test_an_address_that_leads_to_no_engine_is_told(url: str) -> None:
    async def test() -> None:
        endpoint = Endpoint(url=url, ask_s=1.0, breath_s=0.0)
        driver = connect(House(installation=INSTALLATION), clock=time.time, endpoint=endpoint)
        assert await is_disconnected(driver)
        await driver.close()

    asyncio.run(test())


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect_under_way_when_the_driver_is_closed_has_failed(tmp_path: Path, effect: Effect) -> None:
    async def test() -> None:
        engine = FakeEngine()
        engine.faults[""] = "hangs"
        async with listening(engine, tmp_path / "engine.sock"), a_driver(tmp_path / "engine.sock") as driver:
            under_way = asyncio.create_task(driver.perform(effect))
            await asyncio.sleep(0.2)
            await driver.close()
            assert isinstance(await under_way, EffectFailed)

    asyncio.run(test())


def test_an_engine_that_comes_back_is_connected_again(tmp_path: Path) -> None:
    async def test() -> None:
        async with a_driver(tmp_path / "engine.sock") as driver:
            assert await is_disconnected(driver)
            for _ in range(2):
                async with listening(FakeEngine(), tmp_path / "engine.sock"):
                    machine, seen, listed = await driver.list()
                    assert isinstance(machine, MachineObserved) and machine.seen.connected
                    assert isinstance(seen, ContainerObserved) and isinstance(listed, ContainersListed)
                    assert listed.refs == {a_ref()}
                assert await is_disconnected(driver)

    asyncio.run(test())


def test_a_damaged_image_hides_no_container(tmp_path: Path) -> None:
    async def test() -> None:
        engine = FakeEngine()
        async with listening(engine, tmp_path / "engine.sock"), a_driver(tmp_path / "engine.sock") as driver:
            engine.faults["/images/sha256:1/json"] = "500"
            _, seen, _ = await driver.list()
            assert isinstance(seen, ContainerObserved) and seen.seen.image_digest == "sha256:1"

    asyncio.run(test())


def test_what_did_not_change_is_not_inspected_again(tmp_path: Path) -> None:
    async def test() -> None:
        engine = FakeEngine()
        async with listening(engine, tmp_path / "engine.sock"), a_driver(tmp_path / "engine.sock") as driver:
            first = [one for one in await driver.list() if isinstance(one, ContainerObserved)]
            second = [one for one in await driver.list() if isinstance(one, ContainerObserved)]
            assert engine.asked.count(f"GET /containers/{ID}/json") == 1
            assert first[0].seen.runtime_id == second[0].seen.runtime_id
            assert first[0].seen.at < second[0].seen.at

    asyncio.run(test())


def test_a_cut_event_stream_is_opened_again(tmp_path: Path) -> None:
    async def test() -> None:
        engine = FakeEngine()
        engine.streams = [[FOREIGN, COPIED, NONE, DIE], [], [DESTROY]]
        async with listening(engine, tmp_path / "engine.sock"), a_driver(tmp_path / "engine.sock") as driver:
            statuses = []
            async for observed in driver.watch():
                assert isinstance(observed, ContainerObserved) and observed.ref == a_ref()
                statuses.append(observed.seen.status)
                if len(statuses) == 2:
                    break
            assert statuses == ["RUNNING", "REMOVED"]

    asyncio.run(test())


def test_watching_waits_for_an_engine_that_is_down(tmp_path: Path) -> None:
    async def test() -> None:
        engine = FakeEngine()
        engine.streams = [[DESTROY]]
        async with a_driver(tmp_path / "engine.sock") as driver:
            watching = asyncio.ensure_future(anext(driver.watch()))
            await asyncio.sleep(0.6)
            assert not watching.done()
            async with listening(engine, tmp_path / "engine.sock"), asyncio.timeout(5):
                observed = await watching
            assert isinstance(observed, ContainerObserved) and observed.seen.status == "REMOVED"

    asyncio.run(test())


@pytest.mark.parametrize("name", ["engine.sock", "none.sock"])
def test_watching_ends_when_the_driver_is_closed(tmp_path: Path, name: str) -> None:
    async def test() -> None:
        engine = FakeEngine()
        engine.faults["/events"] = "hangs"
        async with listening(engine, tmp_path / "engine.sock"), a_driver(tmp_path / name) as driver:
            watching = asyncio.create_task(_all(driver.watch()))
            await asyncio.sleep(0.3)
            await driver.close()
            async with asyncio.timeout(2):
                assert await watching == []

    asyncio.run(test())


async def _all(watched: AsyncIterator[Observation]) -> list[Observation]:
    return [observation async for observation in watched]

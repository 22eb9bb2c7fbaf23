"""The pump: an effect is asked for once its decision is on disk, once at a time, and nothing stops it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence

import pytest

from homeport.engine.engine import Engine
from homeport.model.container import ContainerSeen
from homeport.model.instance import MachineSeen
from homeport.model.lifecycle import ContainerStatus
from homeport.plan.effects import Effect, PullImage
from homeport.plan.observations import ContainerObserved, ContainersListed, MachineObserved, Observation
from homeport.server import pump as pumps
from homeport.server.pump import Pump
from homeport.store.memory import MemoryStore
from homeport.store.tx import Unavailable
from tests import signing
from tests.unit.server.worlds import a_call, a_gateway, a_store

MACHINE = MachineSeen(cpu=8192, memory_mib=16384, connected=True, at=signing.NOW)


class Runtime:
    """A machine whose effects end when the test says so. `asked` are the effects it was asked for, in order."""

    def __init__(self) -> None:
        self.asked: list[Effect] = []
        self.may_end = asyncio.Event()
        self.listings = 0
        self.fails_to_list = 0
        self.seen = MACHINE

    async def perform(self, effect: Effect) -> Observation:
        self.asked.append(effect)
        await self.may_end.wait()
        status: ContainerStatus = "PULLED" if isinstance(effect, PullImage) else "RUNNING"
        return ContainerObserved(
            effect.ref, ContainerSeen(attempt=effect.ref.attempt, status=status, at=signing.NOW)
        )

    async def list(self) -> Sequence[Observation]:
        self.listings += 1
        if self.listings <= self.fails_to_list:
            raise ZeroDivisionError("a mistake in a driver")
        if not self.seen.connected:
            return [MachineObserved("local", self.seen)]
        return [MachineObserved("local", self.seen), ContainersListed("local", frozenset(), signing.NOW)]

    async def watch(self) -> AsyncIterator[Observation]:
        await asyncio.Event().wait()
        yield MachineObserved("local", self.seen)

    async def close(self) -> None:
        pass


class SlowStore(MemoryStore):
    """A store whose disk takes its time: nothing is durable until `reached` says so."""

    def __init__(self, ids: Callable[[], str]) -> None:
        super().__init__(ids)
        self.reached: asyncio.Future[None] | None = None

    def durable(self, revision: int) -> Awaitable[None] | None:
        return self.reached


def ask_for_a_task(store: MemoryStore) -> None:
    """Everything up to a RunTask."""
    gateway = a_gateway(store)
    app = {"name": "app", "image": "x", "memory": 64}
    for operation, body in (
        ("CreateCluster", {}),
        ("RegisterTaskDefinition", {"family": "f", "containerDefinitions": [app]}),
        ("RunTask", {"taskDefinition": "f"}),
    ):
        assert gateway.answer(a_call(operation, body), "id").response.status == 200


async def until(condition: Callable[[], object]) -> None:
    """Wait, though not for ever, until something is so."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


async def pumping(store: MemoryStore, runtime: Runtime, watch: Callable[[Pump], Awaitable[None]]) -> None:
    """Let a pump run while `watch` does; a task is asked for as soon as the machine is known."""
    pump = Pump(store, Engine(store), lambda: signing.NOW)
    running = asyncio.create_task(pump.run(runtime))
    try:
        await until(lambda: runtime.listings > runtime.fails_to_list and pump.trouble is None)
        await watch(pump)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def run(scenario: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(scenario())


def test_a_container_is_pulled_and_started_as_the_engine_asks():
    async def scenario() -> None:
        store, runtime = a_store(), Runtime()
        runtime.may_end.set()

        async def watch(_: Pump) -> None:
            ask_for_a_task(store)
            await until(lambda: len(runtime.asked) >= 2)

        await pumping(store, runtime, watch)
        assert [type(effect).__name__ for effect in runtime.asked] == ["PullImage", "StartContainer"]

    run(scenario)


def test_an_effect_that_is_under_way_is_not_asked_for_again():
    async def scenario() -> None:
        store, runtime = a_store(), Runtime()

        async def watch(pump: Pump) -> None:
            ask_for_a_task(store)
            await until(lambda: runtime.asked)
            pump._engine.resync(signing.NOW)
            pump._wake.set()
            await asyncio.sleep(0.05)

        await pumping(store, runtime, watch)
        assert len(runtime.asked) == 1

    run(scenario)


def test_nothing_is_asked_of_the_world_before_its_decision_is_on_disk():
    async def scenario() -> None:
        store, runtime = SlowStore(lambda: "0" * 32), Runtime()
        reached = store.reached = asyncio.get_running_loop().create_future()

        async def watch(pump: Pump) -> None:
            ask_for_a_task(store)
            await until(lambda: pump._performer.in_flight)
            await asyncio.sleep(0.02)
            assert runtime.asked == []
            reached.set_result(None)
            await until(lambda: runtime.asked)

        await pumping(store, runtime, watch)

    run(scenario)


def test_a_decision_that_the_disk_did_not_take_is_not_carried_out(caplog: pytest.LogCaptureFixture):
    async def scenario() -> None:
        store, runtime = SlowStore(lambda: "0" * 32), Runtime()
        reached = store.reached = asyncio.get_running_loop().create_future()

        async def watch(pump: Pump) -> None:
            ask_for_a_task(store)
            await until(lambda: pump._performer.in_flight)
            reached.set_exception(Unavailable("the disk is full"))
            await until(lambda: "PullImage of app" in caplog.text)

        await pumping(store, runtime, watch)
        assert runtime.asked == []

    run(scenario)


def test_a_mistake_in_a_driver_does_not_end_the_pump(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pumps, "LIST_EVERY_S", 0.01)

    async def scenario() -> None:
        store, runtime = a_store(), Runtime()
        runtime.fails_to_list = 2

        async def watch(pump: Pump) -> None:
            await until(lambda: pump.trouble is None and pump.deafness is None)

        await pumping(store, runtime, watch)

    run(scenario)
    assert "listing containers failed" in caplog.text
    assert "a mistake in a driver" in caplog.text


def test_an_engine_that_does_not_answer_is_told_by_its_reason(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pumps, "LIST_EVERY_S", 0.01)

    async def scenario() -> None:
        store, runtime = a_store(), Runtime()
        runtime.seen = MachineSeen(connected=False, reason="no socket", at=signing.NOW)

        async def watch(pump: Pump) -> None:
            await until(lambda: pump.deafness == "no socket")
            runtime.seen = MACHINE
            await until(lambda: pump.deafness is None)

        await pumping(store, runtime, watch)

    run(scenario)


def test_what_was_decided_is_kept_for_whoever_asks_why():
    async def scenario() -> None:
        store, runtime = a_store(), Runtime()
        runtime.may_end.set()

        async def watch(pump: Pump) -> None:
            ask_for_a_task(store)
            await until(lambda: any("RUNNING" in line.why for _, line in pump.lines))

        await pumping(store, runtime, watch)

    run(scenario)

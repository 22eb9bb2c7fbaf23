"""Traffic follows rows once they are on disk, and what is seen of it comes back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from homeport.engine.engine import Engine
from homeport.engine.routes import Routes
from homeport.model.sample import Sample
from homeport.plan.observations import ListenerObserved, TargetObserved
from homeport.plan.traffic import Delta, Tables, applied
from homeport.server.balancing import Balancing
from homeport.server.pump import Pump
from homeport.store.memory import MemoryStore
from homeport.store.tx import Unavailable
from tests.builders import T0, a_sample
from tests.unit.engine.test_routes import BALANCER, GROUPS, a_listener
from tests.unit.server.worlds import a_store

BLUE, GREEN = GROUPS[0], GROUPS[1]
WEB = a_listener(1, BLUE)


class Plane:
    """A data plane of which only the tables are kept, and that sees what the test says."""

    def __init__(self) -> None:
        self.trouble: str | None = None
        self.tables = Tables()
        self.begun = 0
        self.sees: asyncio.Queue[TargetObserved | ListenerObserved | Sample] = asyncio.Queue()

    async def begin(self, tables: Tables) -> None:
        self.begun += 1
        self.tables = tables

    async def publish(self, delta: Delta) -> None:
        self.tables = applied(self.tables, delta)

    async def watch(self) -> AsyncIterator[TargetObserved | ListenerObserved | Sample]:
        while True:
            yield await self.sees.get()

    async def close(self) -> None:
        pass


class SlowStore(MemoryStore):
    """A store whose disk takes as long as `disk` does."""

    disk: asyncio.Future[None] | None = None

    def durable(self, revision: int) -> Awaitable[None] | None:
        return self.disk


def put(store: MemoryStore, *rows: object) -> None:
    with store.write("spec", T0) as tx:
        for row in rows:
            tx.put(row)  # type: ignore[arg-type]


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


async def balancing(store: MemoryStore, watch: Callable[[Plane, Balancing, Pump], Awaitable[None]]) -> None:
    """Have a plane follow a store while `watch` does something."""
    plane, pump = Plane(), Pump(store, Engine(store), lambda: T0)
    part = Balancing(store, Routes(store, "127.0.0.1"), pump, lambda: T0)
    running = asyncio.create_task(part.run(plane))
    try:
        await watch(plane, part, pump)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_a_plane_begins_with_all_there_is_and_follows():
    store = a_store()
    put(store, BALANCER, BLUE, GREEN, WEB)

    async def watch(plane: Plane, part: Balancing, pump: Pump) -> None:
        await until(lambda: plane.tables.listeners.keys() == {WEB.id})
        put(store, a_listener(2, GREEN))
        await until(lambda: len(plane.tables.listeners) == 2)
        assert plane.begun == 1
        assert part.trouble is None

    asyncio.run(balancing(store, watch))


def test_nothing_is_published_before_it_is_on_disk():
    async def scenario() -> None:
        store = SlowStore(lambda: "0" * 32)

        async def watch(plane: Plane, part: Balancing, pump: Pump) -> None:
            await until(lambda: plane.begun)
            store.disk = asyncio.get_running_loop().create_future()
            put(store, BALANCER, BLUE, WEB)
            await asyncio.sleep(0.02)
            assert not plane.tables.listeners
            store.disk.set_result(None)
            await until(lambda: plane.tables.listeners)

        await balancing(store, watch)

    asyncio.run(scenario())


def test_after_a_commit_that_the_disk_has_undone_the_plane_begins_anew():
    async def scenario() -> None:
        store = SlowStore(lambda: "0" * 32)

        async def watch(plane: Plane, part: Balancing, pump: Pump) -> None:
            await until(lambda: plane.begun)
            disk = store.disk = asyncio.get_running_loop().create_future()
            put(store, BALANCER, BLUE, WEB)
            await asyncio.sleep(0.02)
            store.disk = None
            disk.set_exception(Unavailable("it was undone"))
            await until(lambda: plane.begun == 2)

        await balancing(store, watch)

    asyncio.run(scenario())


def test_a_refusal_is_a_line_for_why_once_and_one_when_it_is_over():
    store = a_store()
    put(store, BALANCER, BLUE, WEB)

    async def watch(plane: Plane, part: Balancing, pump: Pump) -> None:
        for trouble in ("no", "no", None, None):
            plane.sees.put_nowait(ListenerObserved(WEB.id, T0, trouble))
        await until(lambda: plane.sees.empty() and len(pump.lines) == 2)
        assert [(line.key.id, line.why) for _, line in pump.lines] == [
            (WEB.id, "no"),
            (WEB.id, "it listens as it was asked to"),
        ]

    asyncio.run(balancing(store, watch))


def test_samples_are_kept_by_the_store():
    store = a_store()
    put(store, BALANCER)

    async def watch(plane: Plane, part: Balancing, pump: Pump) -> None:
        sample = a_sample(BALANCER.id, T0, requests=7)
        plane.sees.put_nowait(sample)
        await until(plane.sees.empty)
        await asyncio.sleep(0)
        with store.read(T0) as tx:
            assert list(tx.samples(BALANCER.id, T0 - 60)) == [sample]

    asyncio.run(balancing(store, watch))


def test_what_keeps_the_plane_from_carrying_traffic_is_the_parts_trouble():
    async def watch(plane: Plane, part: Balancing, pump: Pump) -> None:
        await until(lambda: plane.begun)
        plane.trouble = "Envoy cannot be started"
        assert part.trouble == "Envoy cannot be started"

    asyncio.run(balancing(a_store(), watch))

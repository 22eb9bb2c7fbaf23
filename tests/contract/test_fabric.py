"""What every network promises whoever publishes tables: one suite over dice and over real namespaces."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from homeport.drivers.fabric import Fabric
from homeport.drivers.fake.fabric import SimulatedFabric
from homeport.drivers.network.driver import NetworkFabric
from homeport.plan.network import Delta, InterfaceTable, Tables
from homeport.plan.observations import InterfaceObserved
from homeport.server import down
from tests.integration.network.lan import Lan, links

"""`ip netns` is not made for two at once."""

TASKS = ("1/2/c/one", "1/2/c/two")


class Room:
    """A fabric, what it has told, the latest of each, and an interface with a namespace."""

    def __init__(self, fabric: Fabric, tables: Tables, interface: InterfaceTable) -> None:
        self.fabric = fabric
        self.tables = tables
        self.interface = interface
        self.told: dict[str, InterfaceObserved] = {}

    async def listen(self) -> None:
        async for observed in self.fabric.watch():
            self.told[observed.interface] = observed

    async def until_prepared_for(self, task: str) -> None:
        end = time.monotonic() + 30
        while True:
            found = self.told.get(self.interface.id)
            if found is not None and found.prepared_for == task:
                return
            assert time.monotonic() < end, (self.told, self.fabric.trouble)
            await asyncio.sleep(0.02)

    async def publish(self, table: InterfaceTable | None) -> None:
        await self.fabric.publish(Delta(interfaces={self.interface.id: table}))


@contextmanager
def simulated(data: Path) -> Iterator[Room]:
    lan = Lan(data)
    yield Room(SimulatedFabric(time.time, Random(7)), lan.tables, lan.host(10).table())


@contextmanager
def real(data: Path) -> Iterator[Room]:
    lan = Lan(data)
    command = [sys.executable, "-m", "homeport", "network", "--data", str(data)]
    with links(lan):
        host = lan.add_host()
        try:
            yield Room(NetworkFabric(data, command, lan.site), lan.tables, host.table())
        finally:
            asyncio.run(down.stop(data))


@pytest.fixture(params=[simulated, real], name="run")
def _run(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Callable[[Callable[[Room], Awaitable[None]]], None]:
    def run(test: Callable[[Room], Awaitable[None]]) -> None:
        async def whole(room: Room) -> None:
            listening = asyncio.create_task(room.listen())
            try:
                async with asyncio.timeout(90):
                    await test(room)
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
                await room.fabric.close()

        with request.param(tmp_path) as room:
            asyncio.run(whole(room))

    return run


def test_an_interface_is_told_to_be_prepared_for_its_task(run):
    async def test(room: Room) -> None:
        table = replace(room.interface, task=TASKS[0])
        await room.fabric.begin(replace(room.tables, interfaces={table.id: table}))
        await room.until_prepared_for(TASKS[0])
        assert room.fabric.trouble is None

    run(test)


def test_a_warm_one_is_prepared_for_nobody_and_then_for_its_task(run):
    async def test(room: Room) -> None:
        await room.fabric.begin(room.tables)
        await room.publish(replace(room.interface, task=""))
        await room.until_prepared_for("")
        await room.publish(replace(room.interface, task=TASKS[1]))
        await room.until_prepared_for(TASKS[1])

    run(test)


def test_beginning_again_tells_what_is_prepared_already(run):
    async def test(room: Room) -> None:
        table = replace(room.interface, task=TASKS[0])
        tables = replace(room.tables, interfaces={table.id: table})
        await room.fabric.begin(tables)
        await room.until_prepared_for(TASKS[0])
        await room.fabric.begin(tables)
        await room.publish(replace(table, task=TASKS[1]))
        await room.until_prepared_for(TASKS[1])

    run(test)


def test_one_without_a_namespace_is_not_told_of(run):
    async def test(room: Room) -> None:
        table = replace(room.interface, task=TASKS[0], namespace=None)
        other = replace(room.interface, id=f"{room.interface.id}1", task=TASKS[1])
        await room.fabric.begin(replace(room.tables, interfaces={table.id: table, other.id: other}))
        end = time.monotonic() + 30
        while other.id not in room.told:
            assert time.monotonic() < end, room.fabric.trouble
            await asyncio.sleep(0.02)
        assert table.id not in room.told

    run(test)

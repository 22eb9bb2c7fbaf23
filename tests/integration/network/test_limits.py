"""What a machine does not let us do keeps no task from starting, and is told."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from homeport.drivers.fabric import Limits
from homeport.drivers.network.care import Care, Crew, Names
from homeport.drivers.network.endpoints import Doors, Metadata
from homeport.drivers.network.ledger import Ledger
from homeport.drivers.network.machine import Machine
from homeport.drivers.network.messages import Site
from homeport.plan.network import Delta
from homeport.plan.observations import InterfaceObserved
from tests.integration.network.lan import Lan, group, on_a_lan
from tests.integration.network.test_network_process import open_files

"""`ip netns` is not made for two at once."""


class Silent:
    """Answers nobody, by HTTP and by DNS."""

    troubles: Mapping[Any, str] = {}

    def follow(self, delta: Delta) -> None:
        """Nothing."""

    async def answer(self, *_: object) -> None:
        """Nothing."""

    async def run(self) -> None:
        """Nothing, for ever."""
        await asyncio.Event().wait()


def crew(limits: Limits) -> Crew:
    def metadata(_: Site) -> Metadata:
        return Silent()

    def names(_: Site, __: Callable[[], list[str]]) -> Names:
        return Silent()

    return Crew(time.time, lambda: limits, metadata, names)


@contextlib.asynccontextmanager
async def caring(data: Path, limits: Limits) -> AsyncIterator[tuple[Care, dict[str, InterfaceObserved]]]:
    """Care on a machine with these limits, and what is told."""
    told: dict[str, InterfaceObserved] = {}

    def hear(observed: InterfaceObserved | None) -> None:
        if observed is not None:
            told[observed.interface] = observed

    care = Care(Site(), Ledger(data / "added.json"), crew(limits), hear)
    running = asyncio.create_task(care.run())
    try:
        yield care, told
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        Ledger(data / "added.json").clear()


async def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


def test_without_root_a_task_starts_and_its_interface_says_what_is_missing(tmp_path):
    why = "Homeport does not run as root"
    limits = Limits(rules=why, endpoints=why, addresses=why, names=why)
    table = Lan(tmp_path).host(10).table(public="198.18.0.1")

    async def test() -> None:
        async with caring(tmp_path, limits) as (care, told):
            care.follow(Delta(interfaces={table.id: table}))
            await until(lambda: table.id in told)
            assert (told[table.id].prepared_for, told[table.id].trouble) == (table.task, why)
            assert not (tmp_path / "added.json").exists()

    asyncio.run(test())
    assert len(limits.lines()) == 4 and all(why in line for line in limits.lines())


def test_without_nft_there_is_an_endpoint_and_no_rule(tmp_path):
    async def test(lan: Lan) -> None:
        web = lan.add_host()
        table = web.table(group(1).id)
        async with caring(tmp_path, Limits(rules="there is no nft")) as (care, told):
            closed = group(1)
            care.follow(
                Delta(vpcs={**lan.tables.vpcs}, groups={closed.id: closed}, interfaces={table.id: table})
            )
            await until(lambda: table.id in told)
            assert (told[table.id].prepared_for, told[table.id].trouble) == (table.task, "there is no nft")
            assert await open_files(web) == {"169.254.170.2:80"}
            assert await web.run("nft", "list", "tables") == ""

    on_a_lan(tmp_path / "data", test)


def test_namespaces_of_another_machine_keep_no_task_from_starting(tmp_path):
    table = replace(Lan(tmp_path).host(10).table(), namespace="/elsewhere/docker/netns/0123456789ab")

    async def test() -> None:
        async with caring(tmp_path, Limits(addresses="not here")) as (care, told):
            care.follow(Delta(interfaces={table.id: table}))
            await until(lambda: table.id in told)
            assert told[table.id].prepared_for == table.task
            assert "not on this machine" in (told[table.id].trouble or "")

    asyncio.run(test())


def test_an_endpoint_that_cannot_be_had_keeps_nobody_from_leaving(tmp_path):
    machine = Machine(Ledger(tmp_path / "added.json"), Limits(rules="no nft"), Doors(Silent(), None))

    async def test() -> None:
        serving = asyncio.create_task(machine.serve())
        await asyncio.sleep(0)
        serving.cancel()
        await asyncio.wait((serving,))
        assert serving.cancelled()

    asyncio.run(test())

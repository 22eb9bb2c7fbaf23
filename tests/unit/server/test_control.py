"""The operator's door, from both sides."""

import asyncio
from pathlib import Path

from click.testing import CliRunner, Result

from homeport.cli.main import main
from homeport.engine.engine import Engine
from homeport.model.task import Task
from homeport.server import control
from homeport.server.pump import Pump
from homeport.server.settings import DOOR
from homeport.store.tx import Store
from tests.builders import T0, a_cluster, a_task
from tests.unit.server.worlds import a_store


def asked(store: Store, data: Path, *arguments: str) -> Result:
    """What a command says, beside a server with this door."""

    async def beside() -> Result:
        async with control.opened(data / DOOR, Pump(store, Engine(store), lambda: T0), store, lambda: T0):
            return await asyncio.to_thread(CliRunner().invoke, main, [*arguments, "--data", str(data)])

    return asyncio.run(beside())


def a_store_with(task: Task) -> Store:
    store = a_store()
    with store.write("spec", T0) as tx:
        tx.put(a_cluster())
        tx.put(task)
    return store


def test_interrupt_writes_the_date_into_the_task(tmp_path: Path):
    task = a_task(launch_type="FARGATE", capacity_provider="FARGATE_SPOT", last="RUNNING")
    store = a_store_with(task)
    told = asked(store, tmp_path, "interrupt", task.hex)
    assert (told.exit_code, told.output.startswith(f"{task.hex} is interrupted")) == (0, True)
    with store.read(T0) as tx:
        after = tx.get(Task, task.id)
    assert after is not None
    assert after.spec.interrupted_at == T0


def test_interrupt_says_why_it_does_not(tmp_path: Path):
    told = asked(a_store_with(a_task(last="RUNNING")), tmp_path, "interrupt", a_task().hex)
    assert told.exit_code == 1
    assert "only Spot capacity is taken back" in told.output


def test_why_still_knows_a_key_by_its_parts(tmp_path: Path):
    told = asked(a_store(), tmp_path, "why", "nothing")
    assert "nothing is known of nothing" in told.output

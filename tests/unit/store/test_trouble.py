"""A disk that refuses: nothing that was answered is undone, nothing that is undone was answered."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from homeport.model.task import Task
from homeport.store.sqlite import SqliteStore
from homeport.store.tx import Unavailable
from tests.builders import SCOPE, T0, TASK_SET, a_task
from tests.unit.store.disk import failing_writes, limit, opened, opened_with_database, put


def numbers(store: SqliteStore) -> list[str]:
    with store.read(T0) as tx:
        return [task.hex[-1] for task in tx.all(Task)]


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.01)


def is_writable(store: SqliteStore) -> bool:
    try:
        with store.write("spec", T0):
            return True
    except Unavailable:
        return False


def bulky(number: int) -> Task:
    return a_task(number, started_by="x" * 100_000)


def test_a_full_disk_undoes_what_was_not_answered_and_refuses_more(tmp_path: Path) -> None:
    store, database = opened_with_database(tmp_path)
    with store.write("spec", T0) as tx:
        tx.put(a_task(1))
        tx.put(a_task(2))
        tx.emit(SCOPE, "kept")
    store.flush()
    limit(database, pages=10)
    woken: list[int] = []
    store.on_commit(lambda: woken.append(store.revision))

    with store.write("spec", T0) as tx:
        tx.put(bulky(3))
        tx.delete(a_task(1))
        tx.forget_events(SCOPE)
        tx.emit(SCOPE, "lost")
    with pytest.raises(Unavailable, match="database or disk is full"):
        store.flush()

    with store.read(T0) as read:
        assert read.all(Task) == [a_task(1, revision=1), a_task(2, revision=1)]
        assert read.owned(Task, TASK_SET) == read.all(Task)
        assert [event.message for event in read.events(SCOPE)] == ["kept"]
    assert store.revision == 3
    assert woken == [2, 3]
    assert store.changes_since(1) is None
    store.close()


def test_writes_go_on_when_there_is_room_again(tmp_path: Path) -> None:
    store, database = opened_with_database(tmp_path)
    put(store, a_task(1))
    store.flush()
    limit(database, pages=0)
    put(store, bulky(2))
    with pytest.raises(Unavailable):
        store.flush()
    with pytest.raises(Unavailable, match="Writes go on when it takes them again"):
        put(store, a_task(3))
    assert "full" in str(store.health())

    limit(database, pages=1000)
    wait_until(lambda: is_writable(store))
    assert store.health() is None
    put(store, a_task(4))
    store.close()
    again = opened(tmp_path)
    assert numbers(again) == ["1", "4"]
    again.close()


def test_everyone_who_waits_for_a_failed_batch_is_told_and_nobody_else(tmp_path: Path) -> None:
    store, database = opened_with_database(tmp_path)

    async def answer(task: Task) -> str:
        try:
            put(store, task)
            revision = store.revision
            waiting = store.durable(revision)
            if waiting is not None:
                await waiting
        except Unavailable:
            return "refused"
        return "kept"

    async def calls() -> list[str]:
        first = await answer(a_task(1))
        limit(database, pages=10)
        return [first, *await asyncio.gather(*(answer(bulky(number)) for number in range(2, 7)))]

    assert asyncio.run(calls()) == ["kept"] + ["refused"] * 5
    assert numbers(store) == ["1"]
    store.close()
    again = opened(tmp_path)
    assert numbers(again) == ["1"]
    again.close()


def test_who_asks_after_an_undone_commit_later_hears_that_it_is_undone(tmp_path: Path) -> None:
    store, database = opened_with_database(tmp_path)
    limit(database, pages=0)
    put(store, bulky(1))
    with pytest.raises(Unavailable):
        store.flush()

    async def ask() -> None:
        waiting = store.durable(1)
        assert waiting is not None
        with pytest.raises(Unavailable, match="was undone"):
            await waiting
        assert store.durable(store.revision) is None

    asyncio.run(ask())
    store.close()


def test_a_failure_that_nobody_waited_for_is_told_to_the_first_who_asks(tmp_path: Path) -> None:
    store, database = opened_with_database(tmp_path)
    limit(database, pages=0)
    put(store, bulky(1))
    time.sleep(0.3)

    async def ask() -> None:
        waiting = store.durable(1)
        assert waiting is not None
        with pytest.raises(Unavailable, match="disk is full"):
            await waiting

    asyncio.run(asyncio.wait_for(ask(), 5))
    assert numbers(store) == []
    store.close()


def test_a_database_that_is_locked_for_too_long_undoes_and_goes_on_later(tmp_path: Path) -> None:
    store, _ = opened_with_database(tmp_path)
    other = sqlite3.connect(tmp_path / "homeport.db", isolation_level=None)
    other.execute("begin immediate")
    put(store, a_task(1))
    with pytest.raises(Unavailable, match="locked"):
        store.flush()
    assert numbers(store) == []
    other.execute("rollback")
    other.close()
    wait_until(lambda: is_writable(store))
    put(store, a_task(2))
    store.flush()
    assert numbers(store) == ["2"]
    store.close()


def test_after_an_io_error_nothing_is_written_until_a_restart(tmp_path: Path) -> None:
    store, _ = opened_with_database(tmp_path)
    put(store, a_task(1))
    store.flush()
    with failing_writes():
        put(store, a_task(2))
        with pytest.raises(Unavailable, match="disk I/O error"):
            store.flush()
    time.sleep(0.6)
    with pytest.raises(Unavailable, match="Restart when it is sound"):
        put(store, a_task(3))
    assert numbers(store) == ["1"]
    store.close()
    again = opened(tmp_path)
    assert numbers(again) == ["1"]
    put(again, a_task(4))
    again.close()


def test_what_was_committed_behind_a_failed_batch_falls_with_it_for_good(tmp_path: Path) -> None:
    store, _ = opened_with_database(tmp_path)
    put(store, a_task(1))
    store.flush()
    other = sqlite3.connect(tmp_path / "homeport.db", isolation_level=None)
    other.execute("begin immediate")
    for last in ("PENDING", "RUNNING", "STOPPED"):
        with store.write("state", T0) as tx:
            tx.put(a_task(1, last=last))
        time.sleep(0.01)
    with pytest.raises(Unavailable):
        store.flush()
    with store.read(T0) as read:
        assert read.get(Task, a_task(1).id) == a_task(1, revision=1)
        assert read.count(Task, f"{TASK_SET}#STOPPED") == 0
    other.execute("rollback")
    other.close()

    wait_until(lambda: is_writable(store))
    put(store, a_task(2))
    store.close()
    again = opened(tmp_path)
    with again.read(T0) as read:
        assert read.get(Task, a_task(1).id) == a_task(1, revision=1)
    again.close()


def test_a_store_that_closes_in_trouble_lets_go_of_its_lock(tmp_path: Path) -> None:
    store, database = opened_with_database(tmp_path)
    limit(database, pages=0)
    put(store, bulky(1))
    store.close()
    store.close()
    again = opened(tmp_path)
    assert numbers(again) == []
    again.close()

"""What a store on disk promises beyond the contract: it is all there again, or it is not opened."""

import asyncio
import os
import random
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from homeport.model.service import Service
from homeport.model.task import Task
from homeport.store.database import Busy, Damaged, Newer, migrate, open_database
from homeport.store.tx import Refused
from tests.builders import SCOPE, T0, TASK_SET, a_machine, a_service, a_task, ids
from tests.unit.store.disk import opened, put


def text_of(path: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_everything_is_there_again_in_the_same_order(tmp_path: Path) -> None:
    store = opened(tmp_path)
    put(store, a_task(2), a_task(1), a_service(), a_machine())
    with store.write("state", T0) as tx:
        tx.put(a_task(1, last="STOPPED"))
        tx.emit(SCOPE, "one")
        tx.emit(SCOPE, "two")
    with store.write("state", T0) as tx:
        tx.put(a_task(2, last="STOPPED"))
        tx.delete(a_service())
    with store.read(T0) as read:
        before = (
            read.all(Task),
            read.all(Service),
            read.owned(Task, f"{TASK_SET}#STOPPED"),
            read.events(SCOPE),
        )
    known = (store.revision, store.installation)
    store.close()

    again = opened(tmp_path)
    with again.read(T0) as read:
        after = (
            read.all(Task),
            read.all(Service),
            read.owned(Task, f"{TASK_SET}#STOPPED"),
            read.events(SCOPE),
        )
    assert after == before
    assert (again.revision, again.installation) == known
    assert again.changes_since(known[0] - 1) is None
    assert again.changes_since(known[0]) == []
    again.close()


def test_a_record_deleted_and_made_again_in_one_batch_is_the_youngest_after_a_restart(tmp_path: Path) -> None:
    store = opened(tmp_path)
    put(store, a_task(1), a_task(2))
    with store.write("spec", T0) as tx:
        tx.delete(a_task(1))
    put(store, a_task(1))
    store.close()
    again = opened(tmp_path)
    with again.read(T0) as read:
        assert [task.hex[-1] for task in read.all(Task)] == ["2", "1"]
    again.close()


def test_of_each_owner_a_hundred_events_are_on_disk(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for number in range(250):
        with store.write("state", T0) as tx:
            tx.emit(SCOPE, str(number))
            tx.emit("forgotten", str(number))
    with store.write("state", T0) as tx:
        tx.forget_events("forgotten")
    store.close()
    rows = text_of(tmp_path / "homeport.db", "select message from event order by number desc")
    assert [row[0] for row in rows] == [str(number) for number in reversed(range(150, 250))]


def test_a_text_that_cannot_be_written_fails_its_own_transaction_only(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with pytest.raises(UnicodeEncodeError):
        put(store, a_task(1), a_task(2, started_by="\ud800"))
    with pytest.raises(UnicodeEncodeError), store.write("state", T0) as tx:
        tx.emit(SCOPE, "\ud800")
    put(store, a_task(3))
    store.flush()
    with store.read(T0) as read:
        assert [task.hex[-1] for task in read.all(Task)] == ["3"]
    store.close()


def test_many_callers_are_answered_when_their_commits_are_on_disk(tmp_path: Path) -> None:
    store = opened(tmp_path)
    path = tmp_path / "homeport.db"
    seen: list[bool] = []

    async def call(number: int) -> None:
        put(store, a_task(number))
        waiting = store.durable(store.revision)
        assert waiting is not None
        await waiting
        id = a_task(number).id
        seen.append(bool(text_of(path, f"select 1 from record where id = '{id}'")))

    async def call_all() -> None:
        await asyncio.gather(*(call(number) for number in range(50)))

    asyncio.run(call_all())
    assert seen == [True] * 50
    store.close()


def test_a_caller_who_goes_away_takes_nobody_along(tmp_path: Path) -> None:
    store = opened(tmp_path)

    async def calls() -> None:
        put(store, a_task(1))
        first, second = store.durable(1), store.durable(1)
        assert isinstance(first, asyncio.Future)
        assert second is not None
        first.cancel()
        await second

    asyncio.run(calls())
    store.close()


def test_a_backup_is_a_store_of_the_same_installation(tmp_path: Path) -> None:
    store = opened(tmp_path)
    put(store, a_task(1))
    (tmp_path / "copy").mkdir()
    copy = tmp_path / "copy" / "homeport.db"
    store.backup(str(copy))
    put(store, a_task(2))
    with pytest.raises(FileExistsError):
        store.backup(str(copy))
    store.close()

    assert [file.name for file in copy.parent.iterdir()] == ["homeport.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    restored = opened(copy.parent)
    with restored.read(T0) as read:
        assert read.all(Task) == [a_task(1, revision=1)]
    assert restored.installation == store.installation
    restored.close()


def test_nobody_else_may_read_the_files(tmp_path: Path) -> None:
    store = opened(tmp_path)
    put(store, a_task(1))
    store.flush()
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    assert len(list(tmp_path.iterdir())) == 4
    store.close()


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    store = opened(tmp_path)
    code = f"from tests.unit.store.disk import *; opened(Path({str(tmp_path)!r}))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert f"Busy: another Homeport runs on {tmp_path}" in other.stderr
    store.close()
    opened(tmp_path).close()


def test_a_file_that_another_program_holds_is_refused_as_busy(tmp_path: Path) -> None:
    opened(tmp_path).close()
    other = sqlite3.connect(tmp_path / "homeport.db")
    other.execute("begin exclusive")
    with pytest.raises(Busy, match="locked by another program"):
        open_database(tmp_path / "homeport.db", ids(), busy_timeout_s=0.05)
    other.close()
    opened(tmp_path).close()


def test_a_file_of_a_newer_homeport_is_refused(tmp_path: Path) -> None:
    opened(tmp_path).close()
    change(tmp_path / "homeport.db", "pragma user_version = 99")
    with pytest.raises(Newer, match="has schema 99 and this Homeport knows 1"):
        opened(tmp_path)
    assert text_of(tmp_path / "homeport.db", "pragma user_version") == [(99,)]


def test_a_record_of_a_newer_homeport_is_refused(tmp_path: Path) -> None:
    store = opened(tmp_path)
    put(store, a_task(1))
    store.close()
    change(tmp_path / "homeport.db", "update record set version = 2")
    with pytest.raises(Refused, match="kind Task, version 2, was written by a newer Homeport"):
        opened(tmp_path)


@pytest.mark.parametrize("content", [b"", b"x" * 10_000, b"SQLite format 3\0"])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "homeport.db"
    path.write_bytes(content)
    with pytest.raises(Damaged, match="homeport backup"):
        opened(tmp_path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    change(tmp_path / "homeport.db", "create table record (id text)")
    with pytest.raises(Damaged, match="not a database of Homeport's"):
        opened(tmp_path)


def test_a_log_without_its_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "homeport.db-wal").write_bytes(b"what was committed last")
    with pytest.raises(Damaged, match="still beside it"):
        opened(tmp_path)
    assert not (tmp_path / "homeport.db").exists()


def test_a_bit_that_falls_over_in_a_record_is_found(tmp_path: Path) -> None:
    store = opened(tmp_path)
    put(store, a_service(desired_count=3))
    store.close()
    path = tmp_path / "homeport.db"
    content = path.read_bytes()
    assert content.count(b'"desired_count":3') == 1
    path.write_bytes(content.replace(b'"desired_count":3', b'"desired_count":7'))
    with pytest.raises(Damaged, match="a Service, is not what was written"):
        opened(tmp_path)


def test_whatever_single_bit_falls_over_nothing_false_is_believed(tmp_path: Path) -> None:
    store = opened(tmp_path)
    put(store, *(a_task(number) for number in range(20)), a_service())
    with store.write("state", T0) as tx:
        for number in range(10):
            tx.emit(SCOPE, f"message {number}")
    with store.read(T0) as read:
        truth = (read.all(Task), read.all(Service), read.events(SCOPE), store.installation, store.revision)
    store.close()
    path = tmp_path / "homeport.db"
    content = path.read_bytes()
    dice = random.Random(15)
    refused = 0
    for _ in range(150):
        broken = bytearray(content)
        broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
        path.write_bytes(broken)
        try:
            store = opened(tmp_path)
        except Refused:
            refused += 1
            continue
        with store.read(T0) as read:
            found = (
                read.all(Task),
                read.all(Service),
                read.events(SCOPE),
                store.installation,
                store.revision,
            )
        assert found == truth
        store.close()
        for beside in ("homeport.db-wal", "homeport.db-shm"):
            (tmp_path / beside).unlink(missing_ok=True)
    assert refused > 20


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    store = opened(tmp_path)
    put(store, *(a_task(number) for number in range(200)))
    store.close()
    path = tmp_path / "homeport.db"
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(Damaged):
        opened(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nowhere cannot be written to: No such file"):
        opened(tmp_path / "nowhere")


def test_a_path_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "homeport.db").mkdir()
    with pytest.raises(Refused, match=r"homeport\.db cannot be opened for writing"):
        opened(tmp_path)


def test_a_birth_that_was_killed_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "homeport.db.new").write_bytes(b"half")
    (tmp_path / "homeport.db.new-journal").write_bytes(b"half")
    store = opened(tmp_path)
    put(store, a_task(1))
    store.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["homeport.db", "homeport.lock"]


def test_migrations_run_forward_once_and_whole(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "any.db", isolation_level=None)
    scripts = [(1, "create table a (x);"), (2, "alter table a add column y; insert into a values (1, 2);")]
    migrate(connection, scripts[:1])
    migrate(connection, scripts)
    migrate(connection, scripts)
    assert connection.execute("select * from a").fetchall() == [(1, 2)]
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, [*scripts, (3, "delete from a; delete from nowhere;")])
    connection.rollback()
    assert connection.execute("select * from a").fetchall() == [(1, 2)]
    assert connection.execute("pragma user_version").fetchone() == (2,)
    connection.close()


def test_a_store_in_memory_needs_no_database_driver() -> None:
    code = "import sys, homeport.store.memory; sys.exit('sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""The store on disk against a dictionary: any sequence of commits, failures, backups and restarts."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from homeport.model.task import Task
from homeport.store.sqlite import SqliteStore
from homeport.store.tx import Unavailable, WriteTx
from tests.builders import T0, TASK_SET, a_task
from tests.unit.store.disk import limit, opened_with_database

NUMBERS = st.integers(0, 7)
STATUSES = st.sampled_from(["PROVISIONING", "RUNNING", "STOPPED"])
WRITES = st.lists(
    st.one_of(
        st.tuples(st.just("put"), NUMBERS, STATUSES),
        st.tuples(st.just("delete"), NUMBERS, st.just("")),
        st.tuples(st.just("emit"), st.just(0), st.text("ab", max_size=3)),
        st.tuples(st.just("forget"), st.just(0), st.just("")),
    ),
    min_size=1,
    max_size=5,
)


class Model:
    """Tasks and events as a dictionary and a list: what the store must look like."""

    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}
        self.events: list[str] = []

    def copy(self) -> "Model":
        other = Model()
        other.tasks, other.events = dict(self.tasks), list(self.events)
        return other

    def write(self, writes: list[tuple[str, int, str]], revision: int) -> None:
        before = dict(self.tasks)
        for what, number, value in writes:
            task = a_task(number, last=value or "RUNNING", revision=revision)
            if what == "put":
                self.tasks[task.id] = task
            elif what == "delete":
                self.tasks.pop(task.id, None)
            elif what == "emit":
                self.events = [value, *self.events][:100]
            else:
                self.events = []
        # What is deleted and put at once keeps its place; what is new stands where it was first named.
        named = [*before, *(a_task(number).id for what, number, _ in writes if what in ("put", "delete"))]
        self.tasks = {id: self.tasks[id] for id in named if id in self.tasks}

    def under(self, key: str) -> list[Task]:
        return [task for task in self.tasks.values() if key in task.keys()]


class AStoreOnDisk(RuleBasedStateMachine):
    """`seen` is what was committed, `kept` what was answered for: what a failing disk goes back to."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store: SqliteStore
        self.store, self.database = opened_with_database(self.folder)
        self.seen = Model()
        self.kept = Model()

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(writes=WRITES)
    def commit(self, writes: list[tuple[str, int, str]]) -> None:
        with self.store.write("state", T0) as tx:
            apply(tx, writes)
            expected = self.seen.copy()
            expected.write(writes, revision=0)
            assert [task.id for task in tx.all(Task)] == list(expected.tasks)
            check_keys(tx, expected)
        self.seen.write(writes, self.store.revision)

    @rule(writes=WRITES)
    def fail(self, writes: list[tuple[str, int, str]]) -> None:
        with pytest.raises(ZeroDivisionError), self.store.write("state", T0) as tx:
            apply(tx, writes)
            raise ZeroDivisionError

    @rule()
    def flush(self) -> None:
        self.store.flush()
        self.kept = self.seen.copy()

    @rule()
    def restart(self) -> None:
        revision = self.store.revision
        self.store.close()
        self.kept = self.seen.copy()
        self.store, self.database = opened_with_database(self.folder)
        assert self.store.revision <= revision

    @precondition(lambda self: self.seen.tasks)
    @rule(writes=WRITES)
    def run_out_of_disk(self, writes: list[tuple[str, int, str]]) -> None:
        self.flush()
        limit(self.database, pages=0)
        with self.store.write("state", T0) as tx:
            apply(tx, writes)
            tx.put(a_task(99, started_by="x" * 50_000))
        with pytest.raises(Unavailable):
            self.store.flush()
        self.seen = self.kept.copy()
        self.compare()
        self.restart()

    @rule()
    def back_up(self) -> None:
        folder = Path(tempfile.mkdtemp())
        self.store.backup(str(folder / "homeport.db"))
        copy, _ = opened_with_database(folder)
        with copy.read(T0) as tx:
            assert tx.all(Task) == list(self.seen.tasks.values())
        copy.close()
        shutil.rmtree(folder)

    @invariant()
    def compare(self) -> None:
        with self.store.read(T0) as tx:
            assert tx.all(Task) == list(self.seen.tasks.values())
            assert [event.message for event in tx.events("me")] == self.seen.events
            for status in ("PROVISIONING", "RUNNING", "STOPPED"):
                key = f"{TASK_SET}#{status}"
                assert tx.owned(Task, key) == self.seen.under(key)
                assert tx.count(Task, key) == len(self.seen.under(key))


def apply(tx: WriteTx, writes: list[tuple[str, int, str]]) -> None:
    for what, number, value in writes:
        tx.owned(Task, TASK_SET)
        if what == "put":
            tx.put(a_task(number, last=value))
        elif what == "delete":
            tx.delete(a_task(number))
        elif what == "emit":
            tx.emit("me", value)
        else:
            tx.forget_events("me")


def check_keys(tx: WriteTx, expected: Model) -> None:
    for status in ("PROVISIONING", "RUNNING", "STOPPED"):
        key = f"{TASK_SET}#{status}"
        assert [task.id for task in tx.owned(Task, key)] == [task.id for task in expected.under(key)]
        assert tx.count(Task, key) == len(expected.under(key))
    assert [event.message for event in tx.events("me")] == expected.events


TestAStoreOnDisk = AStoreOnDisk.TestCase
TestAStoreOnDisk.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)

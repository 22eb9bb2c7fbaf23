"""Killed with -9 at any moment, the store has everything that it has acknowledged, and half of nothing."""

import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

from homeport.model.task import Task
from homeport.store.sqlite import SqliteStore
from tests.builders import T0, TASK_SET, a_task, ids
from tests.unit.store.disk import opened, put


def test_nothing_acknowledged_is_lost_and_no_commit_is_torn(tmp_path: Path) -> None:
    acknowledged = 0
    for lived_s in (0.0, 0.05, 0.1, 0.15, 0.2, 0.3):
        acknowledged = max(acknowledged, run_and_kill("commit_pairs", tmp_path, lived_s))
        store = opened(tmp_path)
        with store.read(T0) as tx:
            left = [int(task.hex, 16) for task in tx.owned(Task, TASK_SET)]
            right = [int(task.hex, 16) - 1_000_000 for task in tx.owned(Task, "right")]
            events = tx.events("pairs")
        assert left == right == list(range(len(left)))
        assert len(left) >= acknowledged
        assert len(events) == min(len(left), 100)
        store.close()
    assert acknowledged > 0


def test_a_store_killed_while_it_opens_or_closes_opens_again(tmp_path: Path) -> None:
    for lived_s in (0.0, 0.03, 0.07, 0.1):
        folder = tmp_path / str(lived_s)
        folder.mkdir()
        assert run_and_kill("open_and_close", folder, lived_s) >= 1
        for grown in folder.iterdir():
            opened(grown).close()


def run_and_kill(name: str, folder: Path, lived_s: float) -> int:
    """Let a child run the function, kill it a while after its first answer, and return its last."""
    command = [
        sys.executable,
        "-c",
        f"from tests.unit.store.test_kill import {name} as run; run({str(folder)!r})",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(lived_s)
        child.send_signal(signal.SIGKILL)
        # A line cut short was never wholly said.
        lines = [line for line in (first, *child.stdout) if line.endswith(b"\n")]
    return int(lines[-1])


def commit_pairs(folder: str) -> None:
    """In the child: commit pairs of tasks for ever; print how many there are each time they are on disk."""
    store = SqliteStore.open(Path(folder) / "homeport.db", ids())
    with store.read(T0) as tx:
        start = tx.count(Task, TASK_SET)
    for number in count(start):
        with store.write("spec", T0) as tx:
            tx.put(a_task(number))
            tx.put(a_task(1_000_000 + number, owner="right"))
            tx.emit("pairs", str(number))
        if number % 7 == 0:
            store.flush()
            print(number + 1, flush=True)


def open_and_close(folder: str) -> None:
    """In the child: make stores for ever, with a task in each; print how many were begun."""
    for number in count(1):
        grown = Path(folder) / str(number)
        grown.mkdir()
        print(number, flush=True)
        store = opened(grown)
        put(store, a_task(number))
        store.close()

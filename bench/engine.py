"""How long 10,000 and 100,000 simulated tasks take to RUNNING, on the store that the server uses.

The real engine and the real store under virtual time: the shell is the simulator's loop without faults, checks and
history. What is measured is our own work alone; starting a container takes the fake runtime no time.
"""

import gc
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from homeport.drivers.fake.runtime import FakeRuntime
from homeport.engine.engine import Engine
from homeport.model.instance import MachineSeen
from homeport.model.record import Time
from homeport.model.task import Task
from homeport.plan.effects import ContainerRef
from homeport.server.main import GARBAGE
from homeport.store.memory import MemoryStore
from homeport.store.sqlite import SqliteStore
from homeport.store.tx import Store
from tests.sim import scenario
from tests.sim.world import LIST_EVERY_S, MACHINE, START

TASKS_A_SET = 1_000
LARGE = MachineSeen(cpu=100_000_000, memory_mib=100_000_000, connected=True)
LONGEST_S = 3_600.0
"""Of virtual time; what has not come up by then does not come up."""


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of wall time until all `tasks` were RUNNING and on disk, virtual seconds, turns and commits."""

    tasks: int
    wall_s: float
    virtual_s: float
    turns: int
    commits: int


def on_disk(tasks: int) -> Run:
    """With SQLite, in a directory of its own."""
    with tempfile.TemporaryDirectory(prefix="homeport-bench-") as folder:
        store = SqliteStore.open(Path(folder) / "homeport.db", _ids())
        try:
            return simulate(store, tasks)
        finally:
            store.close()


def in_memory(tasks: int) -> Run:
    """With the store that forgets."""
    return simulate(MemoryStore(_ids()), tasks)


def simulate(store: Store, tasks: int) -> Run:
    """Services of 1,000-task sets, from an empty machine until every task is RUNNING. RuntimeError when they don't get there."""
    # As the server does: see `homeport.server.main`.
    gc.set_threshold(*GARBAGE)
    shell = _Shell(store)
    sets = _found(store, tasks)
    begun = time.perf_counter()
    while sum(_running(store, shell.now, sets)) < tasks:
        shell.step()
        if shell.now > START + LONGEST_S:
            raise RuntimeError(f"not all of {tasks} tasks are RUNNING after an hour of virtual time")
    store.flush()
    wall_s = time.perf_counter() - begun
    return Run(tasks, wall_s, shell.now - START, shell.turns, store.revision)


class _Shell:
    """What the server's pump does, with a heap for a clock."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.engine = Engine(store)
        self.runtime = FakeRuntime(MACHINE, LARGE, random.Random(1))
        self.now: Time = START
        self.turns = 0
        self._asked: set[ContainerRef] = set()
        self._list_at: Time = START

    def step(self) -> None:
        """Everything that is due, then on to the next date."""
        if told := self.runtime.due(self.now):
            ended = [one.effect for one in told if one.effect is not None]
            self._asked -= {effect.ref for effect in ended}
            self.engine.observe([one.observation for one in told], self.now)
            for effect in ended:
                self.engine.performed(effect)
        if self.now >= self._list_at:
            self._list_at = round(self.now + LIST_EVERY_S, 3)
            self.engine.observe(self.runtime.listing(self.now), self.now)
        dates = [self._list_at, self._turn(), self.runtime.next_at()]
        self.now = max(self.now, min(date for date in dates if date is not None))

    def _turn(self) -> Time | None:
        while True:
            turn = self.engine.turn(self.now)
            self.turns += 1
            for effect in turn.effects:
                if effect.ref not in self._asked:
                    self._asked.add(effect.ref)
                    self.runtime.ask(effect, self.now)
            if turn.wake_at is None or turn.wake_at > self.now:
                return turn.wake_at


def _found(store: Store, tasks: int) -> list[str]:
    """One cluster on one machine, and as many services with one task set each as it takes; their sets' ids."""
    home = scenario.cluster("bench")
    definition = scenario.definition("bench", [scenario.container("web")])
    services = [scenario.service(home, f"s{n}", TASKS_A_SET) for n in range(tasks // TASKS_A_SET)]
    sets = [scenario.task_set(one, definition.id, "1", 100.0) for one in services]
    with store.write("spec", START) as tx:
        for record in (home, scenario.instance(home), definition, *services, *sets):
            tx.put(record)
    return [one.id for one in sets]


def _running(store: Store, now: Time, sets: list[str]) -> list[int]:
    with store.read(now) as tx:
        return [tx.count(Task, f"{one}#RUNNING") for one in sets]


def _ids() -> Callable[[], str]:
    dice = random.Random(2)
    return lambda: f"{dice.getrandbits(128):032x}"

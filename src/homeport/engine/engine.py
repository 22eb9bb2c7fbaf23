"""The turn: what has changed wakes keys, keys are planned, plans become rows, effects are handed back.

An ordinary synchronous object: it is given observations and the time, and hands back effects and the next date. It
runs under two shells, the server's pump and the simulator, and knows neither. It decides nothing (`homeport.plan`)
and waits for nothing: whoever performs its effects first makes sure that their commit is on disk.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from homeport.engine import (
    interface,
    machine,
    observe,
    retention,
    service,
    subnet,
    target,
    task,
    task_set,
    vpc,
)
from homeport.engine.addresses import Addresses
from homeport.engine.desk import Desk
from homeport.engine.queue import Key, KeyKind, Queue, key_of
from homeport.engine.room import Room
from homeport.engine.strays import Strays
from homeport.engine.wakes import wakes
from homeport.model.cluster import Cluster
from homeport.model.instance import Machine
from homeport.model.interface import Interface
from homeport.model.record import Record, Time
from homeport.model.service import Service
from homeport.model.target_group import Target
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.model.vpc import Subnet, Vpc
from homeport.plan.effects import Effect
from homeport.plan.observations import (
    ContainerObserved,
    ContainersListed,
    EffectFailed,
    InterfaceObserved,
    ListenerObserved,
    MachineObserved,
    NetworkObserved,
    Observation,
    TargetObserved,
)
from homeport.plan.options import DEFAULTS, Options
from homeport.plan.plan import Plan
from homeport.store.tx import Change, ReadTx, Store, WriteTx

KEYS_A_TURN = 128
"""So few that an API call which comes in between waits for milliseconds at most."""

HOLD_OFF_S = 0.1
"""How long keys are held off that many causes hit: a task set whose tasks come up one by one."""

LOADERS: dict[KeyKind, Callable[[Desk, str], Plan]] = {
    "cluster": retention.plan_cluster,
    "interface": interface.plan,
    "machine": machine.plan,
    "retention": retention.plan_tokens,
    "service": service.plan,
    "subnet": subnet.plan,
    "target": target.plan,
    "task": task.plan,
    "task_definition": retention.plan_task_definition,
    "task_set": task_set.plan,
    "vpc": vpc.plan,
}
KINDS_OF: dict[KeyKind, type[Record]] = {
    "cluster": Cluster,
    "interface": Interface,
    "machine": Machine,
    "service": Service,
    "subnet": Subnet,
    "target": Target,
    "task": Task,
    "task_definition": TaskDefinition,
    "task_set": TaskSet,
    "vpc": Vpc,
}
SWEEP = Key("retention", "tokens")

Writers: TypeAlias = dict[tuple[type[Record], str], Key]
"""By record: the key that wrote it last in a turn. A planner is silent on its own result, so it is not woken by it."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a turn did about one key, for the log and for `homeport why`."""

    key: Key
    why: str


@dataclass(frozen=True, slots=True)
class Turn:
    """`effects` may be performed once `revision` is on disk. `wake_at`: when to turn again; None for no date."""

    effects: tuple[Effect, ...]
    wake_at: Time | None
    revision: int
    lines: tuple[Line, ...] = ()


class Engine:
    """Turns rows into rows and effects. One at a time, on the thread of the store."""

    def __init__(self, store: Store, options: Options = DEFAULTS) -> None:
        self._store = store
        self._options = options
        self._queue = Queue()
        self._room = Room()
        self._addresses = Addresses()
        self._strays = Strays()
        self._waiting: dict[Key, None] = {}
        self._failed: set[Key] = set()
        self._news: list[Line] = []
        self._followed = -1
        self._own: tuple[int, Writers] = (-1, {})
        self._current: Key | None = None

    def turn(self, now: Time) -> Turn:
        """Plan up to KEYS_A_TURN keys that are due, in one commit. What a planner raises comes out of here, with
        nothing committed; `set_aside` then lets the others go on.
        """
        self._follow(now)
        lines, self._news = self._news, []
        keys = self._queue.take(now, KEYS_A_TURN)
        if not keys:
            return Turn((), self._queue.next_at(now), self._store.revision, tuple(lines))
        effects: list[Effect] = []
        writers: Writers = {}
        is_done = False
        try:
            with self._store.write("state", now) as tx:
                desk = Desk(tx, now, self._options, self._room, self._addresses, self._strays)
                for key in keys:
                    self._current = key
                    plan = LOADERS[key.kind](desk, key.id)
                    self._apply(tx, key, plan, writers)
                    effects += plan.effects
                    if plan:
                        lines.append(Line(key, plan.why))
            is_done = True
        finally:
            if not is_done:
                self._room.forget()
                self._addresses.forget()
                self._queue.put_back(keys)
        self._current = None
        self._own = (self._store.revision, writers)
        self._follow(now)
        return Turn(tuple(effects), self._queue.next_at(now), self._store.revision, tuple(lines))

    def set_aside(self, now: Time) -> Key | None:
        """After `turn` raised: the key it was at is looked at later, and later again each time; returns it."""
        key, self._current = self._current, None
        if key is not None:
            self._queue.failed(key, now)
        return key

    def observe(self, batch: Sequence[Observation], now: Time) -> None:
        """Write down what was seen, in one commit."""
        with self._store.write("seen", now) as tx:
            for observation in batch:
                self._observe(tx, observation)
        for observation in batch:
            if isinstance(observation, EffectFailed):
                key = key_of(observation.effect.ref)
                self._queue.failed(key, now)
                self._failed.add(key)
            elif isinstance(observation, ContainersListed):
                self._queue.now(Key("machine", observation.machine))

    def performed(self, effect: Effect) -> None:
        """An effect has come to its end: look again at whoever asked for it, also when nothing new was seen. What was
        asked of the same container meanwhile was dropped by the shell, and is asked again now.
        """
        key = key_of(effect.ref)
        if key in self._failed:
            # The world did not answer: the date that `observe` has set stands, and the next one is later.
            self._failed.discard(key)
            return
        self._queue.succeeded(key)
        self._queue.now(key)

    def resync(self, now: Time) -> None:
        """Forget what is derived, and look at everything that may be unsettled."""
        self._room.forget()
        self._addresses.forget()
        self._followed = self._store.revision
        with self._store.read(now) as tx:
            for kind, record_type in KINDS_OF.items():
                for record in tx.all(record_type):
                    self._queue.now(Key(kind, record.id))
        self._queue.now(SWEEP)

    def _follow(self, now: Time) -> None:
        """Wake what the commits since the last look concern."""
        if self._followed == self._store.revision:
            return
        changes = self._store.changes_since(self._followed) if self._followed >= 0 else None
        if changes is None:
            self.resync(now)
            return
        revision, writers = self._own
        with self._store.read(now) as tx:
            for change in changes:
                is_own = change.revision == revision
                if not is_own:
                    self._derive(tx, change)
                self._wake(tx, change, writers if is_own else {}, now)
        self._followed = self._store.revision

    def _wake(self, tx: ReadTx, change: Change, writers: Writers, now: Time) -> None:
        record = change.record
        writer = writers.get((type(record), record.id))
        for wake in wakes(tx, change):
            if wake.key == writer:
                continue
            if wake.soon:
                self._queue.at(wake.key, round(now + HOLD_OFF_S, 3))
            else:
                self._queue.now(wake.key)

    def _apply(self, tx: WriteTx, key: Key, plan: Plan, writers: Writers) -> None:
        """Write a plan down, and follow it with what is derived, for the keys that are planned after it."""
        for record in plan.puts:
            self._derive(tx, Change(0, tx.get(type(record), record.id), record))
            tx.put(record)
            writers[(type(record), record.id)] = key
        for record in plan.deletes:
            self._derive(tx, Change(0, record, None))
            tx.delete(record)
            writers[(type(record), record.id)] = key
        for event in plan.events:
            tx.emit(event.owner, event.message)
        if plan.wake_at is not None:
            self._queue.at(key, plan.wake_at)
            if key.kind == "task_set":
                self._waiting[key] = None

    def _derive(self, tx: ReadTx, change: Change) -> None:
        """Have what is derived follow a change."""
        self._addresses.apply(change)
        if self._room.apply(tx, change):
            self._make_room(tx.now)

    def _make_room(self, now: Time) -> None:
        """There may be room for task sets that wait for some."""
        for key in self._waiting:
            self._queue.at(key, round(now + HOLD_OFF_S, 3))
        self._waiting.clear()

    def _observe(self, tx: WriteTx, observation: Observation) -> None:
        match observation:
            case ContainerObserved():
                observe.container_observed(tx, observation)
            case ContainersListed():
                for ref in observe.containers_listed(tx, observation, self._strays, self._options):
                    why = f"container {ref.container} of {ref.task} runs, but no task asks for it"
                    self._news.append(Line(Key("machine", observation.machine), why))
            case MachineObserved():
                observe.machine_observed(tx, observation)
            case TargetObserved():
                observe.target_observed(tx, observation)
            case ListenerObserved():
                observe.listener_observed(tx, observation)
            case NetworkObserved():
                observe.network_observed(tx, observation)
            case InterfaceObserved():
                observe.interface_observed(tx, observation)
            case EffectFailed():
                pass
            case _:
                assert_never(observation)

"""The second shell: what the server's pump does, with a heap for a clock and dice for Docker.

The control plane is killed between any two of its steps; the store (its disk) and the runtime (the machine) live on.
One seed gives one trace, byte for byte.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from homeport.drivers.fake.balancer import CALM, FakeBalancer, Moods
from homeport.drivers.fake.fabric import FakeFabric
from homeport.drivers.fake.faults import Faults
from homeport.drivers.fake.runtime import FakeRuntime
from homeport.engine.engine import Engine
from homeport.engine.networks import Networks
from homeport.engine.routes import Routes
from homeport.model.instance import MachineSeen
from homeport.model.interface import Interface
from homeport.model.record import Record, Time
from homeport.model.task import Task
from homeport.plan.effects import ContainerRef, Effect
from homeport.plan.observations import Observation
from homeport.plan.options import Options
from homeport.plan.traffic import Endpoint
from homeport.store.tx import Change, Store, WriteTx
from tests.sim.network_watch import NetworkWatch
from tests.sim.watch import Watch

START = 1_700_000_000.0
LIST_EVERY_S = 5.0
RESYNC_EVERY_S = 60.0
TURNS_AT_ONCE = 2_000
DEATHS_AT_ONCE = 10_000
MOST_ASKED = 8_000
"""Effects that a world of a few tasks may ask for in its life; most ask for fewer than a thousand, but for those whose
control plane is killed thousands of times and asks for everything anew."""
MACHINE = "local"
ACCOUNT = "123456789012"
HOST = "127.0.0.1"
"""Where ports of the machine are reached."""
LARGE = MachineSeen(cpu=1_000_000, memory_mib=4_000_000, connected=True)


class Chaos(Struct, frozen=True, kw_only=True):
    """What happens to the control plane until `until_s`: `kills` is the chance of being killed at each step."""

    kills: float = 0.0
    until_s: float = 120.0
    faults: Faults = Faults()
    moods: Moods = CALM


@dataclass(slots=True)
class Act:
    """Something that a user does at a time."""

    at_s: float
    name: str
    run: Callable[["World", WriteTx], None]


class Killed(Exception):
    """The control plane is gone, here and now."""


@dataclass(slots=True)
class World:
    """A store, a machine, a data plane, and a control plane that comes and goes."""

    seed: int
    store: Store
    chaos: Chaos
    acts: Sequence[Act]
    options: Options = field(default_factory=Options)
    capacity: MachineSeen = LARGE
    engine_type: type[Engine] = Engine
    now: Time = START
    trace: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    asked: list[tuple[Time, Effect]] = field(default_factory=list)
    deaths: int = 0
    leaks: list[ContainerRef] = field(default_factory=list)
    errs: bool = False
    dice: random.Random = field(init=False)
    runtime: FakeRuntime = field(init=False)
    balancer: FakeBalancer = field(init=False)
    fabric: FakeFabric = field(init=False)
    watch: Watch = field(default_factory=Watch)
    network_watch: NetworkWatch = field(init=False)
    engine: Engine = field(init=False)
    _routes: Routes = field(init=False)
    _networks: Networks = field(init=False)
    _is_up: bool = False
    _wake_at: Time | None = None
    _in_flight: dict[ContainerRef, Effect] = field(default_factory=dict)
    _seen_revision: int = 0
    _list_at: Time = START
    _resync_at: Time = START + RESYNC_EVERY_S
    _next_act: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.runtime = FakeRuntime(MACHINE, self.capacity, random.Random(self.seed + 1), self.chaos.faults)
        self.balancer = FakeBalancer(random.Random(self.seed + 3), self.chaos.moods, self._listens)
        self.fabric = FakeFabric(random.Random(self.seed + 4))
        self.network_watch = NetworkWatch(self.options.provision_s)
        self._seen_revision = self.store.revision
        self.errs = self.chaos.faults.errs > 0

    def run(self, until_s: float) -> None:
        """Let the world go on until `until_s` seconds after its start."""
        end = START + until_s
        died_at, deaths_now = 0.0, 0
        while True:
            try:
                if not self._is_up:
                    self._boot()
                self._step()
            except Killed:
                self.deaths += 1
                deaths_now = deaths_now + 1 if self.now == died_at else 1
                died_at = self.now
                assert deaths_now < DEATHS_AT_ONCE, f"{deaths_now} deaths at one instant: it never gets on"
                self._is_up = False
                self._in_flight.clear()
                continue
            following = self._following()
            if following > end:
                self.now = end
                return
            self.now = max(self.now, following)

    def calm(self) -> None:
        """The world is sound from now on."""
        self.runtime.faults = Faults(reuses=self.runtime.faults.reuses)
        self.balancer.moods = CALM
        self.chaos = Chaos()

    @property
    def is_wild(self) -> bool:
        """Whether the control plane may still be killed."""
        return self.now < START + self.chaos.until_s

    def _boot(self) -> None:
        """Coming up is the same path every time: a list, what it says, and a look at everything."""
        self.engine = self.engine_type(self.store, self.options)
        self._list_at = self.now
        self._resync_at = self.now + RESYNC_EVERY_S
        self._observe(self.runtime.listing(self.now))
        self.engine.resync(self.now)
        self._routes = Routes(self.store, HOST)
        tables = self._routes.whole(self.now)
        self.store.flush()
        self.balancer.begin(tables, self.now)
        self._networks = Networks(self.store, ACCOUNT)
        self.fabric.begin(self._networks.whole(self.now), self.now)
        self._is_up = True
        self._say("boot", "")

    def _step(self) -> None:
        """Everything that is due now, once."""
        while self._next_act < len(self.acts) and START + self.acts[self._next_act].at_s <= self.now:
            act = self.acts[self._next_act]
            self._next_act += 1
            with self.store.write("spec", self.now) as tx:
                act.run(self, tx)
            self._say("act", act.name)
            self._note()
            self._acted(act)
        self._hear()
        if self.now >= self._list_at:
            self._list_at = round(self.now + LIST_EVERY_S, 3)
            self._observe(self.runtime.listing(self.now))
        if self.now >= self._resync_at:
            self._resync_at = round(self.now + RESYNC_EVERY_S, 3)
            self.engine.resync(self.now)
        self._turn()

    def _listens(self, endpoint: Endpoint) -> bool:
        """Whoever the machine is by now."""
        if endpoint.host == HOST:
            return self.runtime.listens(endpoint.port)
        return self.runtime.answers(endpoint.host)

    def _publish(self) -> None:
        """Tell the data plane what has changed for it, once that is on disk."""
        delta = self._routes.follow(self.now)
        if delta:
            self._may_die()
            self.store.flush()
            self.balancer.apply(delta, self.now)
            for id in (*delta.listeners, *delta.groups):
                self._say("publish", id)
        news = self._networks.follow(self.now)
        if news:
            self._may_die()
            self.store.flush()
            self.fabric.apply(news, self.now)
            for id in news.interfaces:
                self._say("prepare", id)

    def _hear(self) -> None:
        seen = [*self.balancer.due(self.now), *self.fabric.due(self.now)]
        if seen:
            self._observe(seen)
        told = self.runtime.due(self.now)
        if not told:
            return
        self._may_die()
        for item in told:
            if item.effect is not None and self._in_flight.get(item.effect.ref) == item.effect:
                del self._in_flight[item.effect.ref]
        self._observe([item.observation for item in told])
        for item in told:
            if item.effect is not None:
                self.engine.performed(item.effect)

    def _turn(self) -> None:
        for _ in range(TURNS_AT_ONCE):
            turn = self.engine.turn(self.now)
            self._note()
            for line in turn.lines:
                self._say(f"{line.key.kind} {line.key.id}", line.why)
            self._may_die()
            self.store.flush()
            self._publish()
            for effect in turn.effects:
                if effect.ref not in self._in_flight:
                    self.watch.asked(self.store, effect, self.now)
                    self.network_watch.asked(self.store, effect, self.now)
                    self._in_flight[effect.ref] = effect
                    self.asked.append((self.now, effect))
                    assert len(self.asked) < MOST_ASKED, "a storm: it starts and stops without end"
                    self._say("ask", f"{type(effect).__name__} {effect.ref.task[-6:]} {effect.ref.container}")
                    self.runtime.ask(effect, self.now)
                    self._may_die()
            self._wake_at = turn.wake_at
            if turn.wake_at is None or turn.wake_at > self.now:
                return
        raise AssertionError(f"a hot loop: {TURNS_AT_ONCE} turns at one instant")

    def _observe(self, batch: Sequence[Observation]) -> None:
        self._may_die()
        self.engine.observe(batch, self.now)
        self._note()
        self._may_die()

    def _acted(self, act: Act) -> None:
        """Where a shell tells the user that it is done."""

    def _may_die(self) -> None:
        if self.is_wild and self.chaos.kills and self.dice.random() < self.chaos.kills:
            raise Killed

    def _note(self) -> None:
        """Keep the history of all records, for the checks."""
        changes = self.store.changes_since(self._seen_revision)
        assert changes is not None
        self.changes += changes
        self.watch.committed(self.store, changes, self.now)
        self.network_watch.committed(changes, self.now)
        for change in changes:
            if isinstance(change.after, Task) and change.after.state.last == "STOPPED":
                self._note_leaks(change.before, change.after)
            elif isinstance(change.before, Interface) and change.after is None:
                self.leaks += [ref for ref in self.runtime.up_or_starting() if ref.task == change.before.id]
        self._seen_revision = self.store.revision

    def _note_leaks(self, before: Record | None, after: Task) -> None:
        """What is still there of a task that has just been called STOPPED."""
        if isinstance(before, Task) and before.state.last != "STOPPED":
            self.leaks += [ref for ref in self.runtime.up_or_starting() if ref.task == after.id]

    def _following(self) -> Time:
        """When something happens next."""
        dates = [self._list_at, self._resync_at]
        if self._next_act < len(self.acts):
            dates.append(START + self.acts[self._next_act].at_s)
        waiting = (
            self._wake_at,
            self.runtime.next_at(),
            self.balancer.next_at(),
            self.fabric.next_at(),
        )
        dates += [date for date in waiting if date is not None]
        return min(dates)

    def _say(self, who: str, what: str) -> None:
        self.trace.append(f"{self.now - START:9.3f} {who}: {what}")

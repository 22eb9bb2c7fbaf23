"""Engine ⇄ driver ⇄ clock: turns the engine when there is a reason, and brings back what was seen.

It decides nothing. Effects are the performer's, mistakes the guard's.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from homeport.drivers.driver import Driver
from homeport.engine.engine import Engine, Line
from homeport.model.record import Time
from homeport.plan.effects import Effect
from homeport.plan.observations import MachineObserved, Observation
from homeport.server.guard import Guard
from homeport.server.performer import Performer
from homeport.store.tx import Store

LOG = logging.getLogger("homeport.engine")
LIST_EVERY_S = 5.0
RESYNC_EVERY_S = 300.0
GATHER_S = 0.003
"""What comes in so soon after the first is looked at in the same turn: a commit costs more than its rows."""

LINES_KEPT = 5000


class Pump:
    """One engine, one driver.

    `lines` are the latest decisions, for `homeport why`; `deafness` is what keeps the driver from its containers.
    """

    def __init__(self, store: Store, engine: Engine, clock: Callable[[], Time]) -> None:
        self.lines: deque[tuple[Time, Line]] = deque(maxlen=LINES_KEPT)
        self.deafness: str | None = "starting"
        self._engine = engine
        self._clock = clock
        self._wake = asyncio.Event()
        self._inbox: list[Observation] = []
        self._ended: list[Effect] = []
        self._resync_at = 0.0
        self._guard = Guard(self._set_aside)
        self._performer = Performer(store, self._guard, self._end)
        store.on_commit(self._wake.set)

    @property
    def trouble(self) -> str | None:
        """What keeps the engine from planning; None when nothing does."""
        return self._guard.trouble

    async def run(self, driver: Driver) -> None:
        """Go on until cancelled. Effects that are under way then are left to the world, which finishes them."""
        await self._guard.survive("listing containers", self._list(driver))
        async with asyncio.TaskGroup() as group:
            group.create_task(
                self._guard.again("listing containers", lambda: _later(lambda: self._list(driver)))
            )
            group.create_task(self._guard.again("watching containers", lambda: self._watch(driver)))
            group.create_task(self._guard.again("planning", lambda: self._turn(driver)))

    def hear(self, observation: Observation) -> None:
        """Something was seen, by somebody else than the driver of containers."""
        self._inbox.append(observation)
        self._wake.set()

    async def _turn(self, driver: Driver) -> None:
        """Take in what was seen, turn once, and wait until there is a reason to do it again."""
        self._wake.clear()
        now = self._clock()
        self._take_in(now)
        turn = self._engine.turn(now)
        self._guard.trouble = None
        self._tell(now, turn.lines)
        self._performer.ask(driver, turn.effects, turn.revision)
        pause_s = LIST_EVERY_S if turn.wake_at is None else turn.wake_at - self._clock()
        if pause_s <= 0:
            # Full hands: the API has its turn in between, and no more.
            await asyncio.sleep(0)
            return
        # Not wait_for: until Python 3.12 it loses a cancellation that comes with the wake.
        try:
            async with asyncio.timeout(pause_s):
                await self._wake.wait()
        except TimeoutError:
            return
        await asyncio.sleep(GATHER_S)

    def _take_in(self, now: Time) -> None:
        """Hand everything that came in to the engine. What the disk refuses is lost: the next list tells it again."""
        batch, self._inbox = self._inbox, []
        ended, self._ended = self._ended, []
        try:
            if batch:
                self._engine.observe(batch, now)
        finally:
            for effect in ended:
                self._engine.performed(effect)
        if now >= self._resync_at:
            self._resync_at = now + RESYNC_EVERY_S
            self._engine.resync(now)

    def _end(self, effect: Effect, observation: Observation | None) -> None:
        self._ended.append(effect)
        if observation is not None:
            self._inbox.append(observation)
        self._wake.set()

    async def _list(self, driver: Driver) -> None:
        """The truth, every few seconds."""
        found = await driver.list()
        for observation in found:
            if isinstance(observation, MachineObserved):
                self._hear_machine(observation)
        self._inbox += found
        self._wake.set()

    async def _watch(self, driver: Driver) -> None:
        """Hints, as they come."""
        async for observation in driver.watch():
            self._inbox.append(observation)
            self._wake.set()

    def _hear_machine(self, observation: MachineObserved) -> None:
        """Say it once when the container engine stops or starts to answer."""
        deafness = None if observation.seen.connected else observation.seen.reason or "no answer"
        if deafness != self.deafness:
            LOG.log(
                logging.WARNING if deafness else logging.INFO, "container engine: %s", deafness or "answers"
            )
        self.deafness = deafness

    def _set_aside(self) -> str:
        key = self._engine.set_aside(self._clock())
        return f" at {key.kind} {key.id}, which is looked at later" if key else ""

    def _tell(self, now: Time, lines: Iterable[Line]) -> None:
        for line in lines:
            self.lines.append((now, line))
            LOG.info("%s %s: %s", line.key.kind, line.key.id, line.why)


async def _later(part: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(LIST_EVERY_S)
    await part()

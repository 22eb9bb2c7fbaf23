"""Engine ⇄ driver ⇄ clock: turns the engine when there is a reason, has its effects performed, brings back what was seen.

An effect is performed only after the commit that decided it is on disk. Of one container only one effect is under way
at a time; what is asked meanwhile is dropped here and asked again by the engine when the first has ended. What was
asked and not yet seen lives in this memory only: a crash forgets it, and the engine asks again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable

from homeport.drivers.driver import Driver
from homeport.engine.engine import Engine, Line, Turn
from homeport.model.record import Time
from homeport.plan.effects import ContainerRef, Effect
from homeport.plan.observations import Observation
from homeport.store.tx import Store, Unavailable

LOG = logging.getLogger("homeport.engine")
LIST_EVERY_S = 5.0
RESYNC_EVERY_S = 300.0
LONGEST_PAUSE_S = 10.0
LINES_KEPT = 5000


class Pump:
    """One engine, one driver. `lines` are the latest decisions, for `homeport why`; `trouble` is for /health."""

    def __init__(self, store: Store, engine: Engine, clock: Callable[[], Time]) -> None:
        self.lines: deque[tuple[Time, Line]] = deque(maxlen=LINES_KEPT)
        self.trouble: str | None = "starting"
        self._store = store
        self._engine = engine
        self._clock = clock
        self._wake = asyncio.Event()
        self._inbox: list[Observation] = []
        self._ended: list[Effect] = []
        self._in_flight: dict[ContainerRef, asyncio.Task[None]] = {}
        self._resync_at = 0.0
        self._failures = 0
        store.on_commit(self._wake.set)

    async def run(self, driver: Driver) -> None:
        """Go on until cancelled. Effects that are under way then are left to the world, which finishes them."""
        self._inbox += await driver.list()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._list(driver))
            group.create_task(self._watch(driver))
            while True:
                pause_s = self._step(driver)
                if pause_s > 0:
                    await self._sleep(pause_s)
                else:
                    await asyncio.sleep(0)

    def _step(self, driver: Driver) -> float:
        """Take in what was seen, and turn once; returns the seconds until there is a reason to do it again."""
        self._wake.clear()
        now = self._clock()
        try:
            self._take_in(now)
            turn = self._engine.turn(now)
        except Unavailable as error:
            self.trouble = str(error)
            return 1.0
        except Exception:  # A planner's mistake: whoever reads the log finds the key; the others go on.
            LOG.exception("%s could not be planned, and is looked at later", self._engine.set_aside(now))
            self._failures += 1
            self.trouble = "a planner failed: see the log"
            return min(0.05 * self._failures, LONGEST_PAUSE_S)
        self._failures, self.trouble = 0, None
        self._tell(now, turn.lines)
        if turn.effects:
            self._ask(driver, turn)
        return 3600.0 if turn.wake_at is None else turn.wake_at - self._clock()

    def _take_in(self, now: Time) -> None:
        if self._inbox:
            self._engine.observe(self._inbox, now)
            self._inbox = []
        for effect in self._ended:
            self._engine.performed(effect)
        self._ended.clear()
        if now >= self._resync_at:
            self._resync_at = now + RESYNC_EVERY_S
            self._engine.resync(now)

    def _ask(self, driver: Driver, turn: Turn) -> None:
        for effect in turn.effects:
            if effect.ref not in self._in_flight:
                task = asyncio.get_running_loop().create_task(self._perform(driver, effect, turn.revision))
                self._in_flight[effect.ref] = task

    async def _perform(self, driver: Driver, effect: Effect, revision: int) -> None:
        try:
            waiting = self._store.durable(revision)
            if waiting is not None:
                await waiting
            self._inbox.append(await driver.perform(effect))
        except Unavailable:
            LOG.warning("%s is not asked for: its decision could not be written", effect.ref.container)
        finally:
            self._in_flight.pop(effect.ref, None)
            self._ended.append(effect)
            self._wake.set()

    async def _list(self, driver: Driver) -> None:
        """The truth, every few seconds."""
        while True:
            await asyncio.sleep(LIST_EVERY_S)
            self._inbox += await driver.list()
            self._wake.set()

    async def _watch(self, driver: Driver) -> None:
        """Hints, as they come."""
        async for observation in driver.watch():
            self._inbox.append(observation)
            self._wake.set()

    async def _sleep(self, pause_s: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), pause_s)
        except TimeoutError:
            pass

    def _tell(self, now: Time, lines: Iterable[Line]) -> None:
        for line in lines:
            self.lines.append((now, line))
            LOG.info("%s %s: %s", line.key.kind, line.key.id, line.why)

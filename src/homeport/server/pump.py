"""Engine ⇄ driver ⇄ clock: turns the engine when there is a reason, has its effects performed, brings back what was seen.

An effect is performed only after the commit that decided it is on disk. Of one container only one effect is under way
at a time; what is asked meanwhile is dropped here and asked again by the engine when the first has ended. What was
asked and not yet seen lives in this memory only: a crash forgets it, and the engine asks again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from homeport.drivers.driver import Driver
from homeport.engine.engine import Engine, Line, Turn
from homeport.model.record import Time
from homeport.plan.effects import ContainerRef, Effect
from homeport.plan.observations import MachineObserved, Observation
from homeport.store.tx import Store, Unavailable

LOG = logging.getLogger("homeport.engine")
LIST_EVERY_S = 5.0
RESYNC_EVERY_S = 300.0
LONGEST_PAUSE_S = 10.0
BREATH_S = 1.0
GATHER_S = 0.003
"""What comes in so soon after the first is looked at in the same turn: a commit costs more than its rows."""

LINES_KEPT = 5000


class Pump:
    """One engine, one driver.

    `lines` are the latest decisions, for `homeport why`. `trouble` is what keeps the engine from planning, `deafness`
    what keeps the driver from its containers; None when nothing does.
    """

    def __init__(self, store: Store, engine: Engine, clock: Callable[[], Time]) -> None:
        self.lines: deque[tuple[Time, Line]] = deque(maxlen=LINES_KEPT)
        self.trouble: str | None = "starting"
        self.deafness: str | None = "starting"
        self._store = store
        self._engine = engine
        self._clock = clock
        self._wake = asyncio.Event()
        self._inbox: list[Observation] = []
        self._ended: list[Effect] = []
        self._in_flight: dict[ContainerRef, asyncio.Task[None]] = {}
        self._resync_at = 0.0
        store.on_commit(self._wake.set)

    async def run(self, driver: Driver) -> None:
        """Go on until cancelled. Effects that are under way then are left to the world, which finishes them."""
        await self._survive("listing containers", self._list(driver))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._again("listing containers", lambda: self._list_later(driver)))
            group.create_task(self._again("watching containers", lambda: self._watch(driver)))
            group.create_task(self._again("planning", lambda: self._turn(driver)))

    async def _turn(self, driver: Driver) -> None:
        """Take in what was seen, turn once, and wait until there is a reason to do it again."""
        self._wake.clear()
        now = self._clock()
        self._take_in(now)
        turn = self._engine.turn(now)
        self.trouble = None
        self._tell(now, turn.lines)
        self._ask(driver, turn)
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

    def _ask(self, driver: Driver, turn: Turn) -> None:
        for effect in turn.effects:
            if effect.ref not in self._in_flight:
                asked = self._carry_out(driver, effect, turn.revision)
                self._in_flight[effect.ref] = asyncio.get_running_loop().create_task(asked)

    async def _carry_out(self, driver: Driver, effect: Effect, revision: int) -> None:
        """See one effect to its end."""
        what = f"{type(effect).__name__} of {effect.ref.container} of {effect.ref.task}"
        if not await self._survive(what, self._perform(driver, effect, revision)):
            # The engine asks again as soon as it knows of the end.
            await asyncio.sleep(BREATH_S)
        del self._in_flight[effect.ref]
        self._ended.append(effect)
        self._wake.set()

    async def _perform(self, driver: Driver, effect: Effect, revision: int) -> None:
        waiting = self._store.durable(revision)
        if waiting is not None:
            await waiting
        self._inbox.append(await driver.perform(effect))

    async def _list_later(self, driver: Driver) -> None:
        await asyncio.sleep(LIST_EVERY_S)
        await self._list(driver)

    async def _list(self, driver: Driver) -> None:
        """The truth, every few seconds."""
        found = await driver.list()
        for observation in found:
            if isinstance(observation, MachineObserved):
                self._hear(observation)
        self._inbox += found
        self._wake.set()

    async def _watch(self, driver: Driver) -> None:
        """Hints, as they come."""
        async for observation in driver.watch():
            self._inbox.append(observation)
            self._wake.set()

    async def _again(self, what: str, part: Callable[[], Awaitable[None]]) -> None:
        """Do `part` for ever; after failures at growing intervals."""
        failures = 0
        while True:
            failures = 0 if await self._survive(what, part()) else failures + 1
            if failures:
                await asyncio.sleep(min(0.05 * 2.0**failures, LONGEST_PAUSE_S))

    async def _survive(self, what: str, part: Awaitable[None]) -> bool:
        """Whether `part` went well. Nothing that goes wrong in one may end the others."""
        try:
            await part
        except Unavailable as error:
            LOG.warning("%s has to wait: %s", what, error)
            return False
        except (
            Exception
        ):  # A mistake of ours: whoever reads the log finds the stack, and the key that is set aside.
            key = self._engine.set_aside(self._clock())
            LOG.exception(
                "%s failed%s", what, f" at {key.kind} {key.id}, which is looked at later" if key else ""
            )
            self.trouble = f"{what} failed: see the log"
            return False
        return True

    def _hear(self, observation: MachineObserved) -> None:
        """Say it once when the container engine stops or starts to answer."""
        deafness = None if observation.seen.connected else observation.seen.reason or "no answer"
        if deafness != self.deafness:
            LOG.log(
                logging.WARNING if deafness else logging.INFO, "container engine: %s", deafness or "answers"
            )
        self.deafness = deafness

    def _tell(self, now: Time, lines: Iterable[Line]) -> None:
        for line in lines:
            self.lines.append((now, line))
            LOG.info("%s %s: %s", line.key.kind, line.key.id, line.why)

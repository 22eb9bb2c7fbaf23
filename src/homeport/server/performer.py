"""Has effects performed: once their decision is on disk, and of one container only one at a time.

What is asked meanwhile is dropped here and asked again by the engine when the first has ended. What was asked and not
yet seen lives in this memory only: a crash forgets it, and the engine asks again.
"""

import asyncio
from collections.abc import Callable, Iterable

from homeport.drivers.driver import Driver
from homeport.plan.effects import ContainerRef, Effect
from homeport.plan.observations import Observation
from homeport.server.guard import Guard
from homeport.store.tx import Store

BREATH_S = 1.0
"""How long the end of an effect that failed inside ourselves is kept back: the engine asks again at once."""


class Performer:
    """`tell` is given each effect that has come to its end, and what was seen of it."""

    def __init__(
        self, store: Store, guard: Guard, tell: Callable[[Effect, Observation | None], None]
    ) -> None:
        self.in_flight: dict[ContainerRef, asyncio.Task[None]] = {}
        self._store = store
        self._guard = guard
        self._tell = tell

    def ask(self, driver: Driver, effects: Iterable[Effect], revision: int) -> None:
        """Begin those of whose container nothing is under way, as soon as `revision` is on disk."""
        for effect in effects:
            if effect.ref not in self.in_flight:
                asked = self._carry_out(driver, effect, revision)
                self.in_flight[effect.ref] = asyncio.get_running_loop().create_task(asked)

    async def _carry_out(self, driver: Driver, effect: Effect, revision: int) -> None:
        found: list[Observation] = []
        what = f"{type(effect).__name__} of {effect.ref.container} of {effect.ref.task}"
        if not await self._guard.survive(what, self._perform(driver, effect, revision, found)):
            await asyncio.sleep(BREATH_S)
        del self.in_flight[effect.ref]
        self._tell(effect, found[0] if found else None)

    async def _perform(self, driver: Driver, effect: Effect, revision: int, found: list[Observation]) -> None:
        waiting = self._store.durable(revision)
        if waiting is not None:
            await waiting
        found.append(await driver.perform(effect))

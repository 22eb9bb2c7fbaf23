"""The fake runtime behind the drivers' port: `homeport up --engine simulated`.

Its containers live in this process only. After a restart it lists nothing, and the engine starts them anew, as it
would after a reboot of the machine.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from homeport.drivers.fake.faults import SOUND, Dice, Faults
from homeport.drivers.fake.runtime import FakeRuntime
from homeport.model.instance import MachineSeen
from homeport.model.record import Time
from homeport.plan.effects import ContainerRef, Effect
from homeport.plan.observations import Observation

MACHINE = MachineSeen(cpu=10_000_000, memory_mib=40_000_000, engine_version="simulated", connected=True)
"""Room for 100,000 tasks of a quarter of a core."""


class FakeDriver:
    """An agent for a machine of dice; `clock` gives the time in seconds."""

    def __init__(self, clock: Callable[[], Time], dice: Dice, faults: Faults = SOUND) -> None:
        self._clock = clock
        self._runtime = FakeRuntime("local", MACHINE, dice, faults)
        self._answers: dict[tuple[type[Effect], ContainerRef], asyncio.Future[Observation]] = {}
        self._events: asyncio.Queue[Observation] = asyncio.Queue()
        self._timer: asyncio.TimerHandle | None = None

    async def perform(self, effect: Effect) -> Observation:
        """Ask the runtime, and wait until it tells the end."""
        answer: asyncio.Future[Observation] = asyncio.get_running_loop().create_future()
        self._answers[(type(effect), effect.ref)] = answer
        self._runtime.ask(effect, self._clock())
        self._arm()
        return await answer

    async def list(self) -> Sequence[Observation]:
        """Everything there is."""
        self._tell()
        return self._runtime.listing(self._clock())

    async def watch(self) -> AsyncIterator[Observation]:
        """What happens without being asked for."""
        while True:
            yield await self._events.get()

    async def close(self) -> None:
        """Stop the clockwork."""
        if self._timer is not None:
            self._timer.cancel()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        date = self._runtime.next_at()
        if date is not None:
            self._timer = asyncio.get_running_loop().call_later(max(0.0, date - self._clock()), self._tell)

    def _tell(self) -> None:
        for told in self._runtime.due(self._clock()):
            if told.effect is None:
                self._events.put_nowait(told.observation)
                continue
            answer = self._answers.pop((type(told.effect), told.effect.ref), None)
            if answer is not None and not answer.done():
                answer.set_result(told.observation)
        self._arm()

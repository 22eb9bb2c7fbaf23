"""A network that protects nothing: it finds each namespace prepared for its task after a while.

Like the runtime beside it it is the world, and outlives the control plane; time and dice are arguments. `FakeFabric` is
driven by the simulator, `SimulatedFabric` puts it behind the drivers' port, for `homeport up --engine simulated`.
"""

import heapq
from collections.abc import AsyncIterator, Callable

from homeport.drivers.fabric import Limits
from homeport.drivers.fake.clockwork import Clockwork
from homeport.drivers.fake.faults import Dice
from homeport.model.record import Time
from homeport.plan.network import Delta, InterfaceTable, Tables, applied, difference
from homeport.plan.observations import InterfaceObserved

PREPARED_S = (0.005, 0.1)
"""How long it takes to prepare a namespace."""


class FakeFabric:
    """What was published last, and which namespace was prepared for whom. `away_until`: it does nothing until then."""

    def __init__(self, dice: Dice) -> None:
        self.tables = Tables()
        self.prepared: dict[str, InterfaceTable] = {}
        self.away_until: Time = 0.0
        self._dice = dice
        self._agenda: list[tuple[Time, int, str]] = []
        self._count = 0

    def begin(self, tables: Tables, now: Time) -> None:
        """All there is. What is prepared is told again: whoever heard it may have forgotten."""
        self.apply(difference(self.tables, tables), now)
        for id in self.prepared:
            self._plan(id, now)

    def apply(self, delta: Delta, now: Time) -> None:
        """Take over what has changed."""
        self.tables = applied(self.tables, delta)
        for id, table in delta.interfaces.items():
            if table is None or table.namespace is None:
                self.prepared.pop(id, None)
            else:
                self._plan(id, round(now + self._dice.uniform(*PREPARED_S), 3))

    def next_at(self) -> Time | None:
        """When there is something to be told next."""
        return max(self.away_until, self._agenda[0][0]) if self._agenda else None

    def due(self, now: Time) -> list[InterfaceObserved]:
        """What is prepared by now."""
        told = []
        while now >= self.away_until and self._agenda and self._agenda[0][0] <= now:
            _, _, id = heapq.heappop(self._agenda)
            table = self.tables.interfaces.get(id)
            if table is not None and table.namespace is not None:
                self.prepared[id] = table
                told.append(InterfaceObserved(id, table.task, now))
        return told

    def _plan(self, id: str, at: Time) -> None:
        self._count += 1
        heapq.heappush(self._agenda, (at, self._count, id))


class SimulatedFabric:
    """The fake fabric behind the drivers' port; `clock` gives the time in seconds. It enforces nothing, and says so."""

    def __init__(self, clock: Callable[[], Time], dice: Dice) -> None:
        self.trouble: str | None = None
        self.limits: Limits | None = Limits(rules="the container engine is simulated")
        self._clock = clock
        self._fabric = FakeFabric(dice)
        self._clockwork: Clockwork[InterfaceObserved] = Clockwork(self._fabric, clock)

    async def begin(self, tables: Tables) -> None:
        """All there is, now."""
        self._fabric.begin(tables, self._clock())
        self._clockwork.turn()

    async def publish(self, delta: Delta) -> None:
        """What has changed since."""
        self._fabric.apply(delta, self._clock())
        self._clockwork.turn()

    def watch(self) -> AsyncIterator[InterfaceObserved]:
        """Each interface that was prepared."""
        return self._clockwork.watch()

    async def close(self) -> None:
        """Stop the clockwork."""
        self._clockwork.stop()

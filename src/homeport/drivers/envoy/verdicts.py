"""What came of listeners: told when it changes, and which of their tables were good last.

Envoy speaks of resources, people of listeners; between a wish and its outcome there may be newer wishes.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct

from homeport.drivers.envoy.ads import Outcome
from homeport.drivers.envoy.resources import Resources
from homeport.drivers.envoy.troubles import troubles
from homeport.model.record import Time
from homeport.plan.observations import ListenerObserved
from homeport.plan.traffic import ListenerTable, Tables

NOWHERE: Mapping[str, str | None] = {}


class _Wish(Struct, frozen=True):
    resources: Resources
    tables: Tables
    inside: Mapping[str, str | None]


class Verdicts:
    """`told`: by listener, what was said of it last."""

    def __init__(self, clock: Callable[[], Time]) -> None:
        self.told: dict[str, ListenerObserved] = {}
        self._clock = clock
        self._wish = _Wish(Resources(), Tables(), NOWHERE)
        self._good: dict[str, ListenerTable] = {}

    def about(self, resources: Resources, tables: Tables, inside: Mapping[str, str | None] = NOWHERE) -> None:
        """The newest wish is drawn from these tables; `inside` is where containers reach each listener."""
        self._wish = _Wish(resources, tables, inside)
        for id in [id for id in self.told if id not in tables.listeners]:
            del self.told[id]
            self._good.pop(id, None)

    def of(self, outcome: Outcome) -> list[ListenerObserved]:
        """What is to be told; nothing when there is a newer wish, whose outcome is still to come."""
        wish = self._wish
        if outcome.wanted is not wish.resources:
            return []
        found = troubles(wish.tables, wish.resources, outcome.refused)
        news = []
        for id, table in wish.tables.listeners.items():
            trouble = found.get(id)
            if trouble is None:
                self._good[id] = table
            known = self.told.get(id)
            inside = wish.inside.get(id)
            if known is None or (known.trouble, known.inside) != (trouble, inside):
                self.told[id] = ListenerObserved(id, self._clock(), trouble, inside)
                news.append(self.told[id])
        return news

    def good(self, tables: Tables) -> Tables:
        """These tables, but for listeners that Envoy has otherwise than they say: as they were good last."""
        listeners = {
            id: self._good.get(id, table) if self._is_troubled(id) else table
            for id, table in tables.listeners.items()
        }
        return Tables(listeners=listeners, groups=tables.groups)

    def _is_troubled(self, id: str) -> bool:
        told = self.told.get(id)
        return told is not None and told.trouble is not None

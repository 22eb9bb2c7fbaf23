"""Tables, health, and where containers reach load balancers, as Envoy's resources: what the renderer draws, kept current."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from msgspec.structs import replace

from homeport.drivers.balancer import Bridge
from homeport.drivers.envoy.inside import Inside
from homeport.drivers.envoy.resources import Resources
from homeport.model.target_group import TargetStatus
from homeport.plan.traffic import Delta, ListenerTable, Tables, difference

PLACE_EVERY_S = 2.0


class Renderer(Protocol):
    """Tables and health as resources."""

    def apply(self, delta: Delta) -> None:
        """Take over what has changed."""

    def set_health(self, target_id: str, status: TargetStatus) -> None:
        """What the checker concluded of a target, whatever its table says."""

    def resources(self) -> Resources:
        """All there is; what has not changed are the same bytes as before."""


class Drawing:
    """`make` makes a renderer, given the address that load balancers share inside ("" for none)."""

    def __init__(self, make: Callable[[str], Renderer], inside: Inside) -> None:
        self._make = make
        self._inside = inside
        self._shared = ""
        self._renderer = make("")
        self._tables = Tables()
        self._health: dict[str, TargetStatus] = {}

    def apply(self, tables: Tables, delta: Delta, bridge: Bridge | None) -> Delta:
        """`delta` leads to `tables`. Returns it with the addresses inside that there really are."""
        before = self._inside.placed
        self._inside.follow(bridge, _wanted(tables))
        if self._inside.placed != before:
            delta = _and_all(tables, delta)
        for target in left(self._tables, delta):
            self._health.pop(target, None)
        self._tables = tables
        located = self._located(delta)
        if self._inside.shared == self._shared:
            self._renderer.apply(located)
            return located
        self._shared = self._inside.shared
        self._renderer = self._make(self._shared)
        self._renderer.apply(self._located(difference(Tables(), tables)))
        for target, status in self._health.items():
            self._renderer.set_health(target, status)
        return located

    async def run(self, tell: Callable[[Delta], None]) -> None:
        """Have addresses inside as soon as there are bridges for them: after the machine has started they come late.
        Tells what has changed by it, until it is cancelled.
        """
        while True:
            await asyncio.sleep(PLACE_EVERY_S)
            if self._inside.is_missing and self._inside.again():
                located = self._located(_and_all(self._tables, Delta()))
                self._renderer.apply(located)
                tell(located)

    def set_health(self, target_id: str, status: TargetStatus) -> bool:
        """Take over a conclusion; returns whether it is another one than before."""
        if self._health.get(target_id) == status:
            return False
        self._health[target_id] = status
        self._renderer.set_health(target_id, status)
        return True

    def resources(self) -> Resources:
        """All there is, now."""
        return self._renderer.resources()

    def inside(self, table: ListenerTable) -> str | None:
        """Where containers reach a listener: an address of its own, or the one that all share; None for nowhere."""
        own = (each for each in table.inside if each in self._inside.placed)
        return next(own, self._inside.shared or None)

    def end(self) -> None:
        """Take the addresses inside away again."""
        self._inside.follow(None, {})

    def _located(self, delta: Delta) -> Delta:
        """With no other addresses inside than are there: nobody can listen on others, or speak from them."""
        placed = self._inside.placed
        listeners = {
            id: table and replace(table, inside=tuple(each for each in table.inside if each in placed))
            for id, table in delta.listeners.items()
        }
        groups = {
            id: replace(table, source=None) if table and table.source not in placed else table
            for id, table in delta.groups.items()
        }
        return Delta(listeners=listeners, groups=groups)


def _wanted(tables: Tables) -> dict[str, str]:
    """The addresses inside, each with its bridge."""
    return {address: each.bridge for each in tables.listeners.values() for address in each.inside}


def _and_all(tables: Tables, delta: Delta) -> Delta:
    """A delta, and everything that it does not touch."""
    return Delta(listeners={**tables.listeners, **delta.listeners}, groups={**tables.groups, **delta.groups})


def left(before: Tables, delta: Delta) -> set[str]:
    """The targets that are in no target group any more."""
    gone: set[str] = set()
    for id, table in delta.groups.items():
        known = before.groups.get(id)
        here = () if table is None else table.endpoints
        gone |= {each.id for each in (known.endpoints if known else ())} - {each.id for each in here}
    return gone

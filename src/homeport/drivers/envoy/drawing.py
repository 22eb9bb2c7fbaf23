"""Tables, health, and where containers reach load balancers, as Envoy's resources: what the renderer draws, kept current."""

from collections.abc import Callable
from typing import Protocol

from msgspec.structs import replace

from homeport.drivers.balancer import Bridge
from homeport.drivers.envoy.inside import Inside
from homeport.drivers.envoy.resources import Resources
from homeport.model.target_group import TargetStatus
from homeport.plan.traffic import Delta, ListenerTable, Tables, difference


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
        self._bridge: Bridge | None = None
        self._tables = Tables()
        self._health: dict[str, TargetStatus] = {}

    async def apply(self, tables: Tables, delta: Delta, bridge: Bridge | None) -> None:
        """`delta` leads to `tables`. A bridge that is new gives all load balancers other addresses inside."""
        await self._inside.follow(bridge, {each.address for each in tables.listeners.values()})
        if bridge != self._bridge:
            self._bridge = bridge
            delta = Delta(listeners={**tables.listeners, **delta.listeners}, groups=delta.groups)
        for target in left(self._tables, delta):
            self._health.pop(target, None)
        self._tables = tables
        if self._inside.shared == self._shared:
            self._renderer.apply(self._located(delta))
            return
        self._shared = self._inside.shared
        self._renderer = self._make(self._shared)
        self._renderer.apply(self._located(difference(Tables(), tables)))
        for target, status in self._health.items():
            self._renderer.set_health(target, status)

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
        return self._inside[table.address] or self._inside.shared or None

    async def end(self) -> None:
        """Take the addresses inside away again."""
        await self._inside.follow(None, ())

    def _located(self, delta: Delta) -> Delta:
        """With each load balancer's address inside."""
        listeners = {
            id: table and replace(table, inside=self._inside[table.address])
            for id, table in delta.listeners.items()
        }
        return Delta(listeners=listeners, groups=delta.groups)


def left(before: Tables, delta: Delta) -> set[str]:
    """The targets that are in no target group any more."""
    gone: set[str] = set()
    for id, table in delta.groups.items():
        known = before.groups.get(id)
        here = () if table is None else table.endpoints
        gone |= {each.id for each in (known.endpoints if known else ())} - {each.id for each in here}
    return gone

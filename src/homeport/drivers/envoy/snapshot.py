"""The last good tables, with what was known of health: traffic resumes from them while there is no server.

They hold the keys of certificates.
"""

from msgspec import Struct
from msgspec.structs import replace

from homeport.drivers.balancer import Bridge
from homeport.model.target_group import TargetStatus
from homeport.plan.traffic import GroupTable, Tables


class Snapshot(Struct, frozen=True):
    """`health`: what was concluded last, by target."""

    tables: Tables
    health: dict[str, TargetStatus] = {}
    bridge: Bridge | None = None

    def resumed(self) -> Tables:
        """The tables, with each endpoint's status as it was known last."""
        return Tables(
            listeners=self.tables.listeners,
            groups={id: self._resumed(table) for id, table in self.tables.groups.items()},
        )

    def _resumed(self, table: GroupTable) -> GroupTable:
        endpoints = tuple(
            replace(each, status=self.health.get(each.id, each.status)) for each in table.endpoints
        )
        return replace(table, endpoints=endpoints)

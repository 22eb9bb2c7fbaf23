"""Rows of Cloud Map become zones: the names of services whose rows are still the same are kept from the last time.

A namespace has thousands of instances, and each task that comes or goes is one of them.
"""

from collections.abc import Sequence

from msgspec import Struct

from homeport.model.namespace import DiscoveryInstance, DiscoveryService, Namespace
from homeport.plan.network import NameTable, ZoneTable
from homeport.plan.zones import name_table, zone_table
from homeport.store.tx import ReadTx


class Made(Struct, frozen=True, gc=False):
    """A name, and the rows that it was made of."""

    service: DiscoveryService
    instances: Sequence[DiscoveryInstance]
    table: NameTable | None


class Zones:
    """Of one store."""

    def __init__(self) -> None:
        self._made: dict[str, dict[str, Made]] = {}

    def table(self, tx: ReadTx, id: str) -> ZoneTable | None:
        """A DNS namespace's; None for one that only DiscoverInstances knows."""
        found = tx.get(Namespace, id)
        if found is None or not found.is_dns:
            self._made.pop(id, None)
            return None
        known = self._made.get(id, {})
        made = {each.id: _made(tx, each, known.get(each.id)) for each in tx.owned(DiscoveryService, id)}
        self._made[id] = made
        return zone_table(found, [each.table for each in made.values() if each.table is not None])


def _made(tx: ReadTx, service: DiscoveryService, known: Made | None) -> Made:
    instances = tx.owned(DiscoveryInstance, service.id)
    # Rows are values, and mostly the very same ones: comparing them costs next to nothing.
    if known is not None and known.service == service and known.instances == instances:
        return known
    return Made(service, instances, name_table(service, instances))

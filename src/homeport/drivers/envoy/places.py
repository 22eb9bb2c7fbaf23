"""Whose statistics these are: from Envoy's names back to load balancers and target groups. Pure."""

import re

from homeport.drivers.envoy import names
from homeport.plan.traffic import Delta, GroupTable, ListenerTable, Tables, applied

_LISTENER = re.compile(r"(?:listener|inside)_([0-9a-f]+_[0-9a-f]+)")
_SHARED = re.compile(r"(?:inside_)?(shared_\d+_[a-z]+)")


class Places:
    """The tables, by the names that Envoy knows them by."""

    def __init__(self) -> None:
        self._tables = Tables()
        self._listeners: dict[str, ListenerTable] = {}
        self._forwards: dict[str, ListenerTable] = {}
        self.groups: dict[str, GroupTable] = {}
        """By number, those that a load balancer uses."""
        self.users: dict[str, str] = {}
        """The load balancer of each of them, by their record ids."""
        self.shared: dict[str, list[str]] = {}
        """The load balancers on a port, the oldest first, by `names.shared`."""

    def follow(self, delta: Delta) -> None:
        """Know these from now on."""
        self._tables = applied(self._tables, delta)
        used = [table for table in self._tables.groups.values() if table.balancer is not None]
        self.groups = {table.number: table for table in used}
        self.users = {table.id: table.balancer for table in used if table.balancer is not None}
        if not delta.listeners:
            return
        listeners = self._tables.listeners.values()
        self._listeners = {names.listener(table): table for table in listeners}
        self._forwards = {names.forward(table): table for table in listeners}
        self.shared = {}
        for table in sorted(listeners, key=lambda each: (each.created_at, each.balancer, each.id)):
            self.shared.setdefault(names.shared(table.port, table.protocol), []).append(table.balancer)

    @property
    def used(self) -> list[str]:
        """The record ids of all load balancers that listen, and of all target groups that are used."""
        balancers = dict.fromkeys(table.balancer for table in self._tables.listeners.values())
        return [*balancers, *self.users]

    @property
    def has_flows(self) -> bool:
        """Whether there are listeners of network load balancers."""
        return any(table.protocol not in ("HTTP", "HTTPS") for table in self._tables.listeners.values())

    def group(self, cluster: str) -> GroupTable | None:
        """The target group of an application load balancer's cluster, if it is used."""
        return self.groups.get(cluster.removeprefix("group_"))

    def forward(self, cluster: str) -> str | None:
        """The load balancer of a network load balancer's cluster."""
        table = self._forwards.get(cluster)
        return None if table is None else table.balancer

    def sharers(self, place: str) -> list[str]:
        """The load balancers that a listener's statistics may be about, the oldest first: one, but on a shared port.

        What else is in a listener's name says on which of its addresses it listens, and for which half of TCP_UDP.
        """
        if own := _LISTENER.match(place):
            table = self._listeners.get(f"listener_{own[1]}")
            return [] if table is None else [table.balancer]
        shared = _SHARED.match(place)
        return self.shared.get(shared[1], []) if shared is not None else []

    def answerer(self, place: str, route: str) -> str | None:
        """The load balancer that a request met: its route says it; without one, the oldest that it may have been."""
        table = self._listeners.get(route)
        if table is not None:
            return table.balancer
        return next(iter(self.sharers(place)), None)

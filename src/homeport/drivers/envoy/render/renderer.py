"""Tables and health as Envoy's resources, kept up to date piece by piece.

What did not change keeps the very same bytes, so that whoever compares them is quick and Envoy is told nothing twice. It
talks to nobody.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from homeport.drivers.envoy import names
from homeport.drivers.envoy.render import clusters, connections, endpoints, listeners, routes, shared
from homeport.drivers.envoy.render.place import Fields, Place
from homeport.drivers.envoy.resources import (
    CLUSTERS,
    ENDPOINTS,
    LISTENERS,
    ROUTES,
    Resources,
    TypeUrl,
    packed,
)
from homeport.model.target_group import TargetStatus
from homeport.plan.traffic import Delta, GroupTable, ListenerTable, Tables, applied, groups_of

Piece: TypeAlias = tuple[str, str]
"""What is rendered together: a `group`, a `listener` or a shared `port`, and its id."""

Rendered: TypeAlias = dict[tuple[TypeUrl, str], bytes]


class Renderer:
    """All resources of some tables. `place` is where load balancers are."""

    def __init__(self, place: Place) -> None:
        self.tables = Tables()
        self._place = place
        self._health: dict[str, TargetStatus] = {}
        self._pieces: dict[Piece, Rendered] = {}
        self._users: dict[str, set[str]] = {}
        self._stale: set[Piece] = set()
        self._resources = Resources()

    def apply(self, delta: Delta) -> None:
        """Follow what has changed of the tables."""
        before, self.tables = self.tables, applied(self.tables, delta)
        for id in delta.listeners:
            for table in (before.listeners.get(id), self.tables.listeners.get(id)):
                if table is not None:
                    self._stale |= {("listener", id), ("port", f"{table.port}")}
            self._use(id, before.listeners.get(id), self.tables.listeners.get(id))
        for id in delta.groups:
            self._stale.add(("group", id))
            if _speaks(before.groups.get(id)) != _speaks(self.tables.groups.get(id)):
                self._stale |= self._pieces_with(id)
            else:
                self._stale |= self._forwards_to(id)
            self._forget(before.groups.get(id), self.tables.groups.get(id))

    def set_health(self, target: str, status: TargetStatus) -> None:
        """Follow what was seen of a target (a record id)."""
        if self._health.get(target) == status:
            return
        self._health[target] = status
        group = target.rpartition("/")[0]
        self._stale |= {("group", group), *self._forwards_to(group)}

    def resources(self) -> Resources:
        """Everything, as it is now."""
        if not self._stale:
            return self._resources
        for piece in self._stale:
            fresh = {
                (kind, str(fields["name" if "name" in fields else "cluster_name"])): packed(kind, fields)
                for kind, fields in self._rendered(piece)
            }
            old = self._pieces.pop(piece, {})
            if fresh:
                self._pieces[piece] = {
                    key: old[key] if old.get(key) == body else body for key, body in fresh.items()
                }
        self._stale.clear()
        by_type: dict[TypeUrl, dict[str, bytes]] = {}
        for rendered in self._pieces.values():
            for (kind, name), body in rendered.items():
                by_type.setdefault(kind, {})[name] = body
        self._resources = Resources(by_type)
        return self._resources

    def _rendered(self, piece: Piece) -> Iterator[tuple[TypeUrl, Fields]]:
        what, id = piece
        if what == "group":
            yield from self._group(self.tables.groups.get(id))
        elif what == "listener":
            yield from self._listener(self.tables.listeners.get(id))
        else:
            yield from self._port(int(id))

    def _group(self, table: GroupTable | None) -> Iterator[tuple[TypeUrl, Fields]]:
        if table is not None and table.protocol in listeners.HTTP:
            yield CLUSTERS, clusters.group(table)
            yield ENDPOINTS, endpoints.group(table, self._health)

    def _listener(self, table: ListenerTable | None) -> Iterator[tuple[TypeUrl, Fields]]:
        if table is None:
            return
        yield from ((LISTENERS, fields) for fields in listeners.own(table, self._place))
        if table.protocol in listeners.HTTP:
            host = routes.virtual_host(
                table, self.tables.groups, is_stripped=connections.is_stripped([table])
            )
            yield ROUTES, routes.route_table(names.listener(table), [host])
        else:
            yield CLUSTERS, clusters.forward(table, self.tables.groups)
            yield ENDPOINTS, endpoints.forward(table, self.tables.groups, self._health)

    def _port(self, port: int) -> Iterator[tuple[TypeUrl, Fields]]:
        """What is on the addresses that all load balancers share; there is one meaning of a port there."""
        members = shared.members(table for table in self.tables.listeners.values() if table.port == port)
        if not members:
            return
        protocol = members[0].protocol
        for host, name in (
            (self._place.shared, names.shared(port, protocol)),
            (self._place.inside, names.shared_inside(port, protocol)),
        ):
            if host:
                yield from ((LISTENERS, each) for each in shared.sharing(host, name, members, self._place))
        if protocol == "HTTP":
            is_stripped = connections.is_stripped(members)
            hosts = [
                routes.virtual_host(table, self.tables.groups, domains, is_stripped=is_stripped)
                for table, domains in zip(members, shared.domains(members), strict=True)
            ]
            yield ROUTES, routes.route_table(shared.routes_name(members[0]), hosts)

    def _use(self, listener: str, before: ListenerTable | None, after: ListenerTable | None) -> None:
        """Keep by target group which listeners forward to it."""
        for id in groups_of(before):
            self._users.get(id, set()).discard(listener)
        for id in groups_of(after):
            self._users.setdefault(id, set()).add(listener)

    def _pieces_with(self, group: str) -> set[Piece]:
        """Whatever names a target group."""
        tables = [
            self.tables.listeners[id] for id in self._users.get(group, ()) if id in self.tables.listeners
        ]
        return {piece for table in tables for piece in (("listener", table.id), ("port", f"{table.port}"))}

    def _forwards_to(self, group: str) -> set[Piece]:
        """Listeners whose endpoints are a target group's."""
        tables = [
            self.tables.listeners[id] for id in self._users.get(group, ()) if id in self.tables.listeners
        ]
        return {("listener", table.id) for table in tables if table.protocol not in listeners.HTTP}

    def _forget(self, before: GroupTable | None, after: GroupTable | None) -> None:
        """What was seen of targets that are there no more."""
        for id in _targets(before) - _targets(after):
            self._health.pop(id, None)


def _targets(table: GroupTable | None) -> set[str]:
    endpoints: Iterable[str] = () if table is None else (each.id for each in table.endpoints)
    return set(endpoints)


def _speaks(table: GroupTable | None) -> object:
    """What a route or a `forward` cluster reads of a target group."""
    return None if table is None else (table.number, table.protocol, table.stickiness, table.proxy_protocol)

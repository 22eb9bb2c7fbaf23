"""Tables and health as Envoy's resources, kept up to date piece by piece.

What did not change keeps the very same bytes, so that whoever compares them is quick and Envoy is told nothing twice. A
change only marks the pieces that it concerns; `resources` makes them anew, so that many changes cost what one does. It
talks to nobody.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias, assert_never

from msgspec.structs import replace

from homeport.drivers.envoy import names
from homeport.drivers.envoy.render import clusters, endpoints, listeners, shared
from homeport.drivers.envoy.render.hosts import Hosts
from homeport.drivers.envoy.render.listeners import HTTP
from homeport.drivers.envoy.render.place import Place
from homeport.drivers.envoy.render.users import Users
from homeport.drivers.envoy.resources import (
    CLUSTERS,
    ENDPOINTS,
    LISTENERS,
    ROUTES,
    Resources,
    TypeUrl,
    Unfit,
    packed,
)
from homeport.model.target_group import TargetStatus
from homeport.plan.traffic import Delta, GroupTable, ListenerTable, Tables, applied

LOG = logging.getLogger("homeport.envoy")

What: TypeAlias = Literal["group", "targets", "listener", "traffic", "port", "hosts"]
"""A target group and its targets; a listener, and where its traffic goes; the same of a port on the addresses that all
load balancers share. Of each pair it is the second that changes often.
"""

Piece: TypeAlias = tuple[What, str]
Key: TypeAlias = tuple[TypeUrl, str]


class Renderer:
    """All resources of some tables. `place` is where load balancers are."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._tables = Tables()
        self._health: dict[str, TargetStatus] = {}
        self._users = Users()
        self._hosts = Hosts()
        self._stale: dict[Piece, None] = {}
        self._keys: dict[Piece, frozenset[Key]] = {}
        self._made: dict[TypeUrl, dict[str, bytes]] = {
            CLUSTERS: {},
            ENDPOINTS: {},
            LISTENERS: {},
            ROUTES: {},
        }

    def apply(self, delta: Delta) -> None:
        """Follow what has changed of the tables."""
        before, self._tables = self._tables, applied(self._tables, delta)
        for id, listener in delta.listeners.items():
            self._follow_listener(before.listeners.get(id), listener)
        for id, group in delta.groups.items():
            self._follow_group(id, before.groups.get(id), group)

    def set_health(self, target_id: str, status: TargetStatus) -> None:
        """Follow what was seen of a target. Of one that is in no table nothing is kept."""
        group = self._users.group_of(target_id)
        if group is not None and self._health.get(target_id) != status:
            self._health[target_id] = status
            self._mark_targets(group)

    def resources(self) -> Resources:
        """Everything, as it is now."""
        stale, self._stale = self._stale, {}
        for piece in stale:
            self._make(piece)
        return Resources({kind: dict(members) for kind, members in self._made.items()})

    def _follow_listener(self, old: ListenerTable | None, new: ListenerTable | None) -> None:
        self._users.follow_listener(old, new)
        is_same = old and new and replace(old, routes=()) == replace(new, routes=())
        for table in (old, new):
            if table is not None:
                self._mark_traffic(table)
                if not is_same:
                    self._stale |= {("listener", table.id): None, ("port", str(table.port)): None}

    def _follow_group(self, id: str, old: GroupTable | None, new: GroupTable | None) -> None:
        # What its table says of a target is older than what was seen of it, but for one that came, or came again.
        for target in self._users.follow_group(old, new):
            self._health.pop(target, None)
        self._mark_targets(id)
        if old is None or new is None or replace(old, endpoints=()) != replace(new, endpoints=()):
            self._stale[("group", id)] = None
            for table in self._users.of(id, self._tables):
                self._mark_traffic(table)

    def _mark_traffic(self, table: ListenerTable) -> None:
        self._hosts.forget(table.id)
        self._stale |= {("traffic", table.id): None, ("hosts", str(table.port)): None}

    def _mark_targets(self, group: str) -> None:
        """They are in their group's cluster, and in those of the listeners of TCP, TLS or UDP that forward to it."""
        self._stale[("targets", group)] = None
        for table in self._users.of(group, self._tables):
            if table.protocol not in HTTP:
                self._stale[("traffic", table.id)] = None

    def _make(self, piece: Piece) -> None:
        """Make a piece anew, and let go of what it was before and is no more. One that cannot be made stays as it was."""
        try:
            found = dict(self._rendered(piece))
        except Unfit as error:
            LOG.error("%s %s stays as it was: it cannot be rendered: %s", *piece, error)  # noqa: TRY400  # it says it all
            return
        for kind, name in self._keys.pop(piece, frozenset()) - found.keys():
            del self._made[kind][name]
        for (kind, name), body in found.items():
            if self._made[kind].get(name) != body:
                self._made[kind][name] = body
        if found:
            self._keys[piece] = frozenset(found)

    def _rendered(self, piece: Piece) -> Iterator[tuple[Key, bytes]]:
        what, id = piece
        match what:
            case "group" | "targets":
                group = self._tables.groups.get(id)
                if group is not None and group.protocol in HTTP:
                    yield _of_group(what, group, self._health)
            case "listener" | "traffic":
                listener = self._tables.listeners.get(id)
                if listener is not None:
                    yield from self._of_listener(what, listener)
            case "port" | "hosts":
                members = shared.members(self._users.on(int(id), self._tables))
                if members:
                    yield from self._of_port(what, members)
            case _:
                assert_never(what)

    def _of_listener(
        self, what: Literal["listener", "traffic"], table: ListenerTable
    ) -> Iterator[tuple[Key, bytes]]:
        groups = self._tables.groups
        if what == "listener":
            for fields in listeners.own(table, self._place):
                yield (LISTENERS, fields["name"]), packed(LISTENERS, fields)
        elif table.protocol in HTTP:
            yield (ROUTES, names.listener(table)), self._hosts.own(table, groups)
        else:
            name = names.forward(table)
            yield (CLUSTERS, name), packed(CLUSTERS, clusters.forward(table, groups))
            yield (ENDPOINTS, name), packed(ENDPOINTS, endpoints.forward(table, groups, self._health))

    def _of_port(
        self, what: Literal["port", "hosts"], members: list[ListenerTable]
    ) -> Iterator[tuple[Key, bytes]]:
        if what == "port":
            for fields in shared.everywhere(members, self._place):
                yield (LISTENERS, fields["name"]), packed(LISTENERS, fields)
        elif members[0].protocol == "HTTP":
            yield (ROUTES, shared.routes_name(members[0])), self._hosts.shared(members, self._tables.groups)


def _of_group(
    what: Literal["group", "targets"], table: GroupTable, health: Mapping[str, TargetStatus]
) -> tuple[Key, bytes]:
    name = names.cluster(table)
    if what == "group":
        return (CLUSTERS, name), packed(CLUSTERS, clusters.group(table))
    return (ENDPOINTS, name), packed(ENDPOINTS, endpoints.group(table, health))

"""The tables of networks, followed: after each commit, those whose rows have changed are made anew.

They are a view of rows, as an API's answer is, so nothing of them is stored. Each kind of table is one `Source`: which
records it is made of is known there, and nowhere else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import Struct

from homeport.engine import network_tables as tables
from homeport.engine import task_tables
from homeport.engine.roles import is_named
from homeport.engine.zone_tables import Zones
from homeport.model.instance import Instance
from homeport.model.interface import Interface
from homeport.model.load_balancer import LoadBalancer
from homeport.model.namespace import DiscoveryInstance, DiscoveryService, Namespace
from homeport.model.record import Record, Time
from homeport.model.role import Role
from homeport.model.security_group import GroupRule, PrefixList, SecurityGroup
from homeport.model.task import Task
from homeport.model.vpc import Vpc
from homeport.plan.network import Delta, Tables, applied, difference
from homeport.plan.zones import zone_of
from homeport.store.tx import Change, ReadTx, Store


class Source(Struct, frozen=True):
    """A kind of table: `records` have one each, by `table`, which is None when there is nothing to tell of it.

    `parts`: the kinds of records that tables are made of. `concerns`: the ids of the tables that such a record is part of.
    """

    records: type[Record]
    parts: tuple[type[Record], ...]
    table: Callable[[ReadTx, str], Any]
    concerns: Callable[[ReadTx, Record], Iterator[str]]


def sources(account: str, installation: str) -> Mapping[str, Source]:
    """By the name of the kind in `Tables`; `account` is the installation's own."""
    return {
        "vpcs": Source(Vpc, (Vpc,), partial(tables.vpc, account), _vpcs),
        "interfaces": Source(Interface, (Interface,), tables.interface, _interfaces),
        "groups": Source(SecurityGroup, (SecurityGroup, GroupRule), tables.group, _groups),
        "prefix_lists": Source(PrefixList, (PrefixList,), tables.prefix_list, _prefix_lists),
        "tasks": Source(
            Task, (Task, Interface, Role, Instance), partial(task_tables.task, installation), _tasks
        ),
        "zones": Source(Namespace, (Namespace, DiscoveryService, DiscoveryInstance), Zones().table, _zones),
        "hosts": Source(LoadBalancer, (LoadBalancer, Interface), tables.host, _hosts),
    }


class Networks:
    """`tables` are those that were handed out last."""

    def __init__(self, store: Store, account: str) -> None:
        self.tables = Tables()
        self.revision = -1
        self._store = store
        self._sources = sources(account, store.installation)
        self._parts = {kind for source in self._sources.values() for kind in source.parts}

    def whole(self, now: Time) -> Tables:
        """Everything, made anew; `follow` goes on from here."""
        self.revision = self._store.revision
        with self._store.read(now) as tx:
            self.tables = self._everything(tx)
        return self.tables

    def follow(self, now: Time) -> Delta:
        """What has changed since the last call; `revision` must be on disk before it may be published."""
        if self.revision == self._store.revision:
            return Delta()
        changes = self._store.changes_since(self.revision) if self.revision >= 0 else None
        self.revision = self._store.revision
        if changes is not None:
            changes = [change for change in changes if type(change.record) in self._parts]
            if not changes:
                return Delta()
        with self._store.read(now) as tx:
            delta = (
                difference(self.tables, self._everything(tx))
                if changes is None
                else self._changed(tx, changes)
            )
        self.tables = applied(self.tables, delta)
        return delta

    def _everything(self, tx: ReadTx) -> Tables:
        found = {}
        for name, source in self._sources.items():
            made = ((each.id, source.table(tx, each.id)) for each in tx.all(source.records))
            found[name] = {id: table for id, table in made if table is not None}
        return Tables(**found)

    def _changed(self, tx: ReadTx, changes: Sequence[Change]) -> Delta:
        found = {}
        for name, source in self._sources.items():
            known = getattr(self.tables, name)
            ids = dict.fromkeys(
                id
                for change in changes
                for record in (change.before, change.after)
                if isinstance(record, source.parts)
                for id in source.concerns(tx, record)
            )
            made = ((id, source.table(tx, id)) for id in ids)
            found[name] = {id: table for id, table in made if table != known.get(id)}
        return Delta(**found)


def _vpcs(_: ReadTx, record: Record) -> Iterator[str]:
    if isinstance(record, Vpc):
        yield record.id


def _interfaces(_: ReadTx, record: Record) -> Iterator[str]:
    if isinstance(record, Interface):
        yield record.id


def _groups(_: ReadTx, record: Record) -> Iterator[str]:
    match record:
        case SecurityGroup():
            yield record.id
        case GroupRule():
            yield record.owner
        case _:
            pass


def _prefix_lists(_: ReadTx, record: Record) -> Iterator[str]:
    if isinstance(record, PrefixList):
        yield record.id


def _zones(_: ReadTx, record: Record) -> Iterator[str]:
    zone = zone_of(record)
    if zone is not None:
        yield zone


def _hosts(_: ReadTx, record: Record) -> Iterator[str]:
    match record:
        case LoadBalancer():
            yield record.id
        case Interface(spec=spec) if spec.balancer is not None:
            yield spec.balancer
        case _:
            pass


def _tasks(tx: ReadTx, record: Record) -> Iterator[str]:
    """A task; that of an interface whose pause has changed; those that a role or a container instance may concern."""
    match record:
        case Task():
            yield record.id
        case Interface(state=state) if state.task is not None:
            yield state.task
        case Role():
            yield from (task.id for task in tx.all(Task) if is_named(tx, task, record))
        case Instance(owner=cluster):
            yield from (task.id for task in tx.owned(Task, f"cluster:{cluster}"))
        case _:
            pass

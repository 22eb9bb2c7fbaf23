"""The tables of traffic, followed: after each commit, those whose rows have changed are made anew.

They are a view of rows, as an API's answer is, so nothing of them is stored. Which rows a table is made of is known
here, in `_concerns`; how, in `plan/routing.py`.
"""

from collections.abc import Iterator, Sequence

from homeport.model import arn
from homeport.model.certificate import Certificate
from homeport.model.interface import Interface
from homeport.model.load_balancer import Listener, LoadBalancer, Rule, balancers, group_key, target_groups
from homeport.model.record import Record, Time, scope_of
from homeport.model.target_group import Target, TargetGroup
from homeport.model.vpc import Vpc
from homeport.plan.routing import GroupView, ListenerView, group_table, listener_table
from homeport.plan.traffic import Delta, GroupTable, ListenerTable, Tables, applied
from homeport.store.tx import Change, ReadTx, Store


class Routes:
    """`machine`: where ports of instances are reached. `tables` are those that were handed out last."""

    def __init__(self, store: Store, machine: str) -> None:
        self.tables = Tables()
        self.revision = -1
        self._store = store
        self._machine = machine

    def whole(self, now: Time) -> Tables:
        """Everything, made anew; `follow` goes on from here."""
        self.revision = self._store.revision
        with self._store.read(now) as tx:
            listeners = {each.id: self._listener(tx, each.id) for each in tx.all(Listener)}
            groups = {each.id: self._group(tx, each.id) for each in tx.all(TargetGroup)}
        self.tables = applied(Tables(), Delta(listeners=listeners, groups=groups))
        return self.tables

    def follow(self, now: Time) -> Delta:
        """What has changed since the last call; `revision` must be on disk before it may be published."""
        if self.revision == self._store.revision:
            return Delta()
        changes = self._store.changes_since(self.revision) if self.revision >= 0 else None
        self.revision = self._store.revision
        with self._store.read(now) as tx:
            delta = self._everything(tx) if changes is None else self._changed(tx, changes)
        self.tables = applied(self.tables, delta)
        return delta

    def _changed(self, tx: ReadTx, changes: Sequence[Change]) -> Delta:
        listeners: dict[str, ListenerTable | None] = {}
        groups: dict[str, GroupTable | None] = {}
        for change in changes:
            for record in (change.before, change.after):
                for kind, id in _concerns(tx, record):
                    if kind is Listener and id not in listeners:
                        listeners[id] = self._listener(tx, id)
                    elif kind is TargetGroup and id not in groups:
                        groups[id] = self._group(tx, id)
        return Delta(
            listeners={id: t for id, t in listeners.items() if t != self.tables.listeners.get(id)},
            groups={id: t for id, t in groups.items() if t != self.tables.groups.get(id)},
        )

    def _everything(self, tx: ReadTx) -> Delta:
        listeners = dict.fromkeys([*self.tables.listeners, *(each.id for each in tx.all(Listener))])
        groups = dict.fromkeys([*self.tables.groups, *(each.id for each in tx.all(TargetGroup))])
        return Delta(
            listeners={id: self._listener(tx, id) for id in listeners},
            groups={id: self._group(tx, id) for id in groups},
        )

    def _listener(self, tx: ReadTx, id: str) -> ListenerTable | None:
        listener = tx.get(Listener, id)
        balancer = None if listener is None else tx.get(LoadBalancer, listener.owner)
        if listener is None or balancer is None:
            return None
        found = {text: tx.get(Certificate, arn.record_id(text)) for text in listener.spec.certificates}
        certificates = {text: each for text, each in found.items() if each is not None}
        bridge, inside = _inside(tx, balancer.id)
        rules = tx.owned(Rule, id)
        return listener_table(ListenerView(listener, balancer, rules, certificates, inside, bridge))

    def _group(self, tx: ReadTx, id: str) -> GroupTable | None:
        group = tx.get(TargetGroup, id)
        if group is None:
            return None
        user = user_of(tx, id)
        _, inside = ("", ()) if user is None else _inside(tx, user)
        return group_table(GroupView(group, tx.owned(Target, id), user, inside), self._machine)


def _inside(tx: ReadTx, balancer: str) -> tuple[str, Sequence[str]]:
    """The bridge into a load balancer's VPC, and its addresses there; nothing before there is a bridge."""
    interfaces = tx.owned(Interface, f"balancer:{balancer}")
    vpc = tx.get(Vpc, interfaces[0].spec.vpc) if interfaces else None
    if vpc is None or vpc.seen.bridge is None:
        return "", ()
    return vpc.seen.bridge, [each.spec.address for each in interfaces]


def user_of(tx: ReadTx, group_id: str) -> str | None:
    """The id of a load balancer that forwards to a target group; None when none does."""
    key = group_key(arn.target_group_arn(group_id))
    return next(iter(balancers(tx.owned(Listener, key), tx.owned(Rule, key))), None)


def _concerns(tx: ReadTx, record: Record | None) -> Iterator[tuple[type[Record], str]]:
    """The tables that a record is part of."""
    match record:
        case LoadBalancer():
            yield from ((Listener, each.id) for each in tx.owned(Listener, record.id))
        case Interface() if record.spec.balancer is not None:
            yield from _traffic_of(tx, record.spec.balancer)
        case Vpc():
            for interface in tx.owned(Interface, record.id):
                if interface.spec.balancer is not None:
                    yield from _traffic_of(tx, interface.spec.balancer)
        case Listener():
            yield Listener, record.id
            yield from _groups(target_groups(record.spec.default_actions))
        case Rule():
            yield Listener, record.owner
            yield from _groups(target_groups(record.spec.actions))
        case TargetGroup():
            yield TargetGroup, record.id
        case Target():
            yield TargetGroup, record.owner
        case Certificate():
            key = f"certificate:{arn.certificate_arn(record.id)}"
            yield from ((Listener, each.id) for each in tx.owned(Listener, key))
        case _:
            pass


def _traffic_of(tx: ReadTx, balancer: str) -> Iterator[tuple[type[Record], str]]:
    """Its listeners, and every target group of its tenant: any may be its own. Addresses change seldom."""
    yield from ((Listener, each.id) for each in tx.owned(Listener, balancer))
    yield from ((TargetGroup, each.id) for each in tx.owned(TargetGroup, scope_of(balancer).id))


def _groups(arns: Sequence[str]) -> Iterator[tuple[type[Record], str]]:
    for text in arns:
        yield TargetGroup, arn.record_id(text)

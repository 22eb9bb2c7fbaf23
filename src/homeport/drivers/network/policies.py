"""Which rules belong to which interface, and who is a member of which group: followed table by table.

Whoever is touched by a change is found here, so that no other namespace is visited. Nothing is done here.
"""

from collections import defaultdict
from typing import TypeAlias

from msgspec import Struct

from homeport.drivers.network import firewall
from homeport.drivers.network.firewall import Policy
from homeport.plan.network import Delta, InterfaceTable, Tables, applied


class Wanted(Struct, frozen=True):
    """What a namespace's table must say: the policy, and the members of each group that it names."""

    policy: Policy
    members: dict[str, frozenset[str]]


Key: TypeAlias = tuple[str, tuple[str, ...]]
"""A VPC and groups in it: interfaces with the same ones have the same policy."""


class Policies:
    """`tables` are those that were told last."""

    def __init__(self) -> None:
        self.tables = Tables()
        self._made: dict[Key, Policy] = {}
        self._prepared: dict[Key, set[str]] = {}
        self._members: dict[str, dict[str, str]] = defaultdict(dict)
        self._sets: dict[str, frozenset[str]] = {}

    def follow(self, delta: Delta) -> set[str]:
        """Take over a change; returns the interfaces that are touched by it, and others that may be left alone."""
        before = self.tables
        self.tables = applied(before, delta)
        changed = self._enrol(before, delta)
        touched = set(delta.interfaces)
        if delta.groups or delta.prefix_lists or delta.vpcs:
            self._made = {}
            touched |= {id for ids in self._prepared.values() for id in ids}
        elif changed:
            touched |= self._referring(changed)
        return touched

    def wanted(self, table: InterfaceTable) -> Wanted:
        """What the namespace of an interface must say now."""
        policy = self._policy(_key(table))
        return Wanted(policy, {group: self._set(group) for group in policy.groups})

    def _enrol(self, before: Tables, delta: Delta) -> set[str]:
        """The groups whose members have changed."""
        changed = set()
        for id, table in delta.interfaces.items():
            old = before.interfaces.get(id)
            self._index(id, old, table)
            known = {} if old is None else dict.fromkeys(old.groups, old.address)
            now = {} if table is None else dict.fromkeys(table.groups, table.address)
            for group in known.keys() | now.keys():
                if known.get(group) != now.get(group):
                    self._members[group].pop(id, None)
                    if group in now:
                        self._members[group][id] = now[group]
                    self._sets.pop(group, None)
                    changed.add(group)
        return changed

    def _index(self, id: str, old: InterfaceTable | None, new: InterfaceTable | None) -> None:
        """Keep those with a namespace by their key: policies are few where interfaces are many."""
        if old is not None and old.namespace is not None:
            known = self._prepared[_key(old)]
            known.discard(id)
            if not known:
                del self._prepared[_key(old)]
        if new is not None and new.namespace is not None:
            self._prepared.setdefault(_key(new), set()).add(id)

    def _referring(self, groups: set[str]) -> set[str]:
        keys = (key for key in self._prepared if not groups.isdisjoint(self._policy(key).groups))
        return {id for key in keys for id in self._prepared[key]}

    def _policy(self, key: Key) -> Policy:
        found = self._made.get(key)
        if found is None:
            vpc = self.tables.vpcs.get(key[0])
            groups = [self.tables.groups[each] for each in key[1] if each in self.tables.groups]
            found = self._made[key] = firewall.policy(
                groups, self.tables.prefix_lists, None if vpc is None else vpc.resolver
            )
        return found

    def _set(self, group: str) -> frozenset[str]:
        found = self._sets.get(group)
        if found is None:
            found = self._sets[group] = frozenset(self._members[group].values())
        return found


def _key(table: InterfaceTable) -> Key:
    return table.vpc, table.groups

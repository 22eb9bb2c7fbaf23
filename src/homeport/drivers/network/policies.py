"""Which rules belong to which interface, and who is a member of which group: followed table by table.

Whoever is touched by a change is found here, so that no other namespace is visited. Nothing is done here.
"""

from collections import defaultdict

from msgspec import Struct

from homeport.drivers.network import firewall
from homeport.drivers.network.firewall import Policy
from homeport.plan.network import Delta, InterfaceTable, Tables, applied


class Wanted(Struct, frozen=True):
    """What a namespace's table must say: the policy, and the members of each group that it names."""

    policy: Policy
    members: dict[str, frozenset[str]]


class Policies:
    """`tables` are those that were told last."""

    def __init__(self) -> None:
        self.tables = Tables()
        self._made: dict[tuple[str, tuple[str, ...]], Policy] = {}
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
            touched |= self._with_namespace(self.tables.interfaces)
        elif changed:
            touched |= self._referring(changed)
        return touched

    def wanted(self, table: InterfaceTable) -> Wanted:
        """What the namespace of an interface must say now."""
        policy = self._policy(table)
        return Wanted(policy, {group: self._set(group) for group in policy.groups})

    def _enrol(self, before: Tables, delta: Delta) -> set[str]:
        """The groups whose members have changed."""
        changed = set()
        for id, table in delta.interfaces.items():
            old = before.interfaces.get(id)
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

    def _referring(self, groups: set[str]) -> set[str]:
        found = set()
        for id in self._with_namespace(self.tables.interfaces):
            if not groups.isdisjoint(self._policy(self.tables.interfaces[id]).groups):
                found.add(id)
        return found

    def _policy(self, table: InterfaceTable) -> Policy:
        key = (table.vpc, table.groups)
        found = self._made.get(key)
        if found is None:
            vpc = self.tables.vpcs.get(table.vpc)
            groups = [self.tables.groups[each] for each in table.groups if each in self.tables.groups]
            found = self._made[key] = firewall.policy(
                groups, self.tables.prefix_lists, None if vpc is None else vpc.resolver
            )
        return found

    def _set(self, group: str) -> frozenset[str]:
        found = self._sets.get(group)
        if found is None:
            found = self._sets[group] = frozenset(self._members[group].values())
        return found

    def _with_namespace(self, interfaces: dict[str, InterfaceTable]) -> set[str]:
        return {id for id, table in interfaces.items() if table.namespace is not None}

"""Who has to do with whom: listeners by the target groups that they forward to and by port, target groups by target."""

from collections.abc import Iterable, Iterator

from homeport.plan.traffic import GroupTable, ListenerTable, Tables, groups_of


class Users:
    """Record ids; what they stand for is looked up in the tables of the moment."""

    def __init__(self) -> None:
        self._by_group: dict[str, set[str]] = {}
        self._by_port: dict[int, set[str]] = {}
        self._group_of: dict[str, str] = {}

    def follow_listener(self, old: ListenerTable | None, new: ListenerTable | None) -> None:
        """A listener came, went or changed."""
        if old is not None:
            self._by_port[old.port].discard(old.id)
            for group in groups_of(old):
                self._by_group[group].discard(old.id)
        if new is not None:
            self._by_port.setdefault(new.port, set()).add(new.id)
            for group in groups_of(new):
                self._by_group.setdefault(group, set()).add(new.id)

    def follow_group(self, old: GroupTable | None, new: GroupTable | None) -> set[str]:
        """A target group came, went or changed; returns the targets that are not the ones of before."""
        before = {each.id: each.registered_at for each in (old.endpoints if old is not None else ())}
        after = {each.id: each.registered_at for each in (new.endpoints if new is not None else ())}
        for gone in before.keys() - after.keys():
            del self._group_of[gone]
        if new is not None:
            self._group_of |= dict.fromkeys(after, new.id)
        return {id for id in before.keys() | after.keys() if before.get(id) != after.get(id)}

    def group_of(self, target: str) -> str | None:
        """The target group of a target."""
        return self._group_of.get(target)

    def of(self, group: str, tables: Tables) -> Iterator[ListenerTable]:
        """The listeners that forward to a target group."""
        return _found(self._by_group.get(group, ()), tables)

    def on(self, port: int, tables: Tables) -> Iterator[ListenerTable]:
        """The listeners that have a port."""
        return _found(self._by_port.get(port, ()), tables)


def _found(ids: Iterable[str], tables: Tables) -> Iterator[ListenerTable]:
    return (tables.listeners[id] for id in ids if id in tables.listeners)

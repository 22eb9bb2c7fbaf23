"""The records of one kind with their indexes, always in the order of creation."""

from homeport.model.record import Record
from homeport.store.tx import Change


class Kind:
    """The records of one kind, by id and by index key, in the order of creation.

    A record that comes under a key later than its youngers (a task that stops) spoils that key's order; it is
    put right when somebody reads it, so that nobody pays for an order that nobody looks at.
    """

    __slots__ = ("_by_key", "_disordered", "born", "by_id")

    def __init__(self) -> None:
        self.by_id: dict[str, Record] = {}
        self.born: dict[str, int] = {}
        self._by_key: dict[str, dict[str, Record]] = {}
        self._disordered: set[str] = set()

    def under(self, key: str) -> dict[str, Record]:
        """The records under an index key, oldest first; not to be changed by the caller."""
        if key in self._disordered:
            self._disordered.remove(key)
            members = self._by_key.get(key, {})
            self._by_key[key] = {id: members[id] for id in sorted(members, key=self.born.__getitem__)}
        return self._by_key.get(key, {})

    def members(self, key: str) -> dict[str, Record]:
        """The same in any order: for those who only count."""
        return self._by_key.get(key, {})

    def add(self, record: Record, born: int, keys: tuple[str, ...]) -> None:
        """A record that was not there, younger than all others."""
        id = record.id
        self.by_id[id] = record
        self.born[id] = born
        for key in keys:
            members = self._by_key.get(key)
            if members is None:
                self._by_key[key] = {id: record}
            else:
                members[id] = record

    def replace(self, record: Record, old: tuple[str, ...], new: tuple[str, ...]) -> None:
        """A record that was there, under the keys `old`."""
        id = record.id
        self.by_id[id] = record
        if old == new:
            for key in new:
                self._by_key[key][id] = record
            return
        for key in old:
            if key not in new:
                self._drop(key, id)
        for key in new:
            members = self._by_key.get(key)
            if members is None:
                self._by_key[key] = {id: record}
                continue
            if key not in old and self.born[next(reversed(members))] > self.born[id]:
                self._disordered.add(key)
            members[id] = record

    def remove(self, id: str, keys: tuple[str, ...]) -> None:
        """A record that is there no more."""
        del self.by_id[id]
        del self.born[id]
        for key in keys:
            self._drop(key, id)

    def revert(self, change: Change, born: int) -> None:
        """Take one change back. `reindex` must follow."""
        if change.before is None:
            del self.by_id[change.record.id]
            del self.born[change.record.id]
        else:
            self.by_id[change.before.id] = change.before
            self.born[change.before.id] = born

    def reindex(self) -> None:
        """Work out all order and all indexes again."""
        records, born = self.by_id, self.born
        self.by_id, self.born, self._by_key = {}, {}, {}
        self._disordered.clear()
        for id in sorted(records, key=born.__getitem__):
            self.add(records[id], born[id], records[id].keys())

    def _drop(self, key: str, id: str) -> None:
        members = self._by_key[key]
        del members[id]
        if not members:
            del self._by_key[key]
            self._disordered.discard(key)

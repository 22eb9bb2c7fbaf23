"""What a transaction has written of one kind and not committed yet."""

from homeport.model.record import Record


class Overlay:
    """Puts and deletions by id, numbered as they came.

    The index is worked out when somebody asks by key: most transactions never do.
    """

    __slots__ = ("_indexed", "_members", "_unindexed", "numbers", "written")

    def __init__(self) -> None:
        self.written: dict[str, Record | None] = {}
        self.numbers: dict[str, int] = {}
        self._unindexed: list[str] = []
        self._indexed: dict[str, Record] = {}
        self._members: dict[str, dict[str, Record]] = {}

    def write(self, id: str, record: Record | None) -> None:
        """Put the record, or delete the one with this id."""
        self.written[id] = record
        self.numbers.setdefault(id, len(self.numbers))
        self._unindexed.append(id)

    def under(self, key: str) -> dict[str, Record]:
        """The records that were put under an index key, by id, in no order that means anything."""
        for id in self._unindexed:
            earlier = self._indexed.pop(id, None)
            if earlier is not None:
                for old in earlier.keys():  # noqa: SIM118 - a record is no dictionary
                    self._members[old].pop(id, None)
            record = self.written[id]
            if record is not None:
                self._indexed[id] = record
                for new in record.keys():  # noqa: SIM118 - as above
                    self._members.setdefault(new, {})[id] = record
        self._unindexed.clear()
        return self._members.get(key, {})

"""A store without a disk: for tests and for the simulator. What it commits is as durable as its process."""

from collections.abc import Awaitable, Callable, Sequence

from homeport.model.record import Time, Writer
from homeport.store.transaction import ReadTransaction, WriteTransaction
from homeport.store.tx import Change
from homeport.store.working_set import WorkingSet


class MemoryStore:
    """The port of `tx.py` over dictionaries. `ids` gives 32 hexadecimal digits, a new one each time."""

    def __init__(self, ids: Callable[[], str]) -> None:
        self._set = WorkingSet()
        self._ids = ids
        self._wakes: list[Callable[[], None]] = []
        self.installation = ids()

    @property
    def revision(self) -> int:
        """Of the last commit."""
        return self._set.revision

    def read(self, now: Time) -> ReadTransaction:
        """A view of the records."""
        return ReadTransaction(self._set, now)

    def write(self, writer: Writer, now: Time) -> WriteTransaction:
        """A transaction as the writer of one part."""
        return WriteTransaction(self._set, writer, now, self._ids, self._commit)

    def changes_since(self, revision: int) -> Sequence[Change] | None:
        """The changes after `revision`, or None when they are forgotten."""
        return self._set.changes_since(revision)

    def on_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit."""
        self._wakes.append(wake)

    def durable(self, revision: int) -> Awaitable[None] | None:
        """There is nothing to wait for."""
        assert revision <= self.revision
        return None

    def flush(self) -> None:
        """There is nothing to wait for."""

    def health(self) -> str | None:
        """There is nothing that could be wrong."""
        return None

    def backup(self, path: str) -> None:
        """There is nothing that would outlive the process anyway."""
        raise NotImplementedError(f"a store in memory has nothing to write to {path}")

    def close(self) -> None:
        """There is nothing to let go of."""

    def _commit(self, transaction: WriteTransaction) -> None:
        self._set.apply(transaction.writes, transaction.emitted, transaction.forgotten)
        for wake in self._wakes:
            wake()

"""A store without a disk: for tests and for the simulator. What it commits is as durable as its process."""

from collections.abc import Awaitable, Callable

from homeport.model.record import Time, Writer
from homeport.store.served import Served
from homeport.store.transaction import WriteTransaction
from homeport.store.tx import Unavailable
from homeport.store.working_set import Commit, WorkingSet


class MemoryStore(Served):
    """The port of `tx.py` over dictionaries. `ids` gives 32 hexadecimal digits, a new one each time."""

    def __init__(self, ids: Callable[[], str]) -> None:
        super().__init__(WorkingSet(), ids(), ids)

    def write(self, writer: Writer, now: Time) -> WriteTransaction:
        """A transaction as the writer of one part."""
        return WriteTransaction(self._set, writer, now, self._ids, self._commit)

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
        """Raises Unavailable: what is here was never meant to outlive the process."""
        message = f"a store in memory keeps nothing that could be written to {path}"
        raise Unavailable(message)

    def close(self) -> None:
        """There is nothing to let go of."""

    def _commit(self, commit: Commit) -> None:
        self._set.apply(commit)
        self._wake()

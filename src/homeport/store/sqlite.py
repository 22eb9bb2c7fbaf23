"""The store on disk: the working set in memory, every commit in SQLite before anybody is told of it.

`synchronous=FULL`, so that a commit that was answered survives a power cut. When the disk refuses, everything
that it has not taken is undone in memory as well, and writes are refused until it takes one again.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from sqlite3 import Error

from homeport.model.record import Time, Writer
from homeport.store.database import UNREADABLE, Busy, Damaged, Database, Newer, copy, open_database, refusal
from homeport.store.journal import Journal
from homeport.store.recovery import recover
from homeport.store.rows import evicted, rows_of
from homeport.store.served import Served
from homeport.store.transaction import WriteTransaction
from homeport.store.trouble import Trouble
from homeport.store.tx import Unavailable
from homeport.store.waiters import Waiters
from homeport.store.working_set import Commit, WorkingSet

__all__ = ["Busy", "Damaged", "Newer", "SqliteStore"]


class SqliteStore(Served):
    """The port of `tx.py` over a file. All transactions are one thread's, an event loop's if there is one."""

    def __init__(self, database: Database, ids: Callable[[], str]) -> None:
        working_set = WorkingSet()
        super().__init__(working_set, recover(working_set, database), ids)
        self._database = database
        self._pending: deque[Commit] = deque()
        self._trouble = Trouble()
        self._waiters = Waiters()
        self._journal = Journal(
            database.connection, working_set.revision, lambda: self._waiters.call(self._resolve)
        )

    @classmethod
    def open(cls, path: str | Path, ids: Callable[[], str]) -> "SqliteStore":
        """The store at `path`, made if there is none. Raises Refused: Busy, Newer, Damaged or Unreadable."""
        database = open_database(Path(path), ids)
        try:
            return cls(database, ids)
        except UNREADABLE as error:
            database.close()
            raise refusal(database.path, error) from error
        except BaseException:
            database.close()
            raise

    def write(self, writer: Writer, now: Time) -> WriteTransaction:
        """A transaction as the writer of one part. Raises Unavailable while the disk refuses."""
        if self._journal.error is not None or self._trouble.reason is not None:
            self._resolve()
            if self._trouble.reason is not None:
                raise Unavailable(self._trouble.reason)
        return WriteTransaction(self._set, writer, now, self._ids, self._commit)

    def durable(self, revision: int) -> Awaitable[None] | None:
        """None when `revision` is on disk, else a future that is done when it is, or raises Unavailable."""
        assert revision <= self._set.revision, "that revision is yet to come"
        is_undone = self._trouble.has_undone(revision)
        if self._journal.revision >= revision and not is_undone:
            return None
        waiter = self._waiters.add(revision)
        written, error = self._journal.progress()
        if is_undone:
            waiter.set_exception(Unavailable("It could not be written, and was undone."))
        elif written >= revision or error is not None:
            # It got there before it knew of this loop.
            self._waiters.call(self._resolve)
        return waiter

    def flush(self) -> None:
        """Block until everything is on disk. Raises Unavailable when it cannot be."""
        error = self._journal.wait(self._set.revision)
        self._resolve()
        if error is not None:
            raise Unavailable(self._trouble.reason)

    def health(self) -> str | None:
        """What is wrong with the disk; None when nothing is."""
        return self._trouble.reason

    def backup(self, path: str) -> None:
        """Copy all that was committed to a new file; any thread may. Raises FileExistsError."""
        self._journal.wait(self._set.revision)
        copy(self._database.path, Path(path))

    def close(self) -> None:
        """Write what waits, and let go of the file and its lock."""
        self._journal.close()
        self._resolve()
        self._database.close()

    def _commit(self, commit: Commit) -> None:
        rows = rows_of(commit)
        self._set.apply(commit)
        rows.forgotten += evicted(commit)
        self._pending.append(commit)
        self._journal.add(rows)
        self._wake()

    def _resolve(self) -> None:
        """Take over how far the journal got; undo what it could not write."""
        written, error = self._journal.progress()
        while self._pending and self._pending[0].revision <= written:
            self._pending.popleft()
        self._waiters.settle(written)
        if error is None:
            self._trouble.end()
        elif self._trouble.reason is None:
            self._fall_back(error)

    def _fall_back(self, error: Error) -> None:
        lost = list(self._pending)
        self._pending.clear()
        first = lost[0].revision if lost else self.revision + 1
        self._set.undo(lost)
        self._trouble.begin(error, first, self.revision)
        self._journal.abandon(self.revision)
        self._waiters.fail(Unavailable(self._trouble.reason))
        self._wake()

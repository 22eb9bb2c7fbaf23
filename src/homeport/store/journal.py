"""The writer thread: takes all commits that wait, writes them in one transaction, and says up to where it got.

A commit's answer leaves the server only after its batch is on disk; while one batch is being synced the next one
gathers, so a hundred callers share an fsync. After an error it writes nothing more until it is told to resume: what
was committed since stands on what could not be written.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator

from homeport.store import codec, sql
from homeport.store.tx import Change
from homeport.store.working_set import EVENTS_KEPT, Commit

TRIM_EVERY = 64
"""Events of an owner are trimmed after so many were added, so that trimming costs next to nothing."""


class Journal:
    """Owns the connection on which everything is written. `settled` is called on its thread after each batch.

    `revision`: everything up to it is on disk. `error`: why the batch after it could not be written.
    """

    def __init__(self, connection: sqlite3.Connection, revision: int, settled: Callable[[], None]) -> None:
        self.revision = revision
        self.error: sqlite3.Error | None = None
        self._connection = connection
        self._settled = settled
        self._waiting: list[Commit] = []
        self._state = threading.Condition()
        self._is_closing = False
        self._added: dict[str, int] = {}
        self._thread = threading.Thread(target=self._run, name="homeport-journal", daemon=True)
        self._thread.start()

    def add(self, commit: Commit) -> None:
        """Queue a commit for the next batch."""
        with self._state:
            self._waiting.append(commit)
            self._state.notify_all()

    def wait(self, revision: int) -> sqlite3.Error | None:
        """Block until `revision` is on disk; returns the error that keeps it from it."""
        with self._state:
            self._state.wait_for(lambda: self.revision >= revision or self.error is not None)
            return None if self.revision >= revision else self.error

    def resume(self, revision: int) -> None:
        """Everything up to `revision` is undone or on disk: forget the error and what waited behind it."""
        with self._state:
            self._waiting.clear()
            self.revision, self.error = revision, None
            self._state.notify_all()

    def close(self) -> None:
        """Write what waits, and end the thread."""
        with self._state:
            self._is_closing = True
            self._state.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while batch := self._next_batch():
            error = self._write(batch)
            with self._state:
                self.error = error
                if error is None:
                    self.revision = batch[-1].revision
                self._state.notify_all()
            self._settled()

    def _next_batch(self) -> list[Commit]:
        """All commits that wait; none at the end."""
        with self._state:
            self._state.wait_for(lambda: (self._waiting and self.error is None) or self._is_closing)
            if self.error is not None:
                return []
            batch, self._waiting = self._waiting, []
            return batch

    def _write(self, batch: list[Commit]) -> sqlite3.Error | None:
        try:
            self._connection.execute("begin immediate")
            changes = _last(batch)
            self._connection.executemany(sql.PUT, _puts(changes))
            self._connection.executemany(sql.DELETE, (key for key, c in changes.items() if c.after is None))
            self._write_events(batch)
            self._connection.execute(sql.SET_META, ("revision", str(batch[-1].revision)))
            self._connection.execute("commit")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.rollback()
            return error
        return None

    def _write_events(self, batch: list[Commit]) -> None:
        for commit in batch:
            for owner in commit.forgotten:
                self._connection.execute(sql.FORGET, (owner,))
                self._added.pop(owner, None)
            for owner, event in commit.events:
                self._connection.execute(sql.EMIT, (owner, event.id, event.at, event.message))
                added = self._added[owner] = self._added.get(owner, 0) + 1
                if added % TRIM_EVERY == 0:
                    self._connection.execute(sql.TRIM, (owner, owner, EVENTS_KEPT))


def _last(batch: list[Commit]) -> dict[tuple[str, str], Change]:
    """The last change of each record: all that is written of a batch."""
    return {(type(c.record).__name__, c.record.id): c for commit in batch for c in commit.changes}


def _puts(changes: dict[tuple[str, str], Change]) -> Iterator[tuple[str, str, str, int, int, bytes]]:
    for (kind, id), change in changes.items():
        record = change.after
        if record is not None:
            yield kind, id, record.owner, record.revision, codec.VERSIONS[kind], codec.encode(record)

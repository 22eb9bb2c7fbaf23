"""The writer thread: takes all commits that wait, writes them in one transaction, and says how far it got.

A commit's answer leaves the server only after its batch is on disk; while one batch is being synced the next
one gathers, so a hundred callers share an fsync. After an error it writes nothing: what was committed since
stands on what could not be written. It goes on when that was undone and the disk takes a probe.
"""

import sqlite3
import threading
from collections.abc import Callable

from homeport.store import sql
from homeport.store.rows import Rows, gathered
from homeport.store.trouble import is_passing

PROBE_EVERY_S = 0.25


class Journal:
    """The only one who writes on the connection. `settled` is called on its thread when there is news.

    `revision`: everything up to it is on disk, or undone. `error`: why the batch after it could not be
    written.
    """

    def __init__(self, connection: sqlite3.Connection, revision: int, settled: Callable[[], None]) -> None:
        self.revision = revision
        self.error: sqlite3.Error | None = None
        self._connection = connection
        self._settled = settled
        self._waiting: list[Rows] = []
        self._state = threading.Condition()
        self._may_probe = False
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="homeport-journal", daemon=True)
        self._thread.start()

    def add(self, rows: Rows) -> None:
        """Queue a commit for the next batch."""
        with self._state:
            assert not self._is_closing, "the store is closed"
            self._waiting.append(rows)
            if len(self._waiting) == 1:
                self._state.notify_all()

    def progress(self) -> tuple[int, sqlite3.Error | None]:
        """How far it got, and the error that it then met."""
        with self._state:
            return self.revision, self.error

    def wait(self, revision: int) -> sqlite3.Error | None:
        """Block until `revision` is on disk; returns the error that keeps it from it."""
        with self._state:
            self._state.wait_for(lambda: self.revision >= revision or self.error is not None)
            return None if self.revision >= revision else self.error

    def abandon(self, revision: int) -> None:
        """After an error: everything that was not written is undone, and `revision` is what is true now."""
        with self._state:
            self._waiting.clear()
            self.revision = revision
            self._may_probe = self.error is not None and is_passing(self.error)
            self._state.notify_all()

    def close(self) -> None:
        """Write what waits, if the disk takes it, and end the thread."""
        with self._state:
            self._is_closing = True
            self._state.notify_all()
        self._thread.join()

    def _run(self) -> None:
        is_done = False
        try:
            while not is_done:
                is_done = not self._step()
        finally:
            if not is_done:
                # A mistake of ours; the traceback is in the log. Nobody may wait for a thread that is gone.
                self._tell(self.revision, sqlite3.InternalError("the writer thread ended: see the log"))

    def _step(self) -> bool:
        """Write one batch, or probe. False when it is time to end."""
        with self._state:
            if self.error is None:
                self._state.wait_for(lambda: self._waiting or self._is_closing)
            else:
                self._state.wait_for(lambda: self._may_probe or self._is_closing)
                self._state.wait_for(lambda: self._is_closing, PROBE_EVERY_S)
            if self._is_closing and (self.error is not None or not self._waiting):
                return False
            batch, self._waiting = (self._waiting, []) if self.error is None else ([], self._waiting)
        if batch:
            self._write(gathered(batch))
        elif self._may_probe:
            self._probe()
        return True

    def _write(self, rows: Rows) -> None:
        try:
            sql.write(self._connection, rows)
        except sqlite3.Error as error:
            self._tell(self.revision, error)
        else:
            self._tell(rows.revision, None)

    def _probe(self) -> None:
        try:
            sql.probe(self._connection)
        except sqlite3.Error:
            return
        self._tell(self.revision, None)

    def _tell(self, revision: int, error: sqlite3.Error | None) -> None:
        with self._state:
            self.revision, self.error, self._may_probe = revision, error, False
            self._state.notify_all()
        self._settled()

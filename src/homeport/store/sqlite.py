"""The store on disk: the working set in memory, every commit in SQLite before anybody is told of it.

`synchronous=FULL`, so that a commit that was answered survives a power cut. When the disk refuses, everything that it
has not taken is undone in memory as well, and writes are refused until it takes one again.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from homeport.model.record import Time, Writer
from homeport.store import codec, sql
from homeport.store.journal import Journal
from homeport.store.transaction import ReadTransaction, WriteTransaction
from homeport.store.trouble import Trouble
from homeport.store.tx import Change, StoredEvent, Unavailable
from homeport.store.working_set import EVENTS_KEPT, Commit, WorkingSet


class Busy(Exception):
    """Another Homeport has this data directory."""


class SqliteStore:
    """The port of `tx.py` over a file. Transactions belong to one thread; the journal's thread only writes."""

    def __init__(self, path: Path, ids: Callable[[], str], lock: int, connection: sqlite3.Connection) -> None:
        self._path = path
        self._ids = ids
        self._lock = lock
        self._connection = connection
        self._set = WorkingSet()
        self._wakes: list[Callable[[], None]] = []
        self._pending: deque[Commit] = deque()
        self._durable = 0
        self._trouble = Trouble()
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self.installation = _load(self._set, connection, ids)
        self._durable = self._set.revision
        self._journal = Journal(connection, self._set.revision, self._settled)

    @classmethod
    def open(cls, path: str | Path, ids: Callable[[], str]) -> "SqliteStore":
        """The store at `path`, made if there is none. Raises Busy, Newer, Damaged or Unreadable."""
        path = Path(path)
        lock = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return cls(path, ids, lock, sql.connect(path))
        except BlockingIOError as error:
            os.close(lock)
            raise Busy(
                f"another Homeport runs on {path.parent}: stop it, or name another --data directory"
            ) from error
        except Exception:
            os.close(lock)
            raise

    @property
    def revision(self) -> int:
        """Of the last commit."""
        return self._set.revision

    def read(self, now: Time) -> ReadTransaction:
        """A view of the records."""
        return ReadTransaction(self._set, now)

    def write(self, writer: Writer, now: Time) -> WriteTransaction:
        """A transaction as the writer of one part. Raises Unavailable while the disk refuses."""
        if self._trouble.is_open:
            self._recover(now)
        return WriteTransaction(self._set, writer, now, self._ids, self._commit)

    def changes_since(self, revision: int) -> Sequence[Change] | None:
        """The changes after `revision`, or None when they are forgotten."""
        return self._set.changes_since(revision)

    def on_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit, and after commits were undone."""
        self._wakes.append(wake)

    def durable(self, revision: int) -> Awaitable[None] | None:
        """None when `revision` is on disk, else a future that is done when it is, or raises Unavailable."""
        if revision <= self._durable and not self._trouble.has_undone(revision):
            return None
        self._loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = self._loop.create_future()
        if self._trouble.has_undone(revision):
            waiter.set_exception(Unavailable(self.health()))
        else:
            self._waiters.append((revision, waiter))
            if self._journal.revision >= revision or self._journal.error is not None:
                self._loop.call_soon(self._resolve)
        return waiter

    def flush(self) -> None:
        """Block until everything is on disk. Raises Unavailable when it cannot be."""
        error = self._journal.wait(self._set.revision if self._pending else 0)
        self._resolve()
        if error is not None:
            raise Unavailable(self.health())

    def health(self) -> str | None:
        """What is wrong with the disk; None when nothing is."""
        return self._trouble.reason

    def backup(self, path: str) -> None:
        """A consistent copy in a new file, by SQLite's own backup, while transactions go on."""
        copy(self._path, Path(path))

    def close(self) -> None:
        """Write what waits, and let go of the file and its lock."""
        self._journal.close()
        self._resolve()
        self._connection.close()
        os.close(self._lock)

    def _commit(self, transaction: WriteTransaction) -> None:
        commit = self._set.apply(transaction.writes, transaction.emitted, transaction.forgotten)
        self._pending.append(commit)
        self._journal.add(commit)
        for wake in self._wakes:
            wake()

    def _settled(self) -> None:
        """On the journal's thread: something was written, or could not be."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._resolve)

    def _resolve(self) -> None:
        """Take over how far the journal got; undo what it could not write."""
        self._durable = max(self._durable, self._journal.revision)
        while self._pending and self._pending[0].revision <= self._durable:
            self._pending.popleft()
        if self._journal.error is not None and not self._trouble.is_open:
            self._fall_back(self._journal.error)
        waiting, self._waiters = self._waiters, []
        for revision, waiter in waiting:
            if waiter.done():
                continue
            if self._trouble.has_undone(revision):
                waiter.set_exception(Unavailable(self.health()))
            elif revision <= self._durable:
                waiter.set_result(None)
            else:
                self._waiters.append((revision, waiter))

    def _fall_back(self, error: sqlite3.Error) -> None:
        lost = list(self._pending)
        self._pending.clear()
        self._set.undo(lost)
        self._trouble.begin(error, lost[0].revision if lost else self.revision, self.revision)
        self._durable = self.revision
        for wake in self._wakes:
            wake()

    def _recover(self, now: Time) -> None:
        """Try the disk again, once a second at most; raises Unavailable while it refuses."""
        if not self._trouble.may_retry(now) or not sql.probe(self._connection):
            raise Unavailable(self.health())
        self._trouble.end()
        self._journal.resume(self.revision)


def copy(source: Path, target: Path) -> None:
    """Write a consistent copy of a database that may be in use. Raises FileExistsError."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with sqlite3.connect(source) as origin, sqlite3.connect(target) as destination:
        origin.backup(destination)
    origin.close()
    destination.close()


def _load(working_set: WorkingSet, connection: sqlite3.Connection, ids: Callable[[], str]) -> str:
    """Fill the working set from the file, and return the installation's id."""
    for kind, version, revision, body in connection.execute(sql.RECORDS):
        record = codec.decode(kind, version, body)
        working_set.load(record if record.revision == revision else replace(record, revision=revision))
    for owner, id, at, message in connection.execute(sql.EVENTS):
        kept = working_set.events.setdefault(owner, deque(maxlen=EVENTS_KEPT))
        kept.appendleft(StoredEvent(id, at, message))
    found = connection.execute(sql.GET_META, ("revision",)).fetchone()
    working_set.revision = int(found[0]) if found else 0
    working_set.forget_changes()
    known = connection.execute(sql.GET_META, ("installation",)).fetchone()
    if known:
        return str(known[0])
    installation = ids()
    connection.execute(sql.SET_META, ("installation", installation))
    return installation

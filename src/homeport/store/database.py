"""The file: how it is born, locked, checked, migrated, opened, copied and let go of.

A file is opened as it should be, or not at all: nothing is repaired, and a missing part never becomes an
empty store, for then every running container would look like an orphan.
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from errno import EEXIST
from importlib import resources
from pathlib import Path

from homeport.store import sql
from homeport.store.rows import meta_row
from homeport.store.tx import Refused, Unavailable

NEWEST = 1
"""The schema's version that this code reads and writes."""

APPLICATION = 0x686D7074
"""`hmpt`: tells our files from other programs' databases."""

BUSY_TIMEOUT_S = 5.0

UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises over a file that it cannot use; over a damaged one its very message may be no text."""


class Busy(Refused):
    """Another process has this data."""


class Newer(Refused):
    """The file was written by a newer Homeport."""


class Damaged(Refused):
    """The file is no sound database of ours."""

    @classmethod
    def of(cls, path: Path, what: str) -> "Damaged":
        """With what is wrong, and the remedy."""
        return cls(
            f"{path} is damaged: {what}. Homeport does not start on it, lest it take running containers for "
            "orphans. Put a file that `homeport backup` wrote in its place, and no -wal or -shm beside it."
        )


class Database:
    """An open file: its connection, which any one thread at a time may use, and its lock."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: int) -> None:
        self.path = path
        self.connection = connection
        self._lock: int | None = lock

    def close(self) -> None:
        """Let go of the file and its lock; once is enough."""
        if self._lock is not None:
            self.connection.close()
            os.close(self._lock)
            self._lock = None


def open_database(path: Path, new_id: Callable[[], str], busy_timeout_s: float = BUSY_TIMEOUT_S) -> Database:
    """The database at `path`, made if there is none, sound, locked and of our version. Raises Refused."""
    lock = _locked(path)
    try:
        if not path.exists():
            _create(path, new_id())
        return Database(path, _connected(path, busy_timeout_s), lock)
    except UNREADABLE as error:
        os.close(lock)
        raise refusal(path, error) from error
    except OSError as error:
        os.close(lock)
        message = f"{path} cannot be opened: {error.strerror}"
        raise Refused(message) from error
    except Refused:
        os.close(lock)
        raise


def copy(source: Path, target: Path) -> None:
    """Write a consistent copy of a database that may be in use to a new file.

    Raises FileExistsError or another OSError; Unavailable when SQLite cannot read the one or write the other.

    VACUUM INTO reads from one snapshot while writers go on; SQLite's backup calls would begin anew at each
    commit.
    """
    if target.exists():
        raise FileExistsError(EEXIST, os.strerror(EEXIST), str(target))
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_S)
    try:
        connection.execute("vacuum into ?", (str(unfinished),))
        _sync(unfinished)
        # Unlike a rename, a link never replaces a file that somebody else has made meanwhile.
        os.link(unfinished, target)
        _sync(target.parent)
    except sqlite3.Error as error:
        message = f"{source} cannot be copied to {target}: {error}"
        raise Unavailable(message) from error
    finally:
        connection.close()
        unfinished.unlink()


def migrate(connection: sqlite3.Connection, scripts: list[tuple[int, str]]) -> None:
    """Run the scripts whose number is above the file's version, each in a transaction of its own."""
    version = connection.execute("pragma user_version").fetchone()[0]
    for number, script in scripts:
        if number > version:
            connection.executescript(f"begin immediate; {script} pragma user_version = {number}; commit;")


def _locked(path: Path) -> int:
    """The lock of the data, held by this process until it is closed, or dies."""
    try:
        lock = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        message = f"{path.parent} cannot be written to: {error.strerror}"
        raise Refused(message) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        message = f"another Homeport runs on {path.parent}: stop it, or name another --data directory"
        raise Busy(message) from error
    return lock


def _create(path: Path, installation: str) -> None:
    """A new database, under another name until it is complete: a kill here leaves nothing half-made."""
    for suffix in ("-wal", "-journal"):
        if path.with_name(path.name + suffix).exists():
            raise Damaged.of(path, "it is gone, but what was last written to it is still beside it")
    unborn = path.with_name(path.name + ".new")
    for suffix in ("", "-journal"):
        unborn.with_name(unborn.name + suffix).unlink(missing_ok=True)
    os.close(os.open(unborn, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(unborn, isolation_level=None)
    try:
        connection.execute("pragma page_size = 4096")
        connection.execute(f"pragma application_id = {APPLICATION}")
        migrate(connection, _scripts())
        connection.execute(sql.SET_META, meta_row("installation", installation))
        connection.execute(sql.SET_META, meta_row("revision", "0"))
    finally:
        connection.close()
    unborn.rename(path)
    _sync(path.parent)


def _connected(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    """A connection to a file that is there. Raises Newer, Damaged, OSError or sqlite3.Error."""
    if path.stat().st_size == 0:
        # SQLite takes an empty file for a new database.
        raise Damaged.of(path, "it is empty")
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=busy_timeout_s,
    )
    try:
        _check(connection, path)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma wal_autocheckpoint = 10000")
        migrate(connection, _scripts())
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    found = connection.execute("pragma quick_check(1)").fetchone()[0]
    if found != "ok":
        raise Damaged.of(path, found)
    if connection.execute("pragma application_id").fetchone()[0] != APPLICATION:
        raise Damaged.of(path, "it is not a database of Homeport's")
    version = connection.execute("pragma user_version").fetchone()[0]
    if version > NEWEST:
        message = (
            f"{path} has schema {version} and this Homeport knows {NEWEST}: it was used by a newer one. "
            "Upgrade Homeport, or name another --data directory."
        )
        raise Newer(message)
    # A file that another program holds is found out now, not at the first commit.
    connection.execute("begin immediate")
    connection.rollback()


def refusal(path: Path, error: Exception) -> Refused:
    """What SQLite's error means to somebody who wants to start Homeport."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Busy(f"{path} is locked by another program: end it, and start Homeport again")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_FULL", "SQLITE_IOERR")):
        return Refused(f"{path} cannot be opened for writing: {error}")
    return Damaged.of(path, str(error))


def _scripts() -> list[tuple[int, str]]:
    return sorted(_read_scripts())


def _read_scripts() -> Iterator[tuple[int, str]]:
    for file in (resources.files("homeport.store") / "migrations").iterdir():
        if file.name.endswith(".sql"):
            yield int(file.name.split("_", 1)[0]), file.read_text()


def _sync(path: Path) -> None:
    """Make a file's content, or a directory's names, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The statements, the schema's version, and how a file is opened: everything that knows SQLite's language."""

import os
import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

NEWEST = 1
"""The schema's version that this code reads and writes."""

PUT = (
    "insert into record (kind, id, owner, revision, version, body) values (?, ?, ?, ?, ?, ?) "
    "on conflict (kind, id) do update set revision = excluded.revision, version = excluded.version, "
    "body = excluded.body"
)
DELETE = "delete from record where kind = ? and id = ?"
EMIT = "insert into event (owner, id, at, message) values (?, ?, ?, ?)"
FORGET = "delete from event where owner = ?"
TRIM = (
    "delete from event where owner = ? and seq <= "
    "(select seq from event where owner = ? order by seq desc limit 1 offset ?)"
)
RECORDS = "select kind, version, revision, body from record order by rowid"
EVENTS = "select owner, id, at, message from event order by seq"
SET_META = (
    "insert into meta (name, value) values (?, ?) on conflict (name) do update set value = excluded.value"
)
GET_META = "select value from meta where name = ?"


class Newer(Exception):
    """The file was written by a newer Homeport."""


class Damaged(Exception):
    """The file is no sound database."""


def connect(path: Path) -> sqlite3.Connection:
    """The database at `path`, made if it is not there, sound, and of our version. Raises Newer or Damaged."""
    is_new = not path.exists()
    if is_new:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
    try:
        if is_new:
            connection.execute("pragma page_size = 4096")
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma wal_autocheckpoint = 10000")
        found = connection.execute("pragma quick_check").fetchone()[0]
        if found != "ok":
            raise Damaged(_remedy(path, found))
        _migrate(connection, path)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise Damaged(_remedy(path, str(error))) from error
    except Exception:
        connection.close()
        raise
    return connection


def probe(connection: sqlite3.Connection) -> bool:
    """Whether the disk takes a small commit."""
    try:
        connection.execute("begin immediate")
        connection.execute(SET_META, ("probe", "0"))
        connection.execute("commit")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.rollback()
        return False
    return True


def _remedy(path: Path, what: str) -> str:
    return (
        f"{path} is damaged ({what}). Homeport does not start on it, so that no container is taken for an orphan. "
        "Put a file that `homeport backup` wrote in its place, with no -wal or -shm file beside it."
    )


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("pragma user_version").fetchone()[0]
    if version > NEWEST:
        raise Newer(
            f"{path} has schema {version}, this Homeport knows {NEWEST}: it was used by a newer one. Upgrade."
        )
    for number, script in _scripts():
        if number > version:
            connection.executescript(f"begin immediate; {script} pragma user_version = {number}; commit;")


def _scripts() -> Iterator[tuple[int, str]]:
    folder = resources.files("homeport.store") / "migrations"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".sql"):
            yield int(file.name.split("_", 1)[0]), file.read_text()

"""The statements: everything that knows SQLite's language, but for how a file is opened (`database.py`).

Many rows go into one statement. Python gives up its lock for every step of a statement and, while the event
loop is busy, waits up to 5 ms to have it back: a batch of 512 rows took 1,050 ms with `executemany`, and 47
ms like this.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from homeport.store.rows import Rows, meta_row

RECORDS = "select born, kind, version, checksum, body from record order by born"
EVENTS = "select number, owner, id, at, message, checksum from event order by number"
META = "select name, value, checksum from meta"
SET_META = (
    "insert into meta (name, value, checksum) values (?, ?, ?) "
    "on conflict (name) do update set value = excluded.value, checksum = excluded.checksum"
)

_SIZES = (256, 64, 16, 4, 1)
"""Rows in a statement: few enough texts that SQLite's driver keeps each of them compiled."""


def _inserts(into: str, width: int, on_conflict: str) -> dict[int, str]:
    row = f"({', '.join('?' * width)})"
    return {
        size: f"insert into {into} values {', '.join([row] * size)} {on_conflict}"  # noqa: S608 - ours
        for size in _SIZES
    }


def _deletes(table: str, column: str) -> dict[int, str]:
    return {
        size: f"delete from {table} where {column} in ({', '.join('?' * size)})"  # noqa: S608 - ours
        for size in _SIZES
    }


_PUT = _inserts(
    "record (born, kind, id, owner, revision, version, checksum, body)",
    8,
    "on conflict (born) do update set owner = excluded.owner, revision = excluded.revision, "
    "version = excluded.version, checksum = excluded.checksum, body = excluded.body",
)
_EMIT = _inserts("event (number, owner, id, at, message, checksum)", 6, "")
_DELETE = _deletes("record", "born")
_FORGET = _deletes("event", "number")


def write(connection: sqlite3.Connection, rows: Rows) -> None:
    """Write a batch in one transaction; on return it is on disk. Raises sqlite3.Error, with nothing kept."""
    try:
        connection.execute("begin immediate")
        _run(connection, _DELETE, [(born,) for born in rows.deletes])
        _run(connection, _FORGET, [(number,) for number in rows.forgotten])
        _run(connection, _PUT, list(rows.puts.values()))
        _run(connection, _EMIT, list(rows.events.values()))
        connection.execute(SET_META, meta_row("revision", str(rows.revision)))
        connection.execute("commit")
    finally:
        # After some errors SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.rollback()


def probe(connection: sqlite3.Connection) -> None:
    """See whether the disk takes a small commit. Raises sqlite3.Error."""
    try:
        connection.execute("begin immediate")
        connection.execute(SET_META, meta_row("probe", ""))
        connection.execute("commit")
    finally:
        if connection.in_transaction:
            connection.rollback()


def _run(connection: sqlite3.Connection, texts: dict[int, str], rows: Sequence[tuple[Any, ...]]) -> None:
    for part in _parts(rows):
        connection.execute(texts[len(part)], list(chain.from_iterable(part)))


def _parts(rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows in parts of the sizes that there are statements for, the largest first."""
    start = 0
    for size in _SIZES:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size

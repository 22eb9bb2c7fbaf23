"""The shortest way to a store on disk, and to disks that are full, busy or out of order."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from homeport.model.record import Record
from homeport.store.database import Database, open_database
from homeport.store.sqlite import SqliteStore
from tests.builders import T0, ids


def opened(folder: Path) -> SqliteStore:
    """The store in this folder."""
    return SqliteStore.open(folder / "homeport.db", ids())


def opened_with_database(folder: Path) -> tuple[SqliteStore, Database]:
    """The store in this folder, and the file under it, to be made difficult; a lock is waited for 50 ms."""
    database = open_database(folder / "homeport.db", ids(), busy_timeout_s=0.05)
    return SqliteStore(database, ids()), database


def limit(database: Database, pages: int) -> None:
    """Let the database grow by so many pages of 4 KiB and no more; SQLite then says that the disk is full."""
    used = database.connection.execute("pragma page_count").fetchone()[0]
    database.connection.execute(f"pragma max_page_count = {used + pages}")


@contextmanager
def failing_writes() -> Iterator[None]:
    """Files do not take another byte: the kernel answers EFBIG, which SQLite calls an I/O error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def put(store: SqliteStore, *records: Record) -> None:
    """Commit the records, as the API."""
    with store.write("spec", T0) as tx:
        for record in records:
            tx.put(record)

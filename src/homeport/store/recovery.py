"""From the file back into memory: every record, every event, in the order in which they were made."""

from zlib import crc32

from homeport.store import codec, sql
from homeport.store.database import Damaged, Database
from homeport.store.rows import event_row, meta_row
from homeport.store.tx import StoredEvent
from homeport.store.working_set import WorkingSet


def recover(working_set: WorkingSet, database: Database) -> str:
    """Fill the working set from the file, and return the installation's id.

    Raises Damaged when a row is not what was written, Unreadable for a newer Homeport's, and UNREADABLE.
    """
    select = database.connection.execute
    for born, kind, version, checksum, body in select(sql.RECORDS):
        if crc32(body.encode()) != checksum:
            raise Damaged.of(database.path, f"record {born}, a {kind}, is not what was written")
        working_set.load(codec.decode(kind, version, body), born)
    for row in select(sql.EVENTS):
        number, owner, id, at, message, _ = row
        event = StoredEvent(id, at, message)
        if event_row(number, owner, event) != row:
            raise Damaged.of(database.path, f"event {number}, of {owner}, is not what was written")
        working_set.load_event(owner, number, event)
    meta = {row[0]: row[1] for row in select(sql.META) if meta_row(row[0], row[1]) == row}
    if not meta.keys() >= {"installation", "revision"}:
        raise Damaged.of(database.path, "it does not say whose it is, or how far it got")
    working_set.revision = int(meta["revision"])
    working_set.forget_changes()
    return str(meta["installation"])

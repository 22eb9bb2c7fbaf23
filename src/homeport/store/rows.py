"""A commit as rows: what the disk is asked to take, made by whoever commits.

A record that cannot be written down (a lone surrogate in a name) thereby fails its own transaction, and
nobody else's.
"""

from typing import TypeAlias
from zlib import crc32

from msgspec import Struct

from homeport.store import codec
from homeport.store.tx import StoredEvent
from homeport.store.working_set import Commit

RecordRow: TypeAlias = tuple[int, str, str, str, int, int, int, str]
"""born, kind, id, owner, revision, version, checksum, body"""

EventRow: TypeAlias = tuple[int, str, str, float, str, int]
"""number, owner, id, at, message, checksum"""

MetaRow: TypeAlias = tuple[str, str, int]
"""name, value, checksum"""


class Rows(Struct, gc=False):
    """What is written and deleted, by number. Numbers are never used twice, so the order does not matter."""

    revision: int
    puts: dict[int, RecordRow]
    deletes: list[int]
    events: dict[int, EventRow]
    forgotten: list[int]


def rows_of(commit: Commit) -> Rows:
    """The rows of one commit. Raises UnicodeEncodeError for text that is no text."""
    rows = Rows(commit.revision, {}, [], {}, [])
    for move in commit.moves:
        record = move.change.after
        if record is None:
            rows.deletes.append(move.born)
            continue
        kind = type(record).__name__
        version, body = codec.VERSIONS[kind], codec.encode(record)
        place = (move.born, kind, record.id, record.owner, record.revision, version)
        rows.puts[move.born] = (*place, crc32(body), body.decode())
    for lost in commit.forgotten.values():
        rows.forgotten += [number for number, _ in lost]
    for emission in commit.emissions:
        event = emission.event
        rows.events[emission.number] = event_row(emission.number, emission.owner, event)
    return rows


def event_row(number: int, owner: str, event: StoredEvent) -> EventRow:
    """The row of one event. Raises UnicodeEncodeError."""
    checksum = crc32(f"{number} {owner} {event.id} {event.at!r} {event.message}".encode())
    return number, owner, event.id, event.at, event.message, checksum


def meta_row(name: str, value: str) -> MetaRow:
    """The row of a fact about the whole file."""
    return name, value, crc32(f"{name} {value}".encode())


def gathered(batch: list[Rows]) -> Rows:
    """Several commits as one: of each record only what it was last."""
    if len(batch) == 1:
        return batch[0]
    whole = Rows(batch[-1].revision, {}, [], {}, [])
    for rows in batch:
        whole.puts.update(rows.puts)
        whole.events.update(rows.events)
        whole.deletes += rows.deletes
        whole.forgotten += rows.forgotten
    for born in whole.deletes:
        whole.puts.pop(born, None)
    for number in whole.forgotten:
        whole.events.pop(number, None)
    return whole


def evicted(commit: Commit) -> list[int]:
    """The numbers of the old events that had to go for those of a commit that was applied."""
    return [emission.evicted[0] for emission in commit.emissions if emission.evicted is not None]

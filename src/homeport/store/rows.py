"""A commit as rows: what the disk is asked to take, made by whoever commits.

A record that cannot be written down (a lone surrogate in a name) thereby fails its own transaction, and
nobody else's.
"""

from typing import TypeAlias
from zlib import crc32

from msgspec import Struct

from homeport.store import codec
from homeport.store.working_set import Commit

RecordRow: TypeAlias = tuple[int, str, str, str, int, int, int, str]
"""born, kind, id, owner, revision, version, checksum, body"""

EventRow: TypeAlias = tuple[int, str, str, float, str]
"""number, owner, id, at, message"""


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
        body = codec.encode(record)
        row = (
            move.born,
            kind,
            record.id,
            record.owner,
            record.revision,
            codec.VERSIONS[kind],
            crc32(body),
            body.decode(),
        )
        rows.puts[move.born] = row
    for lost in commit.forgotten.values():
        rows.forgotten += [number for number, _ in lost]
    for emission in commit.emissions:
        event = emission.event
        f"{emission.owner}{event.message}".encode()
        rows.events[emission.number] = (emission.number, emission.owner, event.id, event.at, event.message)
    return rows


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

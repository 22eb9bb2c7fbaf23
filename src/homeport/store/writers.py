"""Who may write which part: a cheap comparison that turns a design rule into a crash in the first test.

The creator of a record fills in all its parts. Afterwards `spec` is the API's, `state` the engine's, `seen`
the observations'.
"""

from homeport.model.record import Record, Writer

PARTS: tuple[Writer, ...] = ("spec", "state", "seen")


def assert_own_part(writer: Writer, before: Record, after: Record) -> None:
    """AssertionError when `after` differs from `before` in another writer's part, or in its owner."""
    assert before.owner == after.owner, f"{after.id} changed its owner"
    for part in PARTS:
        if part == writer:
            continue
        old, new = getattr(before, part, None), getattr(after, part, None)
        assert old is new or old == new, f"{type(after).__name__} {after.id}: {part} was written by {writer}"


def assert_may_delete(writer: Writer, record: Record) -> None:
    """AssertionError when an observation deletes: what was seen may be wrong, and a record is not."""
    assert writer != "seen", f"{type(record).__name__} {record.id} was deleted by an observation"

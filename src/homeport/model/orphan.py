"""A container with our installation's label for which there is no task: seen, reported, left alone for a while."""

from msgspec import Struct

from homeport.model.record import NOTHING, Nothing, Record, Time


class OrphanSeen(Struct, frozen=True, kw_only=True, gc=False):
    """Since when it has been seen, and what it is."""

    since: Time
    task: str
    container: str
    attempt: int


class Orphan(Record, frozen=True, kw_only=True, gc=False):
    """`MACHINE/TASK-ID/CONTAINER/ATTEMPT`, owned by its machine."""

    spec: Nothing = NOTHING
    seen: OrphanSeen

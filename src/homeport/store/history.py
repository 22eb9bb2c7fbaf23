"""What happened to whom: the last hundred events of each owner, newest first."""

from collections import deque
from typing import TypeAlias

from msgspec import Struct

from homeport.store.tx import StoredEvent

EVENTS_KEPT = 100

Numbered: TypeAlias = tuple[int, StoredEvent]
"""An event and its number; numbers grow."""


class Emission(Struct, gc=False):
    """One event of an owner; `evicted` is the oldest one, which had to go for it."""

    owner: str
    number: int
    event: StoredEvent
    evicted: Numbered | None = None


class History:
    """The events by owner. What is appended last can be withdrawn, and what is forgotten restored."""

    def __init__(self) -> None:
        self._by_owner: dict[str, deque[Numbered]] = {}

    def of(self, owner: str) -> list[Numbered]:
        """The events of an owner, newest first."""
        return list(self._by_owner.get(owner, ()))

    def append(self, emission: Emission) -> None:
        """One event more; the oldest beyond a hundred goes, and is noted in the emission."""
        kept = self._by_owner.get(emission.owner)
        if kept is None:
            kept = self._by_owner[emission.owner] = deque(maxlen=EVENTS_KEPT)
        if len(kept) == EVENTS_KEPT:
            emission.evicted = kept[-1]
        kept.appendleft((emission.number, emission.event))

    def withdraw(self, emission: Emission) -> None:
        """Take back the owner's last event."""
        kept = self._by_owner[emission.owner]
        kept.popleft()
        if emission.evicted is not None:
            kept.append(emission.evicted)
        if not kept:
            del self._by_owner[emission.owner]

    def forget(self, owner: str) -> None:
        """Drop an owner's events."""
        self._by_owner.pop(owner, None)

    def restore(self, owner: str, events: list[Numbered]) -> None:
        """Put back what was forgotten."""
        if events:
            self._by_owner[owner] = deque(events, maxlen=EVENTS_KEPT)

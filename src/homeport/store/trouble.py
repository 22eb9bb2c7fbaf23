"""A disk that refuses: since when, what was undone because of it, and whether it is worth trying again."""

import sqlite3

from homeport.model.record import Time

RETRY_EVERY_S = 1.0
RANGES_KEPT = 64
WORTH_RETRYING = ("SQLITE_FULL", "SQLITE_BUSY", "SQLITE_LOCKED")


class Trouble:
    """Open from a batch that could not be written until a probe can be.

    After an I/O error nothing is tried again: what the kernel has not synced once it may have dropped, and a later
    fsync that succeeds says nothing of it.
    """

    def __init__(self) -> None:
        self.is_open = False
        self.reason: str | None = None
        self._is_final = False
        self._retry_at: Time = 0.0
        self._undone: list[tuple[int, int]] = []

    def begin(self, error: sqlite3.Error, first: int, last: int) -> None:
        """The revisions from `first` up to, but not including, `last` were undone."""
        name = getattr(error, "sqlite_errorname", "")
        self.is_open = True
        self._is_final = not name.startswith(WORTH_RETRYING)
        remedy = (
            "restart Homeport once the disk is sound" if self._is_final else "writes go on when it has room"
        )
        self.reason = f"the disk refuses to write ({error}); {remedy}"
        self._undone = [*self._undone[-RANGES_KEPT:], (first, last)]

    def has_undone(self, revision: int) -> bool:
        """Whether a commit was taken back."""
        return any(first <= revision < last for first, last in self._undone)

    def may_retry(self, now: Time) -> bool:
        """Whether to try the disk again now; asked for at most once a second."""
        if self._is_final or now < self._retry_at:
            return False
        self._retry_at = now + RETRY_EVERY_S
        return True

    def end(self) -> None:
        """The disk writes again."""
        self.is_open = False
        self.reason = None

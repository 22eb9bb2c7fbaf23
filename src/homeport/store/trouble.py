"""A disk that refuses: what is wrong, whether it is worth trying again, and what was undone because of it."""

import sqlite3

RANGES_KEPT = 64
WORTH_RETRYING = ("SQLITE_FULL", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR_SHMSIZE")
"""No room, or no turn. When room is missing for the index of its log, SQLite calls it an I/O error."""


def is_passing(error: sqlite3.Error) -> bool:
    """Whether a disk that refused with this error may be tried again.

    After any other I/O error nothing is: what the kernel failed to sync once it may have dropped, and a later
    fsync that succeeds says nothing of it.
    """
    return getattr(error, "sqlite_errorname", "").startswith(WORTH_RETRYING)


class Trouble:
    """`reason` is None while all is well. Knows which commits were undone, for those who ask after them."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._undone: list[tuple[int, int]] = []

    def begin(self, error: sqlite3.Error, first: int, last: int) -> None:
        """The disk refused; the revisions from `first` up to, but not including, `last` were undone."""
        remedy = (
            "Writes go on when it takes them again." if is_passing(error) else "Restart when it is sound."
        )
        self.reason = f"The disk refuses to write ({error}). {remedy}"
        self._undone = [*self._undone[1 - RANGES_KEPT :], (first, last)]

    def end(self) -> None:
        """The disk writes again."""
        self.reason = None

    def has_undone(self, revision: int) -> bool:
        """Whether a commit was taken back."""
        return any(first <= revision < last for first, last in self._undone)

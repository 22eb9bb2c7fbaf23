"""How far the machine's clock may be off, as the kernel knows it: what tasks on Fargate are told (ClockDrift)."""

import ctypes
from datetime import UTC, datetime
from typing import Any

from homeport.model.record import Time

UNSYNCHRONIZED = 5
"""What adjtimex answers (TIME_ERROR) where nobody keeps the clock."""

SIZE = 256
MAXIMUM_ERROR_AT = 3
"""`struct timex` begins with `modes`, `offset`, `freq`, `maxerror`; each takes a long's room."""


def drift(now: Time) -> dict[str, Any] | None:
    """The member of the task's document; None where the kernel does not tell."""
    told = (ctypes.c_long * (SIZE // ctypes.sizeof(ctypes.c_long)))()
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(told))
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    when = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    is_kept = state != UNSYNCHRONIZED
    return {
        **({"ClockErrorBound": told[MAXIMUM_ERROR_AT] / 1000} if is_kept else {}),
        "ReferenceTimestamp": when,
        "ClockSynchronizationStatus": "SYNCHRONIZED" if is_kept else "NOT_SYNCHRONIZED",
    }

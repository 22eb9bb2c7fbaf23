"""The clock of all our processes: everybody else is told the time."""

import time

from homeport.model.record import Time


def clock() -> Time:
    """Now, to the millisecond."""
    return int(time.time() * 1000) / 1000

"""Time from exec to the first successful call, and idle memory: each server in turn, several times.

Homeport starts on an empty data directory and with a container engine, as a newcomer would. Memory is looked at
three seconds later, when its engine's client is loaded too.
"""

import time
from collections.abc import Iterable
from statistics import median

from msgspec import Struct

from bench import servers

IDLE_S = 3.0


class Start(Struct, frozen=True):
    """Medians: seconds to the first answer, and MB when idle."""

    ready_s: float
    memory_mb: float


def measure(names: Iterable[str], rounds: int) -> dict[str, Start]:
    """Start and stop each server so often, in turns."""
    found: dict[str, list[Start]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, starts in found.items():
            with servers.running(name) as server:
                time.sleep(IDLE_S)
                starts.append(Start(server.ready_s, server.memory_mb()))
    return {
        name: Start(median(one.ready_s for one in starts), median(one.memory_mb for one in starts))
        for name, starts in found.items()
    }

"""Envoy's statistics from one reading to the next: what was counted in between. Pure.

Most of a thousand target groups do nothing in a second, so that only the lines that have changed are looked at. What a
counter means is `tally.py`'s.
"""

from typing import TypeAlias

from msgspec import Struct

Bin: TypeAlias = tuple[float, float]
"""Lower bound and width, both in a histogram's unit."""

UPTIME = "server.uptime"
STATES = ("_active", UPTIME)
"""How names end that say what is, not what was counted."""

YOUNG_S = 3
"""An Envoy that has not been there for longer was started while somebody waited for it, and all it counted is news."""


class Changes(Struct, frozen=True):
    """By name: what was counted, and what fell into a histogram's bins, since the reading before; what is now."""

    counts: dict[str, int]
    bins: dict[str, dict[Bin, int]]
    states: dict[str, int]


class Ledger:
    """Holds the last reading. An Envoy that was started anew counts from zero, and so does a statistic that is new."""

    def __init__(self) -> None:
        self._lines: frozenset[str] | None = None
        self._totals: dict[str, int] = {}
        self._bins: dict[str, dict[Bin, int]] = {}
        self._states: dict[str, int] = {}

    def read(self, text: str) -> Changes | None:
        """What has changed, from the answer to `counting.STATS`; None for the first reading of an Envoy that is not new."""
        lines = frozenset(text.replace("\n  ", " ").split("\n"))
        is_first, before = self._lines is None, self._lines or frozenset()
        self._lines = lines
        changed = dict(line.split(": ", 1) for line in lines - before if ": " in line)
        for line in before - lines:
            name = line.partition(": ")[0]
            if name not in changed:
                self._forget(name)
        if int(changed.get(UPTIME, "0")) < self._states.get(UPTIME, 0) and UPTIME in changed:
            self._totals.clear()
            self._bins.clear()
        found = self._compared(changed)
        is_young = self._states.get(UPTIME, YOUNG_S + 1) <= YOUNG_S
        return None if is_first and not is_young else found

    def _compared(self, changed: dict[str, str]) -> Changes:
        counts: dict[str, int] = {}
        bins: dict[str, dict[Bin, int]] = {}
        for name, value in changed.items():
            if value.startswith("totals="):
                now = _bins(value)
                if fallen := _difference(self._bins.get(name, {}), now):
                    bins[name] = fallen
                self._bins[name] = now
            elif name.endswith(STATES):
                self._states[name] = int(value)
            elif value.isdigit():
                total, before = int(value), self._totals.get(name, 0)
                if counted := total - before if total >= before else total:
                    counts[name] = counted
                self._totals[name] = total
        return Changes(counts, bins, dict(self._states))

    def _forget(self, name: str) -> None:
        for kept in (self._totals, self._bins, self._states):
            kept.pop(name, None)


def _difference(before: dict[Bin, int], now: dict[Bin, int]) -> dict[Bin, int]:
    """What fell into bins. Where one holds less than before, all of them were emptied."""
    if any(now.get(bin, 0) < count for bin, count in before.items()):
        before = {}
    found = {bin: count - before.get(bin, 0) for bin, count in now.items()}
    return {bin: count for bin, count in found.items() if count}


def _bins(text: str) -> dict[Bin, int]:
    """`totals=220,10:1 310,10:4 intervals=…`."""
    totals = text.removeprefix("totals=").partition(" intervals=")[0]
    found: dict[Bin, int] = {}
    for part in totals.replace(", ", " ").split():
        edges, _, count = part.partition(":")
        lower, _, width = edges.partition(",")
        found[(float(lower), float(width))] = int(count)
    return found

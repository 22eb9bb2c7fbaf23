"""Periods and the times between: which there are, where they begin, and how many may be asked for.

Periods under a minute are AWS's for metrics of high resolution; ours all are, because history is kept by seconds
(docs/decisions/0018). Start times are rounded down as the API Reference says.
"""

import math

from msgspec import Struct

from homeport.model.record import Time

SHORT_PERIODS = (1, 5, 10, 20, 30)
MINUTE = 60
LATEST = 253_402_300_799.0
"""The last second of the year 9999."""


class Window(Struct, frozen=True, kw_only=True):
    """Periods of `period` seconds from `start` on, as far as they begin before `end`."""

    start: Time
    end: Time
    period: int

    @property
    def slot_s(self) -> int:
        """How long the stretches are that Elastic Load Balancing reports on: a minute, or a shorter period."""
        return min(self.period, MINUTE)

    def place(self, at: Time) -> Time:
        """The beginning of the period that a time is in."""
        return self.start + (at - self.start) // self.period * self.period

    def places(self, first: Time, last: Time) -> list[Time]:
        """The beginnings of the window's periods from the one that `first` is in to the one that `last` is in."""
        begin, end = self.place(max(first, self.start)), min(last + 1, self.end)
        count = max(0, math.ceil((end - begin) / self.period))
        return [begin + number * self.period for number in range(count)]


def is_period(period: int) -> bool:
    """Whether it is one of CloudWatch's."""
    return period in SHORT_PERIODS or (period > 0 and period % MINUTE == 0)


def is_time(at: Time) -> bool:
    """Whether a calendar has it."""
    return 0.0 <= at <= LATEST  # also false for NaN


def from_start(start: Time, end: Time, period: int) -> Window:
    """Periods that begin with the start time, rounded down to a minute: GetMetricStatistics'."""
    return Window(start=_floor(start, min(period, MINUTE)), end=end, period=period)


def aligned(start: Time, end: Time, period: int) -> Window:
    """Periods that begin at their multiples: GetMetricData's."""
    return Window(start=_floor(start, period), end=end, period=period)


def _floor(at: Time, seconds: int) -> Time:
    return math.floor(at / seconds) * float(seconds)

"""A decision, whole: what to write, what to ask of the world, what to tell the user, when to look again."""

from dataclasses import dataclass

from homeport.model.record import Record, Time
from homeport.plan.effects import Effect


@dataclass(frozen=True, slots=True)
class Event:
    """A line of DescribeServices' events; `owner` is the incarnation of the service that shows it."""

    owner: str
    message: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What one planner decided about one key. The empty plan means: all is as it should be."""

    puts: tuple[Record, ...] = ()
    deletes: tuple[Record, ...] = ()
    effects: tuple[Effect, ...] = ()
    events: tuple[Event, ...] = ()
    wake_at: Time | None = None
    why: str = ""

    def __bool__(self) -> bool:
        """Whether it changes, asks or tells anything; a date to wake is no change."""
        return bool(self.puts or self.deletes or self.effects or self.events)


NO_PLAN = Plan()


def earliest(*dates: Time | None) -> Time | None:
    """The first of the dates that are set."""
    found = [date for date in dates if date is not None]
    return min(found) if found else None

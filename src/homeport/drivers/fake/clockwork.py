"""What turns a fake world behind a port: it is asked for what is due when something is, and tells it to whoever watches.

The world itself knows no loop and no clock (`balancer.py`, `fabric.py`).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Generic, Protocol, TypeVar

from homeport.model.record import Time

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class World(Protocol[T_co]):
    """Something in which things happen at dates."""

    def next_at(self) -> Time | None: ...

    def due(self, now: Time) -> Iterable[T_co]: ...


class Clockwork(Generic[T]):
    """`clock` gives the time in seconds."""

    def __init__(self, world: World[T], clock: Callable[[], Time]) -> None:
        self._world = world
        self._clock = clock
        self._told: asyncio.Queue[T] = asyncio.Queue()
        self._timer: asyncio.TimerHandle | None = None

    def turn(self) -> None:
        """Tell what is due, and come back for what is next. To be called when something was done to the world."""
        for told in self._world.due(self._clock()):
            self._told.put_nowait(told)
        self.stop()
        date = self._world.next_at()
        if date is not None:
            self._timer = asyncio.get_running_loop().call_later(max(0.0, date - self._clock()), self.turn)

    async def watch(self) -> AsyncIterator[T]:
        """All that is told."""
        while True:
            yield await self._told.get()

    def stop(self) -> None:
        """Come back no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

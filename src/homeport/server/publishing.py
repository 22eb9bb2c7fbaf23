"""What a view of rows becomes for somebody outside: whole at first, then what has changed, each once it is on disk."""

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

from homeport.model.record import Time
from homeport.server.guard import Guard
from homeport.store.tx import Store

T = TypeVar("T")
D = TypeVar("D")
Made_co = TypeVar("Made_co", covariant=True)
Changed_co = TypeVar("Changed_co", covariant=True)
Whole_contra = TypeVar("Whole_contra", contravariant=True)
Part_contra = TypeVar("Part_contra", contravariant=True)


class View(Protocol[Made_co, Changed_co]):
    """Tables that follow rows; what was handed out last is of `revision`."""

    revision: int

    def whole(self, now: Time) -> Made_co: ...

    def follow(self, now: Time) -> Changed_co: ...


class Audience(Protocol[Whole_contra, Part_contra]):
    """Who is told."""

    async def begin(self, tables: Whole_contra) -> None: ...

    async def publish(self, delta: Part_contra) -> None: ...


class Publishing:
    """The commits of one store as they come; nothing here waits for a timer, because a change is waited for."""

    def __init__(self, store: Store, clock: Callable[[], Time]) -> None:
        self.guard = Guard(lambda: "")
        self.guard.trouble = None
        self._store = store
        self._clock = clock
        self._wake = asyncio.Event()
        store.on_commit(self._wake.set)

    async def publish(self, view: View[T, D], audience: Audience[T, D]) -> None:
        """All there is, and then what changes. Raises Unavailable when the disk has undone it: then all, again."""
        tables = view.whole(self._clock())
        await self._durable(view.revision)
        await audience.begin(tables)
        while True:
            self._wake.clear()
            delta = view.follow(self._clock())
            self.guard.trouble = None
            if delta:
                await self._durable(view.revision)
                await audience.publish(delta)
            else:
                await self._wake.wait()

    async def _durable(self, revision: int) -> None:
        waiting = self._store.durable(revision)
        if waiting is not None:
            await waiting

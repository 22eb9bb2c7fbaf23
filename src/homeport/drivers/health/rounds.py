"""When each target is asked: at its interval, many at once and never too many, and none delayed by one that hangs.

It does not know what is asked, nor what an answer means.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any, TypeAlias

from homeport.drivers.health.verdict import UNKNOWN, Outcome

LOG = logging.getLogger("homeport.health")

AT_ONCE = 256
PATIENCE_S = 1.0
"""A check that takes longer gives its place to another one, so that targets that hang do not delay those that answer."""

MOST_HANGING = 512
"""So many may go on without a place of their own; together with AT_ONCE these are the most sockets there ever are."""

JITTER = 0.02
"""Of an interval. ELB calls its own approximate, too."""

Check: TypeAlias = asyncio.Task[Outcome]


@dataclass(eq=False, slots=True)
class Places:
    """The checks that are running: those within their patience, of which there are `at_once` at most, and the others."""

    at_once: int
    busy: set[Check] = field(default_factory=set)
    hanging: set[Check] = field(default_factory=set)

    @property
    def has_room(self) -> bool:
        """Whether another check may begin."""
        return len(self.busy) < self.at_once

    def give_way(self, check: Check) -> None:
        """This one has run out of patience."""
        if check in self.busy and len(self.hanging) < MOST_HANGING:
            self.busy.remove(check)
            self.hanging.add(check)

    def leave(self, check: Check) -> None:
        """This one is over."""
        self.busy.discard(check)
        self.hanging.discard(check)


@dataclass(eq=False, slots=True)
class Turn:
    """Of one target: the number of its only valid entry in the queue, and the check that is running."""

    ticket: int = 0
    check: Check | None = None


class Rounds:
    """`ask` asks a target, by its id; `hear` is told the outcome, and says after how many seconds to ask again."""

    def __init__(
        self,
        dice: Random,
        ask: Callable[[str], Coroutine[Any, Any, Outcome]],
        hear: Callable[[str, Outcome], float],
        at_once: int = AT_ONCE,
    ) -> None:
        self._dice = dice
        self._ask = ask
        self._hear = hear
        self._places = Places(at_once)
        self._turns: dict[str, Turn] = {}
        self._queue: list[tuple[float, int, str]] = []
        self._tickets = count(1)
        self._changed = asyncio.Event()

    def begin(self, target: str, within_s: float) -> None:
        """Ask this one from now on, first when the dice say. Whatever was asked of it before does not count."""
        self.stop(target)
        self._turns[target] = Turn()
        self._ask_at(target, asyncio.get_running_loop().time() + self._dice.uniform(0.0, within_s))
        self._changed.set()

    def stop(self, target: str) -> None:
        """Ask this one no more."""
        turn = self._turns.pop(target, None)
        if turn is not None and turn.check is not None:
            turn.check.cancel()

    async def run(self) -> None:
        """Ask, until it is cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                self._changed.clear()
                while self._places.has_room and self._queue and self._queue[0][0] <= loop.time():
                    _, ticket, target = heappop(self._queue)
                    turn = self._turns.get(target)
                    if turn is not None and turn.ticket == ticket:
                        self._check(target, turn)
                is_full = not self._places.has_room
                due = None if is_full or not self._queue else self._queue[0][0]
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(due):
                        await self._changed.wait()
        finally:
            running = [*self._places.busy, *self._places.hanging]
            for check in running:
                check.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _ask_at(self, target: str, due: float) -> None:
        ticket = self._turns[target].ticket = next(self._tickets)
        heappush(self._queue, (due, ticket, target))

    def _check(self, target: str, turn: Turn) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        check = turn.check = loop.create_task(self._ask(target))
        self._places.busy.add(check)

        def lose_patience() -> None:
            self._places.give_way(check)
            self._changed.set()

        def end(_: Check) -> None:
            patience.cancel()
            self._places.leave(check)
            self._changed.set()
            if self._turns.get(target) is turn:
                turn.check = None
                pause = self._hear(target, _outcome(target, check))
                self._ask_at(target, started + pause * (1 + self._dice.uniform(-JITTER, JITTER)))

        patience = loop.call_later(PATIENCE_S, lose_patience)
        check.add_done_callback(end)


def _outcome(target: str, check: Check) -> Outcome:
    """What came of it. A mistake of ours says nothing of the target, and must not keep the others from being asked."""
    if check.cancelled():
        return UNKNOWN
    if (error := check.exception()) is not None:
        LOG.error("checking %s failed", target, exc_info=error)
        return UNKNOWN
    return check.result()

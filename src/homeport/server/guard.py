"""Keeps one part's mistake from ending the others: a pump has to go on, whatever happens to it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from homeport.store.tx import Unavailable

LOG = logging.getLogger("homeport.engine")
SHORTEST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 10.0


class Guard:
    """`trouble` is what failed last, until somebody clears it. `set_aside` names what was being looked at, and has it
    looked at later, so that the rest can go on.
    """

    def __init__(self, set_aside: Callable[[], str]) -> None:
        self.trouble: str | None = "starting"
        self._set_aside = set_aside

    async def survive(self, what: str, part: Awaitable[None]) -> bool:
        """Whether `part` went well."""
        try:
            await part
        except Unavailable as error:
            LOG.warning("%s has to wait: %s", what, error)
            return False
        except Exception:  # A mistake of ours: whoever reads the log finds the stack, and what is set aside.
            LOG.exception("%s failed%s", what, self._set_aside())
            self.trouble = f"{what} failed: see the log"
            return False
        return True

    async def again(self, what: str, part: Callable[[], Awaitable[None]]) -> None:
        """Do `part` for ever; after failures at growing intervals."""
        failures = 0
        while True:
            if await self.survive(what, part()):
                failures = 0
            else:
                await asyncio.sleep(min(SHORTEST_PAUSE_S * 2.0**failures, LONGEST_PAUSE_S))
                failures += 1

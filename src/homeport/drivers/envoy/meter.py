"""Once a second: what happened, as samples, and which draining targets have become idle.

It reads Envoy and adds nothing up itself: differences are `ledger.py`'s, what they mean is `facts.py`'s and `tally.py`'s.
"""

import asyncio
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from homeport.drivers.envoy import counting
from homeport.drivers.envoy import hosts as rows
from homeport.drivers.envoy.admin import Admin
from homeport.drivers.envoy.hosts import Host
from homeport.drivers.envoy.idleness import Idleness
from homeport.drivers.envoy.ledger import Ledger
from homeport.drivers.envoy.places import Places
from homeport.drivers.envoy.tally import Tally
from homeport.model.record import Time
from homeport.model.sample import Sample
from homeport.model.target_group import TargetSeen, TargetStatus
from homeport.plan.observations import TargetObserved
from homeport.plan.traffic import Delta, Endpoint

EVERY_S = 1.0
MERGE_S = 0.02
"""How long Envoy's threads have for handing over their histograms."""

MOST_NAMED = 100
"""Of so many clusters Envoy is asked by their names; of more, for all."""


class Meter:
    """`seen` is what the health checker concluded last; `tell` is called from the loop, and must not block."""

    def __init__(
        self,
        admin: Admin,
        clock: Callable[[], Time],
        tell: Callable[[Sample | TargetObserved], None],
        seen: Callable[[str], TargetSeen | None],
    ) -> None:
        self._admin = admin
        self._clock = clock
        self._tell = tell
        self._seen = seen
        self._places = Places()
        self._ledger = Ledger()
        self._tally = Tally(self._places, self._status)
        self._idleness = Idleness()

    def follow(self, delta: Delta) -> None:
        """Measure these from now on."""
        self._places.follow(delta)
        self._idleness.follow(delta)

    async def run(self) -> None:
        """Measure, until it is cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            await self.measure()
            # A second that was missed is in the next sample: nothing is made up for.
            due = max(due + EVERY_S, loop.time())
            await asyncio.sleep(due - loop.time())

    async def measure(self) -> None:
        """Once. Tells nothing when Envoy does not answer."""
        await self._admin.get(counting.MERGE)
        await asyncio.sleep(MERGE_S)
        text = await self._admin.get(counting.STATS)
        found = await self._hosts()
        now = self._clock()
        if found is not None:
            for target in self._idleness.idle(found):
                seen = self._seen(target) or TargetSeen(at=now)
                self._tell(TargetObserved(target, replace(seen, idle_at=now)))
        if text is None:
            return
        changes = self._ledger.read(text.decode("utf-8", "replace"))
        if changes is None:
            self._tally.begin(found or ())
        else:
            await asyncio.sleep(
                0
            )  # With a thousand busy target groups each half takes its time: others go first.
            for sample in self._tally.samples(now, changes, found):
                self._tell(sample)

    async def _hosts(self) -> Sequence[Host] | None:
        """The targets that something has to be known of; None when Envoy does not say."""
        wanted = self._idleness.clusters
        names = sorted(wanted) if len(wanted) <= MOST_NAMED else ["group_.*"]
        if self._places.has_flows:
            names.append("forward_.*")
        if not names:
            return []
        body = await self._admin.get(rows.path("|".join(names)))
        return None if body is None else rows.hosts(body)

    def _status(self, endpoint: Endpoint) -> TargetStatus:
        seen = self._seen(endpoint.id)
        return endpoint.status if seen is None else seen.status

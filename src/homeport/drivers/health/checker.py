"""Checks the health of every target that a load balancer uses, and tells what it concludes when that changes.

Which targets are checked is decided here; when in `rounds.py`, what they are asked in `question.py`, how in `probes/`,
and what their answers mean in `verdict.py`. Conclusions are kept by whoever hears them, and come back after a restart
as an endpoint's status, so that a healthy target need not prove itself again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from homeport.drivers.health import probes
from homeport.drivers.health.question import question
from homeport.drivers.health.rounds import AT_ONCE, Rounds
from homeport.drivers.health.verdict import INITIAL, Outcome, Verdict, judged, remembered
from homeport.model.record import Time
from homeport.model.target_group import TargetSeen
from homeport.plan.observations import TargetObserved
from homeport.plan.traffic import Delta, Endpoint, GroupTable

SOON_S = 0.5
"""A target that is new, or is asked something else, is checked within this time, when the dice say."""


@dataclass(eq=False, slots=True)
class Watch:
    """A target, what is concluded of it, and how that was told."""

    group: GroupTable
    endpoint: Endpoint
    verdict: Verdict
    seen: TargetSeen


class Checker:
    """`tell` is called from the loop, at once, and must not block. `clock` gives the dates of conclusions."""

    def __init__(
        self,
        clock: Callable[[], Time],
        dice: Random,
        tell: Callable[[TargetObserved], None],
        at_once: int = AT_ONCE,
    ) -> None:
        self._clock = clock
        self._tell = tell
        self._groups: dict[str, GroupTable] = {}
        self._watches: dict[str, Watch] = {}
        self._rounds = Rounds(dice, self._ask, self._hear, at_once)

    def seen(self, target_id: str) -> TargetSeen | None:
        """What was concluded last, also of a target that is draining; None for one that no load balancer uses."""
        watch = self._watches.get(target_id)
        return None if watch is None else watch.seen

    def follow(self, delta: Delta) -> None:
        """Check these from now on, and those that are gone no more. Needs a running loop."""
        for id, table in delta.groups.items():
            before = self._groups.pop(id, None)
            now = {} if table is None else _used(table)
            for gone in (_used(before).keys() if before is not None else set()) - now.keys():
                self._watches.pop(gone, None)
                self._rounds.stop(gone)
            if table is not None:
                self._groups[id] = table
                for endpoint in now.values():
                    self._watch(table, endpoint, is_first=before is None)

    async def run(self) -> None:
        """Check, until it is cancelled."""
        await self._rounds.run()

    def _watch(self, table: GroupTable, endpoint: Endpoint, *, is_first: bool) -> None:
        """One target of a table; `is_first`: the target group was not there before."""
        known = self._watches.get(endpoint.id)
        if known is None or known.endpoint.registered_at != endpoint.registered_at:
            # A group that comes for the first time brings what was known of its targets. In one that was there
            # already, that was known before it was unused for a while: ELB begins anew.
            verdict = remembered(endpoint.status) if is_first else INITIAL
            self._begin(Watch(table, endpoint, verdict, _words(verdict, self._clock())))
            return
        before = known.group.check, known.group.source, known.endpoint.host
        is_asked_differently = before != (table.check, table.source, endpoint.host)
        known.group, known.endpoint = table, endpoint
        if endpoint.draining:
            self._rounds.stop(endpoint.id)
        elif is_asked_differently:
            self._rounds.begin(endpoint.id, SOON_S)

    def _begin(self, watch: Watch) -> None:
        id = watch.endpoint.id
        self._watches[id] = watch
        if watch.endpoint.draining:
            return
        if watch.verdict.status == "initial":
            self._rounds.begin(id, SOON_S)
            self._tell(TargetObserved(id, watch.seen))
        else:
            self._rounds.begin(id, watch.group.check.interval_s)

    async def _ask(self, target: str) -> Outcome:
        watch = self._watches[target]
        return await probes.ask(question(watch.group, watch.endpoint))

    def _hear(self, target: str, outcome: Outcome) -> float:
        """Conclude; returns the seconds until the target is asked again."""
        watch = self._watches[target]
        before, watch.verdict = watch.verdict, judged(watch.verdict, outcome, watch.group.check)
        if not watch.verdict.is_as(before):
            watch.seen = _words(watch.verdict, self._clock())
            self._tell(TargetObserved(target, watch.seen))
        return float(watch.group.check.interval_s)


def _used(table: GroupTable) -> dict[str, Endpoint]:
    """The targets whose health matters to somebody."""
    if table.balancer is None or not table.check.enabled:
        return {}
    return {endpoint.id: endpoint for endpoint in table.endpoints}


def _words(verdict: Verdict, now: Time) -> TargetSeen:
    return TargetSeen(status=verdict.status, reason=verdict.reason, description=verdict.description, at=now)

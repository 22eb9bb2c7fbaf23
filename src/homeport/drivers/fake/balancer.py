"""A data plane that carries nothing: it finds targets healthy after a while, and idle after another.

Like the runtime beside it it is the world, and outlives the control plane; time and dice are arguments. `FakeBalancer` is
driven by the simulator, `SimulatedBalancer` puts it behind the drivers' port, for `homeport up --engine simulated`.
"""

import heapq
from collections.abc import AsyncIterator, Callable
from typing import Literal, TypeAlias

from msgspec import Struct

from homeport.drivers.fake.clockwork import Clockwork
from homeport.drivers.fake.faults import Dice
from homeport.model.record import Time
from homeport.model.sample import Sample
from homeport.model.target_group import TargetSeen, TargetStatus
from homeport.plan.observations import ListenerObserved, TargetObserved
from homeport.plan.traffic import Delta, Endpoint, GroupTable, Tables, applied

Told: TypeAlias = TargetObserved | ListenerObserved
Due: TypeAlias = Literal["look", "flap", "idle"]


class Moods(Struct, frozen=True, kw_only=True):
    """How the data plane is. Times in seconds, the rest are probabilities; the default one is slow but sound.

    `look_s`: until a target that is new, or answers differently, is concluded upon. `idle_s`: until a draining one has
    nothing left to do. `flaps`: a healthy one fails, `flap_s` later, and recovers. `hangs`: a draining one never is idle.
    """

    look_s: tuple[float, float] = (0.5, 2.0)
    idle_s: tuple[float, float] = (0.1, 1.0)
    flap_s: tuple[float, float] = (1.0, 20.0)
    flaps: float = 0.0
    hangs: float = 0.0


CALM = Moods()


def everywhere(_: Endpoint) -> bool:
    """Every target answers."""
    return True


class _Target(Struct):
    """What is known of a target, and the answer that it was concluded from."""

    group: GroupTable
    endpoint: Endpoint
    status: TargetStatus = "initial"
    code: int | None = None
    looks: bool = False


class FakeBalancer:
    """`listens` says whether a target's port is open; health checks are answered with the code that `codes` has for its
    port or its address, or with `code`.
    """

    def __init__(
        self, dice: Dice, moods: Moods = CALM, listens: Callable[[Endpoint], bool] = everywhere
    ) -> None:
        self.tables = Tables()
        self.moods = moods
        self.code = 200
        self.codes: dict[int | str, int] = {}
        self._dice = dice
        self._listens = listens
        self._targets: dict[str, _Target] = {}
        self._agenda: list[tuple[Time, int, Due, str, Time]] = []
        self._news: list[Told] = []
        self._count = 0

    def begin(self, tables: Tables, now: Time) -> None:
        """All there is. What is known already is told again: whoever heard it may have forgotten."""
        gone = Delta(
            listeners={id: None for id in self.tables.listeners if id not in tables.listeners},
            groups={id: None for id in self.tables.groups if id not in tables.groups},
        )
        self.apply(gone, now)
        self.apply(Delta(listeners=dict(tables.listeners), groups=dict(tables.groups)), now)
        for id, target in self._targets.items():
            if target.status != "initial" and not target.endpoint.draining:
                self._news.append(self._conclusion(id, target, now))

    def apply(self, delta: Delta, now: Time) -> None:
        """Take over what has changed."""
        for id, listener in delta.listeners.items():
            if listener is not None and listener != self.tables.listeners.get(id):
                self._news.append(ListenerObserved(id, now))
        for id, group in delta.groups.items():
            after = {} if group is None or group.balancer is None else {e.id: e for e in group.endpoints}
            before = self.tables.groups.get(id)
            for endpoint in () if before is None else before.endpoints:
                if endpoint.id not in after:
                    self._targets.pop(endpoint.id, None)
            for endpoint in after.values():
                assert group is not None
                self._follow(group, endpoint, now)
        self.tables = applied(self.tables, delta)

    def next_at(self) -> Time | None:
        """When there is something to be told next; 0 for what waits already."""
        if self._news:
            return 0.0
        return self._agenda[0][0] if self._agenda else None

    def due(self, now: Time) -> list[Told]:
        """What is seen by now."""
        if self._listens is not everywhere or self.codes:
            self._notice(now)
        told, self._news = self._news, []
        while self._agenda and self._agenda[0][0] <= now:
            _, _, kind, id, registered_at = heapq.heappop(self._agenda)
            target = self._targets.get(id)
            if target is not None and target.endpoint.registered_at == registered_at:
                told += self._come(kind, id, target, now)
        return told

    def _follow(self, group: GroupTable, endpoint: Endpoint, now: Time) -> None:
        known = self._targets.get(endpoint.id)
        was_draining = known is not None and known.endpoint.draining
        if known is None or known.endpoint.registered_at != endpoint.registered_at:
            known = self._targets[endpoint.id] = _Target(group, endpoint)
            was_draining = False
            if not endpoint.draining:
                self._look(endpoint.id, known, now)
        known.group, known.endpoint = group, endpoint
        if endpoint.draining and not was_draining and self._dice.random() >= self.moods.hangs:
            self._plan(now + self._dice.uniform(*self.moods.idle_s), "idle", endpoint)

    def _notice(self, now: Time) -> None:
        """Whoever answers otherwise than when it was concluded upon is looked at again."""
        for id, target in self._targets.items():
            is_settled = target.status != "initial" and not target.looks and not target.endpoint.draining
            if is_settled and self._code(target.endpoint) != target.code:
                self._look(id, target, now)

    def _look(self, id: str, target: _Target, now: Time) -> None:
        assert id == target.endpoint.id
        target.looks = True
        self._plan(now + self._dice.uniform(*self.moods.look_s), "look", target.endpoint)

    def _come(self, kind: Due, id: str, target: _Target, now: Time) -> list[Told]:
        if kind == "idle":
            seen = TargetSeen(status=target.status, at=now, idle_at=now)
            return [TargetObserved(id, seen)] if target.endpoint.draining else []
        if target.endpoint.draining:
            return []
        if kind == "flap":
            target.code, target.status = 0, "unhealthy"
            self._look(id, target, now)
            return [self._conclusion(id, target, now)]
        target.looks, target.code = False, self._code(target.endpoint)
        target.status = "healthy" if target.code == 200 else "unhealthy"
        if target.status == "healthy" and self._dice.random() < self.moods.flaps:
            self._plan(now + self._dice.uniform(*self.moods.flap_s), "flap", target.endpoint)
        return [self._conclusion(id, target, now)]

    def _code(self, endpoint: Endpoint) -> int | None:
        if not self._listens(endpoint):
            return None
        return self.codes.get(endpoint.port, self.codes.get(endpoint.host, self.code))

    def _conclusion(self, id: str, target: _Target, now: Time) -> TargetObserved:
        """In ELB's words."""
        if target.status == "healthy":
            return TargetObserved(id, TargetSeen(status="healthy", at=now))
        if not target.code:
            reason, description = "Target.FailedHealthChecks", "Health checks failed"
        else:
            reason = "Target.ResponseCodeMismatch"
            description = f"Health checks failed with these codes: [{target.code}]"
        return TargetObserved(
            id, TargetSeen(status="unhealthy", reason=reason, description=description, at=now)
        )

    def _plan(self, at: Time, kind: Due, endpoint: Endpoint) -> None:
        self._count += 1
        heapq.heappush(self._agenda, (round(at, 3), self._count, kind, endpoint.id, endpoint.registered_at))


class SimulatedBalancer:
    """The fake balancer behind the drivers' port; `clock` gives the time in seconds. It has no traffic, so no samples."""

    def __init__(self, clock: Callable[[], Time], dice: Dice, moods: Moods = CALM) -> None:
        self.trouble: str | None = None
        self._clock = clock
        self._balancer = FakeBalancer(dice, moods)
        self._clockwork: Clockwork[Told] = Clockwork(self._balancer, clock)

    async def begin(self, tables: Tables) -> None:
        """All there is, now."""
        self._balancer.begin(tables, self._clock())
        self._clockwork.turn()

    async def publish(self, delta: Delta) -> None:
        """What has changed since."""
        self._balancer.apply(delta, self._clock())
        self._clockwork.turn()

    def watch(self) -> AsyncIterator[Told | Sample]:
        """What is seen of targets and listeners."""
        return self._clockwork.watch()

    async def close(self) -> None:
        """Stop the clockwork."""
        self._clockwork.stop()

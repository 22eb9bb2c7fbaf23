"""What every data plane promises whoever publishes tables: one suite over dice and over a real Envoy."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from homeport.drivers.balancer import Balancer
from homeport.drivers.envoy.driver import EnvoyBalancer
from homeport.drivers.fake.balancer import SimulatedBalancer
from homeport.model.sample import Sample
from homeport.model.target_group import HealthCheck, TargetSeen
from homeport.plan.observations import ListenerObserved, TargetObserved
from homeport.plan.traffic import Endpoint, GroupTable
from tests.integration.envoy.plane import a_room, delta, fixed, forward, listener, nowhere, tables

OWN = "127.77.99.1"
OFTEN = HealthCheck(interval_s=1, timeout_s=1, healthy_threshold=1, unhealthy_threshold=1)


class Ear:
    """What was told, the latest of each."""

    def __init__(self) -> None:
        self.listeners: dict[str, ListenerObserved] = {}
        self.targets: dict[str, TargetSeen] = {}

    async def listen(self, balancer: Balancer) -> None:
        async for observed in balancer.watch():
            if isinstance(observed, ListenerObserved):
                self.listeners[observed.listener] = observed
            elif isinstance(observed, TargetObserved):
                self.targets[observed.target] = observed.seen
            else:
                assert isinstance(observed, Sample)

    async def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 30
        while not holds():
            assert time.monotonic() < end, (self.listeners, self.targets)
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def heard(balancer: Balancer) -> AsyncIterator[Ear]:
    """Listen while the block lasts, and let go."""
    ear = Ear()
    listening = asyncio.create_task(ear.listen(balancer))
    try:
        yield ear
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await balancer.close()


def simulated(_: Path) -> Balancer:
    return SimulatedBalancer(time.time, Random(7))


def envoy(data: Path) -> Balancer:
    return EnvoyBalancer(data, [sys.executable, "-m", "homeport", "balancer", "--data", str(data)], nowhere)


Make = Callable[[Path], Balancer]


@pytest.fixture(params=[simulated, envoy], name="make")
def _make(request: pytest.FixtureRequest) -> Make:
    return request.param


def run(data: Path, test: Callable[[GroupTable], Awaitable[None]]) -> None:
    """With a target group of one backend that answers."""

    async def whole() -> None:
        async with asyncio.timeout(120), a_room(data, "blue") as room:
            group = replace(room.group("blue"), check=OFTEN)
            await test(replace(group, endpoints=(replace(group.endpoints[0], status="initial"),)))

    asyncio.run(whole())


def test_a_listener_and_its_targets_are_told_to_be_well(make, tmp_path):
    async def test(group: GroupTable) -> None:
        web, (target,) = listener(forward(group), address=OWN), group.endpoints
        balancer = make(tmp_path)
        async with heard(balancer) as ear:
            await balancer.begin(tables(web, group))
            await ear.until(lambda: web.id in ear.listeners and ear.listeners[web.id].trouble is None)
            await ear.until(lambda: _status(ear, target) == "healthy")
        assert balancer.trouble is None

    run(tmp_path, test)


def test_what_is_published_later_counts_as_what_was_begun_with(make, tmp_path):
    async def test(group: GroupTable) -> None:
        web, (target,) = listener(forward(group), address=OWN), group.endpoints
        balancer = make(tmp_path)
        async with heard(balancer) as ear:
            await balancer.begin(tables())
            await balancer.publish(delta(group))
            await balancer.publish(delta(web))
            await ear.until(lambda: web.id in ear.listeners)
            await ear.until(lambda: _status(ear, target) == "healthy")

    run(tmp_path, test)


def test_a_target_that_leaves_is_told_to_be_idle(make, tmp_path):
    async def test(group: GroupTable) -> None:
        web, (target,) = listener(forward(group), address=OWN), group.endpoints
        balancer = make(tmp_path)
        async with heard(balancer) as ear:
            await balancer.begin(tables(web, group))
            await ear.until(lambda: _status(ear, target) == "healthy")
            leaving = replace(group, endpoints=(replace(target, draining=True),))
            await balancer.publish(delta(leaving))
            await ear.until(lambda: ear.targets[target.id].idle_at is not None)

    run(tmp_path, test)


def test_nobody_is_told_of_what_is_gone_and_beginning_again_lets_go_of_the_rest(make, tmp_path):
    async def test(group: GroupTable) -> None:
        first, second = listener(fixed("first"), address=OWN), listener(fixed("second"), address=OWN)
        balancer = make(tmp_path)
        async with heard(balancer) as ear:
            await balancer.begin(tables(first, second))
            await ear.until(lambda: {first.id, second.id} <= ear.listeners.keys())
            await balancer.begin(tables(second))
            third = listener(fixed("third"), port=first.port, address=OWN)
            await balancer.publish(delta(third))
            await ear.until(lambda: third.id in ear.listeners)
            assert ear.listeners[third.id].trouble is None

    run(tmp_path, test)


def _status(ear: Ear, target: Endpoint) -> str | None:
    seen = ear.targets.get(target.id)
    return None if seen is None else seen.status

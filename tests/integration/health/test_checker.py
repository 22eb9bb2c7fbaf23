"""The checker, and targets on loopback that change their minds."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random

import pytest
from msgspec.structs import replace

from homeport.drivers.health.checker import Checker
from homeport.drivers.health.rounds import AT_ONCE, MOST_HANGING
from homeport.model.target_group import HealthCheck, TargetSeen
from homeport.plan.observations import TargetObserved
from homeport.plan.traffic import Delta
from tests.integration.health.servers import a_target as listening_target
from tests.integration.health.servers import listening
from tests.unit.drivers.health.groups import GROUP, QUICK, a_group, a_target, news

DEADLINE_S = 30.0
BROKEN = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
SLOW = replace(QUICK, interval_s=300, timeout_s=120)
INITIAL = ("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
HEALTHY = ("healthy", None, None)
BROKE = ("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]")


class World:
    """A running checker, and what it told."""

    def __init__(self) -> None:
        self.told: list[TargetObserved] = []
        self.checker = Checker(time.time, Random(7), self.told.append)

    def of(self, target: str) -> list[tuple[str, str | None, str | None]]:
        """What was told of one target, in order."""
        return [
            (each.seen.status, each.seen.reason, each.seen.description)
            for each in self.told
            if each.target == target
        ]

    def healthy(self) -> set[str]:
        """The targets that were told to be healthy."""
        return {each.target for each in self.told if each.seen.status == "healthy"}


@asynccontextmanager
async def a_world() -> AsyncIterator[World]:
    world = World()
    running = asyncio.create_task(world.checker.run())
    try:
        yield world
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not holds():  # noqa: ASYNC110  # the world has no event for it
            await asyncio.sleep(0.01)


async def hanging(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def test_a_new_target_is_initial_and_healthy_after_one_success():
    async def story() -> None:
        async with a_world() as world, listening_target() as server:
            target = a_target(server.port)
            world.checker.follow(news(a_group(target)))
            assert world.of(target.id) == [INITIAL]
            await until(lambda: len(world.told) == 2)
            assert world.of(target.id) == [INITIAL, HEALTHY]
            assert world.checker.seen(target.id) == world.told[-1].seen

    asyncio.run(story())


def test_a_target_falls_and_rises_and_only_changes_are_told():
    async def story() -> None:
        async with a_world() as world, listening_target(BROKEN) as server:
            target = a_target(server.port)
            world.checker.follow(news(a_group(target)))
            await until(lambda: len(server.asked) == 3)
            server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            await until(lambda: len(world.told) == 3)
            assert len(server.asked) >= 5
            assert world.of(target.id) == [INITIAL, BROKE, HEALTHY]

    asyncio.run(story())


def test_what_was_known_before_a_restart_is_neither_told_nor_lost():
    async def story() -> None:
        async with a_world() as world, listening_target() as server:
            target = a_target(server.port, status="healthy")
            world.checker.follow(news(a_group(target)))
            await until(lambda: len(server.asked) >= 2)
            assert world.told == []
            assert (world.checker.seen(target.id) or TargetSeen()).status == "healthy"

    asyncio.run(story())


def test_a_target_that_was_registered_anew_begins_anew():
    async def story() -> None:
        async with a_world() as world, listening_target() as server:
            target = a_target(server.port)
            world.checker.follow(news(a_group(target)))
            await until(lambda: len(world.told) == 2)
            world.checker.follow(news(a_group(replace(target, status="healthy", registered_at=2.0))))
            await until(lambda: len(world.told) == 4)
            assert world.of(target.id) == [INITIAL, HEALTHY, INITIAL, HEALTHY]

    asyncio.run(story())


def test_a_draining_target_is_not_checked_and_not_forgotten():
    async def story() -> None:
        async with a_world() as world, listening_target() as server, listening_target() as other:
            target, witness = a_target(server.port), a_target(other.port)
            world.checker.follow(news(a_group(target, witness)))
            await until(lambda: len(world.healthy()) == 2)
            world.checker.follow(news(a_group(replace(target, draining=True), witness)))
            before, count = len(server.asked), len(other.asked)
            await until(lambda: len(other.asked) >= count + 2)
            assert len(server.asked) == before
            assert (world.checker.seen(target.id) or TargetSeen()).status == "healthy"

    asyncio.run(story())


@pytest.mark.parametrize("gone", [None, a_group()], ids=["the group", "the target"])
def test_what_is_gone_is_forgotten(gone):
    async def story() -> None:
        async with a_world() as world, listening_target() as server:
            target = a_target(server.port)
            world.checker.follow(news(a_group(target)))
            await until(lambda: len(world.told) == 2)
            world.checker.follow(Delta(groups={GROUP: gone}))
            assert world.checker.seen(target.id) is None

    asyncio.run(story())


def test_a_group_that_no_load_balancer_uses_is_not_checked_and_begins_anew_when_one_does():
    async def story() -> None:
        async with a_world() as world, listening_target() as server:
            target = a_target(server.port, status="healthy")
            world.checker.follow(news(a_group(target, balancer=None)))
            assert world.checker.seen(target.id) is None
            world.checker.follow(news(a_group(target)))
            await until(lambda: len(world.told) == 2)
            assert world.of(target.id) == [INITIAL, HEALTHY]
            world.checker.follow(news(a_group(target, balancer=None)))
            assert world.checker.seen(target.id) is None

    asyncio.run(story())


def test_changed_settings_are_asked_by_at_once_and_keep_the_state():
    async def story() -> None:
        async with a_world() as world, listening_target() as server:
            target = a_target(server.port)
            world.checker.follow(news(a_group(target, check=replace(SLOW, path="/old"))))
            await until(lambda: len(world.told) == 2)
            world.checker.follow(news(a_group(target, check=replace(SLOW, path="/new"))))
            await until(lambda: len(server.asked) == 2)
            assert server.asked[1].startswith(b"GET /new ")
            assert world.of(target.id) == [INITIAL, HEALTHY]

    asyncio.run(story())


def test_two_thousand_targets_are_all_checked_and_never_too_many_at_once():
    async def story() -> None:
        async with a_world() as world, listening_target(pause_s=0.02) as server:
            targets = [a_target(server.port, number) for number in range(2000)]
            world.checker.follow(news(a_group(*targets, check=SLOW)))
            await until(lambda: len(world.healthy()) == len(targets))
            assert len(server.asked) == len(targets)
            assert 1 < server.most <= AT_ONCE + MOST_HANGING

    asyncio.run(story())


def test_targets_that_hang_do_not_delay_those_that_answer():
    """More hang than may be asked at once, and none of them is given up while the story lasts."""

    async def story() -> None:
        async with a_world() as world, listening(hanging) as silent, listening_target() as server:
            hung = [a_target(silent, number) for number in range(AT_ONCE + 50)]
            world.checker.follow(news(a_group(*hung, check=SLOW)))
            await asyncio.sleep(0.6)
            quick = a_group(a_target(server.port), id="another", check=HealthCheck(interval_s=5))
            world.checker.follow(news(quick))
            await until(lambda: len(world.healthy()) == 1)
            assert world.healthy() == {quick.endpoints[0].id}

    asyncio.run(story())


def test_the_dates_are_the_clocks():
    async def story() -> None:
        told: list[TargetObserved] = []
        checker = Checker(lambda: 1_700_000_000.5, Random(7), told.append)
        checker.follow(news(a_group(a_target(1))))
        assert [each.seen.at for each in told] == [1_700_000_000.5]

    asyncio.run(story())

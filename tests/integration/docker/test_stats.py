"""What the engine tells of what containers use."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from homeport.drivers.docker.calls import ANYWHERE
from homeport.drivers.docker.stats import Stats, rated
from homeport.plan.effects import StopContainer
from tests.integration.docker.interfaces import a_network, a_pause
from tests.integration.docker.room import Room, a_script, a_task, in_a_room


async def until(
    stats: Stats, runtime_id: str | None, holds: Callable[[dict[str, Any] | None], bool]
) -> dict[str, Any] | None:
    """What is told, once it is so; each look takes its time."""
    for _ in range(100):
        told = await stats.stats(runtime_id or "")
        if holds(told):
            return told
        await asyncio.sleep(0.1)
    raise AssertionError(f"never told so; last: {told}")


EARLIER = {"read": "2026-01-02T03:04:05.5Z", "networks": {"eth0": {"rx_bytes": 10, "tx_bytes": 20}}}
LATER = {"read": "2026-01-02T03:04:07.5Z", "networks": {"eth0": {"rx_bytes": 110, "tx_bytes": 21}}}


def test_a_rate_is_bytes_over_seconds() -> None:
    assert rated(EARLIER, LATER) == {
        "network_rate_stats": {"rx_bytes_per_sec": 50.0, "tx_bytes_per_sec": 0.5}
    }


def test_there_is_no_rate_without_a_network_or_without_time() -> None:
    assert rated({"read": EARLIER["read"]}, LATER) == {} == rated(LATER, EARLIER) == rated(LATER, LATER)


def test_a_container_that_runs_has_stats_and_one_that_does_not_has_none() -> None:
    async def test(room: Room) -> None:
        stats = Stats(ANYWHERE, time.monotonic)
        try:
            payload = a_task(a_script("sleep 100"))
            started = await room.start(payload)
            assert started.runtime_id is not None
            told = await stats.stats(started.runtime_id)
            assert told is not None and told["memory_stats"] and told["cpu_stats"] and told["precpu_stats"]
            second = await until(stats, started.runtime_id, lambda told: "network_rate_stats" in (told or {}))
            assert second is not None
            assert set(second["network_rate_stats"]) == {"rx_bytes_per_sec", "tx_bytes_per_sec"}
            await room.seen(StopContainer(payload.ref("web"), 0.0))
            # A look that had begun is told once more.
            await until(stats, started.runtime_id, lambda told: told is None)
            assert await stats.stats("0" * 64) is None
        finally:
            await stats.close()

    in_a_room(test)


def test_a_pause_counts_the_network_of_its_task() -> None:
    async def test(room: Room) -> None:
        stats = Stats(ANYWHERE, time.monotonic)
        try:
            pause = await room.seen(a_pause(a_network()))
            told = await stats.stats(pause.runtime_id or "")
            assert told is not None and "eth0" in told["networks"]
        finally:
            await stats.close()

    in_a_room(test)


def test_what_containers_have_written_is_counted_together() -> None:
    async def test(room: Room) -> None:
        stats = Stats(ANYWHERE, time.monotonic)
        try:
            script = "dd if=/dev/zero of=/big bs=1M count=3; sync; echo done; sleep 100"
            payload = a_task(a_script(script))
            started = await room.start(payload)
            container = room.docker.containers.container(started.runtime_id or "")
            async for line in container.log(stdout=True, follow=True):
                if "done" in line:
                    break
            assert await stats.written_mib((started.runtime_id or "", "0" * 64)) == 3
        finally:
            await stats.close()

    in_a_room(test)

"""Deployments under load, on real containers through a real Envoy: no request fails, whatever Homeport goes through."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.load import Count
from demo.shop import SERVICE, docker, until
from tests.integration.traffic.street import Street, a_street

SHIFTS = 100
DEAD_S = 10.0

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """One shop for all tests of this module: each begins with blue and green at 100 %, all weight on blue."""
    with a_street(tmp_path_factory.mktemp("street")) as street:
        street.both()
        street.load.start()
        yield street


def after(street: Street, requests: int = 100) -> Count:
    """What so many requests from now on meet."""
    return street.load.during(requests)


def answering(street: Street) -> set[str]:
    """Who answers from now on; nobody fails."""
    count = after(street)
    assert count.failures == []
    return set(count.answers)


def envoy_pid(street: Street) -> int:
    """The one Envoy of this installation."""
    found = [
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if b"envoy" in (text := _read(path)).split(b"\0")[0] and str(street.server.data).encode() in text
    ]
    assert len(found) == 1, found
    return found[0]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_a_hundred_shifts_between_blue_and_green_fail_no_request(street: Street):
    street.load.take()
    for shift in range(SHIFTS):
        street.front.shift(*((0, 100) if shift % 2 == 0 else (100, 0)))
        time.sleep(0.03)
    count = street.load.take()
    assert count.failures == []
    assert set(count.answers) == {"blue", "green"}
    until(lambda: answering(street) == {"blue"}, "blue to answer everything")


def test_a_weight_of_zero_gets_nothing_and_half_gets_about_half(street: Street):
    street.front.shift(50, 50)
    until(lambda: answering(street) == {"blue", "green"}, "both to answer")
    half = after(street, 1000)
    street.front.shift(100, 0)
    until(lambda: answering(street) == {"blue"}, "blue to answer everything")
    assert 0.4 < half.answers["green"] / half.total < 0.6


def test_ten_seconds_without_homeport_fail_no_request(street: Street):
    street.load.take()
    before = envoy_pid(street)
    street.server.kill()
    time.sleep(DEAD_S)
    while_dead = street.load.take()
    assert while_dead.failures == []
    assert while_dead.total > 1000
    street.server.start()
    street.front.shift(0, 100)
    until(lambda: answering(street) == {"green"}, "green to answer everything")
    street.front.shift(100, 0)
    until(lambda: answering(street) == {"blue"}, "blue to answer everything")
    assert envoy_pid(street) == before


def test_an_envoy_that_is_killed_comes_back_with_its_last_configuration(street: Street):
    before = envoy_pid(street)
    os.kill(before, signal.SIGKILL)
    time.sleep(0.05)
    until(lambda: after(street, 50).failures == [], "answers again", 20)
    assert envoy_pid(street) != before
    until(lambda: answering(street) == {"blue"}, "blue to answer everything")


def test_scaling_in_and_out_fails_no_request(street: Street):
    street.load.take()
    street.shop.scale("blue", 50)
    street.shop.until_steady("blue", 2)
    until(lambda: len(street.front.states("blue")) == 2, "two targets to be gone")
    street.shop.scale("blue", 100)
    street.shop.until_steady("blue", 4)
    assert street.load.take().failures == []
    assert street.front.states("blue") == ["healthy"] * 4


def test_a_container_that_is_killed_is_replaced_and_leaves_no_target_behind(street: Street):
    victim = min(street.shop.containers())
    docker("kill", victim)
    until(lambda: victim not in street.shop.containers(), "the task to be gone")
    street.shop.until_steady("blue", 4)
    street.shop.until_steady("green", 4)
    until(lambda: street.front.states("blue") == ["healthy"] * 4, "four healthy targets")
    until(lambda: street.front.states("green") == ["healthy"] * 4, "four healthy targets")
    assert after(street, 300).failures == []


def test_a_deleted_task_set_is_drained_before_it_is_stopped(street: Street):
    street.load.take()
    street.front.shift(0, 100)
    street.shop.promote("green")
    street.shop.delete("blue")
    until(lambda: "blue" not in street.shop.task_sets(), "blue to be gone")
    assert street.load.take().failures == []
    assert street.front.states("blue") == []
    messages = [event["message"] for event in reversed(street.shop.service()["events"])]
    told = [line for line in messages if f"(service {SERVICE}, taskSet" in line and "draining" in line]
    assert any("has begun draining connections on 4 tasks." in line for line in told), messages
    street.shop.create("blue", 100, street.front.groups["blue"])
    street.shop.until_steady("blue", 4)
    street.front.shift(100, 0)

"""Containers come up, end, and go, as the effects say."""

import asyncio
import time

import pytest

from homeport.drivers.docker.driver import connect
from homeport.drivers.house import House
from homeport.plan.effects import PullImage, RemoveContainer, StartContainer, StopContainer
from homeport.plan.observations import ContainerObserved
from homeport.shapes import ecs
from tests.integration.docker.room import Room, a_script, a_task, in_a_room
from tests.unit.drivers.payloads import a_container

FOREVER = "trap 'exit 7' TERM; while :; do sleep 0.05; done"


def test_a_started_container_runs() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script(FOREVER))
        seen = await room.start(payload)
        assert seen.status == "RUNNING" and seen.exit_code is None and seen.address
        assert seen.started_at is not None and abs(seen.at - seen.started_at) < 10
        assert (await room.listed())[payload.ref("web")].runtime_id == seen.runtime_id

    in_a_room(test)


def test_a_pulled_image_has_a_digest_and_times() -> None:
    async def test(room: Room) -> None:
        payload = a_task()
        seen = await room.seen(PullImage(payload.ref("web"), payload))
        assert seen.status == "PULLED" and (seen.image_digest or "").startswith("sha256:")
        assert seen.pull_started_at is not None and seen.pull_stopped_at is not None
        assert seen.pull_started_at <= seen.pull_stopped_at

    in_a_room(test)


def test_sigterm_is_sent_and_its_exit_code_seen() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script(FOREVER))
        await room.start(payload)
        await asyncio.sleep(0.3)
        seen = await room.seen(StopContainer(payload.ref("web"), 10.0))
        assert (seen.status, seen.exit_code) == ("STOPPED", 7)
        assert seen.finished_at is not None

    in_a_room(test)


def test_a_container_that_ignores_sigterm_is_killed_after_its_grace() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script("trap '' TERM; while :; do sleep 0.05; done"))
        started = await room.start(payload)
        await asyncio.sleep(0.3)
        seen = await room.seen(StopContainer(payload.ref("web"), 1.0))
        assert (seen.status, seen.exit_code) == ("STOPPED", 137)
        assert started.started_at is not None and seen.finished_at is not None
        assert seen.finished_at - started.started_at >= 1.0

    in_a_room(test)


@pytest.mark.parametrize("code", [0, 1, 139])
def test_an_exit_code_is_seen(code: int) -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script(f"exit {code}"))
        await room.start(payload)
        seen = await room.until(payload.ref("web"), lambda seen: seen.status == "STOPPED")
        assert seen.exit_code == code and seen.reason is None

    in_a_room(test)


def test_starting_twice_makes_one_container() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script(FOREVER))
        await room.seen(PullImage(payload.ref("web"), payload))
        start = StartContainer(payload.ref("web"), payload)
        first, second = await asyncio.gather(room.seen(start), room.seen(start))
        assert first.runtime_id == second.runtime_id and second.status == "RUNNING"
        assert len(await room.listed()) == 1

    in_a_room(test)


def test_a_container_that_ended_is_not_started_again() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script("exit 3"))
        started = await room.start(payload)
        await room.until(payload.ref("web"), lambda seen: seen.status == "STOPPED")
        seen = await room.seen(StartContainer(payload.ref("web"), payload))
        assert (seen.status, seen.exit_code, seen.runtime_id) == ("STOPPED", 3, started.runtime_id)

    in_a_room(test)


def test_the_next_attempt_is_another_container() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script("exit 0"))
        again = a_task(a_script("exit 0"), task=payload.task, attempts={"web": 1})
        first, second = await room.start(payload), await room.start(again)
        assert first.runtime_id != second.runtime_id and second.attempt == 1

    in_a_room(test)


def test_a_container_that_was_made_and_never_started_is_started() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script(FOREVER))
        started = await room.start(payload)
        found = await room.inspect(started.runtime_id)
        await room.seen(RemoveContainer(payload.ref("web")))
        body = {**found["Config"], "HostConfig": found["HostConfig"]}
        made = await room.docker.containers.create(body, name=found["Name"].strip("/"))
        assert (await room.listed())[payload.ref("web")].status == "CREATED"
        seen = await room.seen(StartContainer(payload.ref("web"), payload))
        assert (seen.status, seen.runtime_id) == ("RUNNING", made.id)

    in_a_room(test)


def test_what_is_not_there_is_removed_already() -> None:
    async def test(room: Room) -> None:
        ref = a_task().ref("web")
        assert (await room.seen(StopContainer(ref, 1.0))).status == "REMOVED"
        assert (await room.seen(RemoveContainer(ref))).status == "REMOVED"

    in_a_room(test)


def test_a_removed_container_is_gone_although_it_ran() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script(FOREVER))
        await room.start(payload)
        assert (await room.seen(RemoveContainer(payload.ref("web")))).status == "REMOVED"
        assert await room.listed() == {}

    in_a_room(test)


def test_a_container_killed_by_hand_is_seen_by_the_next_list() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script(FOREVER))
        started = await room.start(payload)
        await room.listed()
        await room.docker.containers.container(started.runtime_id or "").kill()
        seen = await room.until(payload.ref("web"), lambda seen: seen.status == "STOPPED", limit_s=5)
        assert seen.exit_code == 137

    in_a_room(test)


def test_a_container_killed_and_removed_by_hand_is_watched() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script(FOREVER))
        watching = asyncio.create_task(_statuses(room, 3))
        await asyncio.sleep(0.5)
        started = await room.start(payload)
        await asyncio.sleep(0.3)
        container = room.docker.containers.container(started.runtime_id or "")
        await container.kill()
        await asyncio.sleep(0.3)
        await container.delete()
        async with asyncio.timeout(10):
            assert await watching == ["RUNNING", "STOPPED", "REMOVED"]

    in_a_room(test)


def test_a_container_restarted_by_hand_is_seen_at_its_new_address() -> None:
    async def test(room: Room) -> None:
        payloads = [a_task(a_script(FOREVER)) for _ in range(2)]
        started = [await room.start(payload) for payload in payloads]
        await room.listed()
        containers = [room.docker.containers.container(seen.runtime_id or "") for seen in started]
        for container in containers:
            await container.stop(t=0)
        # Started the other way round, each may get another's address.
        for container in reversed(containers):
            await container.start()
        listed = {seen.runtime_id: seen.address for seen in (await room.listed()).values()}
        shown = [await container.show() for container in containers]
        assert listed == {one["Id"]: one["NetworkSettings"]["IPAddress"] for one in shown}

    in_a_room(test)


def test_a_control_plane_that_was_restarted_knows_the_digest() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script(FOREVER))
        started = await room.start(payload)
        restarted = connect(House(installation=room.installation), clock=time.time)
        _, seen, _ = await restarted.list()
        await restarted.close()
        assert isinstance(seen, ContainerObserved) and seen.seen.runtime_id == started.runtime_id
        assert seen.seen.image_digest == started.image_digest
        assert (started.image_digest or "").startswith("sha256:")

    in_a_room(test)


def test_too_little_memory_is_told_in_ecs_words() -> None:
    async def test(room: Room) -> None:
        # tail holds the whole of a line in memory.
        payload = a_task(a_script("tail /dev/zero", memory=8))
        await room.start(payload)
        reason = "OutOfMemoryError: Container killed due to memory usage"
        seen = await room.until(payload.ref("web"), lambda seen: seen.reason == reason)
        assert (seen.status, seen.exit_code) == ("STOPPED", 137)

    in_a_room(test)


def test_a_health_check_is_seen_to_pass_and_to_fail() -> None:
    async def test(room: Room) -> None:
        check = ecs.HealthCheck(command=["CMD-SHELL", "test ! -e /tmp/ill"], interval=1, timeout=2, retries=1)
        payload = a_task(a_script("sleep 3; touch /tmp/ill; sleep 60", health_check=check))
        assert (await room.start(payload)).health == "UNKNOWN"
        await room.until(payload.ref("web"), lambda seen: seen.health == "HEALTHY")
        await room.until(payload.ref("web"), lambda seen: seen.health == "UNHEALTHY")

    in_a_room(test)


def test_a_missing_image_cannot_be_pulled() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_container(image="localhost:1/homeport/nothing:here"))
        seen = await room.seen(PullImage(payload.ref("web"), payload))
        assert seen.status == "STOPPED"
        assert (seen.reason or "").startswith("CannotPullContainerError: Error response from daemon: ")

    in_a_room(test)


def test_a_missing_image_is_no_reason_to_raise_at_the_start() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_container(image="homeport/nothing:here"))
        seen = await room.seen(StartContainer(payload.ref("web"), payload))
        assert seen.status == "STOPPED"
        assert (seen.reason or "").startswith(
            "CannotCreateContainerError: Error response from daemon: No such image"
        )

    in_a_room(test)


def test_a_command_that_is_not_there_cannot_be_started_and_leaves_nothing() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_container(command=["/no/such"]))
        watching = asyncio.create_task(_statuses(room, 1))
        await asyncio.sleep(0.5)
        seen = await room.start(payload)
        assert seen.status == "STOPPED" and await room.listed() == {}
        assert (seen.reason or "").startswith("CannotStartContainerError: Error response from daemon: ")
        await asyncio.sleep(0.5)
        # Its removal would overtake the reason, so it is not told.
        assert not watching.done()
        watching.cancel()

    in_a_room(test)


def test_a_refused_container_never_reaches_the_engine() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_container(privileged=True))
        seen = await room.start(payload)
        assert seen.status == "STOPPED"
        assert (seen.reason or "").startswith("CannotCreateContainerError: privileged containers are refused")
        assert await room.listed() == {}

    in_a_room(test)


async def _statuses(room: Room, count: int) -> list[str]:
    """The first statuses that are watched, each once."""
    statuses: list[str] = []
    async for observed in room.driver.watch():
        assert isinstance(observed, ContainerObserved)
        if observed.seen.status not in statuses:
            statuses.append(observed.seen.status)
        if len(statuses) == count:
            break
    return statuses

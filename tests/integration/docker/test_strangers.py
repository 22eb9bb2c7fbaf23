"""What is not ours is never touched, though it has the name, the image or half the labels of ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiodocker

from homeport.drivers.docker import names
from homeport.plan import naming
from homeport.plan.effects import RemoveContainer, StartContainer, StopContainer
from tests import images
from tests.integration.docker.room import Room, a_room, a_script, a_task, in_a_room


@asynccontextmanager
async def a_stranger(
    room: Room, name: str, labels: dict[str, str]
) -> AsyncIterator[aiodocker.containers.DockerContainer]:
    """A container that somebody else runs."""
    body: dict[str, Any] = {"Image": images.BUSYBOX, "Cmd": ["sleep", "100"], "Labels": labels}
    container = await room.docker.containers.create(body, name=name)
    await container.start()
    try:
        yield container
        assert (await container.show())["State"]["Running"], "the stranger was touched"
    finally:
        await container.delete(force=True)


def test_a_stranger_with_our_name_is_left_alone() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script("sleep 100"))
        ref = payload.ref("web")
        async with a_stranger(room, naming.container_name(room.installation, ref), {}):
            started = await room.seen(StartContainer(ref, payload))
            assert started.status == "STOPPED" and "is taken by a container that is not ours" in (
                started.reason or ""
            )
            assert (await room.seen(StopContainer(ref, 1.0))).status == "REMOVED"
            assert (await room.seen(RemoveContainer(ref))).status == "REMOVED"
            assert await room.listed() == {}

    in_a_room(test)


def test_a_container_of_another_installation_is_left_alone() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script("sleep 100"))
        await room.start(payload)
        async with a_room() as other:
            assert await other.listed() == {}
            assert (await other.seen(RemoveContainer(payload.ref("web")))).status == "REMOVED"
        assert (await room.listed())[payload.ref("web")].status == "RUNNING"

    in_a_room(test)


def test_a_container_with_half_our_labels_is_not_listed() -> None:
    async def test(room: Room) -> None:
        labels = {names.INSTALLATION: room.installation, names.TASK: "x"}
        async with a_stranger(room, f"half-{room.installation}", labels):
            assert await room.listed() == {}

    in_a_room(test)


def test_a_copy_of_our_container_is_left_alone_and_taken_for_nothing() -> None:
    """An image made by `docker commit` carries our labels, and so does whoever runs it."""

    async def test(room: Room) -> None:
        payload = a_task(a_script("sleep 100"))
        started = await room.start(payload)
        labels = (await room.inspect(started.runtime_id))["Config"]["Labels"]
        ref = payload.ref("web")
        async with a_stranger(room, f"copy-{room.installation}", labels):
            assert (await room.listed())[ref].runtime_id == started.runtime_id
            assert (await room.seen(RemoveContainer(ref))).status == "REMOVED"
            assert await room.listed() == {}
            assert (await room.seen(StopContainer(ref, 0.0))).status == "REMOVED"

    in_a_room(test)


def test_a_container_that_was_renamed_is_its_renamers() -> None:
    async def test(room: Room) -> None:
        payload = a_task(a_script("sleep 100"))
        started = await room.start(payload)
        container = room.docker.containers.container(started.runtime_id or "")
        await container.rename(f"mine-{room.installation}")
        assert await room.listed() == {}
        assert (await room.seen(StopContainer(payload.ref("web"), 0.0))).status == "REMOVED"
        assert (await container.show())["State"]["Running"]
        await container.delete(force=True)

    in_a_room(test)

"""Pause containers on a real engine: an interface's address, shared by all containers of a task, for as long as it lives."""

import asyncio
import platform

from msgspec.structs import replace

from homeport.drivers.docker import facts
from homeport.drivers.docker.pause_image import pause_image
from homeport.drivers.docker.pauses import pause_spec
from homeport.plan import naming
from homeport.plan.effects import RemoveContainer, StartContainer, StartPause, StopContainer, TaskPayload
from homeport.shapes import ecs
from tests.integration.docker.interfaces import a_network, a_pause
from tests.integration.docker.room import Room, a_script, a_task, in_a_room

PROBE = "ip addr show eth0 2>/dev/null || cat /sys/class/net/eth0/address; hostname; cat /etc/resolv.conf"


async def output(room: Room, runtime_id: str | None) -> str:
    """What a container has said, once it has ended."""
    container = room.docker.containers.container(runtime_id or "")
    await container.wait(timeout=20)
    return "".join(await container.log(stdout=True, stderr=True))


def behind(pause: StartPause, *containers: ecs.ContainerDefinition) -> TaskPayload:
    """The payload of an awsvpc task."""
    return a_task(*containers, network_mode="awsvpc", pause=pause.ref)


def test_a_pause_runs_with_the_address_and_the_mac_that_were_asked_for() -> None:
    async def test(room: Room) -> None:
        pause = a_pause(a_network(), host=77)
        seen = await room.seen(pause)
        assert (seen.status, seen.address) == ("RUNNING", pause.socket.address)
        found = await room.inspect(seen.runtime_id)
        (attached,) = found["NetworkSettings"]["Networks"].values()
        assert attached["MacAddress"] == pause.socket.mac
        assert seen.namespace == found["NetworkSettings"]["SandboxKey"] != ""

    in_a_room(test)


def test_a_pause_may_do_next_to_nothing() -> None:
    async def test(room: Room) -> None:
        found = await room.inspect((await room.seen(a_pause(a_network()))).runtime_id)
        host = found["HostConfig"]
        assert host["CapDrop"] == ["ALL"] and host["ReadonlyRootfs"] and host["PidsLimit"] == 8
        assert host["SecurityOpt"] == ["no-new-privileges"] and host["LogConfig"]["Type"] == "none"
        assert "com.amazonaws.ecs.task-arn" not in found["Config"]["Labels"]

    in_a_room(test)


def test_a_pause_asked_for_twice_is_one() -> None:
    async def test(room: Room) -> None:
        pause = a_pause(a_network())
        first, second = await asyncio.gather(room.seen(pause), room.seen(pause))
        assert first.runtime_id == second.runtime_id and first.namespace == second.namespace
        assert set(await room.listed()) == {pause.ref}

    in_a_room(test)


def test_a_pause_that_was_killed_is_seen_as_stopped_and_has_no_namespace() -> None:
    async def test(room: Room) -> None:
        pause = a_pause(a_network())
        seen = await room.seen(pause)
        await room.docker.containers.container(seen.runtime_id or "").kill()
        down = await room.until(pause.ref, lambda seen: seen.status == "STOPPED")
        assert down.exit_code == 137 and down.namespace is None
        assert (await room.seen(pause)).status == "STOPPED"

    in_a_room(test)


def test_a_pause_that_was_made_before_a_crash_is_started_and_is_the_only_one() -> None:
    async def test(room: Room) -> None:
        network = a_network()
        await room.seen(a_pause(network))
        pause = a_pause(network, host=5)
        image = pause_image(facts.ARCHITECTURES[platform.machine()])
        assert image is not None
        name = naming.network_name(room.installation, network.vpc)
        spec = pause_spec(pause.ref, pause.socket, name, image.name, room.installation)
        made = await room.docker.containers.create(spec.body, name=spec.name)
        assert (await room.listed())[pause.ref].status == "CREATED"
        seen = await room.seen(pause)
        assert (seen.status, seen.runtime_id) == ("RUNNING", made.id)

    in_a_room(test)


def test_a_pause_stops_at_once() -> None:
    async def test(room: Room) -> None:
        pause = a_pause(a_network())
        await room.seen(pause)
        async with asyncio.timeout(10):
            assert (await room.seen(StopContainer(pause.ref, 30.0))).status == "STOPPED"
        assert (await room.seen(RemoveContainer(pause.ref))).status == "REMOVED"
        assert await room.listed() == {}

    in_a_room(test)


def test_an_address_can_be_given_to_the_next_pause() -> None:
    async def test(room: Room) -> None:
        network = a_network()
        for _ in range(2):
            pause = a_pause(network)
            assert (await room.seen(pause)).address == pause.socket.address
            await room.seen(RemoveContainer(pause.ref))

    in_a_room(test)


def test_an_address_that_another_has_is_refused_with_the_engines_words() -> None:
    async def test(room: Room) -> None:
        network = a_network()
        assert (await room.seen(a_pause(network))).status == "RUNNING"
        second = await room.seen(a_pause(network))
        assert second.status == "STOPPED" and "already in use" in (second.reason or "")

    in_a_room(test)


def test_containers_of_a_task_share_localhost_the_address_and_the_names() -> None:
    async def test(room: Room) -> None:
        pause = a_pause(a_network())
        await room.seen(pause)
        server = a_script(
            "mkdir /tmp/w; echo hello > /tmp/w/index.html; exec httpd -f -p 80 -h /tmp/w",
            port_mappings=[ecs.PortMapping(container_port=80)],
            user="65534",
        )
        script = "until nc -w 1 127.0.0.1 80 </dev/null; do sleep 0.05; done; cat /sys/class/net/eth0/address /etc/resolv.conf; hostname"
        payload = behind(pause, server, a_script(script, name="client", hostname="other"))
        web = await room.start(payload, "web")
        assert (web.status, web.bindings, web.address, web.namespace) == ("RUNNING", (), None, None)
        said = await output(room, (await room.start(payload, "client")).runtime_id)
        assert pause.socket.mac in said and pause.socket.hostname in said and "search ec2.internal" in said
        # From the machine, as load balancers do: no port is published for it.
        _, writer = await asyncio.open_connection(pause.socket.address, 80)
        writer.close()

    in_a_room(test)


def test_containers_of_a_task_are_told_of_names_by_what_the_interface_was_made_with() -> None:
    async def test(room: Room) -> None:
        network = a_network()
        for search, line in (((), None), (("a.example", "b.example"), "search a.example b.example")):
            made = a_pause(network, host=4 + len(search))
            socket = replace(made.socket, servers=("192.0.2.53",), search=search)
            pause = StartPause(made.ref, socket)
            seen = await room.seen(pause)
            assert (await room.inspect(seen.runtime_id))["HostConfig"]["Dns"] == ["192.0.2.53"]
            payload = behind(pause, a_script("cat /etc/resolv.conf"))
            said = await output(room, (await room.start(payload, "web")).runtime_id)
            searched = [each for each in said.splitlines() if each.startswith("search")]
            assert searched == ([] if line is None else [line])

    in_a_room(test)


def test_the_address_stays_when_a_container_is_replaced() -> None:
    async def test(room: Room) -> None:
        pause = a_pause(a_network())
        await room.seen(pause)
        payload = behind(pause, a_script("cat /sys/class/net/eth0/address"))
        for attempt in range(2):
            again = TaskPayload(
                **{
                    **{name: getattr(payload, name) for name in payload.__struct_fields__},
                    "attempts": {"web": attempt},
                }
            )
            said = await output(room, (await room.start(again)).runtime_id)
            assert said.strip() == pause.socket.mac
        assert (await room.listed())[pause.ref].address == pause.socket.address

    in_a_room(test)


def test_a_container_waits_for_its_pause() -> None:
    async def test(room: Room) -> None:
        pause = a_pause(a_network())
        payload = behind(pause, a_script("sleep 100"))
        start = StartContainer(payload.ref("web"), payload)
        failed = await room.driver.perform(start)
        assert "not up yet" in getattr(failed, "reason", "")
        await room.seen(pause)
        assert (await room.seen(start)).status == "RUNNING"

    in_a_room(test)


def test_a_container_whose_pause_has_ended_does_not_start() -> None:
    async def test(room: Room) -> None:
        pause = a_pause(a_network())
        await room.seen(pause)
        await room.seen(StopContainer(pause.ref, 0.0))
        payload = behind(pause, a_script("sleep 100"))
        seen = await room.seen(StartContainer(payload.ref("web"), payload))
        assert seen.status == "STOPPED" and "gone: the network interface" in (seen.reason or "")

    in_a_room(test)


def test_kernel_settings_of_the_network_are_the_interfaces() -> None:
    async def test(room: Room) -> None:
        pause = a_pause(a_network())
        await room.seen(pause)
        setting = ecs.SystemControl(namespace="net.core.somaxconn", value="777")
        script = "cat /proc/sys/net/core/somaxconn"
        payload = behind(
            pause, a_script("sleep 100", system_controls=[setting]), a_script(script, name="reader")
        )
        await room.start(payload)
        assert (await output(room, (await room.start(payload, "reader")).runtime_id)).strip() == "777"

    in_a_room(test)


def test_the_pause_image_is_made_again_when_it_is_gone() -> None:
    async def test(room: Room) -> None:
        pause = a_pause(a_network())
        image = pause_image(facts.ARCHITECTURES[platform.machine()])
        assert image is not None
        await room.seen(pause)
        await room.docker.images.delete(image.name, force=True)
        assert (await room.seen(a_pause(pause.socket.network, host=5))).status == "RUNNING"
        assert set((await room.listed()).values()) and (await room.listed())[pause.ref].status == "RUNNING"

    in_a_room(test)

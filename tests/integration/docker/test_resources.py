"""Ports, volumes, namespaces and limits, as containers really get them."""

import asyncio
import socket
import time
import urllib.request

from homeport.drivers.policy import parse
from homeport.model.container import Binding
from homeport.plan.effects import RemoveContainer, StartContainer
from homeport.shapes import ecs
from tests import images
from tests.integration.docker.room import Room, a_script, a_task, in_a_room
from tests.unit.drivers.payloads import a_container

SLEEP = "trap 'exit 0' TERM; while :; do sleep 0.05; done"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def test_a_web_server_answers_on_the_port_the_engine_chose() -> None:
    async def test(room: Room) -> None:
        ports = [ecs.PortMapping(container_port=80, host_port=0)]
        seen = await room.start(a_task(a_container(image=images.BLUE, port_mappings=ports)))
        (binding,) = seen.bindings
        assert (binding.bind_ip, binding.container_port, binding.protocol) == ("127.0.0.1", 80, "tcp")
        answer = await asyncio.to_thread(_answer, binding.host_port)
        assert answer.startswith("blue ")

    in_a_room(test)


def test_static_udp_and_ranges_are_bound_each_once() -> None:
    async def test(room: Room) -> None:
        port = free_port()
        ports = [
            ecs.PortMapping(container_port=53, host_port=port, protocol="udp"),
            ecs.PortMapping(container_port_range="7000-7001"),
        ]
        seen = await room.start(a_task(a_script(SLEEP, port_mappings=ports)))
        udp, *ranged = seen.bindings
        assert udp == Binding(bind_ip="127.0.0.1", container_port=53, host_port=port, protocol="udp")
        assert [binding.container_port for binding in ranged] == [7000, 7001]

    in_a_room(test)


def test_ports_on_every_address_are_told_once() -> None:
    async def test(room: Room) -> None:
        seen = await room.start(a_task(a_script(SLEEP, port_mappings=[ecs.PortMapping(container_port=80)])))
        assert [binding.bind_ip for binding in seen.bindings] == ["0.0.0.0"]

    in_a_room(test, parse((), publish_address="0.0.0.0"))


def test_a_taken_port_is_a_start_that_was_refused() -> None:
    async def test(room: Room) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            ports = [ecs.PortMapping(container_port=80, host_port=taken.getsockname()[1])]
            seen = await room.start(a_task(a_script(SLEEP, port_mappings=ports)))
        assert seen.status == "STOPPED" and (seen.reason or "").startswith("CannotStartContainerError: ")
        assert "address already in use" in (seen.reason or "") and await room.listed() == {}

    in_a_room(test)


def test_what_is_asked_for_is_what_the_process_finds() -> None:
    async def test(room: Room) -> None:
        script = (
            'test "$COLOUR" = red && test "$(pwd)" = /tmp && test "$(id -u)" = 1000 && test "$(hostname)" = one '
            "&& test $(ulimit -n) = 99 && ! touch /etc/x 2>/dev/null && touch /scratch/x "
            "&& grep -q '10.0.0.7.*db' /etc/hosts && grep -q 'CapEff:.0*$' /proc/self/status "
            "&& grep -q 'NoNewPrivs:.1' /proc/self/status && test $(cat /proc/sys/net/core/somaxconn) = 77"
        )
        tmpfs = ecs.Tmpfs(container_path="/scratch", size=1, mount_options=["mode=1777"])
        container = a_script(
            script,
            environment=[ecs.KeyValuePair(name="COLOUR", value="red")],
            working_directory="/tmp",
            user="1000",
            hostname="one",
            ulimits=[ecs.Ulimit(name="nofile", soft_limit=99, hard_limit=99)],
            readonly_root_filesystem=True,
            extra_hosts=[ecs.HostEntry(hostname="db", ip_address="10.0.0.7")],
            linux_parameters=ecs.LinuxParameters(tmpfs=[tmpfs]),
            system_controls=[ecs.SystemControl(namespace="net.core.somaxconn", value="77")],
        )
        payload = a_task(container)
        await room.start(payload)
        seen = await room.until(payload.ref("web"), lambda seen: seen.status == "STOPPED")
        assert seen.exit_code == 0

    in_a_room(test)


def test_a_tasks_volume_is_shared_by_its_containers_and_goes_with_the_last() -> None:
    async def test(room: Room) -> None:
        point = ecs.MountPoint(source_volume="data", container_path="/data")
        payload = a_task(
            a_script("echo hello > /data/word", "writer", mount_points=[point]),
            a_script("grep hello /data/word", "reader", mount_points=[point]),
            volumes=[ecs.Volume(name="data")],
        )
        await room.start(payload, "writer")
        await room.until(payload.ref("writer"), lambda seen: seen.status == "STOPPED")
        await room.start(payload, "reader")
        seen = await room.until(payload.ref("reader"), lambda seen: seen.status == "STOPPED")
        assert seen.exit_code == 0
        await room.seen(RemoveContainer(payload.ref("writer")))
        assert len(await volumes(room)) == 1
        await room.seen(RemoveContainer(payload.ref("reader")))
        assert await volumes(room) == []

    in_a_room(test)


def test_the_next_attempt_finds_what_the_last_left_in_the_tasks_volume() -> None:
    async def test(room: Room) -> None:
        point = ecs.MountPoint(source_volume="data", container_path="/data")
        volumes_ = [ecs.Volume(name="data")]
        first = a_task(a_script("echo hello > /data/word", mount_points=[point]), volumes=volumes_)
        reader = a_script("grep hello /data/word", mount_points=[point])
        second = a_task(reader, task=first.task, attempts={"web": 1}, volumes=volumes_)
        await room.start(first)
        await room.until(first.ref("web"), lambda seen: seen.status == "STOPPED")
        await room.seen(RemoveContainer(first.ref("web"), is_replaced=True))
        await room.start(second)
        seen = await room.until(second.ref("web"), lambda seen: seen.status == "STOPPED")
        assert seen.exit_code == 0
        await room.seen(RemoveContainer(second.ref("web")))
        assert await volumes(room) == []

    in_a_room(test)


def test_a_strangers_volume_is_not_mounted() -> None:
    async def test(room: Room) -> None:
        name = f"stranger-{room.installation}"
        stranger = await room.docker.volumes.create({"Name": name})
        try:
            asked = ecs.DockerVolumeConfiguration(scope="shared", autoprovision=True)
            point = ecs.MountPoint(source_volume=name, container_path="/data")
            volume = ecs.Volume(name=name, docker_volume_configuration=asked)
            seen = await room.start(a_task(a_script(SLEEP, mount_points=[point]), volumes=[volume]))
            assert seen.status == "STOPPED" and f"--allow volume={name}" in (seen.reason or "")
        finally:
            await stranger.delete()

    in_a_room(test)


def test_a_shared_volume_that_is_not_provisioned_must_be_there() -> None:
    async def test(room: Room) -> None:
        asked = ecs.DockerVolumeConfiguration(scope="shared", autoprovision=False)
        point = ecs.MountPoint(source_volume="homeport-nowhere", container_path="/data")
        volume = ecs.Volume(name="homeport-nowhere", docker_volume_configuration=asked)
        seen = await room.start(a_task(a_script(SLEEP, mount_points=[point]), volumes=[volume]))
        assert (seen.reason or "").startswith("CannotCreateVolumeError: there is no volume homeport-nowhere")

    in_a_room(test)


def test_links_and_volumes_from_reach_the_other_container() -> None:
    async def test(room: Room) -> None:
        point = ecs.MountPoint(source_volume="data", container_path="/data")
        payload = a_task(
            a_script(f"echo hello > /data/word; {SLEEP}", "db", mount_points=[point]),
            a_script(
                "sleep 0.3; grep db.internal /etc/hosts && grep hello /data/word",
                links=["db:db.internal"],
                volumes_from=[ecs.VolumeFrom(source_container="db", read_only=True)],
            ),
            volumes=[ecs.Volume(name="data")],
        )
        await room.start(payload, "db")
        await room.start(payload)
        seen = await room.until(payload.ref("web"), lambda seen: seen.status == "STOPPED")
        assert seen.exit_code == 0

    in_a_room(test)


def test_containers_of_a_task_can_share_processes_and_ipc() -> None:
    async def test(room: Room) -> None:
        payload = a_task(
            a_script("sleep 4242", "first"),
            a_script("ps | grep -q '[s]leep 4242'"),
            pid_mode="task",
            ipc_mode="task",
        )
        early = await room.driver.perform(StartContainer(payload.ref("web"), payload))
        assert "does not run yet" in getattr(early, "reason", "")
        await room.start(payload, "first")
        await room.start(payload)
        seen = await room.until(payload.ref("web"), lambda seen: seen.status == "STOPPED")
        assert seen.exit_code == 0

    in_a_room(test)


def test_in_host_mode_the_bindings_are_the_containers_own_ports() -> None:
    async def test(room: Room) -> None:
        ports = [ecs.PortMapping(container_port=free_port())]
        seen = await room.start(a_task(a_script(SLEEP, port_mappings=ports), network_mode="host"))
        (binding,) = seen.bindings
        assert binding.host_port == binding.container_port == ports[0].container_port

    in_a_room(test, parse(["host-network"]))


def test_without_a_network_there_is_no_address() -> None:
    async def test(room: Room) -> None:
        seen = await room.start(a_task(a_script(SLEEP), network_mode="none"))
        assert seen.status == "RUNNING" and seen.address is None and seen.bindings == ()

    in_a_room(test)


async def volumes(room: Room) -> list[str]:
    """Names of this installation's volumes."""
    answer = await room.docker.volumes.list(filters={"label": f"homeport.installation={room.installation}"})
    return [volume["Name"] for volume in answer["Volumes"] or []]


def _answer(port: int) -> str:
    """What a container's web server says, as soon as it listens."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(50):
        try:
            with opener.open(f"http://127.0.0.1:{port}/", timeout=2) as answer:
                text: str = answer.read().decode()
                return text
        except OSError:
            time.sleep(0.1)
    return "nothing"

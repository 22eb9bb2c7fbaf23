"""Which container's process holds the other end of a connection on this machine."""

import asyncio
import os
import socket

from homeport.drivers.network.metadata.owner import container_of, socket_numbers
from homeport.drivers.policy import parse
from tests.integration.docker.room import Room, a_script, a_task, in_a_room

HOST = parse(["host-network"])


async def accepted(listening: socket.socket) -> tuple[socket.socket, tuple[str, int]]:
    """The next connection, and where it comes from."""
    return await asyncio.get_running_loop().sock_accept(listening)


def test_a_container_in_host_mode_is_found_by_its_connection_and_no_other_is() -> None:
    async def test(room: Room) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.setblocking(False)
            port = listening.getsockname()[1]
            caller = a_task(a_script(f"exec nc 127.0.0.1 {port}"), network_mode="host")
            other = a_task(a_script("sleep 100"), network_mode="host")
            first, second = await room.start(caller), await room.start(other)
            assert first.runtime_id is not None and second.runtime_id is not None
            connection, client = await accepted(listening)
            with connection:
                both = frozenset({first.runtime_id, second.runtime_id})
                server = ("127.0.0.1", port)
                assert container_of(client, (server,), both) == first.runtime_id
                assert container_of(client, (server,), frozenset({second.runtime_id})) is None
                assert container_of(server, (client,), both) is None
                assert container_of(("127.0.0.1", 1), (server,), both) is None

    in_a_room(test, HOST)


def test_a_process_of_the_machine_itself_is_no_container() -> None:
    async def test(room: Room) -> None:
        started = await room.start(a_task(a_script("sleep 100"), network_mode="host"))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            server = listening.getsockname()
            with socket.create_connection(server) as client:
                wanted = frozenset({started.runtime_id or ""})
                assert container_of(client.getsockname(), (server,), wanted) is None

    in_a_room(test, HOST)


def test_an_end_that_is_written_as_ipv6_is_found_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket(socket.AF_INET6) as client:
        server = listening.getsockname()
        client.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        client.connect(("::ffff:127.0.0.1", server[1]))
        number = os.fstat(client.fileno()).st_ino
        assert list(socket_numbers(("127.0.0.1", client.getsockname()[1]), server)) == [str(number)]

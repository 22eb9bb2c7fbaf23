"""Listeners of a network load balancer, with real connections: TCP, TLS and UDP."""

import asyncio
import contextlib
import struct
from collections import Counter
from collections.abc import AsyncIterator
from typing import cast

from msgspec.structs import replace

from homeport.plan.traffic import GroupTable, ListenerTable, Stickiness
from tests.integration.envoy.keys import a_key_pair, ask
from tests.integration.envoy.room import Reply, Room, a_group, a_listener, a_server, in_a_room, to
from tests.integration.health import servers

PAIR = a_key_pair("a.example.com")
PATIENCE_S = 10.0


def echo(name: str) -> Reply:
    """Says its name, then what it hears."""

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{name}\n".encode())
        while line := await reader.readline():
            writer.write(line)
            await writer.drain()

    return reply


def tcp(number: int, *ports: int, **members: object) -> GroupTable:
    """A target group of TCP."""
    return a_group(number, *ports, **{"protocol": "TCP", "protocol_version": None, **members})


def a_flow(*actions: object, **members: object) -> ListenerTable:
    """A listener of TCP."""
    return a_listener(*actions, **{"protocol": "TCP", **members})  # type: ignore[arg-type]


async def who(listener: ListenerTable, address: str | None = None) -> str:
    """The target that a new connection leads to."""
    reader, writer = await asyncio.open_connection(address or listener.address, listener.port)
    try:
        async with asyncio.timeout(PATIENCE_S):
            return (await reader.readline()).decode().strip()
    finally:
        writer.close()


def test_connections_go_to_target_groups_by_weight(tmp_path):
    async def test(room: Room) -> None:
        async with a_server(echo("blue")) as blue, a_server(echo("green")) as green:
            one, other = tcp(1, blue), tcp(2, green)
            listener = a_flow(to((one, 75), (other, 25)))
            await room.put(one, other, listener)
            counts = Counter([await who(listener) for _ in range(200)])
            assert counts.keys() == {"blue", "green"}
            assert 120 <= counts["blue"] <= 180

    in_a_room(tmp_path, test)


def test_a_connection_outlives_a_shift_of_weights(tmp_path):
    async def test(room: Room) -> None:
        async with a_server(echo("blue")) as blue, a_server(echo("green")) as green:
            one, other = tcp(1, blue), tcp(2, green)
            listener = a_flow(to((one, 100), (other, 0)))
            await room.put(one, other, listener)
            reader, writer = await asyncio.open_connection(listener.address, listener.port)
            assert await reader.readline() == b"blue\n"
            await room.put(replace(listener, routes=a_flow(to((one, 0), (other, 100))).routes))
            assert {await who(listener) for _ in range(20)} == {"green"}
            writer.write(b"still here\n")
            assert await reader.readline() == b"still here\n"
            writer.close()

    in_a_room(tmp_path, test)


def test_a_connection_outlives_a_change_of_its_target_groups(tmp_path):
    async def test(room: Room) -> None:
        async with a_server(echo("blue")) as blue, a_server(echo("green")) as green:
            one = tcp(1, blue)
            other = tcp(2, green, stickiness=Stickiness(kind="source_ip"))
            listener = a_flow(to((one, 1)))
            await room.put(one, other, listener)
            reader, writer = await asyncio.open_connection(listener.address, listener.port)
            assert await reader.readline() == b"blue\n"
            await room.put(replace(listener, routes=a_flow(to((other, 1))).routes))
            assert {await who(listener) for _ in range(20)} == {"green"}
            writer.write(b"still here\n")
            assert await reader.readline() == b"still here\n"
            writer.close()

    in_a_room(tmp_path, test)


def test_a_target_group_with_one_target_that_is_well_keeps_its_weight(tmp_path):
    async def test(room: Room) -> None:
        async with a_server(echo("a")) as a, a_server(echo("b")) as b, a_server(echo("c")) as c:
            one = tcp(1, a, b, statuses=["healthy", "unhealthy"])
            other = tcp(2, c)
            listener = a_flow(to((one, 50), (other, 50)))
            await room.put(one, other, listener)
            counts = Counter([await who(listener) for _ in range(100)])
            assert counts.keys() == {"a", "c"}
            assert 35 <= counts["a"] <= 65

    in_a_room(tmp_path, test)


def test_new_connections_avoid_a_draining_target_and_old_ones_stay(tmp_path):
    async def test(room: Room) -> None:
        async with a_server(echo("one")) as one, a_server(echo("two")) as two:
            group = tcp(1, one, two)
            listener = a_flow(to((group, 1)))
            await room.put(group, listener)
            reader, writer = await asyncio.open_connection(listener.address, listener.port)
            first = (await reader.readline()).decode().strip()
            port = {"one": one, "two": two}[first]
            await room.put(tcp(1, one, two, draining=[port]))
            assert first not in {await who(listener) for _ in range(20)}
            writer.write(b"still here\n")
            assert await reader.readline() == b"still here\n"
            writer.close()

    in_a_room(tmp_path, test)


def test_a_client_stays_with_its_target_by_its_address(tmp_path):
    async def test(room: Room) -> None:
        async with contextlib.AsyncExitStack() as stack:
            ports = [await stack.enter_async_context(a_server(echo(f"{n}"))) for n in range(5)]
            group = tcp(1, *ports, stickiness=Stickiness(kind="source_ip"))
            listener = a_flow(to((group, 1)))
            await room.put(group, listener)
            assert len({await who(listener) for _ in range(20)}) == 1

    in_a_room(tmp_path, test)


def test_the_oldest_load_balancer_has_the_shared_address(tmp_path):
    async def test(room: Room) -> None:
        async with a_server(echo("blue")) as blue, a_server(echo("green")) as green:
            one, other = tcp(1, blue), tcp(2, green)
            old = a_flow(to((one, 1)), number=1)
            young = a_flow(to((other, 1)), number=2, port=old.port)
            await room.put(one, other, old, young)
            assert [await who(old), await who(young), await who(young, "127.0.0.1")] == [
                "blue",
                "green",
                "blue",
            ]

    in_a_room(tmp_path, test)


def test_tls_ends_at_the_balancer(tmp_path):
    async def test(room: Room) -> None:
        target = servers.Target()
        async with servers.listening(target.serve) as port:
            group = tcp(1, port)
            listener = a_flow(to((group, 1)), protocol="TLS", key_pairs=(PAIR,), alpn=("h2", "http/1.1"))
            await room.put(group, listener)
            found = await ask(listener.address, listener.port, "a.example.com")
            assert (found.name, found.answer) == ("a.example.com", "ok")

    in_a_room(tmp_path, test)


def test_tls_goes_through_to_the_target_as_tcp(tmp_path):
    async def test(room: Room) -> None:
        target = servers.Target()
        async with servers.listening(target.serve, servers.certificate(tmp_path)) as port:
            group = tcp(1, port)
            listener = a_flow(to((group, 1)))
            await room.put(group, listener)
            found = await ask(listener.address, listener.port, "a.example.com")
            assert (found.name, found.answer) == ("elsewhere.invalid", "ok")

    in_a_room(tmp_path, test)


def test_tls_begins_anew_towards_targets_of_tls(tmp_path):
    async def test(room: Room) -> None:
        target = servers.Target()
        async with servers.listening(target.serve, servers.certificate(tmp_path)) as port:
            group = tcp(1, port, protocol="TLS")
            listener = a_flow(to((group, 1)), protocol="TLS", key_pairs=(PAIR,))
            await room.put(group, listener)
            found = await ask(listener.address, listener.port, "a.example.com")
            assert (found.name, found.answer) == ("a.example.com", "ok")

    in_a_room(tmp_path, test)


SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"


def test_a_target_is_told_the_clients_address_by_the_proxy_protocol(tmp_path):
    async def test(room: Room) -> None:
        heard: list[tuple[str, int]] = []

        async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readexactly(16)
            assert head[:12] == SIGNATURE
            rest = await reader.readexactly(int.from_bytes(head[14:16], "big"))
            source, _, port, _ = struct.unpack("!4s4sHH", rest[:12])
            heard.append((".".join(map(str, source)), port))
            writer.write(b"told\n")
            await reader.read()

        async with a_server(reply) as port:
            group = tcp(1, port, proxy_protocol=True)
            listener = a_flow(to((group, 1)))
            await room.put(group, listener)
            reader, writer = await asyncio.open_connection(listener.address, listener.port)
            assert await reader.readline() == b"told\n"
            assert heard == [writer.get_extra_info("sockname")]
            writer.close()

    in_a_room(tmp_path, test)


class Datagrams(asyncio.DatagramProtocol):
    """Answers each datagram with a name; keeps what it hears."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.put_nowait(data)
        if self.name is not None:
            self.transport.sendto(f"{self.name} {data.decode()}".encode(), addr)


@contextlib.asynccontextmanager
async def a_datagram_server(name: str) -> AsyncIterator[int]:
    """A target of UDP; its port."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Datagrams(name), local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


async def sent(listener: ListenerTable, *texts: str) -> list[str]:
    """What comes back for datagrams of one client."""
    loop = asyncio.get_running_loop()
    transport, client = await loop.create_datagram_endpoint(
        Datagrams, remote_addr=(listener.address, listener.port)
    )
    answers = []
    for text in texts:
        transport.sendto(text.encode())
        async with asyncio.timeout(PATIENCE_S):
            answers.append((await client.heard.get()).decode())
    transport.close()
    return answers


def test_a_flow_of_datagrams_goes_to_one_target_and_back(tmp_path):
    async def test(room: Room) -> None:
        async with a_datagram_server("one") as one, a_datagram_server("two") as two:
            group = tcp(1, one, two, protocol="UDP")
            listener = a_flow(to((group, 1)), protocol="UDP")
            await room.put(group, listener)
            found = [await sent(listener, "a", "b", "c") for _ in range(10)]
            assert all(len({each.split()[0] for each in flow}) == 1 for flow in found)
            assert [each.split()[1] for each in found[0]] == ["a", "b", "c"]
            assert {flow[0].split()[0] for flow in found} == {"one", "two"}

    in_a_room(tmp_path, test)


def test_both_at_once_are_two_listeners_on_one_port(tmp_path):
    async def test(room: Room) -> None:
        async with a_server(echo("stream")) as port:
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(
                lambda: Datagrams("datagram"), local_addr=("127.0.0.1", port)
            )
            group = tcp(1, port, protocol="TCP_UDP")
            listener = a_flow(to((group, 1)), protocol="TCP_UDP")
            await room.put(group, listener)
            assert await who(listener) == "stream"
            assert await sent(listener, "x") == ["datagram x"]
            transport.close()

    in_a_room(tmp_path, test)

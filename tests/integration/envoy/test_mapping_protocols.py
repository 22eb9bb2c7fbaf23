"""What is spoken with clients and targets of an application load balancer: HTTP/1.0, HTTP/2, gRPC and WebSocket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import grpc
import grpc.aio
import h2.config
import h2.connection
import h2.events
import pytest

from tests.integration.envoy.keys import a_key_pair, ask, trusting
from tests.integration.envoy.room import Room, a_backend, a_group, a_listener, a_server, in_a_room, to
from tests.integration.health import servers

PAIR = a_key_pair("a.example.com")
PATIENCE_S = 10.0


async def said(address: str, port: int, text: str) -> str:
    """What is answered to some bytes, until the server's end."""
    reader, writer = await asyncio.open_connection(address, port)
    writer.write(text.encode())
    async with asyncio.timeout(PATIENCE_S):
        answer = (await reader.read()).decode()
    writer.close()
    return answer


def test_a_client_of_http_1_0_without_a_host_is_answered(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            answer = await said(listener.address, listener.port, "GET /x HTTP/1.0\r\n\r\n")
            assert answer.startswith("HTTP/1.0 200 OK\r\n")
            assert "GET /x HTTP/1.1" in answer
            assert f"host: {listener.dns_name}" in answer

    in_a_room(tmp_path, test)


def test_what_is_no_request_is_400(tmp_path):
    async def test(room: Room) -> None:
        listener = a_listener()
        await room.put(listener)
        answer = await said(listener.address, listener.port, "what is this\r\n\r\n")
        assert answer.startswith("HTTP/1.1 400 Bad Request\r\n")
        assert "server: awselb/2.0" in answer.lower()

    in_a_room(tmp_path, test)


def test_a_body_goes_both_ways_in_pieces(tmp_path):
    async def test(room: Room) -> None:
        async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            body = b""
            while not body.endswith(b"0\r\n\r\n"):
                body += await reader.read(65_536)
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for piece in (b"one", b"two"):
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                await writer.drain()
            writer.write(b"0\r\n\r\n")

        async with a_server(reply) as port:
            group = a_group(1, port)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)

            async def pieces() -> AsyncIterator[bytes]:
                yield b"a" * 100_000
                yield b"b"

            answer = await room.get(listener, method="POST", data=pieces())
            assert answer.body == "onetwo"

    in_a_room(tmp_path, test)


async def over_http2(address: str, port: int, count: int) -> list[str]:
    """The bodies of so many requests, made at once over one connection."""
    reader, writer = await asyncio.open_connection(
        address, port, ssl=trusting("h2"), server_hostname="a.example.com"
    )
    connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    connection.initiate_connection()
    bodies = {}
    for _ in range(count):
        stream = connection.get_next_available_stream_id()
        bodies[stream] = ""
        pseudo = {":method": "GET", ":scheme": "https", ":authority": "a.example.com", ":path": f"/{stream}"}
        connection.send_headers(stream, list(pseudo.items()), end_stream=True)
    open_streams = set(bodies)
    async with asyncio.timeout(PATIENCE_S):
        while open_streams:
            writer.write(connection.data_to_send())
            for event in connection.receive_data(await reader.read(65_536)):
                if isinstance(event, h2.events.DataReceived):
                    bodies[event.stream_id] += event.data.decode()
                if isinstance(event, h2.events.StreamEnded):
                    open_streams.discard(event.stream_id)
    writer.close()
    return list(bodies.values())


def test_a_client_of_http_2_reaches_targets_of_http_1(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            listener = a_listener(to((group, 1)), protocol="HTTPS", key_pairs=(PAIR,))
            await room.put(group, listener)
            bodies = await over_http2(listener.address, listener.port, 20)
            assert len({body.splitlines()[1] for body in bodies}) == 20
            assert all("HTTP/1.1" in body and "x-forwarded-proto: https" in body for body in bodies)

    in_a_room(tmp_path, test)


def test_a_client_of_http_1_reaches_targets_of_http_2(tmp_path):
    async def test(room: Room) -> None:
        asked: list[dict[str, str]] = []
        async with servers.listening(servers.http2("200", asked)) as port:
            group = a_group(1, port, protocol_version="HTTP2")
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            assert (await room.get(listener, "/a?b=c")).body == "body"
            assert asked[0][":path"] == "/a?b=c"

    in_a_room(tmp_path, test)


def test_http_2_over_tls_towards_targets(tmp_path):
    async def test(room: Room) -> None:
        asked: list[dict[str, str]] = []
        context = servers.certificate(tmp_path, "h2")
        async with servers.listening(servers.http2("200", asked), context) as port:
            group = a_group(1, port, protocol="HTTPS", protocol_version="HTTP2")
            listener = a_listener(to((group, 1)), protocol="HTTPS", key_pairs=(PAIR,))
            await room.put(group, listener)
            assert "body" in (await ask(listener.address, listener.port, "a.example.com")).answer

    in_a_room(tmp_path, test)


@contextlib.asynccontextmanager
async def a_channel(address: str, port: int) -> AsyncIterator[grpc.aio.Channel]:
    """A client of gRPC that trusts our certificate."""
    credentials = grpc.ssl_channel_credentials(PAIR.chain.encode())
    options = [("grpc.ssl_target_name_override", "a.example.com"), ("grpc.enable_http_proxy", 0)]
    async with grpc.aio.secure_channel(f"{address}:{port}", credentials, options=options) as channel:
        yield channel


def test_grpc_goes_through_with_its_status(tmp_path):
    async def test(room: Room) -> None:
        async with servers.grpc_target("/shop.Cart/Get") as port:
            group = a_group(1, port, protocol_version="GRPC")
            listener = a_listener(to((group, 1)), protocol="HTTPS", key_pairs=(PAIR,))
            await room.put(group, listener)
            async with a_channel(listener.address, listener.port) as channel:
                call = channel.unary_unary("/shop.Cart/Get")
                assert await call(b"hello", timeout=PATIENCE_S) == b"hello"
                unknown = channel.unary_unary("/shop.Cart/Other")
                with pytest.raises(grpc.aio.AioRpcError) as failed:
                    await unknown(b"", timeout=PATIENCE_S)
                assert failed.value.code() is grpc.StatusCode.UNIMPLEMENTED

    in_a_room(tmp_path, test)


UPGRADE = (
    "GET /chat HTTP/1.1\r\nHost: a.b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def test_a_websocket_is_a_connection_in_both_directions(tmp_path):
    async def test(room: Room) -> None:
        async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            assert "upgrade: websocket" in head and "connection: upgrade" in head
            writer.write(
                b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            )
            while line := await reader.readline():
                writer.write(b"heard " + line)

        async with a_server(reply) as port:
            group = a_group(1, port)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            reader, writer = await asyncio.open_connection(listener.address, listener.port)
            writer.write(UPGRADE.encode())
            async with asyncio.timeout(PATIENCE_S):
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 101 ")
                for text in (b"one\n", b"two\n"):
                    writer.write(text)
                    assert await reader.readline() == b"heard " + text
            writer.close()

    in_a_room(tmp_path, test)

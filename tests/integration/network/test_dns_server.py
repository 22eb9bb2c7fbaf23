"""The DNS server on real sockets, asked by a real client."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from random import Random

import dns.asyncquery
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from homeport.drivers.network.dns.server import LOOPBACK, MOST_OF_ONE, Server
from homeport.drivers.network.dns.upstream import MOST_WAITING, Upstream
from homeport.plan.network import Answer, Delta, NameTable, ZoneTable

TABLES = Delta(
    zones={
        "z": ZoneTable(
            id="z",
            name="prod.local",
            created_at=1.0,
            vpcs=("v",),
            names=(NameTable(name="web", records=(("A", 60),), answers=(Answer(id="i", ipv4="10.0.0.1"),)),),
        )
    }
)

NOBODY = Upstream(list)


def run(test: Callable[[], Coroutine[None, None, None]]) -> Callable[[], None]:
    """The test in a loop of its own."""

    def running() -> None:
        asyncio.run(test())

    return running


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a fact, and fail when it does not come about."""
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it does not come about")


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind((LOOPBACK, 0))
        return int(made.getsockname()[1])


@asynccontextmanager
async def served(upstream: Upstream = NOBODY) -> AsyncIterator[int]:
    """A server with one zone; the port on which it answers."""
    port = free_port()
    server = Server(Random(1), port, upstream)
    server.follow(TABLES)
    running = asyncio.create_task(server.run())
    try:
        await until(lambda: any(place.port == port for place in server.places))
        yield port
    finally:
        running.cancel()
        await asyncio.wait([running])


class Others(asyncio.DatagramProtocol):
    """A resolver of somebody else, which knows one name and is slow to nobody."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def connection_made(self, transport) -> None:
        self.transport = transport

    def datagram_received(self, data, addr) -> None:
        query = dns.message.from_wire(data)
        self.asked.append(query.question[0].name.to_text())
        answer = dns.message.make_response(query)
        if query.question[0].name.to_text() == "example.com.":
            answer.answer.append(dns.rrset.from_text("example.com.", 5, "IN", "A", "192.0.2.1"))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self.transport.sendto(answer.to_wire(), addr)


@run
async def test_it_answers_over_udp_and_tcp():
    async with served() as port:
        query = dns.message.make_query("web.prod.local", "A")
        for ask in (dns.asyncquery.udp, dns.asyncquery.tcp):
            answer = await ask(query, LOOPBACK, timeout=10, port=port)
            assert answer.answer[0][0].to_text() == "10.0.0.1"


@run
async def test_several_questions_may_share_a_connection():
    async with served() as port:
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        packets = [dns.message.make_query("web.prod.local", kind).to_wire() for kind in ("A", "AAAA", "A")]
        writer.writelines(struct.pack("!H", len(packet)) + packet for packet in packets)
        for packet in packets:
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            answer = await reader.readexactly(length)
            assert answer[:2] == packet[:2]
        writer.close()


@run
async def test_what_is_not_ours_is_asked_of_others():
    loop = asyncio.get_running_loop()
    transport, others = await loop.create_datagram_endpoint(Others, local_addr=(LOOPBACK, 0))
    theirs = Upstream(lambda: [LOOPBACK], transport.get_extra_info("sockname")[1])
    async with served(theirs) as port:
        query = dns.message.make_query("example.com", "A")
        answer = await dns.asyncquery.udp(query, LOOPBACK, timeout=10, port=port)
        assert answer.answer[0][0].to_text() == "192.0.2.1"
        assert not answer.flags & dns.flags.AA
        missing = dns.message.make_query("missing.example", "A")
        answer = await dns.asyncquery.udp(missing, LOOPBACK, timeout=10, port=port)
        assert answer.rcode() == dns.rcode.NXDOMAIN
    assert others.asked == ["example.com.", "missing.example."]
    transport.close()


@run
async def test_without_others_nobody_knows():
    async with served() as port:
        query = dns.message.make_query("example.com", "A")
        answer = await dns.asyncquery.udp(query, LOOPBACK, timeout=10, port=port)
        assert answer.rcode() == dns.rcode.SERVFAIL


@run
async def test_a_place_that_is_taken_is_taken_over_when_it_is_free():
    port = free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((LOOPBACK, port))
        server = Server(Random(1), port, NOBODY)
        running = asyncio.create_task(server.run())
        await until(lambda: any(place.port == port for place in server.troubles))
    await until(lambda: any(place.port == port for place in server.places))
    running.cancel()
    await asyncio.wait([running])


async def greeted(port: int, source: str) -> tuple[bytes, asyncio.StreamWriter]:
    """The first two bytes that a connection from an address is answered with, if any; it stays open."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port, local_addr=(source, 0))
    packet = dns.message.make_query("web.prod.local", "A").to_wire()
    writer.write(struct.pack("!H", len(packet)) + packet)
    try:
        return await reader.readexactly(2), writer
    except (asyncio.IncompleteReadError, ConnectionError):
        return b"", writer


@run
async def test_connections_of_one_address_do_not_keep_others_out():
    async with served() as port:
        made = [await greeted(port, "127.0.0.2") for _ in range(MOST_OF_ONE)]
        assert all(said for said, _ in made)
        made.append(await greeted(port, "127.0.0.2"))
        assert made[-1][0] == b""
        made.append(await greeted(port, "127.0.0.3"))
        assert made[-1][0]
        for _, writer in made:
            writer.close()


class Choosy(Others):
    """One that keeps whoever asks for example.com waiting."""

    def datagram_received(self, data, addr) -> None:
        if b"example" not in data:
            super().datagram_received(data, addr)


@run
async def test_questions_of_one_address_that_wait_for_others_do_not_keep_others_waiting():
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Choosy, local_addr=(LOOPBACK, 0))
    others = transport.get_extra_info("sockname")[1]
    async with served(Upstream(lambda: [LOOPBACK], others)) as port:
        query = dns.message.make_query("example.com", "A").to_wire()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
            flood.bind(("127.0.0.2", 0))
            flood.setblocking(False)  # as the library has it
            for _ in range(MOST_WAITING + 100):
                await loop.sock_sendto(flood, query, (LOOPBACK, port))
                await asyncio.sleep(0)
            said = dns.message.from_wire(await asyncio.wait_for(loop.sock_recv(flood, 4096), 20))
            assert said.rcode() == dns.rcode.SERVFAIL
        answer = await dns.asyncquery.udp(
            dns.message.make_query("other.com", "A"), LOOPBACK, timeout=20, port=port
        )
        assert answer.rcode() == dns.rcode.NXDOMAIN
    transport.close()

"""Who connects to the endpoint: none keeps others out, and nobody stays who has been told everything."""

import asyncio
import socket
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import Awaitable, Callable

from homeport.drivers.network.endpoints import MACHINE, MOST_VISITS, Doors
from homeport.drivers.network.metadata.where import Where
from homeport.plan.network import Delta


class Patient:
    """Says hello, and waits for whoever asks to end."""

    def follow(self, delta: Delta) -> None:
        del delta

    async def answer(self, reader: Reader, writer: Writer, where: Where) -> None:
        del where
        writer.write(b"hello")
        await reader.read()


async def connected(port: int, source: str) -> tuple[Reader, Writer]:
    return await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))


def at_doors(
    key: str, work: Callable[[list[int]], Awaitable[None]], api: tuple[str, int] | None = None
) -> None:
    """Do some work at the doors of a key, given where each of its ports is."""

    async def main() -> None:
        doors = Doors(Patient(), api)
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in doors.ports]
        ports = [each.getsockname()[1] for each in sockets]
        await doors.serve(key, sockets)
        try:
            async with asyncio.timeout(20):
                await work(ports)
        finally:
            doors.close()

    asyncio.run(main())


async def fill(port: int) -> list[tuple[Reader, Writer]]:
    """As many connections of one address as it may have, each of which was greeted."""
    made = [await connected(port, "127.0.0.2") for _ in range(MOST_VISITS)]
    for reader, _ in made:
        assert await reader.readexactly(5) == b"hello"
    return made


def test_on_the_machine_one_address_cannot_keep_others_out():
    async def work(ports: list[int]) -> None:
        made = await fill(ports[0])
        refused, writer = await connected(ports[0], "127.0.0.2")
        assert await refused.read() == b""
        other, also = await connected(ports[0], "127.0.0.3")
        assert await other.readexactly(5) == b"hello"
        for each in (writer, also, *(writer for _, writer in made)):
            each.close()

    at_doors(MACHINE, work)


def test_in_a_namespace_other_addresses_of_its_own_give_a_task_no_more_connections():
    async def work(ports: list[int]) -> None:
        made = await fill(ports[0])
        refused, writer = await connected(ports[0], "127.0.0.3")
        assert await refused.read() == b""
        for each in (writer, *(writer for _, writer in made)):
            each.close()

    at_doors("s/eni-1", work)


def test_a_connection_to_the_api_ends_when_the_api_has_ended_it():
    """Else it would count as one of the task's for as long as the task likes."""

    async def said(reader: Reader, writer: Writer) -> None:
        await reader.readexactly(1)
        writer.write(b"bye")
        writer.close()

    server = socket.create_server(("127.0.0.1", 0))
    api = server.getsockname()

    async def work(ports: list[int]) -> None:
        async with await asyncio.start_server(said, sock=server):
            silent = []
            for _ in range(MOST_VISITS + 1):
                reader, writer = await connected(ports[1], "127.0.0.2")
                writer.write(b"?")
                assert await reader.read() == b"bye"
                silent.append(writer)
            for writer in silent:
                writer.close()

    at_doors("s/eni-1", work, api)

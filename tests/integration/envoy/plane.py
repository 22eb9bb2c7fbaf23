"""A data plane of its own directory with a real Envoy, backends that say who they are, and a client that counts."""

import asyncio
import contextlib
import secrets
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from homeport.drivers.apart import pid
from homeport.drivers.apart.pid import Process
from homeport.drivers.envoy.driver import EnvoyBalancer
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.process import find
from homeport.model.target_group import HealthCheck
from homeport.plan.observations import ListenerObserved
from homeport.plan.traffic import (
    Action,
    Delta,
    Endpoint,
    Fixed,
    Forward,
    GroupTable,
    ListenerTable,
    Route,
    Tables,
)
from tests.integration.server.process import free_port

ROOT = Path(__file__).parents[3]
SCOPE = "123456789012/us-east-1"
DEADLINE_S = 30.0


class Room:
    """`folder` is where its processes are; `backends` are ports by name."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.folder = Folder.of(data)
        self.backends: dict[str, int] = {}
        self.told: dict[str, ListenerObserved] = {}
        self.server: EnvoyBalancer

    @property
    def balancer(self) -> Process | None:
        """The balancer process."""
        return pid.recorded(self.folder.pid)

    @property
    def envoy(self) -> Process | None:
        """Envoy."""
        return find(self.folder)

    @contextlib.asynccontextmanager
    async def attached(self) -> AsyncIterator[EnvoyBalancer]:
        """A server's end, while the block lasts."""
        program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv[1:] = [{str(self.data)!r}]; "
        program += "import runpy; runpy.run_module('tests.integration.envoy.plain', run_name='__main__')"
        self.server = EnvoyBalancer(self.data, [sys.executable, "-c", program], nowhere)
        listening = asyncio.create_task(self._listen(self.server))
        try:
            yield self.server
        finally:
            listening.cancel()
            await self.server.close()

    def group(self, name: str, *ports: int) -> GroupTable:
        """A target group of backends on this machine."""
        number = f"{abs(hash(name)):016x}"[:16]
        id = f"{SCOPE}/{name}/{number}"
        return GroupTable(
            id=id,
            arn=f"arn:{id}",
            name=name,
            number=number,
            balancer=f"{SCOPE}/app/lb/{0:016x}",
            protocol="HTTP",
            check=HealthCheck(),
            endpoints=tuple(
                Endpoint(id=f"{id}/127.0.0.1:{port}", host="127.0.0.1", port=port, status="healthy")
                for port in ports or (self.backends[name],)
            ),
        )

    async def until(self, holds: Callable[[], bool | Awaitable[bool]]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + DEADLINE_S
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            assert time.monotonic() < end, self.log
            await asyncio.sleep(0.02)

    async def answers(self, port: int, text: str, host: str = "127.0.0.1") -> bool:
        """Whether a listener answers so."""
        return await get(port, host) == (200, text)

    @property
    def log(self) -> str:
        """What the processes have written."""
        found = [path.read_text() for path in (self.folder.log, self.folder.envoy_log) if path.exists()]
        return f"{self.server.trouble}\n{self.told}\n" + "\n".join(found)

    async def _listen(self, server: EnvoyBalancer) -> None:
        async for observed in server.watch():
            if isinstance(observed, ListenerObserved):
                self.told[observed.listener] = observed


@contextlib.asynccontextmanager
async def a_room(data: Path, *backends: str) -> AsyncIterator[Room]:
    """A room whose processes have ended when the block is over."""
    room = Room(data)
    async with contextlib.AsyncExitStack() as stack:
        room.backends = {name: await stack.enter_async_context(backend(name)) for name in backends}
        try:
            yield room
        finally:
            for process in (room.balancer, room.envoy):
                if process is not None:
                    await pid.end(process)


@contextlib.asynccontextmanager
async def backend(name: str) -> AsyncIterator[int]:
    """The port of a server of HTTP/1.1 that answers every request with its name."""
    answer = f"HTTP/1.1 200 OK\r\ncontent-length: {len(name)}\r\n\r\n{name}".encode()
    visits: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer)
                await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.add(asyncio.get_running_loop().create_task(serve(reader, writer)))

    server = await asyncio.start_server(enter, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.wait_for(asyncio.gather(*visits), 10)


async def get(port: int, host: str = "127.0.0.1") -> tuple[int, str]:
    """Status and body of a request on a connection of its own; status 0 when there is no answer."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                body = (await reader.read()).decode()
            finally:
                writer.close()
                with contextlib.suppress(ConnectionError):
                    await writer.wait_closed()
    except (OSError, asyncio.IncompleteReadError) as error:
        return 0, repr(error)
    return int(head.split()[1]), body


@contextlib.asynccontextmanager
async def load(port: int, host: str = "127.0.0.1", clients: int = 4) -> AsyncIterator[Counter[str]]:
    """Requests one after the other from a few clients while the block lasts; what they got, counted."""
    found: Counter[str] = Counter()
    is_over = False

    async def ask() -> None:
        while not is_over:
            status, body = await get(port, host)
            found[body if status == 200 else f"failed: {status} {body}"] += 1

    asking = [asyncio.create_task(ask()) for _ in range(clients)]
    try:
        yield found
    finally:
        is_over = True
        await asyncio.gather(*asking)


def failed(found: Counter[str]) -> dict[str, int]:
    """What went wrong."""
    return {what: count for what, count in found.items() if what.startswith("failed")}


def listener(action: Action, port: int | None = None, **members: object) -> ListenerTable:
    """A listener of HTTP with one rule."""
    number = members.pop("number", None) or secrets.token_hex(8)
    balancer = f"{SCOPE}/app/lb/{number}"
    fields = {
        "id": f"{balancer}/{secrets.token_hex(8)}",
        "balancer": balancer,
        "name": "lb",
        "number": number,
        "dns_name": f"lb-{number}.elb.localhost",
        "address": "127.0.0.1",
        "port": port or free_port(),
        "protocol": "HTTP",
        "routes": (Route(rule="default", action=action),),
        **members,
    }
    return ListenerTable(**fields)  # type: ignore[arg-type]


def forward(*groups: GroupTable | tuple[GroupTable, int]) -> Forward:
    """An action that forwards, by weight."""
    pairs = [each if isinstance(each, tuple) else (each, 1) for each in groups]
    return Forward(groups=tuple((group.id, weight) for group, weight in pairs))


def fixed(body: str) -> Fixed:
    """An action that answers itself."""
    return Fixed(status=200, body=body)


def tables(*given: ListenerTable | GroupTable) -> Tables:
    """All of these."""
    return Tables(
        listeners={each.id: each for each in given if isinstance(each, ListenerTable)},
        groups={each.id: each for each in given if isinstance(each, GroupTable)},
    )


def delta(*given: ListenerTable | GroupTable, gone: tuple[ListenerTable | GroupTable, ...] = ()) -> Delta:
    """These are new, or as they are now; those are gone."""
    found = tables(*given)
    return Delta(
        listeners={**found.listeners, **{each.id: None for each in gone if isinstance(each, ListenerTable)}},
        groups={**found.groups, **{each.id: None for each in gone if isinstance(each, GroupTable)}},
    )


def in_a_room(data: Path, test: Callable[[Room], Awaitable[None]], *backends: str) -> None:
    """Run a test in a loop of its own."""

    async def whole() -> None:
        async with asyncio.timeout(120), a_room(data, *backends) as room:
            await test(room)

    asyncio.run(whole())


async def nowhere() -> None:
    """Where containers are when there are none."""

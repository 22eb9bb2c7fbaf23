"""A real Envoy that is given tables, backends that say who they are, and clients: everything on loopback."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from msgspec.structs import replace

from homeport.drivers.envoy.ads import Ads, Outcome
from homeport.drivers.envoy.bootstrap import Bootstrap
from homeport.drivers.envoy.convergence import Key
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.render.place import Place
from homeport.drivers.envoy.render.renderer import Renderer
from homeport.model.target_group import HealthCheck, TargetStatus
from homeport.plan.traffic import (
    Action,
    Condition,
    Delta,
    Endpoint,
    Fixed,
    Forward,
    GroupTable,
    ListenerTable,
    Route,
)
from tests.integration.server.process import free_port

SCOPE = "123456789012/us-east-1"
PATIENCE_S = 10.0
"""Less than the 15 s that Envoy waits for the endpoints of a cluster when nobody sends them."""


def a_group(number: int, *ports: int, **members: Any) -> GroupTable:
    """A target group of HTTP whose targets are healthy ports of loopback."""
    id = f"{SCOPE}/g{number}/{number:016x}"
    statuses: Sequence[TargetStatus] = members.pop("statuses", ["healthy"] * len(ports))
    draining: Sequence[int] = members.pop("draining", ())
    table = GroupTable(
        id=id,
        arn=f"arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/g{number}/{number:016x}",
        name=f"g{number}",
        number=f"{number:016x}",
        balancer=f"{SCOPE}/app/lb/{1:016x}",
        protocol="HTTP",
        protocol_version="HTTP1",
        check=HealthCheck(),
        endpoints=tuple(
            Endpoint(
                id=f"{id}/127.0.0.1:{port}",
                host="127.0.0.1",
                port=port,
                status=status,
                draining=port in draining,
            )
            for port, status in zip(ports, statuses, strict=True)
        ),
    )
    return replace(table, **members)


def to(*weighted: tuple[GroupTable, int], sticky_s: int | None = None) -> Forward:
    """An action."""
    return Forward(groups=tuple((group.id, weight) for group, weight in weighted), sticky_s=sticky_s)


def rule(priority: int, action: Action, *conditions: Condition) -> Route:
    """A rule before the default one."""
    return Route(rule=f"rule/{priority}", priority=priority, conditions=conditions, action=action)


def a_listener(*routes: Route | Action, number: int = 1, **members: Any) -> ListenerTable:
    """A listener of HTTP on a port that was free, whose last route is the default one."""
    balancer = f"{SCOPE}/app/lb{number}/{number:016x}"
    given = [each if isinstance(each, Route) else Route(rule="default", action=each) for each in routes]
    table = ListenerTable(
        id=f"{balancer}/{number + 1000:016x}",
        balancer=balancer,
        name=f"lb{number}",
        number=f"{number:016x}",
        dns_name=f"lb{number}-{number:016x}.elb.localhost",
        address=f"127.77.9.{number}",
        port=free_port(),
        protocol="HTTP",
        routes=tuple(given) or (Route(rule="default", action=Fixed(status=503)),),
        created_at=float(number),
    )
    return replace(table, **members)


class Room:
    """`put` makes Envoy have tables, and raises AssertionError when it refuses something."""

    def __init__(self, folder: Path, inside: str = "") -> None:
        self.logs = folder / "logs"
        self.renderer = Renderer(Place(logs=str(self.logs), inside=inside))
        self._outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
        self.ads = Ads(self._outcomes.put_nowait)

    async def put(self, *tables: ListenerTable | GroupTable) -> None:
        """These, beside what is there."""
        delta = Delta(
            listeners={each.id: each for each in tables if isinstance(each, ListenerTable)},
            groups={each.id: each for each in tables if isinstance(each, GroupTable)},
        )
        self.renderer.apply(delta)
        await self.settle()

    async def settle(self) -> None:
        """Have Envoy take what the renderer has now, all of it."""
        assert await self.refusals() == {}

    async def refusals(self) -> dict[Key, str]:
        """Have Envoy take what the renderer has now; what it does not take, and why."""
        wanted = self.renderer.resources()
        self.ads.want(wanted)
        async with asyncio.timeout(PATIENCE_S):
            while (outcome := await self._outcomes.get()).wanted is not wanted:
                pass
        return dict(outcome.refused)

    async def get(self, listener: ListenerTable, path: str = "/", **options: Any) -> "Answer":
        """One request over a connection of its own, to the listener's own address."""
        host = options.pop("host", listener.dns_name)
        method = options.pop("method", "GET")
        headers = {"Host": host, **options.pop("headers", {})}
        address = options.pop("address", listener.address)
        url = f"http://{address}:{listener.port}{path}"
        async with (
            aiohttp.ClientSession(auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(method, url, headers=headers, allow_redirects=False, **options) as answer,
        ):
            return Answer(answer.status, await answer.text(), answer.headers)


class Answer:
    """A response: its `status`, `body` and `headers`."""

    def __init__(self, status: int, body: str, headers: Any) -> None:
        self.status = status
        self.body = body
        self.headers = headers

    @property
    def seen(self) -> dict[str, str]:
        """The headers that the backend was sent, by small names."""
        pairs = (line.split(": ", 1) for line in self.body.splitlines()[1:] if ": " in line)
        return {name.lower(): value for name, value in pairs}

    @property
    def who(self) -> str:
        """The backend that has answered."""
        return self.body.splitlines()[0] if self.body else ""


@contextlib.asynccontextmanager
async def a_room(folder: Path, inside: str = "") -> AsyncIterator[Room]:
    """An Envoy of its own, which ends with the block."""
    place = Folder.of(folder)
    place.make()
    room = Room(folder, inside)
    room.logs.mkdir()
    bootstrap = Bootstrap(ads=place.ads, admin=place.admin, concurrency=1)
    await room.ads.open(place.ads)
    with (folder / "envoy.log").open("wb") as log:
        envoy = await asyncio.create_subprocess_exec(*bootstrap.command(), stdout=log, stderr=log)
    try:
        yield room
    except BaseException:
        print((folder / "envoy.log").read_text()[-3000:])
        raise
    finally:
        envoy.kill()
        await envoy.wait()
        await room.ads.close()


def in_a_room(folder: Path, test: Callable[[Room], Awaitable[None]], inside: str = "") -> None:
    """Run a test of one room in a loop of its own."""

    async def whole() -> None:
        async with asyncio.timeout(120), a_room(folder, inside) as room:
            await test(room)

    asyncio.run(whole())


Reply = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def a_server(reply: Reply) -> AsyncIterator[int]:
    """Whoever connects meets `reply`; the port."""
    writers: set[asyncio.StreamWriter] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        try:
            await reply(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writers.discard(writer)
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in list(writers):
            writer.transport.abort()


def a_backend(name: str, *extra: str, status: int = 200) -> contextlib.AbstractAsyncContextManager[int]:
    """An HTTP server that answers its name, and below it the request as it came."""

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            body = f"{name}\n{head.strip()}\n".encode()
            lines = [
                f"HTTP/1.1 {status} OK",
                f"Content-Length: {len(body)}",
                "Content-Type: text/plain",
                "Server: mine",
                *extra,
            ]
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
            await writer.drain()

    return a_server(reply)

"""The meter and a real Envoy: what counts as whose."""

import asyncio
import socket
import struct
from pathlib import Path

import pytest

from homeport.drivers.envoy import names
from homeport.drivers.envoy.admin import Admin
from homeport.drivers.envoy.meter import Meter
from homeport.model.target_group import TargetSeen
from homeport.plan.observations import TargetObserved
from tests.integration.envoy.counted import (
    Counted,
    Fields,
    a_cluster,
    a_route,
    an_endpoint,
    counted,
    http,
    tcp,
)
from tests.integration.envoy.counted import a_listener as listening_at
from tests.integration.health.servers import OK, a_target, listening, listening_on
from tests.unit.drivers.envoy.traffic import a_group, a_listener, balancer, news
from tests.unit.drivers.envoy.traffic import a_target as an_entry

LISTENER = names.listener(a_listener())
GROUP = names.cluster(a_group())
REFUSES = 1
BROKEN = b"HTTP/1.1 503 Oops\r\nContent-Length: 4\r\nConnection: close\r\n\r\nsick"
ABSENT = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


async def moody(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers as the path says."""
    path = (await reader.readuntil(b"\r\n\r\n")).split()[1]
    if path == b"/reset":
        reset(writer)
    elif path == b"/hang":
        await reader.read()
    else:
        writer.write({b"/503": BROKEN, b"/404": ABSENT}.get(path, OK))


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with an RST."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


def to(cluster: str, **more: str) -> Fields:
    return {"route": {"cluster": cluster, **more}}


def one_host(*routes: Fields) -> Fields:
    return {"name": "all", "domains": ["*"], "routes": list(routes)}


def test_each_answer_is_counted_where_it_came_from(tmp_path):
    refusing, empty = a_group(2), a_group(3)
    routes = [
        a_route("/fixed", LISTENER, direct_response={"status": 418}),
        a_route("/fine", LISTENER, direct_response={"status": 200}),
        a_route("/redirect", LISTENER, redirect={"https_redirect": True}),
        a_route("/refused", LISTENER, **to(names.cluster(refusing))),
        a_route("/none", LISTENER, **to(names.cluster(empty))),
        a_route("/hang", LISTENER, **to(GROUP, timeout="0.2s")),
        a_route("/", LISTENER, **to(GROUP)),
    ]

    async def story() -> None:
        async with listening(moody) as port:
            clusters = [
                a_cluster(GROUP, z=[an_endpoint(port)]),
                a_cluster(names.cluster(refusing), z=[an_endpoint(REFUSES)]),
                a_cluster(names.cluster(empty)),
            ]
            listeners = [listening_at("front", http(LISTENER, one_host(*routes)))]
            delta = news(a_listener(), a_group(), refusing, empty)
            async with counted(tmp_path, listeners, clusters, delta) as envoy:
                asked = ["/ok"] * 5 + ["/404"] * 2 + ["/503", "/reset", "/hang", "/refused", "/none"]
                asked += ["/fixed", "/fine", "/redirect"]
                answers = [await envoy.ask("front", path) for path in asked]
                assert answers == [200] * 5 + [404] * 2 + [503, 502, 504, 502, 503, 418, 200, 301]
                await envoy.meter.measure()
                await envoy.meter.measure()
                check(envoy)

    def check(envoy: Counted) -> None:
        whole, group = envoy.values(balancer(1)), envoy.values(a_group().id)
        answered = {name: count for name, count in group.items() if name.startswith(("target_", "req"))}
        assert answered == {"requests": 10, "target_2xx": 5, "target_4xx": 2, "target_5xx": 1}
        assert {name: count for name, count in whole.items() if name not in ("bytes", "latency_sum_ms")} == {
            "requests": 11,
            "target_2xx": 5,
            "target_4xx": 2,
            "target_5xx": 1,
            "elb_3xx": 1,
            "elb_4xx": 1,
            "elb_5xx": 4,
            "elb_502": 2,
            "elb_503": 1,
            "elb_504": 1,
            "redirects": 1,
            "fixed_responses": 2,
            "new_connections": 15,
        }
        assert envoy.values(refusing.id)["target_connection_errors"] == 1

    asyncio.run(story())


def test_latency_is_how_long_a_target_took_to_begin(tmp_path):
    async def story() -> None:
        async with a_target(pause_s=0.12) as target:
            listeners = [listening_at("front", http(LISTENER, one_host(a_route("/", LISTENER, **to(GROUP)))))]
            clusters = [a_cluster(GROUP, z=[an_endpoint(target.port)])]
            async with counted(tmp_path, listeners, clusters, news(a_listener(), a_group())) as envoy:
                await envoy.ask("front", "/")
                await envoy.meter.measure()
                for of in (a_group().id, balancer(1)):
                    ((upper, count),) = envoy.last(of).latency_ms
                    assert (upper >= 150, count) == (True, 1)
                    assert envoy.last(of).values["latency_sum_ms"] >= 115

    asyncio.run(story())


def test_load_balancers_that_share_a_port_are_told_apart(tmp_path):
    first, second = a_listener(1, of=1), a_listener(2, of=2)
    groups = [a_group(1), a_group(2, balancer=balancer(2))]

    async def story() -> None:
        async with a_target() as target:
            hosts = [
                {
                    "name": table.name,
                    "domains": [f"{table.name}.localhost"],
                    "routes": [
                        a_route("/fixed", names.listener(table), direct_response={"status": 503}),
                        a_route("/", names.listener(table), **to(names.cluster(group))),
                    ],
                }
                for table, group in zip((first, second), groups, strict=True)
            ]
            clusters = [a_cluster(names.cluster(group), z=[an_endpoint(target.port)]) for group in groups]
            listeners = [listening_at("shared", http("shared_80_http", *hosts))]
            async with counted(tmp_path, listeners, clusters, news(first, second, *groups)) as envoy:
                for table, times in ((first, 1), (second, 3)):
                    for _ in range(times):
                        await envoy.ask("shared", "/", f"{table.name}.localhost")
                await envoy.ask("shared", "/fixed", f"{second.name}.localhost")
                await envoy.meter.measure()
                one, other = envoy.values(balancer(1)), envoy.values(balancer(2))
                assert (one["requests"], one["elb_503"], one["new_connections"]) == (1, 0, 1)
                assert (other["requests"], other["elb_503"], other["new_connections"]) == (3, 1, 4)

    asyncio.run(story())


def test_flows_of_tcp_are_counted_for_the_load_balancer_and_for_each_group(tmp_path):
    listener = a_listener(protocol="TCP", id=f"{balancer(1)}/00ff")
    groups = [a_group(1, protocol="TCP"), a_group(2, protocol="TCP")]
    at, forward = names.listener(listener), names.forward(listener)

    async def target(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        word = await reader.read(100)
        if word == b"reset":
            reset(writer)
        else:
            writer.write(word)
            await reader.read()

    async def story() -> None:
        async with listening(target) as port:
            zones = {f"z{group.number}": [an_endpoint(port)] for group in groups}
            listeners = [listening_at(at, tcp(at, forward))]
            delta = news(listener, *groups)
            async with counted(tmp_path, listeners, [a_cluster(forward, **zones)], delta) as envoy:
                await flow(envoy.ports[at], b"hello")
                await flow(envoy.ports[at], b"reset")
                await flow(envoy.ports[at], b"hello", is_reset=True)
                _, kept = await asyncio.open_connection("127.0.0.1", envoy.ports[at])
                kept.write(b"stay")
                await until(envoy, balancer(1), new_connections=4, target_resets=1, client_resets=1)
                assert envoy.last(balancer(1)).values["active_connections"] == 1
                assert sum(envoy.values(group.id)["new_connections"] for group in groups) == 4
                assert sum(envoy.last(group.id).values.get("active_connections", 0) for group in groups) == 1
                kept.close()

    asyncio.run(story())


async def flow(port: int, word: bytes, *, is_reset: bool = False) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(word)
    try:
        await reader.read(100)
    except ConnectionResetError:
        pass
    else:
        if is_reset:
            reset(writer)
    writer.close()


async def until(envoy: Counted, of: str, **values: int) -> None:
    async with asyncio.timeout(10):
        while not values.items() <= envoy.values(of).items():
            await envoy.meter.measure()


def test_a_draining_target_is_told_to_be_idle_when_its_last_request_is_over(tmp_path):
    async def story() -> None:
        async with a_target(pause_s=0.5) as target:
            entry = an_entry(target.port, draining=True)
            listeners = [listening_at("front", http(LISTENER, one_host(a_route("/", LISTENER, **to(GROUP)))))]
            clusters = [a_cluster(GROUP, z=[an_endpoint(target.port, "DRAINING")])]
            delta = news(a_listener(), a_group(1, entry))
            async with counted(tmp_path, listeners, clusters, delta) as envoy:
                last = asyncio.create_task(envoy.ask("front", "/"))
                async with asyncio.timeout(10):
                    while not target.asked:  # noqa: ASYNC110  # the world has no event for it
                        await asyncio.sleep(0.01)
                    while not idle(envoy):
                        busy = target.now > 0
                        await envoy.meter.measure()
                        assert not (busy and idle(envoy))
                assert idle(envoy) == [
                    TargetObserved(entry.id, TargetSeen(status="healthy", at=1.0, idle_at=1_700_000_000.0))
                ]
                assert await last == 200

    asyncio.run(story())


def idle(envoy: Counted) -> list[TargetObserved]:
    return [each for each in envoy.told if isinstance(each, TargetObserved)]


def test_nothing_is_lost_or_counted_below_zero_when_envoy_is_started_anew(tmp_path):
    async def story() -> None:
        async with a_target() as target:
            listeners = [listening_at("front", http(LISTENER, one_host(a_route("/", LISTENER, **to(GROUP)))))]
            clusters = [a_cluster(GROUP, z=[an_endpoint(target.port)])]
            async with counted(tmp_path, listeners, clusters, news(a_listener(), a_group())) as envoy:
                for times in (3, 2):
                    for _ in range(times):
                        await envoy.ask("front", "/")
                    await envoy.meter.measure()
                    await envoy.stop()
                    count = len(envoy.told)
                    await envoy.meter.measure()
                    assert len(envoy.told) == count
                    await envoy.start()
                assert envoy.values(balancer(1))["requests"] == 5

    asyncio.run(story())


def test_an_envoy_that_is_not_there_says_nothing(tmp_path):
    told: list[object] = []
    meter = Meter(Admin(tmp_path / "none.sock"), lambda: 1.0, told.append, lambda _: None)
    meter.follow(news(a_listener(), a_group(1, an_entry(80, draining=True))))
    asyncio.run(meter.measure())
    assert told == []


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n\r\n",
        b"HTTP/1.1 503 No\r\ncontent-length: 2\r\n\r\nno",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nno",
        b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\nno",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-5\r\n",
        b"x" * 200_000,
    ],
    ids=["nothing", "empty", "503", "short", "no length", "no size", "negative", "endless"],
)
def test_an_answer_that_is_none_is_none(answer, tmp_path):
    assert asyncio.run(told_by(tmp_path / "admin.sock", answer)) is None


def test_an_answer_in_chunks_is_whole(tmp_path):
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"
    assert asyncio.run(told_by(tmp_path / "admin.sock", answer)) == b"abc0123456789"


async def told_by(path: Path, answer: bytes) -> bytes | None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    async with listening_on(path, serve):
        return await Admin(path).get("/ready", within_s=5)


def test_a_silent_admin_is_given_up(tmp_path):
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def story() -> bytes | None:
        async with listening_on(tmp_path / "admin.sock", serve):
            return await Admin(tmp_path / "admin.sock").get("/ready", within_s=0.1)

    assert asyncio.run(story()) is None

"""The endpoint on a socket: documents, credentials, refusals, and a strict ear for HTTP."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any

import msgspec
import pytest

from homeport.drivers.network.metadata.endpoint import Metadata
from homeport.drivers.network.metadata.vault import LIFETIME_S, RENEWED_S, Vault
from homeport.drivers.network.metadata.where import InInterface, OnMachine, Where
from homeport.model.session import opened
from homeport.plan.network import Delta, TaskTable
from tests.unit.drivers.network.tables import ROLE, a_container_table, a_task_table

SEAL = b"seal"
T0 = 1_700_000_000.0
ETH0 = {"eth0": {"rx_bytes": 5, "tx_bytes": 6}}
RATES = {"rx_bytes_per_sec": 1.0, "tx_bytes_per_sec": 2.0}


class TableGauge:
    """Tells what it was given; ids that it does not know do not run."""

    def __init__(self, stats: dict[str, dict[str, Any]]) -> None:
        self._stats = stats

    async def stats(self, runtime_id: str) -> dict[str, Any] | None:
        return self._stats.get(runtime_id)

    async def written_mib(self, runtime_ids: tuple[str, ...]) -> int | None:
        return 7 * len(runtime_ids)


class Asker:
    """Asks one endpoint, whose clock stands still."""

    def __init__(self, *tasks: TaskTable, stats: dict[str, dict[str, Any]] | None = None) -> None:
        ids = count(1)
        self.now = T0
        self.vault = Vault(SEAL, lambda: self.now, lambda: f"{next(ids):016x}{0:016x}")
        self._metadata = Metadata(self.vault, TableGauge(stats or {}), lambda: self.now)
        self.tell({task.id: task for task in tasks})

    def tell(self, tasks: Mapping[str, TaskTable | None]) -> None:
        """These tasks have changed."""
        self._metadata.follow(Delta(tasks=dict(tasks)))

    async def said(self, sent: bytes, where: Where = InInterface("s/eni-1")) -> bytes:
        """All that is said on a connection on which this is sent, until the endpoint ends it."""

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._metadata.answer(reader, writer, where)
            writer.close()

        listening = socket.create_server(("127.0.0.1", 0))
        server = await asyncio.start_server(connected, sock=listening)
        async with server, asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            writer.write(sent)
            writer.write_eof()
            said = await reader.read()
            writer.close()
        return said

    async def get(self, target: str, where: Where = InInterface("s/eni-1")) -> tuple[int, Any]:
        """Status and body of a GET."""
        said = await self.said(f"GET {target} HTTP/1.1\r\nHost: 169.254.170.2\r\n\r\n".encode(), where)
        head, _, body = said.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body) if b"application/json" in head else body


def a_vpc_task(hex: str = "1", **members: Any) -> TaskTable:
    """A task behind `s/eni-HEX`, with one container."""
    container = a_container_table("web", f"web-{hex}", runtime_id=f"c{hex}")
    filled = {"network_mode": "awsvpc", "interface": f"s/eni-{hex}", "pause": f"p{hex}"}
    return a_task_table(hex, container, **{**filled, **members})


def run(test: Callable[[], Awaitable[None]]) -> None:
    """In a loop of its own."""

    async def whole() -> None:
        await test()

    asyncio.run(whole())


def test_a_container_and_its_task_are_told_in_both_versions() -> None:
    async def test() -> None:
        asker = Asker(a_vpc_task())
        status, container = await asker.get("/v4/web-1")
        assert status == 200 and container["ContainerARN"] and container["Networks"][0]["MACAddress"]
        _, old = await asker.get("/v3/web-1")
        assert "ContainerARN" not in old
        assert old["Networks"] == [{"NetworkMode": "awsvpc", "IPv4Addresses": ["10.0.0.4"]}]
        _, task = await asker.get("/v4/web-1/task")
        assert (task["TaskARN"], task["LaunchType"], task["Containers"]) == ("1", "EC2", [container])
        assert "TaskTags" not in task
        _, old_task = await asker.get("/v3/web-1/task")
        assert "LaunchType" not in old_task and old_task["Containers"] == [old]
        assert (await asker.get("/v4/web-1/taskWithTags"))[1]["TaskTags"] == {"team": "a"}

    run(test)


def test_fargate_is_told_its_clock_and_its_disk() -> None:
    async def test() -> None:
        told = {"EphemeralStorageMetrics": {"Utilized": 0, "Reserved": 20480}}
        _, task = await Asker(a_vpc_task(told=told)).get("/v4/web-1/task")
        assert task["EphemeralStorageMetrics"] == {"Utilized": 7, "Reserved": 20480}
        assert task["ClockDrift"]["ClockSynchronizationStatus"] in ("SYNCHRONIZED", "NOT_SYNCHRONIZED")
        assert "ClockDrift" not in (await Asker(a_vpc_task()).get("/v4/web-1/task"))[1]

    run(test)


def test_stats_are_the_engines_with_the_network_of_the_pause() -> None:
    async def test() -> None:
        pause = {"read": "now", "networks": ETH0, "network_rate_stats": RATES}
        asker = Asker(a_vpc_task(), stats={"c1": {"read": "now", "pids_stats": {}}, "p1": pause})
        _, stats = await asker.get("/v4/web-1/stats")
        assert stats == {"read": "now", "pids_stats": {}, "networks": ETH0, "network_rate_stats": RATES}
        assert (await asker.get("/v4/web-1/task/stats"))[1] == {"c1": stats}
        _, old = await asker.get("/v3/web-1/stats")
        assert old["networks"] == ETH0 and "network_rate_stats" not in old

    run(test)


def test_stats_have_the_id_under_which_a_container_is_shown() -> None:
    async def test() -> None:
        document = msgspec.Raw(b'{"DockerId":"1-0123456789"}')
        container = a_container_table("web", "web-1", runtime_id="c1", document=document)
        task = a_task_table("1", container, network_mode="awsvpc", interface="s/eni-1")
        asker = Asker(task, stats={"c1": {"id": "c1", "name": "/homeport-web"}})
        shown = {"id": "1-0123456789", "name": "web"}
        assert await asker.get("/v4/web-1/task/stats") == (200, {"1-0123456789": shown})
        assert await asker.get("/v4/web-1/stats") == (200, shown)

    run(test)


def test_there_are_no_stats_of_what_does_not_run() -> None:
    async def test() -> None:
        asker = Asker(a_vpc_task())
        assert await asker.get("/v4/web-1/stats") == (500, "Unable to get container stats for: c1")
        assert await asker.get("/v4/web-1/task/stats") == (200, {"c1": None})

    run(test)


def test_credentials_are_those_of_the_tasks_role_for_six_hours() -> None:
    async def test() -> None:
        asker = Asker(a_vpc_task())
        status, told = await asker.get("/v2/credentials/creds-1")
        assert status == 200 and told["RoleArn"] == ROLE.arn and told["Expiration"] == "2023-11-15T04:13:20Z"
        session = opened(SEAL, told["AccessKeyId"], told["Token"])
        assert session is not None and session[1] == told["SecretAccessKey"]
        assert (session[0].role_id, session[0].name, session[0].account) == (
            ROLE.unique_id,
            "1",
            "123456789012",
        )
        assert session[0].task == "123456789012/us-east-1/default/1"

    run(test)


def test_credentials_stay_until_an_hour_before_their_end() -> None:
    async def test() -> None:
        asker = Asker(a_vpc_task())
        first = await asker.get("/v2/credentials/creds-1")
        asker.now = T0 + LIFETIME_S - RENEWED_S
        assert await asker.get("/v2/credentials/creds-1") == first
        asker.now += 1
        _, second = await asker.get("/v1/credentials?id=creds-1")
        assert (
            second["AccessKeyId"] != first[1]["AccessKeyId"] and second["Expiration"] > first[1]["Expiration"]
        )

    run(test)


def test_another_tasks_endpoints_are_as_unknown_as_nobodys() -> None:
    async def test() -> None:
        asker = Asker(a_vpc_task("1"), a_vpc_task("2"))
        for token in ("creds-2", "nobody"):
            assert await asker.get(f"/v2/credentials/{token}") == (
                400,
                {
                    "code": "InvalidIdInRequest",
                    "message": "CredentialsV2Request: Credentials not found",
                    "HTTPErrorCode": 400,
                },
            )
        for token in ("web-2", "nobody"):
            assert await asker.get(f"/v4/{token}") == (
                404,
                (
                    "V4 container metadata handler: unable to get container ID from request: "
                    f"unable to get docker ID from v3 endpoint ID: {token}"
                ),
            )
            assert (await asker.get(f"/v3/{token}/task/stats"))[0] == 404
        assert (await asker.get("/v2/credentials/creds-1", OnMachine()))[0] == 400
        assert (await asker.get("/v4/web-1", OnMachine()))[0] == 404

    run(test)


def test_a_container_that_asks_before_it_was_said_where_it_is_waits_for_that() -> None:
    async def test() -> None:
        unplaced, placed = (
            a_task_table("1", a_container_table("web", "web-1", **where))
            for where in ({}, {"runtime_id": "c1", "address": "127.0.0.1"})
        )
        asker = Asker(unplaced)
        asked = [
            asyncio.create_task(asker.get(target, OnMachine()))
            for target in ("/v4/web-1", "/v2/credentials/creds-1")
        ]
        elsewhere = await asker.get("/v4/web-1", InInterface("s/eni-1"))
        assert elsewhere[0] == 404 and not any(each.done() for each in asked)
        asker.tell({placed.id: placed})
        assert [status for status, _ in await asyncio.gather(*asked)] == [200, 200]

    run(test)


def test_without_a_token_or_a_role_the_refusal_says_so() -> None:
    async def test() -> None:
        asker = Asker(a_vpc_task(role=None))
        assert (await asker.get("/v2/credentials/"))[1]["code"] == "NoIdInRequest"
        assert (await asker.get("/v2/credentials/creds-1"))[1]["code"] == "NoCredentialsAssociated"
        assert await asker.get("/v4/") == (
            404,
            (
                "V4 container metadata handler: unable to get container ID from request: "
                "unable to get docker ID from v3 endpoint ID: "
            ),
        )

    run(test)


def test_a_task_that_has_gone_is_known_no_more() -> None:
    async def test() -> None:
        asker = Asker(a_vpc_task(), a_task_table("3", a_container_table("web", ""), token=""))
        assert (await asker.get("/v4/", OnMachine()))[0] == 404
        asker.tell({a_vpc_task().id: None})
        assert (await asker.get("/v4/web-1"))[0] == 404
        assert (await asker.get("/v2/credentials/creds-1"))[0] == 400

    run(test)


def test_one_connection_carries_many_questions() -> None:
    async def test() -> None:
        sent = b"GET /v4/web-1 HTTP/1.1\r\n\r\n" * 2 + b"HEAD /v4/web-1 HTTP/1.1\r\nConnection: close\r\n\r\n"
        said = await Asker(a_vpc_task()).said(sent + b"GET /v4/web-1 HTTP/1.1\r\n\r\n")
        assert said.count(b"HTTP/1.1 200 OK") == 3 and said.count(b'"Name":"web"') == 2

    run(test)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /v4/web-1 HTTP/1.1\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n", 403),
        (b"PUT /v4/web-1 HTTP/1.1\r\n\r\n", 405),
        (b"GET /v4/web-1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 400),
        (b"GET /v4/web-1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET http://other/v4/web-1 HTTP/1.1\r\n\r\n", 400),
        (b"GET /v4/web-1 HTTP/2.0\r\n\r\n", 400),
        (b"GET  /v4/web-1 HTTP/1.1\r\n\r\n", 400),
        (b"GET /v4/web-1 HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"\xff\xfe\r\n\r\n", 400),
        (b"GET /v4/web-1 HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 431),
        (b"GET /etc/passwd HTTP/1.0\r\n\r\n", 404),
    ],
)
def test_what_is_no_plain_question_is_refused(sent: bytes, status: int) -> None:
    async def test() -> None:
        said = await Asker(a_vpc_task()).said(sent)
        assert said.startswith(f"HTTP/1.1 {status} ".encode()) and said.count(b"HTTP/1.1") == 1

    run(test)


def test_a_client_that_says_half_of_it_gets_nothing() -> None:
    async def test() -> None:
        assert await Asker(a_vpc_task()).said(b"GET /v4/web-1 HTTP/1.1\r\n") == b""

    run(test)

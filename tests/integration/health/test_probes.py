"""One check, by each protocol, of targets that answer and of targets that do not."""

import asyncio
import socket
from collections.abc import Coroutine
from typing import Any

import pytest
from msgspec.structs import replace

from homeport.drivers.health.probes import ask
from homeport.drivers.health.question import Question
from homeport.drivers.health.verdict import FAILED, PASSED, TIMED_OUT, Outcome, mismatch
from tests.integration.health.servers import a_target, certificate, grpc_target, http2, listening

HTTP = Question(way="http1", host="127.0.0.1", port=0, timeout_s=5, matcher="200", path="/up")
H2 = replace(HTTP, way="http2")
GRPC = replace(HTTP, way="grpc", matcher="12", path="/AWS.ALB/healthcheck")
TCP = replace(HTTP, way="tcp", matcher=None, explains=False)


def run(story: Coroutine[Any, Any, Outcome]) -> Outcome:
    return asyncio.run(story)


def answered(answer: bytes, question: Question = HTTP) -> Outcome:
    async def story() -> Outcome:
        async with a_target(answer) as target:
            return await ask(replace(question, port=target.port))

    return run(story())


def nobody() -> int:
    """A port that refuses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes everything, and says nothing."""
    await reader.read()


def head(status: int, more: str = "") -> bytes:
    return f"HTTP/1.1 {status} Whatever\r\n{more}Content-Length: 0\r\n\r\n".encode()


def test_a_request_is_elbs():
    async def story() -> None:
        async with a_target() as target:
            await ask(replace(HTTP, port=target.port))
            line, *headers = target.asked[0].decode().strip().split("\r\n")
            assert line == "GET /up HTTP/1.1"
            assert headers == [
                f"Host: 127.0.0.1:{target.port}",
                "Connection: close",
                "User-Agent: ELB-HealthChecker/2.0",
                "Accept-Encoding: gzip, compressed",
            ]

    asyncio.run(story())


def test_a_code_of_the_matcher_passes():
    assert answered(head(204), replace(HTTP, matcher="200,202-204")) == PASSED


def test_another_code_is_named():
    assert answered(head(404)) == mismatch(404)


def test_a_redirect_is_an_answer_and_is_not_followed():
    assert answered(head(302, "Location: /elsewhere\r\n")) == mismatch(302)


def test_what_comes_before_the_answer_is_listened_to():
    assert answered(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + head(200)) == PASSED


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 20",
        b"HTTP/1.1 999 Odd\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * 200_000,
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
    ],
    ids=["nothing", "ssh", "half", "999", "malformed", "endless line", "endless head", "endless 100"],
)
def test_what_is_no_answer_fails(answer):
    assert answered(answer) == FAILED


def test_a_body_without_an_end_is_not_waited_for():
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async def story() -> Outcome:
        async with listening(endless) as port:
            return await ask(replace(HTTP, port=port))

    assert run(story()) == PASSED


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        (HTTP, TIMED_OUT),
        (H2, TIMED_OUT),
        (GRPC, TIMED_OUT),
        (replace(HTTP, is_secure=True), TIMED_OUT),
        (replace(HTTP, explains=False), FAILED),
        (replace(TCP, way="tls", is_secure=True), FAILED),
    ],
)
def test_a_silent_target_is_given_up_after_the_timeout(question, outcome):
    async def story() -> Outcome:
        async with listening(silent) as port:
            return await ask(replace(question, port=port, timeout_s=0.2))

    assert run(story()) == outcome


@pytest.mark.parametrize("question", [HTTP, H2, GRPC, TCP, replace(TCP, way="tls", is_secure=True)])
def test_a_target_that_refuses_fails(question):
    assert run(ask(replace(question, port=nobody()))) == FAILED


def test_https_asks_for_no_valid_certificate(tmp_path):
    async def story() -> Outcome:
        async with a_target(context=certificate(tmp_path)) as target:
            return await ask(replace(HTTP, port=target.port, is_secure=True))

    assert run(story()) == PASSED


def test_https_fails_where_nobody_speaks_tls():
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(head(400))

    async def story() -> Outcome:
        async with listening(plain) as port:
            return await ask(replace(HTTP, port=port, is_secure=True))

    assert run(story()) == FAILED


def test_tls_is_content_with_a_handshake(tmp_path):
    async def story() -> Outcome:
        async with listening(silent, certificate(tmp_path)) as port:
            return await ask(replace(TCP, way="tls", is_secure=True, port=port))

    assert run(story()) == PASSED


def test_tcp_is_content_with_a_connection():
    async def story() -> Outcome:
        async with listening(silent) as port:
            return await ask(replace(TCP, port=port))

    assert run(story()) == PASSED


@pytest.mark.parametrize(("status", "outcome"), [("200", PASSED), ("503", mismatch(503))])
def test_http2_in_the_clear_says_its_status(status, outcome):
    asked: list[dict[str, str]] = []

    async def story() -> Outcome:
        async with listening(http2(status, asked)) as port:
            return await ask(replace(H2, port=port))

    assert run(story()) == outcome
    assert (asked[0][":path"], asked[0]["user-agent"]) == ("/up", "ELB-HealthChecker/2.0")


def test_http2_over_tls_says_its_status(tmp_path):
    async def story() -> Outcome:
        async with listening(http2("200", []), certificate(tmp_path, "h2")) as port:
            return await ask(replace(H2, port=port, is_secure=True))

    assert run(story()) == PASSED


def test_http2_fails_where_only_http1_is_spoken():
    assert answered(head(200), H2) == FAILED


@pytest.mark.parametrize(
    ("path", "matcher", "outcome"),
    [
        ("/AWS.ALB/healthcheck", "12", PASSED),
        ("/grpc.health.v1.Health/Check", "0", PASSED),
        ("/grpc.health.v1.Health/Check", "12", mismatch(0)),
        ("/AWS.ALB/healthcheck", "0-5", mismatch(12)),
        ("/AWS.ALB/healthcheck", "0-99", PASSED),
    ],
)
def test_grpc_says_the_status_of_the_call(path, matcher, outcome):
    async def story() -> Outcome:
        async with grpc_target("/grpc.health.v1.Health/Check") as port:
            return await ask(replace(GRPC, port=port, path=path, matcher=matcher))

    assert run(story()) == outcome


def test_http2_without_a_grpc_status_is_no_answer_to_grpc():
    async def story() -> Outcome:
        async with listening(http2("200", [])) as port:
            return await ask(replace(GRPC, port=port, matcher="0-99"))

    assert run(story()) == FAILED

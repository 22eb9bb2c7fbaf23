"""Raw bytes on a real socket: whatever is not plainly a request ends the connection, and harms nobody else."""

import json
import socket
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.server.process import Server, everything
from tests.unit.server.test_reader import SMUGGLING

HOST = b"Host: localhost\r\n"
JSON = b"Content-Type: application/x-amz-json-1.1\r\n"
MIB = 1024 * 1024


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def is_well(server: Server) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/health", timeout=5) as answer:
        return bool(answer.status == 200)


@pytest.mark.parametrize("sent", SMUGGLING.values(), ids=SMUGGLING)
def test_a_smuggled_request_gets_400_once_and_the_connection_is_closed(server: Server, sent: bytes):
    answer = server.send(sent)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.count(b"HTTP/1.1 400") == 1
    assert b"\r\nconnection: close\r\n" in answer
    assert b"\r\nx-amzn-requestid: " in answer


def test_a_body_of_256_mib_is_refused_and_not_kept(server: Server):
    before = server.memory_mib()
    head = b"POST / HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 268435456\r\n\r\n"
    answer = server.send(head, *[b"x" * MIB] * 64)
    assert status(answer) == 413
    assert server.memory_mib() - before < 8


def test_chunks_without_an_end_are_refused_at_the_limit(server: Server):
    before = server.memory_mib()
    head = b"POST / HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: chunked\r\n\r\n"
    answer = server.send(head, *[b"10000\r\n" + b"x" * 65536 + b"\r\n"] * 200)
    assert status(answer) == 413
    assert server.memory_mib() - before < 8


def test_a_header_of_200_kb_is_refused(server: Server):
    assert status(server.send(b"POST / HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 200_000 + b"\r\n\r\n")) == 431


def test_ten_thousand_headers_are_refused(server: Server):
    headers = b"".join(b"X-%d: y\r\n" % number for number in range(10_000))
    assert status(server.send(b"POST / HTTP/1.1\r\n" + HOST + headers + b"\r\n")) == 431


def test_a_compressed_body_is_refused_unread(server: Server):
    head = b"POST / HTTP/1.1\r\n" + HOST + JSON + b"Content-Encoding: gzip\r\nConnection: close\r\n"
    assert status(server.send(head + b"Content-Length: 3\r\n\r\nabc")) == 415


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (b"Host: evil.test\r\n", 421),
        (HOST + b"Origin: http://evil.test\r\n", 403),
        (HOST + b"Origin: null\r\n", 403),
        (HOST + b"Sec-Fetch-Site: cross-site\r\n", 403),
        (HOST + b"Sec-Fetch-Site: same-site\r\n", 403),
    ],
)
def test_a_page_in_a_browser_gets_nowhere_and_is_told_nothing_about_origins(
    server: Server, headers: bytes, expected: int
):
    answer = server.send(b"POST / HTTP/1.1\r\n" + headers + JSON + b"Connection: close\r\n\r\n")
    assert status(answer) == expected
    assert b"access-control" not in answer.lower()


def test_a_preflight_is_not_granted(server: Server):
    request = b"OPTIONS / HTTP/1.1\r\n" + HOST + b"Origin: http://evil.test\r\nConnection: close\r\n"
    answer = server.send(request + b"Access-Control-Request-Method: POST\r\n\r\n")
    assert status(answer) == 403
    assert b"access-control" not in answer.lower()


def test_a_form_of_a_page_is_not_read(server: Server):
    request = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Type: text/plain\r\nConnection: close\r\n\r\n"
    assert status(server.send(request)) == 415


def test_health_is_told_without_credentials_but_not_to_a_foreign_name(server: Server):
    answer = server.send(b"GET /health HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    told = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert told["status"] == "ok"
    parts = ("store", "engine", "driver", "balancer", "network")
    assert told["parts"] == dict.fromkeys(parts, "ok")
    assert (told["auth"], told["loosened"]) == (True, [])
    assert status(server.send(b"GET /health HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n")) == 421


def test_metrics_are_told_without_credentials_and_parsed_by_prometheus(server: Server):
    answer = server.send(b"GET /metrics HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    families = {
        family.name: family
        for family in text_string_to_metric_families(answer.partition(b"\r\n\r\n")[2].decode())
    }
    assert {sample.value for sample in families["homeport_part_up"].samples} == {1.0}
    assert "homeport_load_balancer_requests" in families


def test_requests_in_one_packet_are_answered_one_after_the_other(server: Server):
    one = b"GET /health HTTP/1.1\r\n" + HOST
    answer = server.send(one + b"\r\n" + one + b"\r\n" + one + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 3


def test_a_client_that_waits_to_be_told_is_told_to_go_on(server: Server):
    head = (
        b"POST / HTTP/1.1\r\n"
        + HOST
        + JSON
        + b"Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
        connection.sendall(head)
        assert connection.recv(1024) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        assert status(everything(connection)) == 400


def test_an_answer_tells_the_time_by_which_sdks_set_their_clocks(server: Server):
    answer = server.send(b"GET /health HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    date = next(line for line in answer.decode().split("\r\n") if line.startswith("date: "))
    told = time.mktime(time.strptime(date, "date: %a, %d %b %Y %H:%M:%S GMT")) - time.timezone
    assert abs(told - time.time()) < 5


def test_a_client_that_is_in_no_hurry_is_shown_out_and_the_others_notice_nothing(server: Server):
    """Two hundred heads that never end, two hundred bodies, and two hundred that say nothing at all."""
    begun = time.monotonic()
    starts = [
        b"POST / HTTP/1.1\r\nHost: loc",
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\n\r\nx",
        b"",
    ]
    held = []
    for start in starts * 200:
        connection = socket.create_connection(("127.0.0.1", server.port), 40)
        connection.sendall(start)
        held.append((start, connection))
    assert is_well(server)
    assert time.monotonic() - begun < 8

    def ended(start: bytes, connection: socket.socket) -> float:
        with connection:
            everything(connection)
        return time.monotonic() - begun if b"Content-Length" not in start else -1.0

    with ThreadPoolExecutor(64) as pool:
        heads = [one for one in held if b"Content-Length" not in one[0]]
        assert max(pool.map(lambda one: ended(*one), heads)) < 15
        bodies = [one for one in held if b"Content-Length" in one[0]]
        list(pool.map(lambda one: ended(*one), bodies))
    assert 20 < time.monotonic() - begun < 38
    assert is_well(server)


def test_a_head_that_trickles_is_not_given_more_time(server: Server):
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\n" + HOST)
        try:
            while time.monotonic() - begun < 15:
                connection.sendall(b"X: y\r\n")
                time.sleep(0.5)
        except ConnectionError:
            pass
    assert time.monotonic() - begun < 12.5

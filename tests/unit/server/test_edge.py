"""A browser's page can make requests to this machine; none of them gets past the edge."""

import pytest

from homeport.server.edge import HOSTS_REMEMBERED, Edge
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest

EDGE = Edge(["ecs.example.test"])


def request(host: bytes | None = b"localhost:4663", method: str = "POST", **headers: bytes) -> HttpRequest:
    named = {"content_type": b"application/x-amz-json-1.1", **headers}
    pairs = [(name.replace("_", "-").encode(), value) for name, value in named.items()]
    return HttpRequest(method, b"/", tuple(pairs if host is None else [(b"host", host), *pairs]))


def status(request: HttpRequest) -> int:
    """What the edge answers; 200 stands for letting it pass."""
    try:
        EDGE.check(request)
    except WireError as error:
        return error.status
    return 200


@pytest.mark.parametrize(
    "host",
    [
        b"localhost",
        b"LOCALHOST:4663",
        b"127.0.0.1:4663",
        b"[::1]",
        b"[::1]:4663",
        b"ecs.localhost:4663",
        b"ecs.example.test",
        b"data-127.0.0.1:4663",
        b"169.254.170.2:4663",
        b"stream-localhost:4663",
    ],
)
def test_our_own_names_are_served(host: bytes):
    assert status(request(host)) == 200


@pytest.mark.parametrize(
    "host",
    [
        None,
        b"",
        b"evil.test",
        b"evil.test:4663",
        b"localhost.evil.test",
        b"127.0.0.1.evil.test",
        b"notlocalhost",
        b"evil.test@localhost",
        b"localhost,evil.test",
        b"localhost:4663:80",
        b"0.0.0.0:4663",
        b"[::]:4663",
        b"127.0.0.2",
        b"xn--lcalhost-9za",
        b"\xff\xfe",
    ],
)
def test_a_name_that_is_not_ours_is_misdirected(host: bytes | None):
    assert status(request(host)) == 421


def test_a_flood_of_names_is_not_remembered():
    edge = Edge()
    for number in range(HOSTS_REMEMBERED + 50):
        edge.check_host(b"a%d.localhost" % number)
    assert len(edge._known) == HOSTS_REMEMBERED


@pytest.mark.parametrize("origin", [b"http://evil.test", b"null", b"http://localhost:4663", b""])
def test_a_request_of_a_web_page_is_refused(origin: bytes):
    assert status(request(origin=origin)) == 403


@pytest.mark.parametrize("site", [b"cross-site", b"same-site"])
def test_a_request_of_another_site_is_refused(site: bytes):
    assert status(request(sec_fetch_site=site)) == 403


@pytest.mark.parametrize("site", [b"none", b"same-origin"])
def test_a_request_of_the_user_is_not(site: bytes):
    assert status(request(sec_fetch_site=site)) == 200


@pytest.mark.parametrize(
    "content_type",
    [
        b"",
        b"text/plain",
        b"application/json",
        b"multipart/form-data",
        b"text/plain; application/x-amz-json-1.1",
    ],
)
def test_only_the_content_types_of_awss_protocols_are_read(content_type: bytes):
    assert status(request(content_type=content_type)) == 415


@pytest.mark.parametrize(
    "content_type",
    [
        b"application/x-amz-json-1.0",
        b"application/x-amz-json-1.1; charset=UTF-8",
        b"application/x-www-form-urlencoded",
        b"application/cbor",
    ],
)
def test_awss_protocols_are_read(content_type: bytes):
    assert status(request(content_type=content_type)) == 200


def test_a_compressed_body_is_refused():
    assert status(request(content_encoding=b"gzip")) == 415


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "HEAD", "TRACE"])
def test_only_post_is_read(method: str):
    assert status(request(method=method)) == 405


def test_a_foreign_name_is_refused_before_anything_else_is_looked_at():
    assert status(request(b"evil.test", origin=b"http://evil.test", content_type=b"text/plain")) == 421

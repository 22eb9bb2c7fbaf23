"""Bytes become requests in one way only, and what could be read in two ways is refused."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.server.head import BODY_LIMIT, HEAD_LIMIT, Malformed
from homeport.server.reader import Reader
from homeport.wire.http import HttpRequest

HOST = b"Host: localhost\r\n"
START = b"POST / HTTP/1.1\r\n" + HOST

SMUGGLING = {
    "both lengths": START + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both lengths, the other way round": START
    + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
    "two equal lengths": START + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "two different lengths": START + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "two lengths in one header": START + b"Content-Length: 3, 3\r\n\r\nabc",
    "a length with a plus": START + b"Content-Length: +2\r\n\r\nab",
    "a negative length": START + b"Content-Length: -1\r\n\r\n",
    "a hexadecimal length": START + b"Content-Length: 0x2\r\n\r\nab",
    "a length with an underscore": START + b"Content-Length: 1_0\r\n\r\n0123456789",
    "a length in Arabic digits": START + "Content-Length: ٣\r\n\r\nabc".encode(),
    "an empty length": START + b"Content-Length:\r\n\r\n",
    "a length that is a sum": START + b"Content-Length: 1 2\r\n\r\nab",
    "an unknown coding": START + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "two codings": START + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "identity": START + b"Transfer-Encoding: identity\r\n\r\n",
    "chunked twice": START + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a coding with a vertical tab": START + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunked in HTTP/1.0": b"POST / HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a folded header": START + b"X-Folded: a\r\n b\r\n\r\n",
    "a folded length": START + b"Content-Length:\r\n 3\r\n\r\nabc",
    "a header folded with a tab": START + b"X-Folded: a\r\n\tb\r\n\r\n",
    "a folded first header": b"POST / HTTP/1.1\r\n Host: localhost\r\n\r\n",
    "a bare LF after a header": START + b"X: y\n\r\n\r\n",
    "bare LFs throughout": b"POST / HTTP/1.1\nHost: localhost\n\n",
    "a bare CR in a value": START + b"X: a\rb\r\n\r\n",
    "bare CRs throughout": b"POST / HTTP/1.1\rHost: localhost\r\r\r\r",
    "CR CR LF": START + b"X: a\r\r\n\r\n",
    "a blank before a colon": START + b"Content-Length : 3\r\n\r\nabc",
    "a tab before a colon": START + b"Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n",
    "a header without a name": START + b": x\r\n\r\n",
    "a header without a colon": START + b"Content-Length\r\n\r\n",
    "a name that is no token": START + b"Content@Length(: 3\r\n\r\nabc",
    "two hosts": START + HOST + b"\r\n",
    "no host": b"POST / HTTP/1.1\r\nX: y\r\n\r\n",
    "no host in HTTP/1.0": b"POST / HTTP/1.0\r\n\r\n",
    "two signatures": START + b"Authorization: a\r\nAuthorization: b\r\n\r\n",
    "two targets": START + b"X-Amz-Target: a\r\nx-amz-target: b\r\n\r\n",
    "two dates": START + b"X-Amz-Date: a\r\nX-Amz-Date: b\r\n\r\n",
    "a NUL in a name": START + b"X\x00: y\r\n\r\n",
    "a NUL in a value": START + b"X: \x00\r\n\r\n",
    "a NUL in the target": b"POST /\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "an absolute target": b"POST http://localhost/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an authority as the target": b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n",
    "an asterisk as the target": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "a target with a blank": b"POST /a b HTTP/1.1\r\n" + HOST + b"\r\n",
    "a target with a byte beyond ASCII": b"POST /\xc3\xa4 HTTP/1.1\r\n" + HOST + b"\r\n",
    "two blanks in the request line": b"POST  / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tab in the request line": b"POST\t/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "no version": b"POST /\r\n" + HOST + b"\r\n",
    "version 0.9": b"POST / HTTP/0.9\r\n" + HOST + b"\r\n",
    "version 1.2": b"POST / HTTP/1.2\r\n" + HOST + b"\r\n",
    "version 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a version in small letters": b"POST / http/1.1\r\n" + HOST + b"\r\n",
    "a method in small letters": b"post / HTTP/1.1\r\n" + HOST + b"\r\n",
    "an empty line before the request": b"\r\nPOST / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a chunk's size with a sign": START + b"Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n",
    "a chunk's size with a prefix": START + b"Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
    "a chunk's extension": START + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n",
    "a chunk that is longer than it says": START
    + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
    "a chunk that ends with LF": START + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\n0\r\n\r\n",
    "a chunk's size that ends with LF": START + b"Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n00",
    "a trailer": START + b"Transfer-Encoding: chunked\r\n\r\n0\r\nHost: evil\r\n\r\n",
}


def requests_in(*pieces: bytes) -> list[HttpRequest]:
    """What a reader makes of bytes that come in these pieces."""
    reader, found = Reader(), []
    for piece in pieces:
        reader.feed(piece)
        while (request := reader.next()) is not None:
            found.append(request)
    return found


def post(body: bytes = b"", *headers: bytes) -> bytes:
    return b"\r\n".join([START[:-2], b"Content-Length: %d" % len(body), *headers, b"", body])


@pytest.mark.parametrize("sent", SMUGGLING.values(), ids=SMUGGLING)
def test_what_two_readers_could_understand_differently_is_refused(sent: bytes):
    with pytest.raises(Malformed) as refused:
        requests_in(sent)
    assert refused.value.status == 400


@pytest.mark.parametrize("sent", SMUGGLING.values(), ids=SMUGGLING)
def test_it_is_refused_as_well_when_it_comes_byte_by_byte(sent: bytes):
    with pytest.raises(Malformed):
        requests_in(*(sent[at : at + 1] for at in range(len(sent))))


def test_a_request_is_read_as_it_was_sent():
    assert requests_in(post(b"{}", b"X-Amz-Target:  T.Op\t")) == [
        HttpRequest(
            "POST",
            b"/",
            ((b"host", b"localhost"), (b"content-length", b"2"), (b"x-amz-target", b"T.Op")),
            b"{}",
        )
    ]


def test_a_header_that_may_repeat_is_kept_twice_in_its_order():
    (request,) = requests_in(post(b"", b"X-Amz-Meta: a", b"X-Amz-Meta: b"))
    assert request.headers[-2:] == ((b"x-amz-meta", b"a"), (b"x-amz-meta", b"b"))


@given(
    bodies=st.lists(st.binary(max_size=40), min_size=1, max_size=3),
    cuts=st.lists(st.integers(0, 400), max_size=8).map(sorted),
)
def test_it_does_not_matter_in_which_pieces_bytes_come(bodies: list[bytes], cuts: list[int]):
    stream = b"".join(post(body) for body in bodies)
    edges = [0, *(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[a:b] for a, b in pairwise(edges)]
    assert [request.body for request in requests_in(*pieces)] == bodies


@given(chunks=st.lists(st.binary(min_size=1, max_size=300), max_size=6), piece=st.integers(1, 50))
def test_a_chunked_body_is_what_its_chunks_hold(chunks: list[bytes], piece: int):
    head = START + b"Transfer-Encoding: chunked\r\n\r\n"
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    stream = head + body + post(b"next")
    found = requests_in(*(stream[at : at + piece] for at in range(0, len(stream), piece)))
    assert [request.body for request in found] == [b"".join(chunks), b"next"]


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise_anything_else(noise: bytes):
    for start in (b"", START, START + b"Transfer-Encoding: chunked\r\n\r\n", b"POST / HTTP/1.1\r\n"):
        try:
            requests_in(start + noise)
        except Malformed:
            pass


@pytest.mark.parametrize(
    "sent",
    [
        START + b"Content-Length: %d\r\n\r\n" % (BODY_LIMIT + 1),
        START + b"Content-Length: 268435456\r\n\r\n",
        START + b"Content-Length: " + b"9" * 4000 + b"\r\n\r\n",
        START + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % (BODY_LIMIT + 1),
        START + b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 17,
        START + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 5000,
    ],
    ids=["one more", "256 MiB", "4,000 digits", "one large chunk", "many chunks", "tiny chunks"],
)
def test_a_body_beyond_the_limit_is_refused_before_it_is_read(sent: bytes):
    with pytest.raises(Malformed) as refused:
        requests_in(sent)
    assert refused.value.status == 413


def test_a_body_of_the_largest_size_is_read():
    (request,) = requests_in(post(b"x" * BODY_LIMIT))
    assert len(request.body) == BODY_LIMIT


@pytest.mark.parametrize(
    "sent",
    [
        START + b"X: " + b"y" * HEAD_LIMIT,
        START + b"".join(b"X-%d: y\r\n" % number for number in range(100)) + b"\r\n",
        START + b"Authorization: " + b"a" * 4097 + b"\r\n\r\n",
    ],
    ids=["a head of more than 64 KiB", "101 headers", "an Authorization of more than 4 KiB"],
)
def test_a_head_has_its_limits(sent: bytes):
    with pytest.raises(Malformed) as refused:
        requests_in(sent)
    assert refused.value.status == 431


def test_a_hundred_headers_are_read():
    (request,) = requests_in(START + b"".join(b"X-%d: y\r\n" % number for number in range(99)) + b"\r\n")
    assert len(request.headers) == 100


@pytest.mark.parametrize(
    ("version", "connection", "keeps"),
    [
        (b"1.1", b"", True),
        (b"1.1", b"Connection: close\r\n", False),
        (b"1.1", b"Connection: Keep-Alive, CLOSE\r\n", False),
        (b"1.0", b"", False),
        (b"1.0", b"Connection: keep-alive\r\n", True),
    ],
)
def test_a_connection_stays_open_as_its_version_says(version: bytes, connection: bytes, *, keeps: bool):
    reader = Reader()
    reader.feed(b"POST / HTTP/" + version + b"\r\n" + HOST + connection + b"\r\n")
    assert reader.next() is not None
    assert reader.keeps is keeps


def test_a_reader_knows_what_it_waits_for():
    reader = Reader()
    stages = [reader.stage]
    for piece in (b"POST /", b" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n", b"{}"):
        reader.feed(piece)
        reader.next()
        stages.append(reader.stage)
    assert stages == ["idle", "head", "body", "idle"]


def test_a_client_that_expects_to_be_told_to_go_on_is_told_once_its_head_is_read():
    reader = Reader()
    reader.feed(START + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    assert reader.next() is None
    assert reader.expects


def test_any_other_expectation_is_refused():
    with pytest.raises(Malformed) as refused:
        requests_in(START + b"Expect: magic\r\n\r\n")
    assert refused.value.status == 417

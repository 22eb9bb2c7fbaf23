"""AWS's published signatures (the SigV4 test suite: AKIDEXAMPLE, service `service`, 30 August 2015)."""

from __future__ import annotations

from hashlib import sha256

import pytest

from homeport.wire import canonical, sigv4

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
STAMP = b"20150830T123600Z"
SCOPE = b"20150830/us-east-1/service/aws4_request"
EMPTY = sha256(b"").hexdigest().encode()
PLAIN = {b"host": b"example.amazonaws.com", b"x-amz-date": STAMP}


@pytest.mark.parametrize(
    ("method", "target", "more", "signature"),
    [
        ("GET", b"/", {}, b"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("POST", b"/", {}, b"5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        (
            "GET",
            b"/?Param2=value2&Param1=value1",
            {},
            b"b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            "POST",
            b"/",
            {b"my-header1": b"value1"},
            b"c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
        ),
        (
            "POST",
            b"/",
            {b"my-header1": b"VALUE1"},
            b"cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
        ),
    ],
    ids=[
        "get-vanilla",
        "post-vanilla",
        "get-vanilla-query-order",
        "post-header-key-sort",
        "post-header-value-case",
    ],
)
def test_the_published_signatures_come_out(method, target, more, signature):
    headers = PLAIN | more
    text = canonical.canonical_request(method, target, headers, sorted(headers), EMPTY)
    assert sigv4.signature(SECRET, STAMP, SCOPE, text) == signature


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (b"/", b"/"),
        (b"", b"/"),
        (b"/example/..", b"/"),
        (b"/./", b"/"),
        (b"/./example", b"/example"),
        (b"//example//", b"/example/"),
        (b"/../..", b"/"),
        (b"/a%20b", b"/a%2520b"),
        ("/ü".encode(), b"/%C3%BC"),
    ],
)
def test_paths_lose_their_dots_and_are_encoded_once_more(path, written):
    assert canonical.canonical_path(path) == written

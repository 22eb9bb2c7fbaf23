"""No request that differs from the signed one gets through: 20,000 seeded mutations, one each."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec
import pytest
from botocore.utils import normalize_url_path

from homeport.wire import sigv4
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest
from tests.signing import NOW, REGION, aws_request, keys, presigner, sign, signer

MUTATIONS = 20_000
BODY = '{"cluster":"prod","service":"shöp","taskSets":["ecs-svc/123"]}'.encode()
ORIGINALS = (
    sign(aws_request(BODY), signer()),
    sign(aws_request(BODY, "/a%20b/~c?x=1&y=%2F&x=0", X_Amz_Meta="two words"), signer()),
    sign(aws_request(b""), presigner("ecs")),
)
Mutation = Callable[[bytes, random.Random], bytes]


def flip_bit(text: bytes, dice: random.Random) -> bytes:
    """One bit turned over."""
    at = dice.randrange(len(text))
    return text[:at] + bytes([text[at] ^ (1 << dice.randrange(8))]) + text[at + 1 :]


def drop(text: bytes, dice: random.Random) -> bytes:
    """One byte gone."""
    at = dice.randrange(len(text))
    return text[:at] + text[at + 1 :]


def insert(text: bytes, dice: random.Random) -> bytes:
    """One byte more; often one that parsers treat specially."""
    at = dice.randrange(len(text) + 1)
    return text[:at] + bytes([dice.choice(b" \t,;=/&%+\0\r\nAa0" + bytes([dice.randrange(256)]))]) + text[at:]


def swap_case(text: bytes, dice: random.Random) -> bytes:
    """One letter in the other case, if there is one there."""
    at = dice.randrange(len(text))
    return text[:at] + text[at : at + 1].swapcase() + text[at + 1 :]


def transpose(text: bytes, dice: random.Random) -> bytes:
    """Two neighbours exchanged."""
    at = dice.randrange(max(len(text) - 1, 1))
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


MUTATE: tuple[Mutation, ...] = (flip_bit, drop, insert, swap_case, transpose)


def mutated(request: HttpRequest, dice: random.Random) -> HttpRequest:
    """The request with one thing changed."""
    mutate = dice.choice(MUTATE)
    part = dice.choice(
        ("method", "target", "body", "name", "value", "value", "value", "gone", "twice", "more")
    )
    if part == "method":
        return msgspec.structs.replace(request, method=dice.choice(("GET", "PUT", "post", "POST ", "")))
    if part == "target":
        return msgspec.structs.replace(request, target=mutate(request.target, dice))
    if part == "body":
        return msgspec.structs.replace(request, body=mutate(request.body or b"{}", dice))
    return msgspec.structs.replace(request, headers=mutated_headers(request.headers, part, dice))


def mutated_headers(
    headers: tuple[tuple[bytes, bytes], ...], part: str, dice: random.Random
) -> tuple[tuple[bytes, bytes], ...]:
    """The headers with one of them changed, gone, doubled, or one more."""
    at = dice.randrange(len(headers))
    name, value = headers[at]
    mutate = dice.choice(MUTATE)
    changed = {
        "name": ((mutate(name, dice), value),),
        "value": ((name, mutate(value, dice)),),
        "gone": (),
        "twice": ((name, value), (name, value)),
        "more": ((name, value), (b"x-amz-more", b"1")),
    }[part]
    return headers[:at] + changed + headers[at + 1 :]


def meaning(request: HttpRequest) -> object:
    """What the request says, with what SigV4 means to be equal made equal: blanks, and dots in the path."""
    path, _, query = request.target.partition(b"?")
    parameters = sorted(part if b"=" in part else part + b"=" for part in query.split(b"&") if query)
    headers: dict[bytes, bytes] = {}
    for name, value in request.headers:
        tidy = b",".join(part.strip() for part in value.split(b",")) if name == b"authorization" else value
        folded = b" ".join(tidy.split())
        headers[name] = headers[name] + b"," + folded if name in headers else folded
    rooted = path.startswith(b"/")
    return (
        request.method,
        rooted,
        normalize_url_path(path.decode("latin1")),
        parameters,
        headers,
        request.body,
    )


@pytest.mark.parametrize("original", ORIGINALS, ids=["header", "query string", "presigned"])
def test_the_originals_are_accepted(original):
    assert sigv4.verify(original, keys=keys, now=NOW, region=REGION, service="ecs").signed_at == NOW


@pytest.mark.timeout(60)
def test_every_mutation_of_a_signed_request_is_refused():
    dice = random.Random(20260921)
    refused = 0
    accepted: list[HttpRequest] = []
    while refused + len(accepted) < MUTATIONS:
        original = dice.choice(ORIGINALS)
        request = mutated(original, dice)
        if meaning(request) == meaning(original):
            continue
        try:
            sigv4.verify(request, keys=keys, now=NOW, region=REGION, service="ecs")
        except WireError:
            refused += 1
        else:
            accepted.append(request)
    assert accepted == []
    assert refused == MUTATIONS

"""Whatever the bytes: a codec gives a value or a WireError with status 400, and nothing else."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.shapes import ec2, ecs, sts
from homeport.wire import protocol, sigv4
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest
from tests.signing import NOW, REGION, keys

ECS, STS, EC2 = protocol.codec_of(ecs), protocol.codec_of(sts), protocol.codec_of(ec2)
OPERATIONS = st.sampled_from(sorted(ecs.OPERATIONS))
NAMES = st.sampled_from(
    sorted(
        {field.encode_name for op in ecs.OPERATIONS.values() for field in msgspec.structs.fields(op.request)}
    )
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["", "EC2", "\0"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=20,
)
BODIES = st.dictionaries(NAMES, VALUES, max_size=8)
HEADER_NAMES = st.sampled_from([b"host", b"authorization", b"x-amz-date", b"x-amz-target", b"content-type"])


def outcome(codec: protocol.Codec, operation: str, body: bytes) -> object:
    """The decoded request, or the refusal."""
    try:
        return codec.decode(operation, HttpRequest("POST", b"/", (), body))
    except WireError as error:
        refusal = error
    assert refusal.status == 400
    assert refusal.code
    return refusal


@settings(deadline=None, max_examples=120)
@given(OPERATIONS, BODIES)
def test_any_json_object_is_a_value_or_a_refusal(operation, body):
    found = outcome(ECS, operation, json.dumps(body).encode())
    assert isinstance(found, ecs.OPERATIONS[operation].request | WireError)


@settings(deadline=None, max_examples=300)
@given(
    OPERATIONS,
    st.binary(max_size=200) | st.text(alphabet='{}[]",:\\u0d8e1.-+nulltrue \n', max_size=80).map(str.encode),
)
def test_any_bytes_are_a_value_or_a_refusal(operation, body):
    assert isinstance(outcome(ECS, operation, body), msgspec.Struct | WireError)


@settings(deadline=None, max_examples=200)
@given(OPERATIONS, BODIES)
def test_what_was_read_reads_the_same_when_written_again(operation, body):
    found = outcome(ECS, operation, json.dumps(body).encode())
    if isinstance(found, msgspec.Struct):
        assert outcome(ECS, operation, msgspec.json.encode(found)) == found


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.text(), st.text()) | st.just({}), st.binary(max_size=100))
def test_any_form_is_a_value_or_a_refusal(fields, tail):
    body = urlencode(fields, errors="replace").encode() + tail
    assert isinstance(outcome(STS, "GetCallerIdentity", body), msgspec.Struct | WireError)


FLAT = st.lists(
    st.sampled_from(
        ["Filter", "1", "2", "999999999", "Name", "Value", "VpcId", "IpPermissions", "Groups", "ToPort"]
    ),
    min_size=1,
    max_size=6,
).map(".".join)


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(["DescribeVpcs", "AuthorizeSecurityGroupIngress", "CreateTags"]),
    st.dictionaries(FLAT | st.text(), st.text() | st.just("1"), max_size=8),
)
def test_any_flat_form_is_a_value_or_a_refusal(operation, fields):
    body = urlencode(fields, errors="replace").encode()
    assert isinstance(outcome(EC2, operation, body), msgspec.Struct | WireError)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.tuples(HEADER_NAMES, st.binary(max_size=80)), max_size=6),
    st.binary(max_size=40),
    st.binary(max_size=20),
)
def test_any_unsigned_request_is_refused_by_name(headers, query, body):
    request = HttpRequest("POST", b"/?" + query, tuple(headers), body)
    with pytest.raises(WireError):
        sigv4.verify(request, keys=keys, now=NOW, region=REGION)


@settings(deadline=None, max_examples=300)
@given(
    st.text(alphabet="AKID/0123456789TZ-useastc1w4_rqhont;,= ", max_size=120),
    st.sampled_from(["20260921T141320Z", "2026", ""]),
)
def test_any_authorization_header_is_refused_by_name(rest, stamp):
    authorization = f"AWS4-HMAC-SHA256 Credential={rest}, SignedHeaders=host, Signature=00".encode()
    headers = ((b"host", b"h"), (b"authorization", authorization), (b"x-amz-date", stamp.encode()))
    with pytest.raises(WireError):
        sigv4.verify(HttpRequest("POST", b"/", headers), keys=keys, now=NOW, region=REGION)

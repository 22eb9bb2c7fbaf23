"""Whatever botocore writes in each of CloudWatch's protocols we read as it was meant; any other bytes are refused."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import botocore.session
import cbor2
import msgspec
import pytest
from botocore.serialize import create_serializer
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.shapes import cloudwatch
from homeport.wire import protocol
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest

MODEL = botocore.session.get_session().get_service_model("cloudwatch")
CODECS = protocol.Codecs([cloudwatch])
CBOR = protocol.codec_of(cloudwatch, "smithy-rpc-v2-cbor")
OPERATIONS = st.sampled_from(sorted(cloudwatch.OPERATIONS))

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
TIMES = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0)
)
DIMENSIONS = st.lists(st.fixed_dictionaries({"Name": TEXTS, "Value": TEXTS}), min_size=1, max_size=4)
STATISTICS = st.fixed_dictionaries(
    {
        "Namespace": TEXTS.filter(lambda text: text[0] != ":"),
        "MetricName": TEXTS,
        "StartTime": TIMES,
        "EndTime": TIMES,
        "Period": st.integers(1, 2**31 - 1),
    },
    optional={
        "Dimensions": DIMENSIONS,
        "Statistics": st.lists(st.sampled_from(["Sum", "Average"]), min_size=1, max_size=5),
    },
)

SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | TEXTS | st.binary(max_size=5)
)
NAMES = st.sampled_from(["Namespace", "Dimensions", "Period", "MetricDataQueries", "StartTime", "Id", "Name"])
VALUES = st.recursive(
    SCALARS | st.builds(cbor2.CBORTag, st.integers(0, 300), st.integers()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | TEXTS, inner, max_size=5),
    max_leaves=20,
)


def arrived(parameters: dict[str, Any], spoken: str) -> HttpRequest:
    """The GetMetricStatistics call that botocore makes of the parameters."""
    operation = MODEL.operation_model("GetMetricStatistics")
    made = create_serializer(spoken).serialize_to_request(parameters, operation)
    headers = tuple((name.lower().encode(), value.encode()) for name, value in made["headers"].items())
    body = urlencode(made["body"]).encode() if isinstance(made["body"], dict) else made["body"]
    return HttpRequest(made["method"], made["url_path"].encode(), headers, body)


def outcome(operation: str, body: bytes) -> object:
    """The decoded request, or the refusal."""
    try:
        return CBOR.decode(operation, HttpRequest("POST", b"/", (), body))
    except WireError as error:
        refusal = error
    assert (refusal.status, bool(refusal.code)) == (400, True)
    return refusal


@pytest.mark.parametrize("spoken", cloudwatch.PROTOCOLS)
@settings(deadline=None, max_examples=60)
@given(STATISTICS)
def test_what_botocore_writes_is_read_as_it_was_meant(spoken, sent):
    request = arrived(sent, spoken)
    codec = CODECS.find(request, "monitoring")
    found = codec.decode(codec.operation(request), request)
    times = {name: sent[name].timestamp() for name in ("StartTime", "EndTime")}
    assert msgspec.to_builtins(found) == {**sent, **times}


@settings(deadline=None, max_examples=300)
@given(OPERATIONS, st.dictionaries(NAMES, VALUES, max_size=8))
def test_any_map_is_a_value_or_a_refusal(operation, body):
    assert isinstance(outcome(operation, cbor2.dumps(body)), msgspec.Struct | WireError)


@settings(deadline=None, max_examples=500)
@given(
    OPERATIONS,
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from(b"\x81\x9f\xa1\xbf\xc1\xc2\xd8\x1c\x61\x7f\xff\xf9\xfb\x1b\x5f\x41\0"), max_size=30
    ).map(bytes),
)
def test_any_bytes_are_a_value_or_a_refusal(operation, body):
    assert isinstance(outcome(operation, body), msgspec.Struct | WireError)

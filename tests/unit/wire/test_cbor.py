"""CBOR as Smithy's clients write it is read; what could harm the reader is refused before it does."""

from __future__ import annotations

import math
from decimal import Decimal

import cbor2
import pytest

from homeport.shapes import cloudwatch
from homeport.wire import protocol
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest

CODEC = protocol.codec_of(cloudwatch, "smithy-rpc-v2-cbor")
NOW = 1_790_000_000.25


def request(body: bytes) -> HttpRequest:
    return HttpRequest("POST", b"/", (), body)


def decoded(body: bytes, operation: str = "ListMetrics") -> object:
    return CODEC.decode(operation, request(body))


def refused(body: bytes, operation: str = "ListMetrics") -> tuple[str, str]:
    with pytest.raises(WireError) as caught:
        decoded(body, operation)
    return caught.value.code, caught.value.message


def statistics(**members: object) -> bytes:
    filled = {"Namespace": "AWS/ApplicationELB", "MetricName": "RequestCount", "Period": 60}
    times = {"StartTime": cbor2.CBORTag(1, NOW - 60), "EndTime": cbor2.CBORTag(1, NOW)}
    return cbor2.dumps({**filled, **times, **members})


def test_times_are_tagged_seconds():
    found = CODEC.decode("GetMetricStatistics", request(statistics()))
    assert isinstance(found, cloudwatch.GetMetricStatisticsInput)
    assert (found.start_time, found.end_time) == (NOW - 60, NOW)


def test_maps_and_texts_without_a_length_are_read():
    body = cbor2.dumps({"Namespace": "AWS/NetworkELB"}, indefinite_containers=True)
    assert decoded(body) == cloudwatch.ListMetricsInput(namespace="AWS/NetworkELB")
    assert decoded(b"\xbf\x69Namespace\x7f\x61A\x61B\xff\xff") == cloudwatch.ListMetricsInput(namespace="AB")


@pytest.mark.parametrize("body", [b"", b"\xa0", cbor2.dumps({"Unheard": [{"of": 1}]})])
def test_nothing_and_what_is_unknown_is_an_empty_request(body):
    assert decoded(body) == cloudwatch.ListMetricsInput()


@pytest.mark.parametrize("nothing", [None, cbor2.undefined])
def test_null_and_undefined_are_absent(nothing):
    assert decoded(cbor2.dumps({"Namespace": nothing})) == cloudwatch.ListMetricsInput()


@pytest.mark.parametrize(
    "body",
    [
        b"\x81" * 100_000,
        b"\x9f" * 100_000,
        b"\xc1" * 100_000,
        b"\x9b\x00\x00\x00\x00\xff\xff\xff\xff",
        b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x7b\x7f\xff\xff\xff\xff\xff\xff\xffabc",
        b"\xa1\x61a\xc5\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\xa1\x61a\xd8\x1c\x81\xd8\x1d\x00",
        b"\xa1\x61a\xf8\xff",
        b"\xa0\xa0",
        b"\xa2\x61a\x01\x61a\x02",
        b"\xa1\x01\x02",
        b"\xa1\x41a\x02",
        b"\xa1\x61a",
        b"\xa1\x62\xff\xfe\x01",
        b"\xff",
        b"\x80",
        b"{}",
        cbor2.dumps({"a": Decimal("1.5")}),
        cbor2.dumps({"a": 2**200}),
        cbor2.dumps({"a": math.nan}),
        cbor2.dumps({"a": [math.inf]}),
    ],
)
def test_what_is_no_plain_cbor_is_malformed(body):
    assert refused(body)[0] == "SerializationException"


@pytest.mark.parametrize(
    "time", [cbor2.CBORTag(1, math.nan), cbor2.CBORTag(1, "noon"), cbor2.CBORTag(0, "noon")]
)
def test_a_time_is_a_number(time):
    assert refused(statistics(StartTime=time), "GetMetricStatistics")[0] == "SerializationException"


def test_what_breaks_the_model_is_said_in_cloudwatchs_words():
    rule = "Member must have value greater than or equal to 1"
    assert refused(statistics(Period=0), "GetMetricStatistics") == (
        "ValidationError",
        f"1 validation error detected: Value '0' at 'period' failed to satisfy constraint: {rule}",
    )
    assert refused(cbor2.dumps({"Dimensions": [{}]})) == (
        "MissingParameter",
        "The parameter Dimensions.member.1.Name is required.",
    )


def test_an_error_has_its_shapes_name_and_the_old_code_in_a_header():
    answer = CODEC.error("InvalidParameterValue", "Why.", 400, "request-1")
    assert cbor2.loads(answer.body) == {"__type": "InvalidParameterValueException", "message": "Why."}
    assert answer.headers == (
        (b"x-amzn-requestid", b"request-1"),
        (b"content-type", b"application/cbor"),
        (b"smithy-protocol", b"rpc-v2-cbor"),
        (b"x-amzn-query-error", b"InvalidParameterValue;Sender"),
    )


def test_json_says_the_same():
    answer = protocol.codec_of(cloudwatch, "json").error("InternalServiceError", "Why.", 500, "request-1")
    assert answer.body == b'{"__type":"InternalServiceFault","message":"Why."}'
    assert (b"x-amzn-query-error", b"InternalServiceError;Receiver") in answer.headers

"""Which codec a request gets: by its target or version, and never another service's than the signed one."""

from __future__ import annotations

import pytest

from homeport.shapes import cloudwatch, ecs, sts
from homeport.wire import protocol
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest

CODECS = protocol.Codecs([ecs, sts, cloudwatch])
TARGET = b"AmazonEC2ContainerServiceV20141113."
FORM = b"Action=GetCallerIdentity&Version=2011-06-15"


def targeted(target: bytes) -> HttpRequest:
    """A JSON request for a target."""
    return HttpRequest("POST", b"/", ((b"x-amz-target", target),), b"{}")


def posted(body: bytes) -> HttpRequest:
    """A Query request."""
    return HttpRequest("POST", b"/", ((b"content-type", b"application/x-www-form-urlencoded"),), body)


def refused(request: HttpRequest, service: str | None) -> str:
    """The code with which no codec is found."""
    with pytest.raises(WireError) as caught:
        CODECS.find(request, service)
    return caught.value.code


@pytest.mark.parametrize("service", ["ecs", None])
def test_a_target_names_its_service(service):
    assert CODECS.find(targeted(TARGET + b"ListClusters"), service).service == "ecs"


@pytest.mark.parametrize("service", ["sts", None])
def test_a_version_names_its_service(service):
    assert CODECS.find(posted(FORM), service).service == "sts"


def test_a_signature_for_one_service_does_not_open_another():
    assert refused(targeted(TARGET + b"ListClusters"), "sts") == "InvalidSignatureException"
    assert refused(posted(FORM), "ecs") == "InvalidAction"


@pytest.mark.parametrize("target", [b"", b"ListClusters", b"DynamoDB_20120810.ListTables"])
def test_an_unknown_target_is_an_unknown_operation(target):
    assert refused(targeted(target), "ecs") == "UnknownOperationException"


def test_json_without_a_target_is_an_unknown_operation():
    request = HttpRequest("POST", b"/", ((b"content-type", b"application/x-amz-json-1.1"),), b"{}")
    assert refused(request, "ecs") == "UnknownOperationException"


@pytest.mark.parametrize(
    ("operation", "code"),
    [(b"Invent", "UnknownOperationException"), (b"CreateCapacityProvider", "UnsupportedFeatureException")],
)
def test_operations_that_aws_or_we_do_not_have_are_told_apart(operation, code):
    request = targeted(TARGET + operation)
    with pytest.raises(WireError) as caught:
        CODECS.find(request, "ecs").operation(request)
    assert caught.value.code == code


def test_a_refusal_is_answered_in_the_protocol_of_the_client():
    assert CODECS.speaking(targeted(TARGET + b"x"), None).service == "ecs"
    assert CODECS.speaking(targeted(b"nothing"), None).service == "ecs"
    assert CODECS.speaking(posted(b""), None).service == "sts"
    assert protocol.Codecs([ecs]).speaking(posted(b""), None).service == "ecs"


PATH = b"/service/GraniteServiceVersion20100801/operation/"


def cbor(path: bytes) -> HttpRequest:
    """A CBOR request for a path."""
    return HttpRequest(
        "POST", path, ((b"smithy-protocol", b"rpc-v2-cbor"), (b"content-type", b"application/cbor")), b"\xa0"
    )


@pytest.mark.parametrize(
    "request_",
    [
        cbor(PATH + b"ListMetrics"),
        targeted(b"GraniteServiceVersion20100801.ListMetrics"),
        posted(b"Action=ListMetrics&Version=2010-08-01"),
    ],
    ids=["cbor", "json", "query"],
)
def test_a_service_is_served_in_every_protocol_that_aws_speaks_for_it(request_):
    codec = CODECS.find(request_, "monitoring")
    assert (codec.service, codec.operation(request_)) == ("monitoring", "ListMetrics")
    assert CODECS.speaking(request_, None).service in ("monitoring", "sts")


@pytest.mark.parametrize(
    "path", [b"/", b"/service/Other/operation/ListMetrics", b"/x" + PATH, PATH + b"a/b", PATH[1:], b"\xff"]
)
def test_another_path_is_an_unknown_operation(path):
    assert refused(cbor(path), "monitoring") == "UnknownOperationException"
    assert CODECS.speaking(cbor(path), None).service == "monitoring"


def test_a_signature_for_another_service_opens_no_path():
    assert refused(cbor(PATH + b"ListMetrics"), "ecs") == "InvalidSignatureException"


@pytest.mark.parametrize(
    ("operation", "code"),
    [(b"Invent", "UnknownOperationException"), (b"PutMetricData", "UnsupportedFeatureException")],
)
def test_operations_of_a_path_that_aws_or_we_do_not_have_are_told_apart(operation, code):
    request = cbor(PATH + operation)
    with pytest.raises(WireError) as caught:
        CODECS.find(request, "monitoring").operation(request)
    assert caught.value.code == code

"""The EC2 Query protocol, against botocore's own serializer and parser: every operation that is served, both ways."""

from __future__ import annotations

import keyword
from datetime import UTC, datetime
from random import Random
from typing import Any
from urllib.parse import urlencode

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import ListShape, Shape, StructureShape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from homeport.shapes import ec2, sts
from homeport.wire import protocol
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest

EC2 = protocol.codec_of(ec2)
MODEL = botocore.session.get_session().get_service_model("ec2")
SERIALIZER = create_serializer("ec2", include_validation=False)
PARSER = create_parser("ec2")
ENVELOPE = {"Action": "DescribeVpcs", "Version": ec2.API_VERSION}
AT = datetime(2026, 9, 21, 14, 13, 20, 250_000, UTC)


def sample(shape: Shape, dice: Random, depth: int = 0) -> Any:
    """A value as boto3 takes and gives it, with every member that there is."""
    if isinstance(shape, StructureShape):
        return {name: sample(inner, dice, depth + 1) for name, inner in shape.members.items()}
    if isinstance(shape, ListShape):
        return [sample(shape.member, dice, depth + 1) for _ in range(2 if depth < 4 else 1)]
    if shape.type_name == "string":
        return dice.choice(shape.enum) if shape.enum else f"<&{dice.randrange(1000)}>"
    low, high = shape.metadata.get("min", 1), shape.metadata.get("max", 100)
    values = {
        "boolean": dice.random() < 0.5,
        "double": 0.5,
        "float": 0.5,
        "integer": dice.randint(low, high),
        "long": dice.randint(low, high),
        "timestamp": AT,
    }
    return values[shape.type_name]


def spelt(member: str) -> str:
    """A member's attribute: `return` is no name in Python."""
    return f"{xform_name(member)}_" if keyword.iskeyword(xform_name(member)) else xform_name(member)


def struct(value: Any, shape: Shape) -> Any:
    """The same as an instance of our classes."""
    if isinstance(shape, StructureShape):
        kind = getattr(ec2, shape.name)
        return kind(**{spelt(name): struct(inner, shape.members[name]) for name, inner in value.items()})
    if isinstance(shape, ListShape):
        return [struct(inner, shape.member) for inner in value]
    return value.timestamp() if isinstance(value, datetime) else value


def post(fields: dict[str, str]) -> HttpRequest:
    """A form as clients send it."""
    return HttpRequest("POST", b"/", (), urlencode(fields).encode())


def refused(fields: dict[str, str]) -> tuple[str, str]:
    """The code and the text with which a form is refused."""
    request = post(ENVELOPE | fields)
    with pytest.raises(WireError) as caught:
        EC2.decode(EC2.operation(request), request)
    assert caught.value.status == 400
    return caught.value.code, caught.value.message


@pytest.mark.parametrize("name", sorted(ec2.OPERATIONS))
def test_what_botocore_writes_is_read(name: str):
    operation = MODEL.operation_model(name)
    assert operation.input_shape is not None
    value = sample(operation.input_shape, Random(name))
    written = SERIALIZER.serialize_to_request(value, operation)
    request = post(written["body"])
    assert EC2.operation(request) == name
    assert EC2.decode(name, request) == struct(value, operation.input_shape)


@pytest.mark.parametrize("name", sorted(ec2.OPERATIONS))
def test_what_is_written_botocore_reads(name: str):
    operation = MODEL.operation_model(name)
    shape = operation.output_shape
    value = sample(shape, Random(name)) if shape is not None else {}
    response = struct(value, shape) if shape is not None else ec2.OPERATIONS[name].response()
    answer = EC2.encode(name, response, "id-1")
    parsed = PARSER.parse({"body": answer.body, "headers": {}, "status_code": answer.status}, shape)
    assert parsed.pop("ResponseMetadata")["RequestId"] == "id-1"
    assert parsed == value


def test_an_answer_has_the_root_of_its_operation():
    answer = EC2.encode("DeleteVpc", ec2.OPERATIONS["DeleteVpc"].response(), "id-1")
    assert answer.body.decode() == (
        '<DeleteVpcResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        "<requestId>id-1</requestId><return>true</return></DeleteVpcResponse>"
    )


def test_an_error_is_the_one_of_several_that_there_may_be():
    answer = EC2.error("InvalidVpcID.NotFound", "a < b", 400, "id-1")
    assert answer.body.decode() == (
        "<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code><Message>a &lt; b</Message></Error></Errors>"
        "<RequestID>id-1</RequestID></Response>"
    )


@pytest.mark.parametrize(
    ("code", "status", "theirs", "their_status"),
    [
        ("SignatureDoesNotMatch", 403, "AuthFailure", 401),
        ("InvalidClientTokenId", 403, "AuthFailure", 401),
        ("ExpiredToken", 403, "RequestExpired", 400),
        ("ServerException", 500, "InternalError", 500),
        ("ServerException", 503, "Unavailable", 503),
    ],
)
def test_what_all_services_refuse_has_names_of_its_own(code, status, theirs, their_status):
    answer = EC2.error(code, "whatever", status, "id-1")
    assert answer.status == their_status
    assert f"<Code>{theirs}</Code>".encode() in answer.body


@pytest.mark.parametrize(
    ("fields", "code", "text"),
    [
        ({"Action": ""}, "MissingParameter", "The request must contain the parameter Action"),
        ({"Action": "Invent"}, "InvalidAction", "The action Invent is not valid for this web service."),
        ({"Action": "RunInstances"}, "InvalidAction", "Homeport does not serve RunInstances yet."),
        ({"Action": "DeleteVpc"}, "MissingParameter", "The request must contain the parameter VpcId"),
        (
            {"Action": "DeleteVpc", "VpcId": ""},
            "MissingParameter",
            "The request must contain the parameter VpcId",
        ),
        (
            {"MaxResults": "3"},
            "InvalidParameterValue",
            "Value (3) for parameter MaxResults is invalid. Expecting a value greater than 5.",
        ),
        ({"MaxResults": "x"}, "InvalidParameterValue", "Value (x) for parameter MaxResults is invalid."),
        (
            {"Action": "CreateVpc", "InstanceTenancy": "shared"},
            "InvalidParameterValue",
            "Value (shared) for parameter InstanceTenancy is invalid.",
        ),
        ({"Filter.1.Values.1": "x"}, "UnknownParameter", "The parameter Filter.1.Values is not recognized"),
        ({"Invented": "x"}, "UnknownParameter", "The parameter Invented is not recognized"),
    ],
)
def test_a_form_that_does_not_fit_is_refused(fields, code, text):
    assert refused(fields) == (code, text)


def test_what_signs_an_address_is_no_parameter():
    request = post(ENVELOPE | {"X-Amz-Date": "now", "SignatureMethod": "x", "AWSAccessKeyId": "y"})
    assert EC2.decode("DescribeVpcs", request) == ec2.DescribeVpcsRequest()


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "٣", "²", "1e3"])
def test_items_without_a_number_are_ignored(number):
    form = post(ENVELOPE | {f"VpcId.{number}": "vpc-1"})
    assert EC2.decode("DescribeVpcs", form) == ec2.DescribeVpcsRequest(vpc_ids=[])


def test_a_huge_number_makes_no_huge_list():
    form = post(ENVELOPE | {"VpcId.999999999": "vpc-1", "VpcId.7": "vpc-0"})
    assert EC2.decode("DescribeVpcs", form) == ec2.DescribeVpcsRequest(vpc_ids=["vpc-0", "vpc-1"])


def test_a_refusal_is_answered_in_the_protocol_of_its_version():
    codecs = protocol.Codecs([sts, ec2])
    assert codecs.speaking(post(ENVELOPE), None).service == "ec2"
    assert codecs.find(post(ENVELOPE), "ec2").service == "ec2"
    assert codecs.speaking(HttpRequest("POST", b"/", (), b"Version=\xff"), "ec2").service == "ec2"

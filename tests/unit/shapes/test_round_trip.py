"""Every served operation, there and back: botocore writes what we read, and reads what we write."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any
from urllib.parse import urlencode

import botocore.session
import msgspec
import pytest
from botocore.model import OperationModel, Shape, StringShape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from homeport.shapes import cloudwatch, ecs, elbv2, sts
from homeport.wire import protocol
from homeport.wire.http import HttpRequest

SESSION = botocore.session.get_session()
MODELS: tuple[Any, ...] = (cloudwatch, ecs, elbv2, sts)
CODECS = protocol.Codecs(MODELS)
SERVED = [
    (model, name, spoken) for model in MODELS for name in model.OPERATIONS for spoken in model.PROTOCOLS
]
IDS = [f"{name}-{spoken}" for _, name, spoken in SERVED]
EXAMPLES = SESSION.get_component("data_loader").load_service_model("ecs", "examples-1")["examples"]
SAMPLES = ("ipv4pool-coip-1", "ipam-pool-1", "HTTP", "200")
"""Texts of which one fits any pattern that digits do not fit."""
NOON = dt.datetime(2026, 1, 31, 12, 0, 0, 250_000, tzinfo=dt.UTC)


def operation_model(model: Any, name: str) -> OperationModel:
    """botocore's own model of an operation."""
    return SESSION.get_service_model(model.SERVICE).operation_model(name)


def full(shape: Shape | None, depth: int = 0) -> Any:
    """A value with every member set."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        if getattr(shape, "is_document_type", False):
            return {"free": ["form", 1]}
        return {name: full(inner, depth + 1) for name, inner in shape.members.items()}
    if shape.type_name == "list":
        return [full(shape.member, depth + 1)]
    if shape.type_name == "map":
        return {full(shape.key): full(shape.value, depth + 1)}
    return scalar(shape)


def scalar(shape: Shape) -> Any:
    """A value that keeps the model's rules."""
    if isinstance(shape, StringShape) and shape.enum:
        return shape.enum[-1]
    least = max(shape.metadata.get("min", 1), 1)
    pattern = shape.metadata.get("pattern")
    return {
        "string": patterned(pattern, least) if pattern else "é" * least,
        "boolean": True,
        "timestamp": NOON,
        "double": 37.5,
        "float": 37.5,
        "integer": least,
        "long": least,
    }[shape.type_name]


def patterned(pattern: str, least: int) -> str:
    """A text that fits a pattern; letters as Unicode counts them are beyond Python's own expressions."""
    fitting = [text for text in SAMPLES if "\\p{" not in pattern and re.fullmatch(pattern, text)]
    return fitting[0] if fitting and len(fitting[0]) >= least else "1" * least


def arrived(operation: OperationModel, parameters: dict[str, Any], spoken: str) -> HttpRequest:
    """The request that botocore makes of the parameters."""
    made = create_serializer(spoken).serialize_to_request(parameters, operation)
    headers = tuple((name.lower().encode(), value.encode()) for name, value in made["headers"].items())
    body = made["body"]
    if isinstance(body, dict):
        body = urlencode(body).encode()
    return HttpRequest(made["method"], made["url_path"].encode(), headers, body)


@pytest.mark.parametrize(("model", "name", "spoken"), SERVED, ids=IDS)
def test_every_member_that_botocore_sends_arrives(model, name, spoken):
    operation = operation_model(model, name)
    sent = full(operation.input_shape)
    request = arrived(operation, sent, spoken)

    codec = CODECS.find(request, model.SIGNING_NAME)
    decoded = codec.decode(codec.operation(request), request)

    assert msgspec.to_builtins(decoded) == seconds(sent)


@pytest.mark.parametrize(("model", "name", "spoken"), SERVED, ids=IDS)
def test_every_member_that_we_answer_is_read_by_botocore(model, name, spoken):
    operation = operation_model(model, name)
    answered = full(operation.output_shape)
    response = msgspec.convert(seconds(answered), model.OPERATIONS[name].response)

    codec = protocol.codec_of(model, spoken)
    answer = codec.encode(name, response, "request-1")
    raw = {
        "status_code": answer.status,
        "headers": {key.decode(): value.decode() for key, value in answer.headers},
        "body": answer.body,
    }
    read = create_parser(spoken).parse(raw, operation.output_shape)

    assert read.pop("ResponseMetadata")["RequestId"] == "request-1"
    assert read == answered


def seconds(value: Any) -> Any:
    """Times as the shapes hold them."""
    if isinstance(value, dt.datetime):
        return value.timestamp()
    if isinstance(value, dict):
        return {key: seconds(inner) for key, inner in value.items()}
    return [seconds(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() & ecs.OPERATIONS.keys()))
def test_the_inputs_of_aws_own_examples_are_read_and_written_unchanged(name):
    for example in EXAMPLES[name]:
        sent = example.get("input", {})
        decoded = msgspec.json.decode(json.dumps(sent), type=ecs.OPERATIONS[name].request)
        assert msgspec.to_builtins(decoded) == sent

"""AWS JSON 1.0 and 1.1: the operation is named by `X-Amz-Target`, bodies are JSON objects.

The body is decoded straight into the operation's class with every rule of the model (`msgspec`); only a body
that does not fit is looked at twice, to say why in AWS's words. Unknown members are ignored and null counts
as absent, as on AWS. The bounds (`jsonbounds`) hold for unknown members too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from homeport.shapes.operation import Operation
from homeport.wire import jsonbounds, query, schema, words
from homeport.wire.errors import NO_MEMBERS, WireError
from homeport.wire.http import HttpRequest, HttpResponse
from homeport.wire.service import ServiceModel

ENCODER = msgspec.json.Encoder()
PLAIN = msgspec.json.Decoder()


class JsonCodec:
    """The codec of one service that speaks JSON."""

    def __init__(self, model: ServiceModel) -> None:
        self.service = model.SIGNING_NAME
        self.model = model
        self.content_type = f"application/x-amz-json-{model.JSON_VERSION}".encode()
        self.prefix = f"{model.TARGET_PREFIX}.".encode()
        self.served = {self.prefix + name.encode(): name for name in model.OPERATIONS}

    def operation(self, request: HttpRequest) -> str:
        """The operation's name. Raises `WireError` for one that AWS or Homeport does not have."""
        target = request.header(b"x-amz-target") or b""
        if name := self.served.get(target):
            return name
        unserved = target.removeprefix(self.prefix).decode("ascii", "replace")
        if target.startswith(self.prefix) and unserved in self.model.ALL_OPERATIONS:
            raise WireError("UnsupportedFeatureException", f"Homeport does not serve {unserved} yet.")
        raise WireError("UnknownOperationException", "The requested operation is not known to this service.")

    def decode(self, operation: str, request: HttpRequest) -> msgspec.Struct:
        """The request as the operation's class. Raises `WireError` for a body that does not fit."""
        found = self.model.OPERATIONS[operation]
        body = request.body or b"{}"
        jsonbounds.check(body)
        try:
            return decoder(found.request).decode(body)
        except msgspec.ValidationError:
            return self.second_look(found, body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise words.malformed() from None

    def second_look(self, operation: Operation, body: bytes) -> msgspec.Struct:
        """Try once more without blank optional members, which count as absent; then say what is wrong."""
        try:
            value = PLAIN.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise words.malformed() from None
        if not isinstance(value, dict):
            raise words.malformed()
        try:
            return msgspec.convert(without_blanks(value, operation.request), operation.request)
        except msgspec.ValidationError as again:
            raise words.refusal(self.service, operation, value, str(again)) from None

    def encode(self, operation: str, response: msgspec.Struct, request_id: str) -> HttpResponse:
        """The answer of an operation: absent members left out, empty lists kept."""
        del operation  # The classes carry the names; only the Query protocol asks for the operation.
        return self.answer(200, ENCODER.encode(response), request_id)

    def error(
        self,
        code: str,
        message: str,
        status: int,
        request_id: str,
        members: Mapping[str, object] = NO_MEMBERS,
    ) -> HttpResponse:
        """An error as AWS writes it: the short code, a lower-case `message`, and its shape's other members."""
        shape = self.model.QUERY_ERRORS.get(code, code)
        body = ENCODER.encode({"__type": shape, "message": message, **members})
        return self.answer(status, body, request_id, query.error_header(self.model, code, status))

    def answer(
        self, status: int, body: bytes, request_id: str, extra: tuple[tuple[bytes, bytes], ...] = ()
    ) -> HttpResponse:
        """A response with this service's content type."""
        headers = ((b"x-amzn-requestid", request_id.encode()), (b"content-type", self.content_type), *extra)
        return HttpResponse(status, headers, body)


@cache
def decoder(shape: type[msgspec.Struct]) -> msgspec.json.Decoder[msgspec.Struct]:
    """The compiled decoder of a class, made at its first use: a start does not pay for all of them."""
    return msgspec.json.Decoder(shape)


def without_blanks(value: Any, kind: Any) -> Any:
    """The decoded value without empty strings in optional members whose rules would refuse them.

    Clients send `"loadBalancerName": ""` for what they leave out, and AWS takes it as absent.
    """
    found = schema.bare(kind)
    if isinstance(value, dict) and schema.is_shape(found):
        known = schema.members(found)
        return {
            name: without_blanks(inner, known[name].type) if name in known else inner
            for name, inner in value.items()
            if inner
            or not isinstance(inner, str)
            or name not in known
            or known[name].required
            or words.fits("", known[name].type)
        }
    item = schema.item_type(kind)
    if item is None:
        return value
    if isinstance(value, dict):
        return {name: without_blanks(inner, item) for name, inner in value.items()}
    return [without_blanks(inner, item) for inner in value] if isinstance(value, list) else value

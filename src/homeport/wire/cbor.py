"""Smithy's RPC v2 with CBOR: the operation is named by the path, bodies are CBOR maps.

`cbor2` reads the bytes, and every tag but that of a time is refused before it can make something of its own: bombs of
decimals, shared references, regular expressions. Rules of the model are msgspec's, and their texts `words`'.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Never

import cbor2
import msgspec

from homeport.wire import jsonbounds, query, schema, words
from homeport.wire.errors import NO_MEMBERS, WireError
from homeport.wire.http import HttpRequest, HttpResponse
from homeport.wire.service import ServiceModel

PROTOCOL_HEADER = b"smithy-protocol"
PROTOCOL = b"rpc-v2-cbor"
CONTENT_TYPE = b"application/cbor"
PATH_PARTS = 5
EPOCH = 1
"""The only tag that Smithy uses: seconds since 1970."""


class CborCodec:
    """The codec of one service that speaks CBOR."""

    def __init__(self, model: ServiceModel) -> None:
        self.service = model.SIGNING_NAME
        self.model = model

    def operation(self, request: HttpRequest) -> str:
        """The operation's name. Raises `WireError` for one that AWS or Homeport does not have."""
        named = operation_name(request)
        if named in self.model.OPERATIONS:
            return named
        if named in self.model.ALL_OPERATIONS:
            raise WireError("UnsupportedFeatureException", f"Homeport does not serve {named} yet.")
        raise WireError("UnknownOperationException", "The requested operation is not known to this service.")

    def decode(self, operation: str, request: HttpRequest) -> msgspec.Struct:
        """The request as the operation's class. Raises `WireError` for a body that does not fit."""
        found = self.model.OPERATIONS[operation]
        value = read(request.body) if request.body else {}
        if not isinstance(value, dict):
            raise words.malformed()
        try:
            return msgspec.convert(value, found.request)
        except msgspec.ValidationError as problem:
            raise words.refusal(self.service, found, value, str(problem)) from None

    def encode(self, operation: str, response: msgspec.Struct, request_id: str) -> HttpResponse:
        """The answer of an operation: absent members left out, times tagged."""
        del operation  # The classes carry the names; only the Query protocol asks for the operation.
        return self.answer(200, cbor2.dumps(structure(response)), request_id)

    def error(
        self,
        code: str,
        message: str,
        status: int,
        request_id: str,
        members: Mapping[str, object] = NO_MEMBERS,
    ) -> HttpResponse:
        """An error by its shape's name; a service that once spoke Query says the old code in a header."""
        shape = self.model.QUERY_ERRORS.get(code, code)
        body = cbor2.dumps({"__type": shape, "message": message, **members})
        extra = query.error_header(self.model, code, status)
        return self.answer(status, body, request_id, extra)

    def answer(
        self, status: int, body: bytes, request_id: str, extra: tuple[tuple[bytes, bytes], ...] = ()
    ) -> HttpResponse:
        """A response with the headers of this protocol."""
        headers = (
            (b"x-amzn-requestid", request_id.encode()),
            (b"content-type", CONTENT_TYPE),
            (PROTOCOL_HEADER, PROTOCOL),
            *extra,
        )
        return HttpResponse(status, headers, body)


def is_spoken(request: HttpRequest) -> bool:
    """Whether the client speaks this protocol."""
    return request.header(PROTOCOL_HEADER) == PROTOCOL


def service_name(request: HttpRequest) -> str:
    """The `SERVICE` of `/service/SERVICE/operation/OPERATION`; "" for another path."""
    return path_parts(request)[0]


def operation_name(request: HttpRequest) -> str:
    """The `OPERATION` of `/service/SERVICE/operation/OPERATION`; "" for another path."""
    return path_parts(request)[1]


def path_parts(request: HttpRequest) -> tuple[str, str]:
    """Service and operation of the path; both are names of letters and digits, so nothing is unquoted."""
    parts = request.target.decode("latin-1").split("/")
    if len(parts) != PATH_PARTS or parts[0] or parts[1] != "service" or parts[3] != "operation":
        return "", ""
    return parts[2], parts[4]


def refuse_tag(_: object, __: object) -> Never:
    """No tag of the model's."""
    raise ValueError


def seconds(value: object, _: object) -> float:
    """What stands behind the tag of a time. Raises ValueError for anything but a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return finite(value)


TAGS = {**dict.fromkeys((*range(512), 1004, 43_000, 55_799), refuse_tag), EPOCH: seconds}
"""All that cbor2 knows, refused but for times; what it does not know goes to `tag_hook`."""


def read(body: bytes) -> Any:
    """The one item that the body is. Raises `WireError` for anything else than CBOR within the bounds."""
    stream = BytesIO(body)
    decoder = cbor2.CBORDecoder(
        stream,
        tag_hook=refuse_tag,
        semantic_decoders=TAGS,
        max_depth=jsonbounds.MAX_DEPTH,
        allow_duplicate_keys=False,
        strict_hashable_types=True,
    )
    try:
        value = plain(decoder.decode())
    except (cbor2.CBORError, ValueError, OverflowError, TypeError):
        raise words.malformed() from None
    if stream.tell() != len(body):
        raise words.malformed()
    return value


def plain(value: Any) -> Any:
    """The value without what JSON does not have: NaN, infinity, unknown simple values. `undefined` is null, and null
    members are absent. Raises ValueError.
    """
    if isinstance(value, dict):
        return {text(name): plain(inner) for name, inner in value.items() if not is_absent(inner)}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, float):
        return finite(value)
    if value is None or isinstance(value, str | bytes | int):
        return value
    if is_absent(value):
        return None
    raise ValueError


def is_absent(value: object) -> bool:
    """Null or undefined."""
    return value is None or value is cbor2.undefined


def text(name: object) -> str:
    """A member's name."""
    if isinstance(name, str):
        return name
    raise ValueError


def finite(value: float) -> float:
    """The number, if it is one. Raises ValueError and OverflowError."""
    if not math.isfinite(value):
        raise ValueError
    return value


def structure(value: msgspec.Struct) -> dict[str, Any]:
    """The members of a response that are there."""
    return {
        member.wire_name: content(inner, member.type)
        for member in schema.members(type(value)).values()
        if (inner := getattr(value, member.name)) is not None
    }


def content(value: Any, kind: Any) -> Any:
    """A value as cbor2 writes it."""
    if isinstance(value, msgspec.Struct):
        return structure(value)
    if isinstance(value, list):
        item = schema.item_type(kind)
        return [content(inner, item) for inner in value]
    if isinstance(value, dict):
        item = schema.item_type(kind)
        return {name: content(inner, item) for name, inner in value.items()}
    return cbor2.CBORTag(EPOCH, value) if schema.mark(kind, "timestamp") else value

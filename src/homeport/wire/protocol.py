"""Which codec reads a request: the table of services, built from what generated modules say.

One port serves all services. A JSON request names its service in `X-Amz-Target`, a Query request only in the
scope of its signature and in its version; both have to agree with the signature, or a signature made for one
service would open another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from homeport.wire import form, refusals
from homeport.wire.errors import NO_MEMBERS, WireError
from homeport.wire.http import HttpRequest, HttpResponse
from homeport.wire.json import JsonCodec
from homeport.wire.query import QueryCodec
from homeport.wire.service import ServiceModel


class Codec(Protocol):
    """One service's protocol, both ways. Everything that it refuses is a `WireError`."""

    service: str
    """The service's name in a signature's scope."""

    def operation(self, request: HttpRequest) -> str:
        """The name of the operation that the request asks for."""
        ...

    def decode(self, operation: str, request: HttpRequest) -> msgspec.Struct:
        """The request as an instance of the operation's request class."""
        ...

    def encode(self, operation: str, response: msgspec.Struct, request_id: str) -> HttpResponse:
        """The answer to a request that was served."""
        ...

    def error(
        self,
        code: str,
        message: str,
        status: int,
        request_id: str,
        members: Mapping[str, object] = NO_MEMBERS,
    ) -> HttpResponse:
        """The answer to a request that was not; `members` are what the error's shape has besides a message."""
        ...


def codec_of(model: ServiceModel) -> Codec:
    """The codec of one service. Raises `ValueError` for a protocol that Homeport does not speak."""
    if model.PROTOCOL == "json":
        return JsonCodec(model)
    if model.PROTOCOL == "query":
        return QueryCodec(model)
    raise ValueError(f"no codec for protocol {model.PROTOCOL!r} of {model.SERVICE}")


class Codecs:
    """The codecs of all services that are served."""

    def __init__(self, models: Sequence[ServiceModel]) -> None:
        self.json = {
            str(model.TARGET_PREFIX).encode(): codec_of(model) for model in models if model.TARGET_PREFIX
        }
        self.query = {
            (model.SIGNING_NAME, model.API_VERSION): codec_of(model)
            for model in models
            if not model.TARGET_PREFIX
        }

    def find(self, request: HttpRequest, service: str | None) -> Codec:
        """The codec for a request signed for `service`; None when signatures are not asked for.

        Raises `WireError` when nothing served answers to the request, or when it was signed for another
        service.
        """
        target = request.header(b"x-amz-target")
        if target is None:
            return self.find_query(request, service)
        codec = self.json.get(target.partition(b".")[0])
        if codec is None:
            raise WireError(
                "UnknownOperationException", "The requested operation is not known to this server."
            )
        if service not in {None, codec.service}:
            raise refusals.named(refusals.other_service(codec.service), request)
        return codec

    def find_query(self, request: HttpRequest, service: str | None) -> Codec:
        """The codec for a request without a target."""
        if refusals.speaks_json(request):
            raise WireError("UnknownOperationException", "The request has no X-Amz-Target.")
        version = form.fields(request).get("Version", "")
        for (name, known), codec in self.query.items():
            if known == version and service in {None, name}:
                return codec
        raise WireError(
            "InvalidAction",
            f"Homeport does not serve version '{version[:32]}' of {service or 'any service'}.",
        )

    def speaking(self, request: HttpRequest) -> Codec:
        """The codec to answer in when a request is refused before its service is known."""
        target = request.header(b"x-amz-target") or b""
        if codec := self.json.get(target.partition(b".")[0]):
            return codec
        fitting = self.json if refusals.speaks_json(request) else self.query
        return next(iter((fitting or self.json or self.query).values()))

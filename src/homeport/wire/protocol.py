"""Which codec reads a request: the table of services, built from what the generated modules say of themselves.

One port serves all services. A JSON request names its service in `X-Amz-Target`, a Query request only in the scope
of its signature and in its version; both have to agree with the signature, or a signature made for one service would
open another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

from homeport.wire import form, refusals
from homeport.wire.errors import WireError
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

    def error(self, code: str, message: str, status: int, request_id: str) -> HttpResponse:
        """The answer to a request that was not."""
        ...


class Codecs:
    """The codecs of all services that are served."""

    def __init__(self, models: Iterable[ServiceModel]) -> None:
        self.by_target: dict[bytes, Codec] = {}
        self.by_version: dict[tuple[str, str], Codec] = {}
        self.json: list[Codec] = []
        self.query: list[Codec] = []
        for model in models:
            self.add(model)

    def add(self, model: ServiceModel) -> None:
        """Serve one more service."""
        if model.PROTOCOL == "json":
            codec: Codec = JsonCodec(model)
            self.json.append(codec)
            self.by_target[str(model.TARGET_PREFIX).encode()] = codec
        elif model.PROTOCOL == "query":
            codec = QueryCodec(model)
            self.query.append(codec)
            self.by_version[codec.service, model.API_VERSION] = codec
        else:
            raise ValueError(f"no codec for protocol {model.PROTOCOL!r} of {model.SERVICE}")

    def find(self, request: HttpRequest, service: str | None) -> Codec:
        """The codec for a request signed for `service`; None when signatures are not asked for.

        Raises `WireError` when nothing served answers to the request, or when it was signed for another service.
        """
        target = request.header(b"x-amz-target")
        if target is None:
            return self.find_query(request, service)
        codec = self.by_target.get(target.partition(b".")[0])
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
        for (name, known), codec in self.by_version.items():
            if known == version and service in {None, name}:
                return codec
        raise WireError(
            "InvalidAction",
            f"Homeport does not serve version '{version[:32]}' of {service or 'any service'}.",
        )

    def speaking(self, request: HttpRequest) -> Codec:
        """The codec to answer in when a request is refused before its service is known. Never raises."""
        target = request.header(b"x-amz-target") or b""
        if codec := self.by_target.get(target.partition(b".")[0]):
            return codec
        fitting = self.json if refusals.speaks_json(request) or not self.query else self.query
        return (fitting or self.query)[0]

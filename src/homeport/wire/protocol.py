"""Which codec reads a request: the table of services, built from what generated modules say.

One port serves all services. A JSON request names its service in `X-Amz-Target`, a CBOR request in its path, a Query
request only in the scope of its signature and in its version; all have to agree with the signature, or a signature made
for one service would open another. A service is served in every protocol that AWS speaks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Protocol

import msgspec

from homeport.wire import cbor, form, refusals
from homeport.wire.cbor import CborCodec
from homeport.wire.ec2 import Ec2Codec
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


MAKERS: dict[str, Callable[[ServiceModel], Codec]] = {
    "ec2": Ec2Codec,
    "json": JsonCodec,
    "query": QueryCodec,
    "smithy-rpc-v2-cbor": CborCodec,
}


FORMS = ("query", "ec2")
"""Protocols whose requests are forms; a service speaks one of them at most."""


def codec_of(model: ServiceModel, protocol: str | None = None) -> Codec:
    """The codec of one service, for AWS's favourite protocol unless another is named.

    Raises `ValueError` for a protocol that Homeport does not speak.
    """
    maker = MAKERS.get(protocol or model.PROTOCOL)
    if maker is None:
        raise ValueError(f"no codec for protocol {protocol or model.PROTOCOL!r} of {model.SERVICE}")
    return maker(model)


class Codecs:
    """The codecs of all services that are served, in each protocol that AWS speaks for them."""

    def __init__(self, models: Sequence[ServiceModel]) -> None:
        self.json = {
            str(model.TARGET_PREFIX).encode(): codec_of(model, "json")
            for model in models
            if "json" in model.PROTOCOLS
        }
        self.cbor = {
            str(model.TARGET_PREFIX): codec_of(model, "smithy-rpc-v2-cbor")
            for model in models
            if "smithy-rpc-v2-cbor" in model.PROTOCOLS
        }
        self.query = {
            (model.SIGNING_NAME, model.API_VERSION): codec_of(model, protocol)
            for model in models
            for protocol in FORMS
            if protocol in model.PROTOCOLS
        }

    def find(self, request: HttpRequest, service: str | None) -> Codec:
        """The codec for a request signed for `service`; None when signatures are not asked for.

        Raises `WireError` when nothing served answers to the request, or when it was signed for another
        service.
        """
        target = request.header(b"x-amz-target")
        if target is None and not cbor.is_spoken(request):
            return self.find_query(request, service)
        codec = self.named(request)
        if codec is None:
            raise WireError(
                "UnknownOperationException", "The requested operation is not known to this server."
            )
        if service not in {None, codec.service}:
            raise refusals.named(refusals.other_service(codec.service), request)
        return codec

    def named(self, request: HttpRequest) -> Codec | None:
        """The codec of the service that a path or a target names."""
        if cbor.is_spoken(request):
            return self.cbor.get(cbor.service_name(request))
        target = request.header(b"x-amz-target") or b""
        return self.json.get(target.partition(b".")[0])

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

    def of_version(self, request: HttpRequest) -> list[Codec]:
        """The codecs of the version that a form names; none when it cannot be read."""
        try:
            version = form.fields(request).get("Version", "")
        except WireError:
            return []
        return [codec for (_, known), codec in self.query.items() if known == version]

    def of_service(self, service: str | None) -> list[Codec]:
        """The codecs of a service whose requests are forms."""
        return [codec for (name, _), codec in self.query.items() if name == service]

    def speaking(self, request: HttpRequest, service: str | None) -> Codec:
        """The codec to answer in when a request is refused before its service is known; it says it is for `service`."""
        if codec := self.named(request):
            return codec
        if cbor.is_spoken(request):
            fitting: Iterable[Codec] = self.cbor.values()
        elif refusals.speaks_json(request):
            fitting = self.json.values()
        else:
            fitting = self.of_version(request) or self.of_service(service)
        return next(chain(fitting, self.query.values(), self.json.values()))

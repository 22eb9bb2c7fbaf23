"""The AWS Query protocol: a form in, XML out. STS speaks it, and ELB will.

The reading and the writing are `form` and `xml`; here are the envelope, the names and the errors.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from homeport.wire import form, words, xml
from homeport.wire.errors import NO_MEMBERS, WireError
from homeport.wire.http import HttpRequest, HttpResponse
from homeport.wire.service import ServiceModel

ERROR_HEADER = b"x-amzn-query-error"
CONTENT_TYPE = b"text/xml"
SERVER_FAULT = 500


class QueryCodec:
    """The codec of one service that speaks Query."""

    def __init__(self, model: ServiceModel) -> None:
        self.service = model.SIGNING_NAME
        self.model = model

    def operation(self, request: HttpRequest) -> str:
        """The operation's name. Raises `WireError` for one that AWS or Homeport does not have."""
        fields = form.fields(request)
        name, version = fields.get("Action", ""), fields.get("Version", "")
        if not name:
            raise WireError("MissingAction", "Missing Action")
        if version != self.model.API_VERSION or name not in self.model.ALL_OPERATIONS:
            raise WireError(
                "InvalidAction",
                f"Could not find operation {words.shown(name)} for version {words.shown(version)}",
            )
        if name not in self.model.OPERATIONS:
            raise WireError("InvalidAction", f"Homeport does not serve {name} yet.")
        return name

    def decode(self, operation: str, request: HttpRequest) -> msgspec.Struct:
        """The request as the operation's class. Raises `WireError` for a form that does not fit."""
        found = self.model.OPERATIONS[operation]
        value = form.read(form.tree(form.fields(request)), found.request)
        try:
            return msgspec.convert(value, found.request, strict=False)
        except msgspec.ValidationError as problem:
            refusal = words.refusal(self.service, found, value, str(problem))
            # What does not parse has another name in this protocol.
            code = "MalformedInput" if refusal.code == words.MALFORMED else refusal.code
            raise WireError(code, refusal.message, refusal.status) from None

    def encode(self, operation: str, response: msgspec.Struct, request_id: str) -> HttpResponse:
        """The answer of an operation in its envelope."""
        content = xml.structure(response)
        if wrapper := self.model.OPERATIONS[operation].result_wrapper:
            content = xml.element(wrapper, content)
        metadata = xml.element("ResponseMetadata", xml.element("RequestId", xml.text(request_id)))
        return self.answer(200, self.rooted(f"{operation}Response", content + metadata), request_id)

    def error(
        self,
        code: str,
        message: str,
        status: int,
        request_id: str,
        members: Mapping[str, object] = NO_MEMBERS,
    ) -> HttpResponse:
        """An error as AWS writes it; `Sender` when the client can do something about it."""
        del members  # No error that is served in this protocol has any.
        parts = (("Type", blame(status)), ("Code", code), ("Message", message))
        error = xml.element("Error", "".join(xml.element(name, xml.text(value)) for name, value in parts))
        body = self.rooted("ErrorResponse", error + xml.element("RequestId", xml.text(request_id)))
        return self.answer(status, body, request_id)

    def rooted(self, name: str, content: str) -> str:
        """The root element, in the service's namespace."""
        return f'<{name} xmlns="{self.model.XML_NAMESPACE}">{content}</{name}>'

    def answer(self, status: int, body: str, request_id: str) -> HttpResponse:
        """A response with the content type of XML."""
        headers = ((b"x-amzn-requestid", request_id.encode()), (b"content-type", CONTENT_TYPE))
        return HttpResponse(status, headers, body.encode())


def blame(status: int) -> str:
    """Whose fault it is."""
    return "Receiver" if status >= SERVER_FAULT else "Sender"


def error_header(model: ServiceModel, code: str, status: int) -> tuple[tuple[bytes, bytes], ...]:
    """For clients that have learnt a service's errors in the Query protocol, and now speak another to it."""
    if not model.QUERY_ERRORS:
        return ()
    return ((ERROR_HEADER, f"{code};{blame(status)}".encode()),)

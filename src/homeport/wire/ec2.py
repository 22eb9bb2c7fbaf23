"""The EC2 Query protocol: the Query protocol's elder sister, with lists written flat and an envelope of its own.

A member has one name here, that of the answers (`groupSet`); a request's begins with a capital (`GroupSet.1`). What is in
no shape is refused and not ignored, as EC2 does: a parameter that nobody reads would be one without an effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_origin

import msgspec

from homeport.shapes.operation import Operation
from homeport.wire import form, schema, words, xml
from homeport.wire.errors import NO_MEMBERS, WireError
from homeport.wire.form import VALUE, Tree
from homeport.wire.http import HttpRequest, HttpResponse
from homeport.wire.query import QueryCodec

ENVELOPE = {"Action", "Version", "AWSAccessKeyId", "SecurityToken", "Timestamp", "Expires", "Signature"}
SIGNING = ("X-Amz-", "Signature")
"""How the parameters begin that presigned addresses have besides."""
UNAUTHORIZED = 401
NOT_VALIDATED = ("AuthFailure", "AWS was not able to validate the provided access credentials", UNAUTHORIZED)
OWN_ERRORS = {
    ("InvalidClientTokenId", 403): NOT_VALIDATED,
    ("SignatureDoesNotMatch", 403): NOT_VALIDATED,
    ("ExpiredToken", 403): ("RequestExpired", "Request has expired.", 400),
    ("ServerException", 500): ("InternalError", None, 500),
    ("ServerException", 503): ("Unavailable", None, 503),
}
"""What EC2 says where other services have another word for it, by their code and status; None for the same text."""
BOUNDS = {">=": "greater than", "<=": "less than", ">": "greater than", "<": "less than"}


class Ec2Codec(QueryCodec):
    """The codec of one service that speaks it."""

    def operation(self, request: HttpRequest) -> str:
        """The operation's name. Raises `WireError` for one that AWS or Homeport does not have."""
        fields = form.fields(request)
        name, version = fields.get("Action", ""), fields.get("Version", "")
        if not name:
            raise missing("Action")
        if version != self.model.API_VERSION or name not in self.model.ALL_OPERATIONS:
            text = f"The action {words.shown(name)} is not valid for this web service."
            raise WireError("InvalidAction", text)
        if name not in self.model.OPERATIONS:
            raise WireError("InvalidAction", f"Homeport does not serve {name} yet.")
        return name

    def decode(self, operation: str, request: HttpRequest) -> msgspec.Struct:
        """The request as the operation's class. Raises `WireError` for a form that does not fit."""
        found = self.model.OPERATIONS[operation]
        tree = {name: node for name, node in form.tree(form.fields(request)).items() if not envelope(name)}
        value = read(tree, found.request, "")
        try:
            return msgspec.convert(value, found.request, strict=False)
        except msgspec.ValidationError as problem:
            raise refusal(found, value, str(problem)) from None

    def encode(self, operation: str, response: msgspec.Struct, request_id: str) -> HttpResponse:
        """The answer of an operation; one that has nothing to say says that it is done."""
        content = xml.structure(response)
        if not schema.members(type(response)):
            content = xml.element("return", "true")
        told = xml.element("requestId", xml.text(request_id)) + content
        name, space = f"{operation}Response", f"{self.model.XML_NAMESPACE}/"
        return self.answer(200, f'<{name} xmlns="{space}">{told}</{name}>', request_id)

    def error(
        self,
        code: str,
        message: str,
        status: int,
        request_id: str,
        members: Mapping[str, object] = NO_MEMBERS,
    ) -> HttpResponse:
        """An error as EC2 writes it."""
        del members  # No error of this protocol has any.
        code, own, status = OWN_ERRORS.get((code, status), (code, message, status))
        error = xml.element("Code", xml.text(code)) + xml.element("Message", xml.text(own or message))
        errors = xml.element("Errors", xml.element("Error", error))
        body = xml.element("Response", errors + xml.element("RequestID", xml.text(request_id)))
        return self.answer(status, body, request_id)


def envelope(name: str) -> bool:
    """Whether a parameter says who asks for what, and nothing about it."""
    return name in ENVELOPE or name.startswith(SIGNING)


def read(node: Tree, kind: Any, path: str) -> Any:
    """The node as a value of the type, still unchecked. Raises `WireError` for a parameter that is in no shape."""
    found = schema.bare(kind)
    if schema.is_shape(found):
        return structure(node, found, path)
    if get_origin(found) is list:
        item = schema.item_type(kind)
        return [read(inner, item, f"{path}{number}.") for number, inner in form.numbered(node)]
    text = node.get(VALUE)
    return form.seconds(text) if isinstance(text, str) and schema.mark(kind, "timestamp") else text


def structure(node: Tree, shape: type[msgspec.Struct], path: str) -> dict[str, Any]:
    """The members that the form has."""
    known = {capital(name): member for name, member in schema.members(shape).items()}
    found = {}
    for name, inner in node.items():
        if isinstance(inner, str):
            continue
        member = known.get(name)
        if member is None:
            text = f"The parameter {words.shown(path + name)} is not recognized"
            raise WireError("UnknownParameter", text)
        found[member.wire_name] = read(inner, member.type, f"{path}{name}.")
    return found


def refusal(operation: Operation, value: Any, problem: str) -> WireError:
    """EC2's error for msgspec's `problem` with the decoded but unfitting `value`."""
    found = words.MESSAGE.fullmatch(problem)
    what, path = (found["what"], found["path"] or "") if found else (problem, "")
    place = words.Place(operation, value, path)
    if absent := words.MISSING.fullmatch(what):
        return missing(named(place.member(absent["name"])))
    if place.value is None or (place.value == "" and place.required):
        return missing(named(place))
    text = f"Value ({words.shown(place.value)}) for parameter {named(place)} is invalid."
    if bound := words.RANGE.fullmatch(what):
        text += f" Expecting a value {BOUNDS[bound['sign']]} {bound['bound']}."
    return WireError("InvalidParameterValue", text)


def missing(name: str) -> WireError:
    """A required parameter that is not there."""
    return WireError("MissingParameter", f"The request must contain the parameter {name}")


def named(place: words.Place) -> str:
    """`Filter.1.Value`: a place in a request as the client has written it."""
    return ".".join(capital(step) for step in place.steps if step != "member")


def capital(name: str) -> str:
    """A member's name as requests write it."""
    return name[:1].upper() + name[1:]

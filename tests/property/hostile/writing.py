"""A drawn request in the words of a protocol, and an answer read back: as strictly as any client would."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any
from urllib.parse import quote_plus
from xml.etree import ElementTree as ET

import cbor2
from botocore.awsrequest import AWSRequest

from homeport.shapes.operation import Operation
from homeport.wire import schema
from homeport.wire.service import ServiceModel
from tests import signing

URL = f"http://{signing.HOST}/"
PROTOCOLS = ("json", "query", "ec2", "smithy-rpc-v2-cbor")
PIECES: Sequence[bytes] = (
    *(
        b"\\ud800",
        b"\\ud83d\\ude00",
        b"\\u0000",
        b"\xed\xa0\x80",
        b"\xc0\x80",
        b"\xff",
        b"\x00",
        b"\xef\xbb\xbf",
    ),
    *(
        b"%ED%A0%80",
        b"%00",
        b"%",
        b"%zz",
        b"+",
        b"&",
        b"&&==&",
        b"=",
        b".",
        b"..1",
        b"&Tags.member." + b"9" * 5000 + b"=x",
    ),
    *(
        b"&Tags.member.-1.Key=a",
        b"&Names.member.%D9%A3=a",
        b"&Names.member.1=a&Names.member.1.x=b",
        b"&Names=x",
        b"&Names.member=x",
    ),
    *(
        b"&Conditions.member.1.Values.member.1.a.b.c=x",
        b"&" + b".".join([b"a"] * 200) + b"=x",
        b"&Action=x",
        b"&Names.member.\xc2\xb2=x",
    ),
    *(
        b"[" * 70,
        b'{"a":' * 70,
        b"9" * 5000,
        b"1e999",
        b"-0",
        b"NaN",
        b"Infinity",
        b"null",
        b"tru",
        b"//",
        b",",
        b'"',
        b"\\",
        b"'",
    ),
    *(
        b"\x9f\x9f\x9f",
        b"\xbf",
        b"\xfb\x7f\xf8\x00\x00\x00\x00\x00\x00",
        b"\xc2\x5f\xff\xff",
        b"\xd8\x1c\x80",
        b"\xf7",
        b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
    ),
)
"""What parsers stumble over."""
FIRST, LAST = -62_135_596_800, 253_402_300_799
"""The years 1 to 9999."""


def request(model: ServiceModel, protocol: str, operation: Operation, body: Any) -> AWSRequest:
    """An unsigned request."""
    match protocol:
        case "json":
            headers = {
                "Content-Type": f"application/x-amz-json-{model.JSON_VERSION}",
                "X-Amz-Target": f"{model.TARGET_PREFIX}.{operation.name}",
            }
            return _post(URL, json.dumps(body, default=_blob).encode(), headers)
        case "query" | "ec2":
            flat = _flat if protocol == "query" else _flatter
            fields = [
                ("Action", operation.name),
                ("Version", model.API_VERSION),
                *flat("", body, operation.request),
            ]
            form = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in fields)
            return _post(URL, form.encode(), {"Content-Type": "application/x-www-form-urlencoded"})
    headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    url = f"{URL}service/{model.TARGET_PREFIX}/operation/{operation.name}"
    return _post(url, cbor2.dumps(_tagged(body, operation.request)), headers)


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> AWSRequest:
    return AWSRequest("POST", url, data=body, headers={"Host": signing.HOST, **headers})


def _blob(value: Any) -> str:
    return base64.b64encode(value).decode()


def _quoted(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))


def _flat(prefix: str, value: Any, kind: Any) -> Iterator[tuple[str, str]]:
    """The fields of a form. What does not fit its type is written as it is."""
    dot = f"{prefix}." if prefix else ""
    found = schema.bare(kind)
    if isinstance(value, Mapping):
        known = schema.members(found) if schema.is_shape(found) else {}
        for name, inner in value.items():
            yield from _flat(f"{dot}{name}", inner, known[name].type if name in known else None)
    elif isinstance(value, list):
        item = "" if schema.mark(kind, "flattened") else f".{schema.mark(kind, 'item') or 'member'}"
        for number, inner in enumerate(value, 1):
            yield from _flat(f"{prefix}{item}.{number}", inner, schema.item_type(kind))
    else:
        yield from _scalar(prefix, value, kind)


def _flatter(prefix: str, value: Any, kind: Any) -> Iterator[tuple[str, str]]:
    """The same of EC2's form: names begin with a capital, and lists are numbers only."""
    dot = f"{prefix}." if prefix else ""
    found = schema.bare(kind)
    if isinstance(value, Mapping):
        known = schema.members(found) if schema.is_shape(found) else {}
        for name, inner in value.items():
            spelt = f"{name[:1].upper()}{name[1:]}"
            yield from _flatter(f"{dot}{spelt}", inner, known[name].type if name in known else None)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _flatter(f"{prefix}.{number}", inner, schema.item_type(kind))
    else:
        yield from _scalar(prefix, value, kind)


def _scalar(prefix: str, value: Any, kind: Any) -> Iterator[tuple[str, str]]:
    """One field, or none."""
    if isinstance(value, bool):
        yield prefix, str(value).lower()
    elif isinstance(value, bytes):
        yield prefix, _blob(value)
    elif schema.mark(kind, "timestamp") and isinstance(value, int | float) and FIRST <= value <= LAST:
        yield prefix, datetime.fromtimestamp(value, UTC).isoformat()
    elif value is not None:
        yield prefix, str(value)


def _tagged(value: Any, kind: Any) -> Any:
    """A value for CBOR: times have a tag."""
    found = schema.bare(kind)
    if isinstance(value, Mapping):
        known = schema.members(found) if schema.is_shape(found) else {}
        return {
            name: _tagged(inner, known[name].type if name in known else None) for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_tagged(inner, schema.item_type(kind)) for inner in value]
    if schema.mark(kind, "timestamp") and isinstance(value, int | float):
        return cbor2.CBORTag(1, value)
    return value


def spoilt(body: bytes, dice: Random) -> bytes:
    """A body with something in it that no client writes."""
    at = dice.randrange(len(body) + 1)
    to = at + dice.choice((0, 1, 1, 4, 40))
    match dice.randrange(4):
        case 0:
            return body[:at] + dice.choice(PIECES) + body[to:]
        case 1:
            return body[:at] + bytes(dice.randrange(256) for _ in range(dice.randint(1, 4))) + body[to:]
        case 2:
            return body + dice.choice(PIECES)
    return body[:at]


def code(protocol: str, body: bytes) -> str:
    """The code of an answer that is an error; "" for one that is none. Raises for what no client can read."""
    if protocol == "query":
        root = ET.fromstring(body)
        name = root.tag.rpartition("}")[2]
        return (
            next(each.text or "" for each in root.iter() if each.tag.endswith("}Code"))
            if name == "ErrorResponse"
            else ""
        )
    if protocol == "ec2":
        root = ET.fromstring(body)
        return (root.findtext("Errors/Error/Code") or "?") if root.tag == "Response" else ""
    read = json.loads(body) if protocol == "json" else cbor2.loads(body)
    return str(read.get("__type", ""))

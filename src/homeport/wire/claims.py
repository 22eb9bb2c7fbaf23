"""What a request says about its own signature: the key, the scope, the signed headers, the signature.

Read from the Authorization header or, for a presigned address, from the query; from both is refused, because
two parties could believe different ones. Nothing here is verified: that is `sigv4`.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote_to_bytes

import msgspec

from homeport.wire import refusals
from homeport.wire.canonical import ALGORITHM
from homeport.wire.http import HttpRequest
from homeport.wire.refusals import Refusal

MAX_AUTHORIZATION = 4096
MAX_SIGNED_HEADERS = 50
MAX_EXPIRES_S = 604_800
FIELDS = ("Credential", "SignedHeaders", "Signature")
CREDENTIAL_PARTS = 5
SIGNATURE = b"Signature="


class Grant(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What stays the same from call to call: a client's key, scope and list of headers."""

    access_key_id: str
    date: bytes
    region: str
    service: str
    terminator: str
    scope: bytes
    """`date/region/service/aws4_request`, as it is signed."""
    signed: tuple[bytes, ...]
    signed_set: frozenset[bytes]


class Claim(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A grant and this request's signature; the last three only of a presigned address."""

    grant: Grant
    signature: bytes
    stamp: bytes | None = None
    expires_s: int | None = None
    token: bytes | None = None


def claim(request: HttpRequest, authorization: bytes | None) -> Claim:
    """The request's claim. `authorization` is that header's value, or None. Raises `Refusal`."""
    presigned = b"X-Amz-" in request.target and parameters(request.target)
    if authorization is None:
        if not presigned:
            raise Refusal("missing", refusals.MISSING)
        return from_query(presigned)
    if presigned:
        raise Refusal("incomplete", refusals.TWO_SOURCES)
    return from_header(authorization)


def from_header(authorization: bytes) -> Claim:
    """The claim of an Authorization header."""
    if len(authorization) > MAX_AUTHORIZATION:
        raise Refusal("incomplete", f"Authorization header is longer than {MAX_AUTHORIZATION} bytes.")
    before, found, tail = authorization.partition(SIGNATURE)
    signature, comma, after = tail.partition(b",")
    return Claim(grant=grant_of_header(before + found + comma + after), signature=signature)


@lru_cache(maxsize=1024)
def grant_of_header(text: bytes) -> Grant:
    """The grant in an Authorization header whose signature was cut out: what a client repeats all day."""
    fields = header_fields(text)
    lacking = [field for field in FIELDS if field not in fields]
    if lacking:
        raise refusals.lacking(lacking, ascii_text(text))
    if len(fields) != len(FIELDS):
        raise Refusal(
            "incomplete", f"Authorization header has unknown parameters. Authorization={ascii_text(text)}"
        )
    return grant(fields["Credential"], fields["SignedHeaders"])


def header_fields(text: bytes) -> dict[str, str]:
    """The `name=value` fields after the algorithm's name."""
    algorithm, _, listed = text.partition(b" ")
    if algorithm != ALGORITHM:
        raise Refusal("incomplete", f"Unsupported AWS 'algorithm': '{ascii_text(algorithm)}'.")
    fields: dict[str, str] = {}
    for part in listed.split(b","):
        name, equals, value = ascii_text(part.strip(b" ")).partition("=")
        if not equals:
            raise refusals.no_pair(name, ascii_text(text))
        if name in fields:
            raise Refusal("incomplete", f"Authorization header has '{name}' twice.")
        fields[name] = value
    return fields


def grant(credential: str, signed_headers: str) -> Grant:
    """The grant of a credential (`id/date/region/service/aws4_request`) and of `host;x-amz-date`."""
    parts = credential.split("/")
    if len(parts) != CREDENTIAL_PARTS or not all(parts):
        text = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term,"
        raise Refusal("incomplete", f"{text} got '{credential}'")
    signed = tuple(signed_headers.encode().split(b";"))
    if (
        len(signed) > MAX_SIGNED_HEADERS
        or list(signed) != sorted(set(signed))
        or signed_headers != signed_headers.lower()
    ):
        raise Refusal(
            "incomplete", "'SignedHeaders' must be sorted, lower-case, without repetition and at most 50."
        )
    key_id, date, region, service, terminator = parts
    return Grant(
        access_key_id=key_id,
        date=date.encode(),
        region=region,
        service=service,
        terminator=terminator,
        scope="/".join(parts[1:]).encode(),
        signed=signed,
        signed_set=frozenset(signed),
    )


def parameters(target: bytes) -> dict[bytes, bytes]:
    """The signing parameters of a presigned address, decoded. Empty when the query has none."""
    found: dict[bytes, bytes] = {}
    for pair in target.partition(b"?")[2].split(b"&"):
        name, _, value = pair.partition(b"=")
        if name.startswith(b"X-Amz-"):
            if name in found:
                raise Refusal("incomplete", f"Query has '{ascii_text(name)}' twice.")
            found[name] = unquote_to_bytes(value)
    return found


def from_query(found: dict[bytes, bytes]) -> Claim:
    """The claim of a presigned address."""
    needed = (
        b"X-Amz-Algorithm",
        b"X-Amz-Credential",
        b"X-Amz-SignedHeaders",
        b"X-Amz-Signature",
        b"X-Amz-Date",
    )
    lacking = [name.decode() for name in needed if not found.get(name)]
    if lacking:
        texts = " ".join(f"AWS query-string parameters must include '{name}'." for name in lacking)
        raise Refusal("incomplete", f"{texts} Re-examine the query-string parameters.")
    if found[b"X-Amz-Algorithm"] != ALGORITHM:
        raise Refusal(
            "incomplete", f"Unsupported AWS 'algorithm': '{ascii_text(found[b'X-Amz-Algorithm'])}'."
        )
    return Claim(
        grant=grant(ascii_text(found[b"X-Amz-Credential"]), ascii_text(found[b"X-Amz-SignedHeaders"])),
        signature=found[b"X-Amz-Signature"],
        stamp=found[b"X-Amz-Date"],
        expires_s=expires(found.get(b"X-Amz-Expires")),
        token=found.get(b"X-Amz-Security-Token"),
    )


def expires(text: bytes | None) -> int | None:
    """How long a presigned address is good for, in seconds; None when it does not say."""
    if text is None:
        return None
    if not text.isdigit() or len(text) > len(str(MAX_EXPIRES_S)) or not 1 <= int(text) <= MAX_EXPIRES_S:
        raise Refusal("incomplete", "X-Amz-Expires must be between 1 and 604800 seconds.")
    return int(text)


def ascii_text(value: bytes) -> str:
    """The bytes as text that is safe to repeat in an answer."""
    return value.decode("ascii", "backslashreplace")

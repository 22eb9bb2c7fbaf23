"""Why a signature was refused, in AWS's words and under the names of the client's protocol.

The texts are those of AWS's gateway (`InvalidSignatureException` and friends, as clients quote them in their
issue trackers); the names differ between the JSON and the Query protocols, so one table holds both. Nothing
is decided here: `sigv4` decides, this file speaks.
"""

from __future__ import annotations

from typing import Literal

from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest

Reason = Literal["missing", "incomplete", "invalid", "unknown", "expired"]

JSON_NAMES: dict[Reason, tuple[str, int]] = {
    "missing": ("MissingAuthenticationTokenException", 400),
    "incomplete": ("IncompleteSignatureException", 400),
    "invalid": ("InvalidSignatureException", 400),
    "unknown": ("UnrecognizedClientException", 400),
    "expired": ("ExpiredTokenException", 400),
}
QUERY_NAMES: dict[Reason, tuple[str, int]] = {
    "missing": ("MissingAuthenticationToken", 403),
    "incomplete": ("IncompleteSignature", 400),
    "invalid": ("SignatureDoesNotMatch", 403),
    "unknown": ("InvalidClientTokenId", 403),
    "expired": ("ExpiredToken", 403),
}

MISSING = "Missing Authentication Token"
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
UNKNOWN = "The security token included in the request is invalid."
TWO_SOURCES = "Only one of the Authorization header and the X-Amz- query parameters may sign a request."
PAYLOAD = "The value passed in for x-amz-content-sha256 does not match the payload of this request."
EXPIRED = "The security token included in the request is expired"


class Refusal(Exception):
    """A reason and its text, before it is known how the client's protocol calls it."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def named(refusal: Refusal, request: HttpRequest) -> WireError:
    """The refusal under the names of the protocol that the request speaks."""
    names = JSON_NAMES if speaks_json(request) else QUERY_NAMES
    code, status = names[refusal.reason]
    return WireError(code, refusal.message, status)


def speaks_json(request: HttpRequest) -> bool:
    """Whether the client waits for JSON or CBOR: it names a target or that protocol, or says so in its content type."""
    if request.header(b"x-amz-target") is not None or request.header(b"smithy-protocol") is not None:
        return True
    return (request.header(b"content-type") or b"").startswith(b"application/x-amz-json")


def unknown() -> Refusal:
    """There is no such key, or no longer."""
    return Refusal("unknown", UNKNOWN)


def mismatch() -> Refusal:
    """The signature is not the one that the key makes of these bytes."""
    return Refusal("invalid", MISMATCH)


def lacking(fields: list[str], authorization: str) -> Refusal:
    """The Authorization header has no such fields."""
    texts = [f"Authorization header requires '{field}' parameter." for field in fields]
    return Refusal("incomplete", " ".join([*texts, f"Authorization={authorization}"]))


def no_pair(part: str, authorization: str) -> Refusal:
    """A part of the Authorization header is no `name=value`."""
    text = f"'{part}' not a valid key=value pair (missing equal-sign) in Authorization header"
    return Refusal("incomplete", f"{text}: '{authorization}'.")


def undated() -> Refusal:
    """No time was given for the signature."""
    return Refusal(
        "incomplete", "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
    )


def unsigned(name: str) -> Refusal:
    """A header that has to be signed is not."""
    if name == "host":
        return Refusal("invalid", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    return Refusal("invalid", f"There were headers present in the request which were not signed: {name}")


def other_service(service: str) -> Refusal:
    """The credential is for another service than the one that was asked."""
    return Refusal("invalid", f"Credential should be scoped to correct service: '{service}'. ")


def misdated(stamp: str) -> Refusal:
    """The time of the signature is not one."""
    text = "Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601"
    return Refusal("incomplete", text.format(stamp))


def too_old(stamp: str, limit: str, now: str, lifetime_s: int) -> Refusal:
    """The signature was made too long ago. All times in ISO 8601's basic form."""
    span = f"{lifetime_s // 60} min." if lifetime_s % 60 == 0 else f"{lifetime_s} s."
    return Refusal("invalid", f"Signature expired: {stamp} is now earlier than {limit} ({now} - {span})")


def too_new(stamp: str, limit: str, now: str, minutes: int) -> Refusal:
    """The signature is from the future."""
    return Refusal(
        "invalid", f"Signature not yet current: {stamp} is still later than {limit} ({now} + {minutes} min.)"
    )

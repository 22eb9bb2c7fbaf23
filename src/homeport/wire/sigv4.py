"""Who signed this request: AWS Signature Version 4, verified over the bytes as they were received.

One door, before routing: every rule is checked here and nowhere else, for the Authorization header and for
presigned addresses alike. It reads no clock and holds no keys: both are arguments. It does not know who may
do what, it does not speak SigV4A (refused as incomplete, never let through), and it has no memory of
signatures seen: SigV4 has no nonce.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from homeport.wire import canonical, claims, refusals
from homeport.wire.claims import Claim, Grant
from homeport.wire.http import HttpRequest
from homeport.wire.refusals import Refusal

if TYPE_CHECKING:
    from _hashlib import HASH

MAX_HEADERS = 100
STAMP_LENGTH = 16
TERMINATOR = "aws4_request"

SINGLE = frozenset((b"host", b"authorization", b"x-amz-date", b"x-amz-target", b"content-length"))
"""Headers that two parties could read differently when they come twice."""

DECISIVE = (b"x-amz-", b"content-type")
"""How the names begin of headers that decide what a request means."""

DEFAULT_SKEW_MINUTES = 5
SKEW_MINUTES = dict.fromkeys(("s3", "sts", "iam", "ecr", "sns", "sqs", "dynamodb", "rds", "elasticache"), 15)
"""How far a signature's time may be from ours, for the services where AWS is more patient than elsewhere."""

GLOBAL_SERVICES = ("iam", "sts")
HOME_REGION = "us-east-1"
"""Services that have no region of their own: clients sign for this one, wherever they are."""

UNKNOWN_SECRET = "-" * 40
"""An unknown key costs the same work as a known one."""


class SigningKey(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A key pair and the account that it speaks for; a temporary one has a token and an end (epoch)."""

    access_key_id: str
    secret: str
    account: str
    session_token: str | None = None
    expires_at: float | None = None


class Signer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who signed, and for what. `signed_at` is epoch seconds; `token` the session token of temporary credentials."""

    access_key_id: str
    token: str | None = None
    account: str
    region: str
    service: str
    signed_at: float


Keys = Callable[[str, str | None], SigningKey | None]
"""The key pair with an id; of temporary credentials the token says which it is."""


def verify(
    request: HttpRequest, *, keys: Keys, now: float, region: str, service: str | None = None
) -> Signer:
    """Who signed the request, or a `WireError` with AWS's code and text.

    `keys` finds a key pair by its id, and by its token if one is given; `now` is epoch seconds; `region` is the region served; `service` is the
    one routed to, or None when the caller routes by the answer.
    """
    try:
        return verified(request, keys, now, (region, service))
    except Refusal as refusal:
        raise refusals.named(refusal, request) from None


def scope_service(request: HttpRequest) -> str | None:
    """The service that the signature claims to be for, unverified; None when there is none to read."""
    try:
        return claims.claim(request, request.header(b"authorization")).grant.service
    except Refusal:
        return None


def verified(request: HttpRequest, keys: Keys, now: float, place: tuple[str, str | None]) -> Signer:
    """`verify`, before its refusals have the names of a protocol. `place` is (region, service or None)."""
    headers = folded(request)
    claim = claims.claim(request, headers.get(b"authorization"))
    grant = claim.grant
    check_signed(grant, headers)
    if not request.target.startswith(b"/"):
        raise refusals.mismatch()
    stamp = headers.get(b"x-amz-date") if claim.stamp is None else claim.stamp
    if stamp is None:
        raise refusals.undated()
    check_scope(grant, stamp, *place)
    signed_at = check_time(claim, stamp, now)
    check_payload(headers.get(b"x-amz-content-sha256"), payload := sha256(request.body).hexdigest().encode())

    token = claim.token or headers.get(b"x-amz-security-token")
    given = None if token is None else claims.ascii_text(token)
    key = keys(grant.access_key_id, given)
    text = canonical.canonical_request(request.method, request.target, headers, grant.signed, payload)
    expected = signature(UNKNOWN_SECRET if key is None else key.secret, stamp, grant.scope, text)
    genuine = hmac.compare_digest(expected, claim.signature)
    if key is None:
        raise refusals.unknown()
    if not genuine:
        raise refusals.mismatch()
    check_token(key, token, now)
    return Signer(
        access_key_id=grant.access_key_id,
        token=given,
        account=key.account,
        region=grant.region,
        service=grant.service,
        signed_at=signed_at,
    )


def folded(request: HttpRequest) -> dict[bytes, bytes]:
    """The headers by name, repeated ones joined with commas as AWS does; those of `SINGLE` may not repeat."""
    if len(request.headers) > MAX_HEADERS:
        raise Refusal("incomplete", f"More than {MAX_HEADERS} headers.")
    headers = dict(request.headers)
    if len(headers) == len(request.headers):
        return headers
    headers = {}
    for name, value in request.headers:
        if name not in headers:
            headers[name] = value
        elif name in SINGLE:
            raise Refusal("incomplete", f"Header '{claims.ascii_text(name)}' may be given only once.")
        else:
            headers[name] += b"," + value
    return headers


def check_signed(grant: Grant, headers: dict[bytes, bytes]) -> None:
    """Whatever decides what a request means is signed: host, the content type and every `x-amz-*` header."""
    signed = grant.signed_set
    if b"host" not in signed:
        raise refusals.unsigned("host")
    if not headers.keys() >= signed:
        raise refusals.mismatch()
    for name in headers:
        if name not in signed and name.startswith(DECISIVE):
            raise refusals.unsigned(claims.ascii_text(name))


def check_scope(grant: Grant, stamp: bytes, region: str, service: str | None) -> None:
    """The credential is for the signature's own day, for this region and for the service routed to."""
    if grant.terminator != TERMINATOR:
        text = (
            f"Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{grant.terminator}'."
        )
        raise Refusal("invalid", text)
    is_home = grant.region == HOME_REGION and grant.service in GLOBAL_SERVICES
    if grant.region != region and not is_home:
        raise Refusal("invalid", f"Credential should be scoped to a valid region, not '{grant.region}'. ")
    if service is not None and grant.service != service:
        raise refusals.other_service(service)
    if grant.date != stamp[:8]:
        day, given = claims.ascii_text(stamp[:8]), claims.ascii_text(grant.date)
        text = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP"
        raise Refusal("invalid", f"{text}: '{given}' != '{day}', from '{claims.ascii_text(stamp)}'.")


def check_time(claim: Claim, stamp: bytes, now: float) -> float:
    """The signature's time (epoch), if it lies in the window; a presigned address has a later end."""
    signed_at = epoch(stamp)
    minutes = SKEW_MINUTES.get(claim.grant.service, DEFAULT_SKEW_MINUTES)
    skew = minutes * 60
    lifetime = skew if claim.expires_s is None else claim.expires_s
    if now > signed_at + lifetime:
        raise refusals.too_old(claims.ascii_text(stamp), basic(now - lifetime), basic(now), lifetime)
    if now < signed_at - skew:
        raise refusals.too_new(claims.ascii_text(stamp), basic(now + skew), basic(now), minutes)
    return signed_at


def check_payload(declared: bytes | None, actual: bytes) -> None:
    """A declared hash is the body's own: `UNSIGNED-PAYLOAD` and `STREAMING-...` are for S3 alone."""
    if declared is not None and declared != actual:
        raise Refusal("invalid", refusals.PAYLOAD)


def check_token(key: SigningKey, token: bytes | None, now: float) -> None:
    """A temporary key comes with its own token and before its end; a lasting one with none."""
    if token is None and key.session_token is None and key.expires_at is None:
        return
    own = b"" if key.session_token is None else key.session_token.encode()
    if not hmac.compare_digest(own, token or b""):
        raise refusals.unknown()
    if key.expires_at is not None and now >= key.expires_at:
        raise Refusal("expired", refusals.EXPIRED)


def signature(secret: str, stamp: bytes, scope: bytes, canonical_request: bytes) -> bytes:
    """The signature that the secret makes of the request, in hexadecimal."""
    hashed = sha256(canonical_request).hexdigest().encode()
    begun_inner, begun_outer = signing_key(secret, scope)
    inner, outer = begun_inner.copy(), begun_outer.copy()
    inner.update(canonical.string_to_sign(stamp, scope, hashed))
    outer.update(inner.digest())
    return outer.hexdigest().encode()


@lru_cache(maxsize=1024)
def signing_key(secret: str, scope: bytes) -> tuple[HASH, HASH]:
    """The key of one day, region and service, as the two hashes of an HMAC that have already read it.

    Copying them costs less than half of what `hmac.digest` does. The cache goes by the secret and not by the
    key's id, so that a secret that changed is never served stale.
    """
    key = b"AWS4" + secret.encode()
    for part in scope.split(b"/"):
        key = hmac.digest(key, part, "sha256")
    padded = key.ljust(64, b"\0")
    return sha256(bytes(byte ^ 0x36 for byte in padded)), sha256(bytes(byte ^ 0x5C for byte in padded))


@lru_cache(maxsize=64)
def epoch(stamp: bytes) -> float:
    """Epoch seconds of `20260131T235959Z`."""
    digits = stamp[:8] + stamp[9:15]
    if len(stamp) != STAMP_LENGTH or stamp[8:9] != b"T" or stamp[15:] != b"Z" or not digits.isdigit():
        raise refusals.misdated(claims.ascii_text(stamp))
    try:
        return datetime.strptime(digits.decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise refusals.misdated(claims.ascii_text(stamp)) from None


def basic(at: float) -> str:
    """Epoch seconds as `20260131T235959Z`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")

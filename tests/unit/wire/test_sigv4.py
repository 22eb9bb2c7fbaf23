"""The rules of SigV4, one sentence each; botocore signs, we verify."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from botocore.awsrequest import AWSRequest

from homeport.shapes import ecs
from homeport.wire import sigv4
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest
from tests.signing import HOST, KEY, NOW, REGION, aws_request, keys, presigner, sign, signer, with_header

AWKWARD = "ü 例\U0001f600 %2F +/=&?;'\"\\ \t~*()"


def verify(
    request: HttpRequest, *, now: float = NOW, service: str | None = None, **others: Any
) -> sigv4.Signer:
    """Verify with this test's key, region and time."""
    known: dict[str, Any] = {"keys": keys, "region": REGION} | others
    return sigv4.verify(request, **known, now=now, service=service)


def authorization_of(request: HttpRequest) -> bytes:
    """The Authorization header of a request that was signed by it."""
    found = request.header(b"authorization")
    assert found is not None
    return found


def refused(request: HttpRequest, **others) -> WireError:
    """The error with which the request is refused."""
    with pytest.raises(WireError) as caught:
        verify(request, **others)
    return caught.value


def signed(body: bytes = b"{}", path: str = "/", at: float = NOW, **headers: str) -> HttpRequest:
    """A DescribeTaskSets call signed at `at`."""
    return sign(aws_request(body, path, **headers), signer(), at)


@pytest.mark.parametrize("operation", sorted(ecs.OPERATIONS))
def test_every_operation_that_botocore_signs_is_accepted(operation):
    body = msgspec.json.encode({"name": AWKWARD})
    request = signed(body, X_Amz_Target=f"{ecs.TARGET_PREFIX}.{operation}")
    assert verify(request, service="ecs") == sigv4.Signer(
        access_key_id=KEY.access_key_id, account=KEY.account, region=REGION, service="ecs", signed_at=NOW
    )


@pytest.mark.parametrize(
    "path", ["/", "/a/b", "/a//b/", "/a/./b/../c", "/%7Euser/a%20b", "/?b=2&a=1&a=0", "/?x=%2F&y"]
)
def test_the_path_and_query_are_signed_as_they_were_sent(path):
    request = signed(path=path)
    assert verify(request).access_key_id == KEY.access_key_id
    other = msgspec.structs.replace(request, target=request.target + b"x")
    assert refused(other).code == "InvalidSignatureException"


@pytest.mark.parametrize("value", ["plain", "two  blanks", " ends ", "tab\there", "ü"])
def test_header_values_are_signed_with_runs_of_blanks_as_one(value):
    assert verify(signed(X_Amz_Meta=value)).service == "ecs"


def test_repeated_headers_are_joined_with_commas_as_botocore_does():
    request = aws_request()
    request.headers.add_header("X-Amz-Meta", "one")
    request.headers.add_header("X-Amz-Meta", "two")
    assert verify(sign(request, signer())).service == "ecs"


def test_an_unsigned_request_misses_its_token():
    request = HttpRequest("POST", b"/", ((b"host", HOST.encode()), (b"x-amz-target", b"X.Y")))
    error = refused(request)
    assert (error.code, error.message, error.status) == (
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
        400,
    )


@pytest.mark.parametrize(
    ("authorization", "text"),
    [
        (b"AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host", "requires 'Signature' parameter"),
        (b"AWS4-HMAC-SHA256 SignedHeaders=host, Signature=00", "requires 'Credential' parameter"),
        (b"AWS4-HMAC-SHA256 Credential=a/b/c/d/e, Signature=00", "requires 'SignedHeaders' parameter"),
        (
            b"AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=00",
            "exactly 5 slash-delimited",
        ),
        (b"AWS4-HMAC-SHA256 Credential=a/b/c/d/e, nonsense, Signature=00", "missing equal-sign"),
        (b"AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=b;a, Signature=00", "must be sorted"),
        (
            b"AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=a, More=1, Signature=00",
            "unknown parameters",
        ),
        (b"AWS4-HMAC-SHA256 Credential=a/b/c/d/e, Credential=a/b/c/d/e, Signature=00", "twice"),
        (b"AWS4-ECDSA-P256-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=00", "Unsupported"),
        (b"Bearer token", "Unsupported"),
        (b"\xff\xfe", "Unsupported"),
        (b"AWS4-HMAC-SHA256 " + b"x" * 5000, "longer than 4096"),
    ],
)
def test_a_malformed_authorization_header_is_incomplete(authorization, text):
    error = refused(with_header(signed(), b"authorization", authorization))
    assert (error.code, error.status) == ("IncompleteSignatureException", 400)
    assert text in error.message


def test_an_unknown_key_is_unrecognized():
    stranger = msgspec.structs.replace(KEY, access_key_id="AKIDSTRANGER")
    error = refused(sign(aws_request(), signer(key=stranger)))
    assert (error.code, error.message) == (
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )


def test_another_secret_makes_another_signature():
    forger = msgspec.structs.replace(KEY, secret="guess")
    error = refused(sign(aws_request(), signer(key=forger)))
    assert error.code == "InvalidSignatureException"
    assert error.message.startswith("The request signature we calculated does not match")


def test_a_changed_secret_takes_effect_at_once():
    request = signed()
    verify(request)
    changed = msgspec.structs.replace(KEY, secret="changed")
    assert refused(request, keys=lambda *_: changed).code == "InvalidSignatureException"


@pytest.mark.parametrize("name", ["host", "content-type", "x-amz-target", "x-amz-date"])
def test_what_decides_the_meaning_of_a_request_is_signed(name):
    request = signed()
    authorization = authorization_of(request)
    names = b"content-type;host;x-amz-date;x-amz-target"
    fewer = b";".join(part for part in names.split(b";") if part != name.encode())
    error = refused(with_header(request, b"authorization", authorization.replace(names, fewer)))
    assert error.code == "InvalidSignatureException"
    assert name in error.message.lower()


def test_a_header_of_amazons_added_on_the_way_is_refused():
    assert "x-amz-security-token" in refused(with_header(signed(), b"x-amz-security-token", b"t")).message


@pytest.mark.parametrize(
    "name", [b"host", b"authorization", b"x-amz-date", b"x-amz-target", b"content-length"]
)
def test_a_header_that_must_be_single_is_refused_when_it_comes_twice(name):
    request = with_header(signed(), b"content-length", b"2")
    twice = ((name, request.header(name)), *request.headers)
    error = refused(msgspec.structs.replace(request, headers=twice))
    assert (error.code, name.decode() in error.message) == ("IncompleteSignatureException", True)


def test_more_than_a_hundred_headers_are_refused():
    request = signed()
    many = tuple((f"x{n}".encode(), b"") for n in range(101))
    assert refused(msgspec.structs.replace(request, headers=request.headers + many)).status == 400


def test_a_body_hash_has_to_be_the_bodys_own():
    assert refused(signed(X_Amz_Content_SHA256="0" * 64)).code == "InvalidSignatureException"


@pytest.mark.parametrize("declared", ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"])
def test_payloads_that_only_s3_may_leave_unsigned_are_refused(declared):
    assert refused(signed(X_Amz_Content_SHA256=declared)).code == "InvalidSignatureException"


def test_credentials_in_header_and_query_are_refused():
    request = signed(path="/?X-Amz-Credential=someone")
    assert refused(request).code == "IncompleteSignatureException"


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (b"/us-east-1/", b"/eu-west-1/", "scoped to a valid region, not 'eu-west-1'"),
        (b"/ecs/", b"/iam/", "scoped to correct service: 'ecs'"),
        (b"/aws4_request", b"/aws5_request", "valid terminator"),
        (b"/20260921/", b"/20260920/", "'20260920' != '20260921', from '20260921T"),
    ],
)
def test_the_scope_is_this_day_region_and_service(old, new, text):
    request = signed()
    authorization = authorization_of(request).replace(old, new)
    error = refused(with_header(request, b"authorization", authorization), service="ecs")
    assert (error.code, text in error.message) == ("InvalidSignatureException", True)


@pytest.mark.parametrize(
    ("service", "minutes"), [("ecs", 5), ("elasticloadbalancing", 5), ("sts", 15), ("iam", 15)]
)
def test_the_clocks_may_differ_by_the_services_own_window(service, minutes):
    request = sign(aws_request(), signer(service))
    for at in (NOW - minutes * 60, NOW + minutes * 60):
        assert verify(request, now=at).signed_at == NOW
    for at in (NOW - minutes * 60 - 1, NOW + minutes * 60 + 1):
        assert refused(request, now=at).code == "InvalidSignatureException"


def test_an_expired_signature_is_told_the_times():
    assert refused(signed(), now=NOW + 400).message == (
        "Signature expired: 20260921T141320Z is now earlier than 20260921T141500Z (20260921T142000Z - 5 min.)"
    )


def test_a_signature_from_the_future_is_told_the_times():
    assert refused(signed(), now=NOW - 400).message == (
        "Signature not yet current: 20260921T141320Z is still later than 20260921T141140Z "
        "(20260921T140640Z + 5 min.)"
    )


@pytest.mark.parametrize(
    "stamp", [b"", b"20260921", b"2026-09-21T14:13:20Z", b"20261321T141320Z", b"yesterday"]
)
def test_a_time_that_is_none_is_incomplete(stamp):
    request = with_header(signed(), b"x-amz-date", stamp)
    authorization = authorization_of(request).replace(b"20260921", stamp[:8] or b"20260921")
    assert refused(with_header(request, b"authorization", authorization)).status == 400


def test_a_temporary_key_comes_with_its_own_token_and_before_its_end():
    temporary = msgspec.structs.replace(KEY, session_token="token", expires_at=NOW + 60)
    request = sign(aws_request(), signer(key=temporary))
    assert verify(request, keys=lambda *_: temporary).account == KEY.account
    assert refused(request, keys=lambda *_: temporary, now=NOW + 60).code == "ExpiredTokenException"
    other = msgspec.structs.replace(temporary, session_token="another")
    assert refused(request, keys=lambda *_: other).code == "UnrecognizedClientException"
    assert refused(request).code == "UnrecognizedClientException"


def presigned(expires_s: int = 60) -> HttpRequest:
    """A presigned GetCallerIdentity address, as `aws eks get-token` makes them."""
    url = f"http://{HOST}/?Action=GetCallerIdentity&Version=2011-06-15"
    return sign(AWSRequest("GET", url, headers={"Host": HOST}), presigner(expires_s=expires_s))


def test_a_presigned_address_is_good_until_it_expires():
    assert verify(presigned(), service="sts", now=NOW + 60).service == "sts"
    error = refused(presigned(), now=NOW + 61)
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)
    assert error.message.startswith("Signature expired: ")


@pytest.mark.parametrize("expires_s", [0, 604_801, -1])
def test_a_presigned_address_lives_between_a_second_and_a_week(expires_s):
    assert refused(presigned(expires_s)).code == "IncompleteSignature"


@pytest.mark.parametrize("name", ["Algorithm", "Credential", "SignedHeaders", "Signature", "Date"])
def test_a_presigned_address_without_one_of_its_parameters_is_incomplete(name):
    request = presigned()
    target = request.target.replace(f"X-Amz-{name}=".encode(), f"X-Amz-No{name}=".encode())
    error = refused(msgspec.structs.replace(request, target=target))
    assert (error.code, f"X-Amz-{name}" in error.message) == ("IncompleteSignature", True)


def test_a_query_client_hears_the_names_of_its_protocol():
    form = {"Host": HOST, "Content-Type": "application/x-www-form-urlencoded"}
    unsigned = AWSRequest("POST", f"http://{HOST}/", data=b"Action=GetCallerIdentity", headers=form)
    stranger = msgspec.structs.replace(KEY, access_key_id="AKIDSTRANGER")
    bare = HttpRequest("POST", b"/", ((b"host", HOST.encode()),))
    assert (refused(bare).code, refused(bare).status) == ("MissingAuthenticationToken", 403)
    error = refused(sign(unsigned, signer("sts", stranger)))
    assert (error.code, error.status) == ("InvalidClientTokenId", 403)


def test_the_service_of_a_scope_can_be_read_without_verifying():
    assert sigv4.scope_service(signed()) == "ecs"
    assert sigv4.scope_service(presigned()) == "sts"
    assert sigv4.scope_service(with_header(signed(), b"authorization", b"Bearer x")) is None
    assert sigv4.scope_service(with_header(signed(), b"authorization", None)) is None

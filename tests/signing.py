"""Requests as botocore signs them: the oracle for whatever verifies a signature.

botocore reads the clock by itself; `sign` walks through the same steps with a time of the test's choosing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from homeport.wire.http import HttpRequest
from homeport.wire.sigv4 import SigningKey

HOST = "127.0.0.1:4663"
REGION = "us-east-1"
NOW = 1_790_000_000.0
KEY = SigningKey(access_key_id="AKIDEXAMPLE", secret="wJalrXUtnFEMI/K7MDENG", account="123456789012")
ECS_HEADERS = {
    "Host": HOST,
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "AmazonEC2ContainerServiceV20141113.DescribeTaskSets",
}


def keys(access_key_id: str, _: str | None = None) -> SigningKey | None:
    """The only key pair that these tests know."""
    return KEY if access_key_id == KEY.access_key_id else None


def signer(service: str = "ecs", key: SigningKey = KEY) -> SigV4Auth:
    """botocore's signer for the Authorization header."""
    return SigV4Auth(Credentials(key.access_key_id, key.secret, key.session_token), service, REGION)


def presigner(service: str = "sts", key: SigningKey = KEY, expires_s: int = 60) -> SigV4QueryAuth:
    """botocore's signer for presigned addresses."""
    return SigV4QueryAuth(
        Credentials(key.access_key_id, key.secret, key.session_token), service, REGION, expires_s
    )


def aws_request(body: bytes = b"{}", path: str = "/", **headers: str) -> AWSRequest:
    """An unsigned DescribeTaskSets call; an underscore in a header's name stands for a dash."""
    named = ECS_HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
    return AWSRequest("POST", f"http://{HOST}{path}", data=body, headers=named)


def sign(request: AWSRequest, auth: SigV4Auth, at: float = NOW) -> HttpRequest:
    """The request as it arrives once botocore has signed it at `at` (epoch seconds)."""
    request.context["timestamp"] = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")
    auth._modify_request_before_signing(request)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    auth._inject_signature_to_request(request, auth.signature(text, request))
    return arrived(request)


def arrived(request: AWSRequest) -> HttpRequest:
    """The request as our server hands it on."""
    url = urlsplit(request.url)
    target = url.path + (f"?{url.query}" if url.query else "")
    headers = tuple((name.lower().encode(), value.encode()) for name, value in request.headers.items())
    body = request.data if isinstance(request.data, bytes) else b""
    return HttpRequest(request.method, target.encode(), headers, body)


def with_header(request: HttpRequest, name: bytes, value: bytes | None) -> HttpRequest:
    """The request with another value of a header, or without it."""
    kept = tuple(pair for pair in request.headers if pair[0] != name)
    added = () if value is None else ((name, value),)
    return HttpRequest(request.method, request.target, kept + added, request.body)

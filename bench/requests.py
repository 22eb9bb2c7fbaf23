"""Signed requests as bytes, made before the clock runs."""

import json
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

TARGET = "AmazonEC2ContainerServiceV20141113"


def signed(port: int, operation: str, body: dict[str, Any], key: str, secret: str) -> bytes:
    """A POST to a server on loopback, as an SDK would send it."""
    payload = json.dumps(body).encode()
    url = f"http://127.0.0.1:{port}/"
    headers = {
        "Host": f"127.0.0.1:{port}",
        "X-Amz-Target": f"{TARGET}.{operation}",
        "Content-Type": "application/x-amz-json-1.1",
    }
    request = AWSRequest(method="POST", url=url, data=payload, headers=headers)
    SigV4Auth(Credentials(key, secret), "ecs", "us-east-1").add_auth(request)
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    lines.append(f"Content-Length: {len(payload)}")
    return ("POST / HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode() + payload

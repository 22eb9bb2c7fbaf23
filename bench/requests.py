"""Requests as bytes, signed before the clock runs, and the answers to single ones.

Every server gets the same: a keep-alive POST as an SDK signs it, whether it looks at the signature or not.
"""

import http.client
import json
import socket
from collections.abc import Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from msgspec import Struct

TARGET = "AmazonEC2ContainerServiceV20141113"
ANSWER_S = 30.0


class Client(Struct, frozen=True):
    """Where a server is, and the key pair to sign with."""

    port: int
    key: str
    secret: str


class Refused(Exception):
    """A server answered something else than 200."""


def signed(client: Client, operation: str, body: Mapping[str, Any]) -> bytes:
    """A POST to a server on loopback, as an SDK would send it. Good for five minutes."""
    payload = json.dumps(body).encode()
    host = f"127.0.0.1:{client.port}"
    headers = {
        "Host": host,
        "X-Amz-Target": f"{TARGET}.{operation}",
        "Content-Type": "application/x-amz-json-1.1",
    }
    request = AWSRequest(method="POST", url=f"http://{host}/", data=payload, headers=headers)
    SigV4Auth(Credentials(client.key, client.secret), "ecs", "us-east-1").add_auth(request)
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    lines.append(f"Content-Length: {len(payload)}")
    return ("POST / HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode() + payload


def ask(client: Client, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """One call on a connection of its own. Raises OSError when nobody answers, Refused with what was said instead of 200."""
    with socket.create_connection(("127.0.0.1", client.port), timeout=ANSWER_S) as connection:
        connection.sendall(signed(client, operation, body))
        answer = http.client.HTTPResponse(connection)
        try:
            answer.begin()
            text = answer.read()
        except http.client.HTTPException as error:
            raise OSError("no answer") from error
    if answer.status != http.client.OK:
        raise Refused(f"{operation}: {answer.status} {text[:200].decode(errors='replace')}")
    found: dict[str, Any] = json.loads(text)
    return found

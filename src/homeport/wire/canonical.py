"""The text that both sides of a SigV4 signature hash, rebuilt from the bytes as they were received.

AWS's page "Create a signed AWS API request" defines it. Only the form used by every service but S3 is here:
dot segments are removed and the path is encoded once more. No key, no clock, no decision: `sigv4` has those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote_from_bytes

ALGORITHM = b"AWS4-HMAC-SHA256"


def canonical_request(
    method: str, target: bytes, headers: Mapping[bytes, bytes], signed: Sequence[bytes], payload_hash: bytes
) -> bytes:
    """The canonical request. `headers` holds each name once, repeated values joined with commas.

    Raises `KeyError` when a signed header is not among `headers`.
    """
    path, _, query = target.partition(b"?")
    return b"\n".join(
        (
            method.encode(),
            b"/" if path == b"/" else canonical_path(path),
            canonical_query(query) if query else b"",
            canonical_headers(headers, signed),
            b"",
            b";".join(signed),
            payload_hash,
        )
    )


def canonical_headers(headers: Mapping[bytes, bytes], signed: Sequence[bytes]) -> bytes:
    """The signed headers, a line each, with blanks at the ends gone and runs of blanks counted as one."""
    lines = b"\n".join([name + b":" + headers[name] for name in signed])
    # Hardly any client sends blanks in what it signs, so one look at all values saves a look at each.
    if b" " in lines or b"\t" in lines:
        lines = b"\n".join([name + b":" + b" ".join(headers[name].split()) for name in signed])
    return lines


def string_to_sign(stamp: bytes, scope: bytes, request_hash: bytes) -> bytes:
    """What the signing key signs: `stamp` is X-Amz-Date, `scope` is date/region/service/aws4_request."""
    return b"\n".join((ALGORITHM, stamp, scope, request_hash))


def canonical_path(path: bytes) -> bytes:
    """The path without dot segments and doubled slashes, percent-encoded once more than it was sent."""
    kept: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            del kept[-1:]
        elif segment not in {b"", b"."}:
            kept.append(segment)
    tail = b"/" if kept and path.endswith(b"/") else b""
    return quote_from_bytes(b"/" + b"/".join(kept) + tail, safe="/~").encode()


def canonical_query(query: bytes) -> bytes:
    """The parameters as they were sent, sorted, without a presigned request's own signature."""
    pairs = [pair.partition(b"=") for pair in query.split(b"&")]
    kept = sorted((name, value) for name, _, value in pairs if name != b"X-Amz-Signature")
    return b"&".join(name + b"=" + value for name, value in kept)

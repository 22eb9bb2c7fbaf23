"""clientToken: the same request with the same token is done once, however often it is sent.

What a token stood for is a record, written in the transaction that did the work: a client that never heard the answer
may ask again, also of a server that has crashed in between. Tokens are forgotten after a day (`engine/retention.py`).
"""

import re
from collections.abc import Sequence
from hashlib import sha256

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from homeport.api import errors
from homeport.api.caller import Caller
from homeport.api.errors import ApiError
from homeport.model.token import Token, TokenSpec
from homeport.store.tx import ReadTx, WriteTx

WELL_FORMED = re.compile(r"[!-~]{1,36}")


def remembered(
    tx: ReadTx, caller: Caller, operation: str, parent: str, request: Struct, mismatch: ApiError
) -> list[str] | None:
    """The ids of what this request has made before; None when it is new or has no token.

    `parent` is what the token is unique within. Raises `mismatch` when the token stood for a different request.
    """
    text = _token(request)
    if not text:
        return None
    if not WELL_FORMED.fullmatch(text):
        raise errors.client_token_invalid()
    token = tx.get(Token, _id(caller, operation, parent, text))
    if token is None:
        return None
    if token.spec.fingerprint != _fingerprint(request):
        raise mismatch
    return token.spec.results


def remember(
    tx: WriteTx, caller: Caller, operation: str, parent: str, request: Struct, results: Sequence[str]
) -> None:
    """Keep what this request has made, if it has a token."""
    text = _token(request)
    if text:
        spec = TokenSpec(fingerprint=_fingerprint(request), results=list(results), used_at=tx.now)
        tx.put(Token(id=_id(caller, operation, parent, text), owner=caller.scope.id, spec=spec))


def _token(request: Struct) -> str | None:
    return getattr(request, "client_token", None)


def _id(caller: Caller, operation: str, parent: str, text: str) -> str:
    # The token is any text, so it is kept by its hash: an id has slashes of its own.
    return f"{caller.scope.id}/{operation}/{parent}/{sha256(text.encode()).hexdigest()[:32]}"


def _fingerprint(request: Struct) -> str:
    return sha256(msgspec.json.encode(replace(request, client_token=None), order="deterministic")).hexdigest()

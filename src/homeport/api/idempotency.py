"""clientToken: the same request with the same token is done once, however often it is sent.

What a token stood for is a record, written in the transaction that did the work: a client that never heard the answer
may ask again, also of a server that has crashed in between. Tokens are forgotten after a day (`engine/retention.py`).
"""

import re
from collections.abc import Callable, Sequence
from hashlib import sha256

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from homeport.api import errors
from homeport.api.caller import Caller
from homeport.api.errors import ApiError
from homeport.model.token import Token, TokenSpec
from homeport.store.tx import ReadTx, WriteTx

WELL_FORMED = re.compile(r"[!-~]+")
LONGEST = 36


class Tokens(Struct, frozen=True, kw_only=True):
    """The tokens of one operation.

    `mismatch` is the error for a token that stood for a different request; it is given the ids of what that one made.
    `longest` is in characters; both limits are AWS's (API Reference, RunTask and CreateTaskSet). `malformed` is the
    error for a token that is none; it is given that limit.
    """

    operation: str
    mismatch: Callable[[Sequence[str]], ApiError]
    longest: int = LONGEST
    malformed: Callable[[int], ApiError] = errors.client_token_invalid

    def remembered(self, tx: ReadTx, caller: Caller, parent: str, request: Struct) -> list[str] | None:
        """The ids of what this request has made before; None when it is new or has no token.

        `parent` is what the token is unique within. Raises `malformed` and `mismatch`.
        """
        text = _token(request)
        if not text:
            return None
        if len(text) > self.longest or not WELL_FORMED.fullmatch(text):
            raise self.malformed(self.longest)
        token = tx.get(Token, self._id(caller, parent, text))
        if token is None:
            return None
        if token.spec.fingerprint != _fingerprint(request):
            raise self.mismatch(token.spec.results)
        return token.spec.results

    def remember(
        self, tx: WriteTx, caller: Caller, parent: str, request: Struct, results: Sequence[str]
    ) -> None:
        """Keep what this request has made, if it has a token."""
        text = _token(request)
        if text:
            spec = TokenSpec(fingerprint=_fingerprint(request), results=list(results), used_at=tx.now)
            tx.put(Token(id=self._id(caller, parent, text), owner=caller.scope.id, spec=spec))

    def _id(self, caller: Caller, parent: str, text: str) -> str:
        # The token is any text, so it is kept by its hash: an id has slashes of its own.
        digest = sha256(text.encode()).hexdigest()[:32]
        return f"{caller.scope.id}/{self.operation}/{parent}/{digest}"


def _token(request: Struct) -> str | None:
    return getattr(request, "client_token", None)


def _fingerprint(request: Struct) -> str:
    return sha256(msgspec.json.encode(replace(request, client_token=None), order="deterministic")).hexdigest()

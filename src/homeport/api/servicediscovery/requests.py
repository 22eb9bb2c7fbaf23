"""CreatorRequestId and UpdaterRequestId: the same request is done once, and what it has led to is an operation.

Everything is done at once here, so that an operation only ever is SUCCESS or FAIL; what AWS does in between is its own
machinery's (docs/decisions/0031). What a request id stood for is a `Token`, as clientTokens of ECS are.
"""

from hashlib import sha256
from typing import TypeAlias

import msgspec
from msgspec import Struct

from homeport.api.caller import Caller
from homeport.api.servicediscovery import errors, ids
from homeport.model.namespace import (
    DiscoveryOperation,
    DiscoveryOperationSpec,
    OperationKind,
    OperationTarget,
)
from homeport.model.token import Token, TokenSpec
from homeport.store.tx import ReadTx, WriteTx

Targets: TypeAlias = dict[OperationTarget, str]
"""Ids as they are shown, by kind."""


class Trouble(Struct, frozen=True, gc=False):
    """Why an operation has failed: AWS's code of it, and a text. Mostly it is Route 53 that has something against it."""

    code: str
    message: str


def of_route53(code: str, text: str, reason: str) -> Trouble:
    """What Route 53 says, as Cloud Map passes it on (seen on AWS); `reason` is Route 53's own code."""
    return Trouble(code, f"{text} (Service: AmazonRoute53; Status Code: 400; Error Code: {reason})")


def remembered(tx: ReadTx, caller: Caller, request_id: str | None, request: Struct) -> str | None:
    """The operation that this very request has led to; None when it is new. Raises DuplicateRequest."""
    token = None if not request_id else tx.get(Token, _token_id(caller, request_id, request))
    if token is None:
        return None
    operation = token.spec.results[0]
    if token.spec.fingerprint != _fingerprint(request):
        raise errors.duplicate_request(operation)
    return operation


def remember(tx: WriteTx, caller: Caller, request_id: str | None, request: Struct, operation: str) -> str:
    """Keep what this request has led to, if it has an id; returns the operation."""
    if request_id:
        spec = TokenSpec(fingerprint=_fingerprint(request), results=[operation], used_at=tx.now)
        tx.put(Token(id=_token_id(caller, request_id, request), owner=caller.scope.id, spec=spec))
    return operation


def succeeded(tx: WriteTx, caller: Caller, kind: OperationKind, targets: Targets) -> str:
    """Note an operation that is done; returns its id."""
    spec = DiscoveryOperationSpec(kind=kind, at=tx.now, targets=targets)
    return _noted(tx, caller, spec)


def failed(tx: WriteTx, caller: Caller, kind: OperationKind, targets: Targets, trouble: Trouble) -> str:
    """Note an operation that has come to nothing; returns its id."""
    spec = DiscoveryOperationSpec(
        kind=kind,
        at=tx.now,
        targets=targets,
        status="FAIL",
        error_code=trouble.code,
        error_message=trouble.message,
    )
    return _noted(tx, caller, spec)


def _noted(tx: WriteTx, caller: Caller, spec: DiscoveryOperationSpec) -> str:
    id = ids.operation_id(tx)
    tx.put(DiscoveryOperation(id=f"{caller.scope.id}/{id}", owner=caller.scope.id, spec=spec))
    return id


def _token_id(caller: Caller, request_id: str, request: Struct) -> str:
    # A request id is any text, so it is kept by its hash: an id has slashes of its own.
    digest = sha256(request_id.encode()).hexdigest()[:32]
    return f"{caller.scope.id}/servicediscovery/{type(request).__name__}/{digest}"


def _fingerprint(request: Struct) -> str:
    return sha256(msgspec.json.encode(request, order="deterministic")).hexdigest()

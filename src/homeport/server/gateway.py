"""The steps of a request, in order: edge, signature, routing, decoding, permission, the operation, encoding.

Signatures are verified once, before routing, so that no operation can be forgotten. An answer may leave only when
the store says that what it is made of is on disk; reads as well, or a crash could take back what they told.
Sockets and limits are `connection.py`'s and `reader.py`'s.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from msgspec import Struct

from homeport.api import errors
from homeport.api.caller import Caller
from homeport.api.errors import ApiError
from homeport.model.record import Scope, Time
from homeport.server.edge import Edge
from homeport.server.identities import Identities
from homeport.server.permission import Permission
from homeport.server.services import Services
from homeport.store.tx import ReadTx, Store, Unavailable, WriteTx
from homeport.wire.errors import NO_MEMBERS, WireError
from homeport.wire.http import HttpRequest, HttpResponse
from homeport.wire.protocol import Codec

LOG = logging.getLogger("homeport.gateway")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, and the revision that must be on disk before it leaves."""

    response: HttpResponse
    revision: int


class Gateway:
    """Everything between a request's bytes and an answer's."""

    def __init__(
        self,
        store: Store,
        services: Services,
        identities: Identities,
        edge: Edge,
        clock: Callable[[], Time],
        welcome: Callable[[WriteTx, Scope], None],
    ) -> None:
        self._store = store
        self._services = services
        self._identities = identities
        self._edge = edge
        self._clock = clock
        self._welcome = welcome
        self._permission = Permission()
        self._greeted: set[str] = set()  # Accounts: a gateway is in one region.

    def answer(self, request: HttpRequest, request_id: str) -> Answer:
        """What to answer. Raises nothing: whatever goes wrong is an answer too."""
        codec: Codec | None = None
        members = NO_MEMBERS
        try:
            self._edge.check(request)
            caller, service = self._identities.identify(request)
            codec = self._services.codec(request, service)
            name = codec.operation(request)
            response = self._run(codec, name, caller, request)
            return Answer(codec.encode(name, response, request_id), self._store.revision)
        except (WireError, ApiError) as error:
            code, message, status, members = error.code, error.message, error.status, error.members
        except Unavailable as error:
            code, message, status = (
                "ServerException",
                f"Service Unavailable. Please try again later: {error}",
                503,
            )
        except Exception:  # Whoever reads the log finds the stack by the request's id.
            LOG.exception("request %s failed", request_id)
            code, message, status = "ServerException", "Service Unavailable. Please try again later.", 500
        speaking = codec or self._services.speaking(request)
        return Answer(speaking.error(code, message, status, request_id, members), self._store.revision)

    def greet(self, scope: Scope) -> None:
        """Have a tenant find what it finds before it has made anything; once is enough."""
        try:
            with self._store.write("spec", self._clock()) as tx:
                self._welcome(tx, scope)
        except Unavailable:  # Reads go on while the disk refuses; the next call tries again.
            return
        self._greeted.add(scope.account)

    def unavailable(self, request: HttpRequest, request_id: str, reason: str) -> HttpResponse:
        """The answer when the disk did not take what had already been answered in memory."""
        message = f"Service Unavailable. Please try again later: {reason}"
        return self._services.speaking(request).error("ServerException", message, 503, request_id)

    def _run(self, codec: Codec, name: str, caller: Caller, request: HttpRequest) -> Struct:
        operation = self._services.operation(codec, name)
        if operation is None:
            raise WireError("UnsupportedFeatureException", f"Homeport does not serve {name} yet.")
        decoded = codec.decode(name, request)
        if caller.account not in self._greeted:
            self.greet(caller.scope)
        now = self._clock()
        transaction: AbstractContextManager[ReadTx] = (
            self._store.write("spec", now) if operation.writes else self._store.read(now)
        )
        with transaction as tx:
            if caller.identity is not None:
                self._permission.check(tx, caller, codec.service, name, decoded)
            response: Struct = operation.run(tx, caller, decoded)
            _refuse_if_dry(decoded)
        return response


def _refuse_if_dry(request: Struct) -> None:
    """A request of EC2's that only asks whether it would succeed has done so, and is taken back with its transaction."""
    if getattr(request, "dry_run", None):
        raise errors.dry_run()

"""A gateway over a store in memory, at a fixed time, with botocore as the client that signs."""

import json
from typing import Any

from homeport.server import catalogue, main
from homeport.server.edge import Edge
from homeport.server.gateway import Gateway
from homeport.server.identities import Identities, Place
from homeport.server.keys import KeyPair
from homeport.server.services import Services
from homeport.server.welcome import welcoming
from homeport.store.memory import MemoryStore
from homeport.store.tx import Store
from homeport.wire.http import HttpRequest, HttpResponse
from tests import signing

ID = "01234567-89ab-cdef-0123-456789abcdef"
PAIR = KeyPair(
    access_key_id=signing.KEY.access_key_id,
    secret=signing.KEY.secret,
    account=signing.KEY.account,
    created_at=signing.NOW,
)
PAIRS = {PAIR.access_key_id: PAIR}
TARGET = "AmazonEC2ContainerServiceV20141113"


def a_store() -> MemoryStore:
    return MemoryStore(main.new_id)


def a_gateway(store: Store, *, verifies: bool = True) -> Gateway:
    place = Place(signing.REGION, signing.KEY.account, b"seal" * 8, verifies)
    identities = Identities(PAIRS.get, place, lambda: signing.NOW)
    return Gateway(
        store, Services(catalogue.services()), identities, Edge(), lambda: signing.NOW, welcoming(tuple)
    )


def a_call(operation: str, body: dict[str, Any] | bytes = b"{}", **headers: str) -> HttpRequest:
    """A signed ECS call."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = signing.aws_request(payload, X_Amz_Target=f"{TARGET}.{operation}", **headers)
    return signing.sign(request, signing.signer())


def unsigned(request: HttpRequest) -> HttpRequest:
    return signing.with_header(request, b"authorization", None)


def told(response: HttpResponse) -> tuple[int, str]:
    """The status, and the error's code; the empty text if it is none."""
    return response.status, json.loads(response.body).get("__type", "")

"""One connection of Envoy's: what it has of each type, what it asks for, and what it answers to an offer.

Incremental (delta) xDS, because Envoy then says what it has when it comes back: a balancer process that took over, and
knows nothing, still knows what is left to do. What to offer, and in which order, is `convergence.py`'s.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from itertools import count

from envoy.service.discovery.v3.discovery_pb2 import (
    DeltaDiscoveryRequest,
    DeltaDiscoveryResponse,
    Resource,
)
from google.protobuf.any_pb2 import Any as Packed
from msgspec import Struct

from homeport.drivers.envoy.resources import CLUSTERS, ENDPOINTS, LISTENERS, ROUTES, TypeUrl

NAMED: frozenset[TypeUrl] = frozenset({ENDPOINTS, ROUTES})
"""Types that Envoy asks for by name; of the others it wants all."""

ANSWER_WITHIN_S = 20.0
"""Envoy answers for clusters when they are warm, or after it has waited 15 s for the endpoints of one."""

REFUSED = "refused without a word"


class Silent(Exception):
    """Envoy has not answered in time: the connection is given up, and it comes back with what it has."""


@lru_cache(maxsize=65_536)
def version(body: bytes) -> str:
    """The same for the same bytes, in every process."""
    return blake2b(body, digest_size=12).hexdigest()


class Subscription:
    """One type on one connection. `held`: versions that Envoy is known to have, by name."""

    def __init__(self) -> None:
        self.is_open = False
        self.was_answered = False
        self.names: set[str] = set()
        self.held: dict[str, str] = {}

    def take(self, request: DeltaDiscoveryRequest) -> bool:
        """The first request says what Envoy has; later ones say of which names it wants to hear (again), or no more.

        Returns whether there may be something to send.
        """
        is_news = not self.is_open or bool(request.resource_names_subscribe)
        if self.is_open:
            for name in (*request.resource_names_subscribe, *request.resource_names_unsubscribe):
                self.held.pop(name, None)
        else:
            self.is_open = True
            self.held = dict(request.initial_resource_versions)
        self.names.update(request.resource_names_subscribe)
        self.names.difference_update(request.resource_names_unsubscribe)
        return is_news


class _Offer(Struct, frozen=True):
    subscription: Subscription
    versions: dict[str, str]
    gone: tuple[str, ...]
    answer: asyncio.Future[str]

    def answered(self, words: str) -> None:
        """What was taken is held from now on, before anything else that Envoy says is looked at."""
        if not words:
            self.subscription.held.update(self.versions)
            for name in self.gone:
                self.subscription.held.pop(name, None)
        if not self.answer.done():
            self.answer.set_result(words)


class Stream:
    """`outbox` is what is still to be sent; `heard` counts the times that Envoy has asked for something."""

    def __init__(self) -> None:
        self.outbox: asyncio.Queue[DeltaDiscoveryResponse] = asyncio.Queue()
        self.heard = 0
        self._subscriptions = {kind: Subscription() for kind in (CLUSTERS, ENDPOINTS, LISTENERS, ROUTES)}
        self._offers: dict[str, _Offer] = {}
        self._numbers = count(1)
        self._bell = asyncio.Event()

    def of(self, kind: TypeUrl) -> Subscription:
        """What is known of one type."""
        return self._subscriptions[kind]

    def take(self, request: DeltaDiscoveryRequest) -> None:
        """Envoy subscribes, or answers, or both. A type that we never named is not ours to serve."""
        subscription = self._subscriptions.get(request.type_url)
        if subscription is None:
            return
        offer = self._offers.pop(request.response_nonce, None)
        if offer is not None:
            is_refused = request.HasField("error_detail")
            offer.answered((request.error_detail.message or REFUSED) if is_refused else "")
        if subscription.take(request):
            self._ring()

    async def offer(self, kind: TypeUrl, bodies: Mapping[str, bytes], gone: Iterable[str] = ()) -> str:
        """Send some of one type; returns Envoy's words when it refuses, "" when it has taken them. Raises Silent."""
        nonce = str(next(self._numbers))
        subscription = self._subscriptions[kind]
        subscription.was_answered = True
        offer = _Offer(
            subscription,
            {name: version(body) for name, body in bodies.items()},
            tuple(gone),
            asyncio.get_running_loop().create_future(),
        )
        self._offers[nonce] = offer
        self.outbox.put_nowait(_response(kind, nonce, bodies, offer))
        if kind == CLUSTERS and bodies:
            self._await_endpoints(bodies)
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await offer.answer
        except TimeoutError as error:
            raise Silent(f"no answer within {ANSWER_WITHIN_S:.0f} s") from error
        finally:
            self._offers.pop(nonce, None)

    async def until(self, holds: Callable[[], bool], within_s: float) -> bool:
        """Wait for what Envoy asks for; returns whether it came."""
        try:
            async with asyncio.timeout(within_s):
                while not holds():
                    await self.news(self.heard)
        except TimeoutError:
            return False
        return True

    async def news(self, heard: int) -> None:
        """Wait until Envoy has asked for something more than it had when `heard` was looked at."""
        while self.heard == heard:
            await self._bell.wait()

    def _await_endpoints(self, clusters: Iterable[str]) -> None:
        """A cluster that is made anew waits for its endpoints again, and Envoy's answer waits for that.

        Endpoints that are under way already come before the cluster does: it will not have them.
        """
        endpoints = self.of(ENDPOINTS)
        under_way = [offer.versions for offer in self._offers.values() if offer.subscription is endpoints]
        for name in clusters:
            for versions in (endpoints.held, *under_way):
                versions.pop(name, None)
        self._ring()

    def _ring(self) -> None:
        self.heard += 1
        self._bell.set()
        self._bell = asyncio.Event()


def _response(
    kind: TypeUrl, nonce: str, bodies: Mapping[str, bytes], offer: _Offer
) -> DeltaDiscoveryResponse:
    return DeltaDiscoveryResponse(
        type_url=kind,
        nonce=nonce,
        system_version_info=nonce,
        resources=[
            Resource(name=name, version=offer.versions[name], resource=Packed(type_url=kind, value=body))
            for name, body in bodies.items()
        ],
        removed_resources=offer.gone,
    )

"""Envoy's configuration, served over one gRPC stream (ADS, state of the world), with what it refuses brought back.

A push goes out in the order that never leaves a route without its cluster: new clusters, their endpoints, listeners,
routes, and only then without the clusters that nobody refers to any more. Each step waits for Envoy's word. What it
refuses is found one by one, and stays as it was last good; the rest goes on.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from itertools import count
from pathlib import Path

import grpc.aio
from envoy.service.discovery.v3.discovery_pb2 import DiscoveryRequest, DiscoveryResponse
from google.protobuf.any_pb2 import Any as Packed

from homeport.drivers.envoy.resources import CLUSTERS, ENDPOINTS, LISTENERS, ROUTES, Resources, TypeUrl

METHOD = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources"
WHOLE: frozenset[TypeUrl] = frozenset({CLUSTERS, LISTENERS})
"""Types of which every response has to be complete; of the others it may hold only what has changed."""

ACK_WITHIN_S = 10.0


class Stream:
    """One connection of Envoy's: what it has subscribed to, and what it still has to answer for."""

    def __init__(self) -> None:
        self.outbox: asyncio.Queue[DiscoveryResponse] = asyncio.Queue()
        self.names: dict[TypeUrl, frozenset[str]] = {}
        self.waiting: dict[str, asyncio.Future[str]] = {}


class Ads:
    """Serves `resources`, the last good ones, to whoever connects; `push` makes others the last good ones."""

    def __init__(self, resources: Resources | None = None) -> None:
        self.good: Resources = resources or Resources()
        self.connected = asyncio.Event()
        self._stream: Stream | None = None
        self._numbers = count(1)
        self._server: grpc.aio.Server | None = None

    async def open(self, socket: Path) -> None:
        """Listen on a Unix socket."""
        socket.unlink(missing_ok=True)  # noqa: ASYNC240  # one inode, once in a life
        handler = grpc.stream_stream_rpc_method_handler(
            self._serve,
            request_deserializer=DiscoveryRequest.FromString,
            response_serializer=DiscoveryResponse.SerializeToString,
        )
        service, method = METHOD.strip("/").split("/")
        self._server = grpc.aio.server(options=[("grpc.max_receive_message_length", -1)])
        self._server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(service, {method: handler}),)
        )
        self._server.add_insecure_port(f"unix:{socket}")
        await self._server.start()
        socket.chmod(0o600)  # noqa: ASYNC240  # as above

    async def close(self) -> None:
        """Let go of Envoy, which goes on with what it has."""
        if self._server is not None:
            await self._server.stop(None)

    async def push(self, wanted: Resources) -> dict[tuple[TypeUrl, str], str]:
        """Make Envoy take `wanted`; returns what it refused, by type and name, with its words.

        Without Envoy everything counts as good: it is told when it connects.
        """
        refused: dict[tuple[TypeUrl, str], str] = {}
        before = self.good
        for kind in (CLUSTERS, ENDPOINTS, LISTENERS, ROUTES):
            new, old = wanted.of(kind), before.of(kind)
            changed = {name: body for name, body in new.items() if old.get(name) != body}
            if kind in (ENDPOINTS, ROUTES):
                # A cluster or a listener that is made anew waits for these, also when they are as they were.
                parents = CLUSTERS if kind == ENDPOINTS else LISTENERS
                anew = _renewed(before.of(parents), wanted.of(parents))
                changed |= {name: body for name, body in new.items() if name in anew}
            gone = [name for name in old if name not in new]
            if kind == LISTENERS and gone:
                await self._apply(kind, {}, gone=gone)
            if changed:
                refused |= await self._offer(kind, changed)
        for kind in (ROUTES, ENDPOINTS, CLUSTERS):
            gone = [name for name in self.good.of(kind) if name not in wanted.of(kind)]
            if gone:
                await self._apply(kind, {}, gone=gone)
        return refused

    async def _offer(self, kind: TypeUrl, changed: Mapping[str, bytes]) -> dict[tuple[TypeUrl, str], str]:
        """Together; and one by one when that is refused."""
        words = await self._apply(kind, changed)
        if not words:
            return {}
        if len(changed) == 1:
            return {(kind, name): words for name in changed}
        refused: dict[tuple[TypeUrl, str], str] = {}
        for name, body in changed.items():
            if words := await self._apply(kind, {name: body}):
                refused[(kind, name)] = words
        return refused

    async def _apply(self, kind: TypeUrl, changed: Mapping[str, bytes], gone: Iterable[str] = ()) -> str:
        """Send one step; returns Envoy's words when it refuses, "" when the step is now the last good."""
        before = self.good
        after = before.with_(kind, changed, gone)
        stream = self._stream
        if stream is None or (kind not in WHOLE and not changed):
            self.good = after
            return ""
        bodies = after.of(kind).values() if kind in WHOLE else changed.values()
        words = await self._send(stream, kind, bodies)
        if not words:
            self.good = after
        elif kind in WHOLE:
            # Envoy has taken what it could of the refused list: put back what it had.
            await self._send(stream, kind, before.of(kind).values())
        return words

    async def _send(self, stream: Stream, kind: TypeUrl, bodies: Iterable[bytes]) -> str:
        answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        nonce = str(next(self._numbers))
        stream.waiting[nonce] = answered
        stream.outbox.put_nowait(_response(kind, bodies, nonce))
        try:
            async with asyncio.timeout(ACK_WITHIN_S):
                return await answered
        except TimeoutError:
            return ""  # It is gone, or slow: it will have the last good when it is back.
        finally:
            stream.waiting.pop(nonce, None)

    async def _serve(
        self,
        requests: AsyncIterator[DiscoveryRequest],
        _: "grpc.aio.ServicerContext[DiscoveryRequest, DiscoveryResponse]",
    ) -> AsyncIterator[DiscoveryResponse]:
        """Envoy has connected: the newest connection is the one that counts."""
        stream = self._stream = Stream()
        reading = asyncio.get_running_loop().create_task(self._read(stream, requests))
        self.connected.set()
        try:
            while not reading.done():
                getting = asyncio.get_running_loop().create_task(stream.outbox.get())
                await asyncio.wait((getting, reading), return_when=asyncio.FIRST_COMPLETED)
                if getting.done():
                    yield getting.result()
                else:
                    getting.cancel()
        finally:
            reading.cancel()
            if self._stream is stream:
                self._stream = None
                self.connected.clear()
            for answered in stream.waiting.values():
                if not answered.done():
                    answered.set_result("")

    async def _read(self, stream: Stream, requests: AsyncIterator[DiscoveryRequest]) -> None:
        async for request in requests:
            kind = request.type_url
            answered = stream.waiting.get(request.response_nonce)
            if answered is not None and not answered.done():
                answered.set_result(request.error_detail.message)
            names = frozenset(request.resource_names)
            asked_before = stream.names.get(kind)
            if asked_before is not None and names <= asked_before:
                stream.names[kind] = names
                continue
            stream.names[kind] = names
            found = self.good.of(kind)
            new = names - (asked_before or frozenset())
            bodies = found.values() if kind in WHOLE else [found[name] for name in new if name in found]
            if kind in WHOLE or bodies:
                stream.outbox.put_nowait(_response(kind, bodies, f"first-{next(self._numbers)}"))


def _renewed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    return {name for name, body in after.items() if before.get(name) != body}


def _response(kind: TypeUrl, bodies: Iterable[bytes], nonce: str) -> DiscoveryResponse:
    resources = [Packed(type_url=kind, value=body) for body in bodies]
    return DiscoveryResponse(version_info=nonce, type_url=kind, nonce=nonce, resources=resources)

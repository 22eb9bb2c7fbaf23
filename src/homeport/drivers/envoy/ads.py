"""Envoy's configuration, served over gRPC (ADS) on a Unix socket, with what it refuses brought back.

Whoever has a new wish says `want`; the newest one is made true, and `tell` is told what came of it. Envoy may come and
go meanwhile. Until there is a first wish nothing is said to it: silence takes nothing away from an Envoy that serves.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import grpc.aio
from envoy.service.discovery.v3.discovery_pb2 import DeltaDiscoveryRequest, DeltaDiscoveryResponse
from msgspec import Struct

from homeport.drivers.envoy.convergence import Convergence, Key, Memory, Object, content
from homeport.drivers.envoy.resources import LISTENERS, Resources
from homeport.drivers.envoy.stream import Silent, Stream

LOG = logging.getLogger("homeport.envoy")
SERVICE = "envoy.service.discovery.v3.AggregatedDiscoveryService"
METHOD = "DeltaAggregatedResources"
RETRY_EVERY_S = 2.0
"""A listener whose port was taken is tried again: whoever had the port may have let it go."""

Requests: TypeAlias = AsyncIterator[DeltaDiscoveryRequest]
Context: TypeAlias = "grpc.aio.ServicerContext[DeltaDiscoveryRequest, DeltaDiscoveryResponse]"


class Outcome(Struct, frozen=True):
    """Envoy has `wanted`, but for what it refused, by type and name, with its words."""

    wanted: Resources
    refused: Mapping[Key, str]


class Ads:
    """`connected` is set while Envoy is here. `object_to` may refuse listeners before Envoy is asked."""

    def __init__(self, tell: Callable[[Outcome], None], object_to: Object = content) -> None:
        self.connected = asyncio.Event()
        self._tell = tell
        self._wanted: Resources | None = None
        self._wish = asyncio.Event()
        self._memory = Memory(object_to)
        self._stream: Stream | None = None
        self._server: grpc.aio.Server | None = None

    async def open(self, socket: Path) -> None:
        """Listen on a Unix socket."""
        socket.unlink(missing_ok=True)  # noqa: ASYNC240  # one inode, once in a life
        handler = grpc.stream_stream_rpc_method_handler(
            self._serve,
            request_deserializer=DeltaDiscoveryRequest.FromString,
            response_serializer=DeltaDiscoveryResponse.SerializeToString,
        )
        # Never shared: two balancer processes that answer the same Envoy would be of two minds.
        self._server = grpc.aio.server(
            options=[("grpc.max_receive_message_length", -1), ("grpc.so_reuseport", 0)]
        )
        self._server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(SERVICE, {METHOD: handler}),)
        )
        self._server.add_insecure_port(f"unix:{socket}")
        await self._server.start()
        socket.chmod(0o600)  # noqa: ASYNC240  # as above

    async def close(self) -> None:
        """Let go of Envoy, which goes on with what it has."""
        if self._server is not None:
            await self._server.stop(None)

    def want(self, wanted: Resources) -> None:
        """Make Envoy have this, now if it is here, else when it comes."""
        self._wanted = wanted
        self._wish.set()

    async def _serve(self, requests: Requests, _: Context) -> AsyncIterator[DeltaDiscoveryResponse]:
        """Envoy has connected: the newest connection is the one that counts."""
        stream = self._stream = Stream()
        loop = asyncio.get_running_loop()
        parts = {loop.create_task(_read(stream, requests)), loop.create_task(self._converse(stream))}
        self.connected.set()
        try:
            while not any(part.done() for part in parts):
                sending = loop.create_task(stream.outbox.get())
                try:
                    await asyncio.wait((sending, *parts), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    if not sending.done():
                        sending.cancel()
                if sending.done():
                    yield sending.result()
        finally:
            for part in parts:
                part.cancel()
            if self._stream is stream:
                self._stream = None
                self.connected.clear()
            await asyncio.gather(*parts, return_exceptions=True)
        for part in parts:
            if not part.cancelled() and (error := part.exception()) is not None:
                raise error

    async def _converse(self, stream: Stream) -> None:
        """Pass after pass, while this is the newest connection."""
        self._memory.refused.clear()
        try:
            while self._stream is stream:
                heard = stream.heard
                await self._pass(stream)
                await self._pause(stream, heard)
        except Silent as error:
            LOG.warning("Envoy does not answer, and has to connect again: %s", error)

    async def _pass(self, stream: Stream) -> None:
        while (wanted := self._wanted) is None:
            self._wish.clear()
            await self._wish.wait()
        self._wish.clear()
        await Convergence(stream, self._memory, wanted).run()
        self._tell(Outcome(wanted, {key: each.words for key, each in self._memory.refused.items()}))

    async def _pause(self, stream: Stream, heard: int) -> None:
        """Until there is a new wish, Envoy asks for something, or a refused listener is to be tried again."""
        has_refused = any(kind == LISTENERS for kind, _ in self._memory.refused)
        loop = asyncio.get_running_loop()
        reasons = (loop.create_task(self._wish.wait()), loop.create_task(stream.news(heard)))
        try:
            done, _ = await asyncio.wait(
                reasons,
                timeout=RETRY_EVERY_S if has_refused else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            for reason in reasons:
                reason.cancel()
        if not done:
            self._memory.retry(LISTENERS)


async def _read(stream: Stream, requests: Requests) -> None:
    async for request in requests:
        stream.take(request)

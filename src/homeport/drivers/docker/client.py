"""The connection to the engine: made with the first call, and looked for again as long as there is none."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

import aiohttp
from aiodocker import Docker, DockerError
from aiodocker.events import DockerEvents
from msgspec import ValidationError, convert

from homeport.drivers.docker.calls import Endpoint, Refused, Unreachable, by, filters
from homeport.drivers.docker.find import find
from homeport.drivers.docker.things import Containers, Event, Images, Networks, Volumes

# aiodocker leaves this without types.
EVENTS: Any = DockerEvents


class Client:
    """One engine. Everything asked of it raises Unreachable when there is none."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._docker: Docker | None = None
        self._connector: aiohttp.UnixConnector | None = None
        self._closed = asyncio.Event()

    @property
    def containers(self) -> Containers:
        """What concerns containers."""
        return Containers(self._engine(), self.endpoint)

    @property
    def images(self) -> Images:
        """What concerns images."""
        return Images(self._engine(), self.endpoint)

    @property
    def networks(self) -> Networks:
        """What concerns networks."""
        return Networks(self._engine(), self.endpoint)

    @property
    def volumes(self) -> Volumes:
        """What concerns volumes."""
        return Volumes(self._engine(), self.endpoint)

    async def machine(self) -> Mapping[str, Any]:
        """`GET /info`."""
        return await by(self.endpoint.ask_s, self._engine().system.info())

    async def network(self, name: str) -> Mapping[str, Any]:
        """`GET /networks/NAME`."""
        engine = self._engine()
        found = await by(self.endpoint.ask_s, engine.networks.get(name))
        return await by(self.endpoint.ask_s, found.show())

    async def events(self, label: str, kinds: list[str]) -> AsyncIterator[Event]:
        """Events of containers with this label, as they come; ends when the engine hangs up.

        One that cannot be read is left out.
        """
        events = EVENTS(self._engine())
        lines = events.subscribe(create_task=False)
        words = filters({"type": ["container"], "label": [label], "event": kinds})
        reading = asyncio.create_task(events.run(filters=words))
        try:
            while (line := await lines.get()) is not None:
                event = _event(line)
                if event is not None:
                    yield event
            await by(self.endpoint.ask_s, reading)
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError, Refused, Unreachable):
                await by(self.endpoint.ask_s, reading)

    async def is_closed_within(self, limit_s: float) -> bool:
        """Whether `close` was called, before `limit_s` were over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closed.wait(), limit_s)
        return self._closed.is_set()

    async def close(self) -> None:
        """Let go of the connection, for good."""
        self._closed.set()
        if self._docker is not None:
            await self._docker.close()
            self._docker = None
        if self._connector is not None:
            await self._connector.close()
            self._connector = None

    def _engine(self) -> Docker:
        if self._closed.is_set():
            raise Unreachable("the connection to the container engine was closed")
        if self._docker is None:
            try:
                url = self.endpoint.url or find()
            except LookupError as error:
                raise Unreachable(str(error)) from error
            try:
                self._docker = self._connected(url)
            except (DockerError, ValueError, OSError) as error:
                raise Unreachable(f"{url} is no container engine: {error}") from error
        return self._docker

    def _connected(self, url: str) -> Docker:
        """Without aiohttp's limit of 100 connections: stops hold theirs for as long as their grace lasts."""
        if not url.startswith("unix://"):
            return Docker(url)
        self._connector = aiohttp.UnixConnector(url.removeprefix("unix://"), limit=0)
        return Docker("unix://localhost", connector=self._connector)


def _event(line: Any) -> Event | None:
    try:
        return convert(line, Event)
    except ValidationError:
        return None

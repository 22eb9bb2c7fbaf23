"""The engine's API through aiodocker: every call has a deadline and ends in a value, `Refused` or
`Unreachable`.

It knows no tasks. What an answer means is read in `facts.py`; what to do about it is decided in `driver.py`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import aiohttp
from aiodocker import Docker, DockerError
from aiodocker.events import DockerEvents
from aiodocker.volumes import DockerVolume
from msgspec import Struct, convert

from homeport.drivers.docker.find import find

Json = dict[str, Any]
T = TypeVar("T")

# aiodocker leaves these without types.
EVENTS: Any = DockerEvents
VOLUME: Any = DockerVolume

CONNECTION_FAILED = 900
"""aiodocker's status for an engine that cannot be reached."""

INSPECTED = frozenset({"Id", "Image", "State", "Config"})


class Endpoint(Struct, frozen=True, kw_only=True):
    """Where the engine is, None for wherever it is found, and how long it may take; all in seconds.

    `stop_slack_s` is what a stop may take beyond its grace: the engine's own SIGKILL and clean-up. `breath_s` is how
    long a failure is held back: an engine that is down refuses at once, and would be asked in a tight loop.
    """

    url: str | None = None
    ask_s: float = 10.0
    create_s: float = 30.0
    start_s: float = 60.0
    stop_slack_s: float = 15.0
    remove_s: float = 60.0
    breath_s: float = 1.0


ANYWHERE = Endpoint()


class Listed(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What is read of an entry of `GET /containers/json`."""

    id: str
    state: str
    status: str
    labels: dict[str, str] | None = None
    ports: list[Json] | None = None


LISTED = ("Id", "State", "Status", "Labels", "Ports")


class Refused(Exception):
    """The engine answered, and it said no. `status` is HTTP's, or 0 for an error in the middle of a pull."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Unreachable(Exception):
    """The engine did not answer, was too slow, or spoke nonsense: nothing is known."""


class Client:
    """One engine.

    The connection is made with the first call, and looked for again as long as there is none.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._docker: Docker | None = None
        self._connector: aiohttp.UnixConnector | None = None

    async def create(self, name: str, body: Json) -> None:
        """Raises Refused with 409 when the name is taken, with 404 when there is no such image."""
        await _by(self.endpoint.create_s, self._engine().containers.create(body, name=name))

    async def start(self, name: str) -> None:
        """A container that runs already is left alone."""
        await _by(self.endpoint.start_s, self._engine().containers.container(name).start())

    async def stop(self, runtime_id: str, grace_s: int) -> None:
        """SIGTERM, and SIGKILL when the grace is over; returns when the container is down."""
        container = self._engine().containers.container(runtime_id)
        await _by(grace_s + self.endpoint.stop_slack_s, container.stop(t=grace_s))

    async def remove(self, runtime_id: str) -> None:
        """Kill it if it runs, and remove it with its anonymous volumes; one that is not there is fine."""
        container = self._engine().containers.container(runtime_id)
        await _or_none(_by(self.endpoint.remove_s, container.delete(force=True, v=True)))

    async def inspect(self, name: str) -> Json | None:
        """A container by name or id, with at least the members of INSPECTED; None when there is none."""
        found = await _or_none(_by(self.endpoint.ask_s, self._engine().containers.container(name).show()))
        if found is not None and not INSPECTED <= found.keys():
            raise Unreachable("the container engine's answer is no container")
        return found

    async def containers(self, label: str) -> list[Listed]:
        """All containers with this label, running or not."""
        asking = self._engine().containers.list(all=True, filters=_filters({"label": [label]}))
        found = await _by(self.endpoint.ask_s, asking)
        with _translated():
            return convert([{key: one[key] for key in LISTED} for one in found], list[Listed])

    async def machine(self) -> Mapping[str, Any]:
        """`GET /info`."""
        return await _by(self.endpoint.ask_s, self._engine().system.info())

    async def close(self) -> None:
        """Let go of the connection."""
        if self._docker is not None:
            await self._docker.close()
            self._docker = None
        if self._connector is not None:
            await self._connector.close()
            self._connector = None

    @property
    def images(self) -> "Images":
        """What concerns images."""
        return Images(self._engine(), self.endpoint)

    @property
    def volumes(self) -> "Volumes":
        """What concerns volumes."""
        return Volumes(self._engine(), self.endpoint)

    async def events(self, label: str, kinds: list[str]) -> AsyncIterator[Json]:
        """Events of containers with this label, as they come; ends when the engine hangs up."""
        events = EVENTS(self._engine())
        lines = events.subscribe(create_task=False)
        filters = _filters({"type": ["container"], "label": [label], "event": kinds})
        reading = asyncio.create_task(events.run(filters=filters))
        try:
            while (event := await lines.get()) is not None:
                if isinstance(event, dict):
                    yield event
            await _by(self.endpoint.ask_s, reading)
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError, Unreachable):
                await _by(self.endpoint.ask_s, reading)

    def _engine(self) -> Docker:
        if self._docker is None:
            url = self.endpoint.url or find()
            if url is None:
                raise Unreachable("no container engine was found: is Docker or Podman running?")
            try:
                self._docker = self._connected(url)
            except (ValueError, OSError) as error:
                raise Unreachable(f"{url} is no container engine: {error}") from error
        return self._docker

    def _connected(self, url: str) -> Docker:
        """Without aiohttp's limit of 100 connections: stops hold theirs for as long as their grace lasts."""
        if not url.startswith("unix://"):
            return Docker(url)
        self._connector = aiohttp.UnixConnector(url.removeprefix("unix://"), limit=0)
        return Docker("unix://localhost", connector=self._connector)


class Images:
    """The engine's images."""

    def __init__(self, docker: Docker, endpoint: Endpoint) -> None:
        self._docker = docker
        self._endpoint = endpoint

    async def inspect(self, image: str) -> Json | None:
        """An image that is at hand, or None."""
        return await _or_none(_by(self._endpoint.ask_s, self._docker.images.inspect(image)))

    async def pull(self, image: str, longest_pause_s: float) -> AsyncIterator[Json]:
        """Lines of progress until the image is there; Unreachable when the engine is silent for too long."""
        lines = aiter(self._docker.images.pull(image, stream=True, timeout=None))
        while (line := await _by(longest_pause_s, anext(lines, None))) is not None:
            yield line


class Volumes:
    """The engine's named volumes."""

    def __init__(self, docker: Docker, endpoint: Endpoint) -> None:
        self._docker = docker
        self._endpoint = endpoint
        self._volumes: Any = docker.volumes

    async def inspect(self, name: str) -> Json | None:
        """A volume by name, or None."""
        return await _or_none(_by(self._endpoint.ask_s, VOLUME(self._docker, name).show()))

    async def create(self, body: Json) -> None:
        """One that is there already stays as it is."""
        await _by(self._endpoint.create_s, self._volumes.create(body))

    async def labelled(self, labels: Mapping[str, str]) -> list[str]:
        """Names of the volumes that carry all these labels."""
        filters = {"label": [f"{key}={value}" for key, value in labels.items()]}
        answer = await _by(self._endpoint.ask_s, self._volumes.list(filters=filters))
        with _translated():
            return [volume["Name"] for volume in answer["Volumes"] or []]

    async def remove(self, name: str) -> None:
        """Unless a container still uses it."""
        try:
            await _by(self._endpoint.remove_s, VOLUME(self._docker, name).delete())
        except Refused as refused:
            if refused.status not in (404, 409):
                raise


def _filters(filters: Mapping[str, list[str]]) -> str:
    return json.dumps(filters)


async def _by(limit_s: float, call: Awaitable[T]) -> T:
    """The call's answer within the limit; any failure as Refused or Unreachable."""
    with _translated():
        async with asyncio.timeout(limit_s):
            return await call


async def _or_none(call: Awaitable[T]) -> T | None:
    try:
        return await call
    except Refused as refused:
        if refused.status == 404:
            return None
        raise


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise Unreachable("the container engine did not answer in time") from error
    except DockerError as error:
        if error.status == CONNECTION_FAILED:
            raise Unreachable(error.message) from error
        raise Refused(error.status, error.message) from error
    except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError) as error:
        # Closed in the middle, cut short, no JSON, or JSON of another shape.
        raise Unreachable(f"the container engine's answer cannot be read: {error!r}") from error

"""The engine's API through aiodocker: every call has a deadline and ends in a value, `Refused` or `Unreachable`.

It knows no tasks. What an answer means is read in `facts.py`; what to do about it is decided in `driver.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
from aiodocker import Docker, DockerError
from aiodocker.events import DockerEvents
from aiodocker.volumes import DockerVolume

from homeport.drivers.docker.find import find

Json = dict[str, Any]
T = TypeVar("T")

CONNECTION_FAILED = 900
"""aiodocker's status for an engine that cannot be reached."""

ASK_S = 10.0
CREATE_S = 30.0
START_S = 60.0
STOP_SLACK_S = 15.0
"""What a stop may take beyond its grace: the engine's own SIGKILL and clean-up."""

REMOVE_S = 60.0
EVENTS = ["start", "die", "oom", "health_status", "destroy"]


class Refused(Exception):
    """The engine answered, and it said no."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Unreachable(Exception):
    """The engine did not answer, was too slow, or spoke nonsense: nothing is known."""


class Client:
    """One engine. The connection is made with the first call, and looked for again as long as there is none."""

    def __init__(self, url: str | None = None) -> None:
        self._url = url
        self._docker: Docker | None = None

    async def create(self, name: str, body: Json) -> None:
        """Raises Refused with 409 when the name is taken, with 404 when there is no such image."""
        await _ask(CREATE_S, lambda: self._engine().containers.create(body, name=name))

    async def start(self, name: str) -> None:
        """A container that runs already is left alone."""
        await _ask(START_S, lambda: self._engine().containers.container(name).start())

    async def stop(self, runtime_id: str, grace_s: int) -> None:
        """SIGTERM, and SIGKILL when the grace is over; returns when the container is down."""
        container = self._engine().containers.container(runtime_id)
        await _ask(grace_s + STOP_SLACK_S, lambda: container.stop(t=grace_s))

    async def remove(self, runtime_id: str) -> None:
        """Kill it if it runs, and remove it with its anonymous volumes."""
        container = self._engine().containers.container(runtime_id)
        await _ask(REMOVE_S, lambda: container.delete(force=True, v=True))

    async def inspect(self, name: str) -> Json | None:
        """A container by name or id; None when there is none."""
        return await _ask_for(lambda: self._engine().containers.container(name).show())

    async def containers(self, label: str) -> list[Json]:
        """All containers with this label, running or not, as `GET /containers/json` shows them."""
        found = await _ask(
            ASK_S, lambda: self._engine().containers.list(all=True, filters=f'{{"label": ["{label}"]}}')
        )
        return [container._container for container in found]

    async def inspect_image(self, image: str) -> Json | None:
        """An image that is at hand, or None."""
        return await _ask_for(lambda: self._engine().images.inspect(image))

    async def pull(self, image: str) -> AsyncIterator[Json]:
        """Lines of progress, until the image is there. No deadline: the caller sets it."""
        with _translated():
            async for line in self._engine().images.pull(image, stream=True, timeout=None):
                yield line

"""What the engine has: containers, images, networks and volumes, each with what may be asked of them.

It knows no tasks. What an answer means is read in `facts.py`; what to do about it is decided in `driver.py`.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiodocker import Docker
from aiodocker.networks import DockerNetwork
from aiodocker.volumes import DockerVolume
from msgspec import Struct, convert, field

from homeport.drivers.docker import credentials
from homeport.drivers.docker.calls import (
    Endpoint,
    Json,
    Refused,
    by,
    filters,
    or_none,
    translated,
)

# aiodocker leaves these without types.
NETWORK: Any = DockerNetwork
VOLUME: Any = DockerVolume


class Attached(Struct, frozen=True, kw_only=True):
    """A container's place in a network: another one each time it starts."""

    endpoint: str = field(default="", name="EndpointID")
    address: str = field(default="", name="IPAddress")


class Networking(Struct, frozen=True, kw_only=True, rename="pascal"):
    """The networks of a container, by name."""

    networks: dict[str, Attached] | None = None


class Listed(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What is read of an entry of `GET /containers/json`."""

    id: str
    names: list[str]
    state: str
    status: str
    labels: dict[str, str] | None = None
    ports: list[Json] | None = None
    network_settings: Networking | None = None


class Labelled(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Of an inspected container: what was asked for."""

    labels: dict[str, str] | None = None


class Inspected(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What every answer of `GET /containers/ID/json` must hold to be one."""

    id: str
    name: str
    image: str
    state: Json
    config: Labelled | None


class Block(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Addresses of a network."""

    subnet: str = ""


class Blocks(Struct, frozen=True, kw_only=True, rename="pascal"):
    """All of a network's addresses."""

    config: list[Block] | None = None


class Member(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A place in a network; listed by its container's id, or under another key when that is gone."""

    name: str = ""


class ListedNetwork(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What is read of an entry of `GET /networks`; `containers` are told of a single one only."""

    id: str
    name: str
    labels: dict[str, str] | None = None
    ipam: Blocks | None = field(default=None, name="IPAM")
    containers: dict[str, Member] | None = None


class Actor(Struct, frozen=True, kw_only=True):
    """Whom an event is about; `attributes` are the labels, and the name as `name`."""

    id: str = field(name="ID")
    attributes: dict[str, str] = field(default_factory=dict, name="Attributes")


class Event(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What is read of a line of `GET /events`."""

    action: str
    actor: Actor


LISTED = ("Id", "Names", "State", "Status", "Labels", "Ports", "NetworkSettings")


class Containers:
    """The engine's containers."""

    def __init__(self, docker: Docker, endpoint: Endpoint) -> None:
        self._docker = docker
        self._endpoint = endpoint

    async def create(self, name: str, body: Json) -> None:
        """Raises Refused with 409 when the name is taken, with 404 when there is no such image."""
        await by(self._endpoint.create_s, self._docker.containers.create(body, name=name))

    async def start(self, name: str) -> None:
        """A container that runs already is left alone."""
        await by(self._endpoint.start_s, self._docker.containers.container(name).start())

    async def stop(self, runtime_id: str, grace_s: int) -> None:
        """SIGTERM, and SIGKILL when the grace is over; returns when the container is down."""
        container = self._docker.containers.container(runtime_id)
        await by(grace_s + self._endpoint.stop_slack_s, container.stop(t=grace_s))

    async def remove(self, runtime_id: str) -> None:
        """Kill it if it runs, and remove it with its anonymous volumes; one that is not there is fine."""
        container = self._docker.containers.container(runtime_id)
        await or_none(by(self._endpoint.remove_s, container.delete(force=True, v=True)))

    async def inspect(self, name: str) -> Json | None:
        """A container by name or id, with at least the members of Inspected; None when there is none."""
        found = await or_none(by(self._endpoint.ask_s, self._docker.containers.container(name).show()))
        with translated():
            convert(found, Inspected | None)
        return found

    async def stats(self, runtime_id: str) -> Json | None:
        """What it uses; takes the engine a second or two, for it samples twice. None for one that is not there."""
        # One sample and no stream of them: aiodocker leaves the connection of a stream open.
        asking = self._docker.containers.container(runtime_id).stats(stream=False)
        samples = await or_none(by(self._endpoint.ask_s, asking))
        return samples[0] if samples else None

    async def written(self, runtime_id: str) -> int:
        """Bytes in its own layer; 0 for one that is not there."""
        asking = self._docker.containers.container(runtime_id).show(size=True)
        found = await or_none(by(self._endpoint.create_s, asking))
        return 0 if found is None else int(found.get("SizeRw") or 0)

    async def labelled(self, label: str) -> list[Listed]:
        """All containers with this label, running or not."""
        asking = self._docker.containers.list(all=True, filters=filters({"label": [label]}))
        found = await by(self._endpoint.ask_s, asking)
        with translated():
            return convert([{key: one[key] for key in LISTED} for one in found], list[Listed])


def hub_name(image: str) -> str:
    """The full name of an image of Docker Hub: `nginx` is `docker.io/library/nginx`."""
    plain = image.removeprefix(f"{credentials.HUB}/")
    return f"{credentials.HUB}/{plain}" if "/" in plain else f"{credentials.HUB}/library/{plain}"


class Images:
    """The engine's images."""

    def __init__(self, docker: Docker, endpoint: Endpoint) -> None:
        self._docker = docker
        self._endpoint = endpoint

    async def inspect(self, image: str) -> Json | None:
        """An image that is at hand, or None."""
        return await or_none(by(self._endpoint.ask_s, self._docker.images.inspect(image)))

    async def pull(self, image: str, longest_pause_s: float) -> AsyncIterator[Json]:
        """Lines of progress until the image is there; Unreachable when the engine is silent for too long."""
        auth: Any = credentials.credentials(image, credentials.read())
        # aiodocker wants a registry in the name of an image that has credentials; Docker Hub's images name none.
        name = image if auth is None or credentials.registry_of(image) != credentials.HUB else hub_name(image)
        lines = aiter(self._docker.images.pull(name, auth=auth, stream=True, timeout=None))
        while (line := await by(longest_pause_s, anext(lines, None))) is not None:
            yield line

    async def load(self, archive: bytes) -> None:
        """Have the images of an archive, as `docker load`."""
        await by(self._endpoint.create_s, self._docker.images.import_image(archive))


class Networks:
    """The engine's networks. Several may have one name."""

    def __init__(self, docker: Docker, endpoint: Endpoint) -> None:
        self._docker = docker
        self._endpoint = endpoint
        self._networks: Any = docker.networks

    async def inspect(self, network_id: str) -> ListedNetwork | None:
        """A network with its containers, or None."""
        found = await or_none(by(self._endpoint.ask_s, NETWORK(self._docker, network_id).show()))
        with translated():
            return convert(found, ListedNetwork | None)

    async def named(self, name: str) -> list[ListedNetwork]:
        """All of exactly this name."""
        return [each for each in await self._list({"name": [name]}) if each.name == name]

    async def labelled(self, label: str) -> list[ListedNetwork]:
        """All with this label."""
        return await self._list({"label": [label]})

    async def create(self, body: Json) -> None:
        """Raises Refused where addresses or the bridge's name are another network's."""
        await by(self._endpoint.create_s, self._networks.create(body))

    async def remove(self, network_id: str) -> None:
        """Raises Refused while containers are in it; one that is not there is fine."""
        await or_none(by(self._endpoint.remove_s, NETWORK(self._docker, network_id).delete()))

    async def disconnect(self, network_id: str, container: str) -> None:
        """Take a container's place away, also when the container is gone."""
        words = {"Container": container, "Force": True}
        await or_none(by(self._endpoint.remove_s, NETWORK(self._docker, network_id).disconnect(words)))

    async def _list(self, words: Mapping[str, list[str]]) -> list[ListedNetwork]:
        answer = await by(self._endpoint.ask_s, self._networks.list(filters=words))
        with translated():
            return convert(answer, list[ListedNetwork])


class Volumes:
    """The engine's named volumes."""

    def __init__(self, docker: Docker, endpoint: Endpoint) -> None:
        self._docker = docker
        self._endpoint = endpoint
        self._volumes: Any = docker.volumes

    async def inspect(self, name: str) -> Json | None:
        """A volume by name, or None."""
        return await or_none(by(self._endpoint.ask_s, VOLUME(self._docker, name).show()))

    async def create(self, body: Json) -> None:
        """One that is there already stays as it is."""
        await by(self._endpoint.create_s, self._volumes.create(body))

    async def labelled(self, labels: Mapping[str, str]) -> list[str]:
        """Names of the volumes that carry all these labels."""
        words = {"label": [f"{key}={value}" for key, value in labels.items()]}
        answer = await by(self._endpoint.ask_s, self._volumes.list(filters=words))
        with translated():
            return [volume["Name"] for volume in answer["Volumes"] or []]

    async def remove(self, name: str) -> None:
        """Unless a container still uses it."""
        try:
            await by(self._endpoint.remove_s, VOLUME(self._docker, name).delete())
        except Refused as refused:
            if refused.status not in (404, 409):
                raise

"""Looks at one container, and makes sure that it is ours before anybody does anything to it."""

from collections.abc import Mapping
from typing import Any

from homeport.drivers.docker import facts, names
from homeport.drivers.docker.calls import Json, Unreachable
from homeport.drivers.docker.client import Client
from homeport.drivers.docker.images import Images
from homeport.model.container import ContainerSeen
from homeport.model.record import Time
from homeport.plan import naming
from homeport.plan.effects import ContainerRef


class Stranger(Exception):
    """Somebody else's container has the name of one of ours."""


class Look:
    """The engine through the eyes of one installation."""

    def __init__(self, client: Client, installation: str, images: Images) -> None:
        self.installation = installation
        self._client = client
        self._images = images

    async def find(self, ref: ContainerRef) -> Json | None:
        """The container of this run, as the engine shows it; raises Stranger, Refused or Unreachable."""
        name = naming.container_name(self.installation, ref)
        found = await self._client.containers.inspect(name)
        if found is not None and self.ref_of(found) != ref:
            raise Stranger(name)
        return found

    def ref_of(self, found: Json) -> ContainerRef | None:
        """Whose run an inspected container is."""
        labels = (found.get("Config") or {}).get("Labels") or {}
        return names.ref_of(self.installation, labels, [str(found["Name"])])

    async def read(self, found: Json, ref: ContainerRef, at: Time) -> ContainerSeen:
        """An inspected container as facts; raises Unreachable for an answer that cannot be read."""
        digest = await self._images.digest_of(str(found["Image"]))
        try:
            return facts.container_seen(found, ref.attempt, at, digest)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unreachable(f"the container engine's answer cannot be read: {error!r}") from error


def is_created(found: Mapping[str, Any]) -> bool:
    """Whether it was made and never ran."""
    return facts.STATUSES.get((found.get("State") or {}).get("Status", "")) == "CREATED"

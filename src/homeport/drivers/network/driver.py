"""The port of `drivers/fabric.py` in front of the network process: found, started, replaced and reconnected to.

It is started when there is something to care for, and not before. One of another version is replaced; rules stay, and
what is connected goes on.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from homeport.drivers.apart.attachment import Attachment
from homeport.drivers.apart.conversation import Conversation
from homeport.drivers.fabric import Limits
from homeport.drivers.network.folder import Folder
from homeport.drivers.network.limits import limits
from homeport.drivers.network.messages import Begin, Publish, Site, Told
from homeport.plan.network import Delta, Tables, applied, merged
from homeport.plan.observations import InterfaceObserved

WHAT = "network process"
HEARD_WAITING = 10_000


def is_any(tables: Tables) -> bool:
    """Whether there is something to care for. Groups alone are nothing: every VPC has one, used or not."""
    return bool(tables.vpcs or tables.interfaces or tables.tasks or tables.zones or tables.hosts)


class Speech:
    """What is said to the network process, and what is heard of it."""

    conversation: Conversation[Delta, Told]

    def __init__(self, site: Site) -> None:
        self.tables = Tables()
        self.limits = limits()
        self.heard: asyncio.Queue[InterfaceObserved] = asyncio.Queue(HEARD_WAITING)
        self._site = site

    @property
    def is_needed(self) -> bool:
        return is_any(self.tables)

    def whole(self) -> Begin:
        return Begin(self.tables, self._site)

    def nothing(self) -> Delta:
        return Delta()

    def both(self, first: Delta, second: Delta) -> Delta:
        return merged(first, second)

    def part(self, change: Delta) -> Publish:
        return Publish(change)

    async def hear(self, told: Told) -> None:
        self.limits = told.limits
        self.conversation.troubled(told.trouble)
        for observed in told.interfaces:
            await self.heard.put(observed)

    async def attend(self) -> None:
        """There is nothing to find out."""


class NetworkFabric:
    """`command` starts a network process, which works for the server at `site`."""

    def __init__(self, data: Path, command: Sequence[str], site: Site) -> None:
        self.attachment = Attachment(WHAT, Folder.of(data), command)
        self._speech = Speech(site)
        self._conversation: Conversation[Delta, Told] = Conversation(
            WHAT, self.attachment, self._speech, Told
        )
        self._speech.conversation = self._conversation

    @property
    def trouble(self) -> str | None:
        """What keeps it from its work; None while it does it, or has nothing to do."""
        return self._conversation.trouble

    @property
    def limits(self) -> Limits | None:
        """What this machine does not let us do."""
        return self._speech.limits

    async def begin(self, tables: Tables) -> None:
        self._speech.tables = tables
        self._conversation.begin()

    async def publish(self, delta: Delta) -> None:
        self._speech.tables = applied(self._speech.tables, delta)
        self._conversation.publish(delta)

    async def watch(self) -> AsyncIterator[InterfaceObserved]:
        while True:
            yield await self._speech.heard.get()

    async def close(self) -> None:
        await self._conversation.close()

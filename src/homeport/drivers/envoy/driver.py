"""The port of `drivers/balancer.py` in front of the balancer process: found, started, replaced and reconnected to.

It is started when there is something to balance, and not before. One of another version is replaced; Envoy is not, so
traffic goes on. Whatever happens out there becomes `trouble`, and another attempt.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from homeport.drivers.apart.attachment import Attachment
from homeport.drivers.apart.conversation import Conversation
from homeport.drivers.balancer import Bridge
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.messages import Begin, Publish, Told
from homeport.model.sample import Sample
from homeport.plan.observations import ListenerObserved, TargetObserved
from homeport.plan.traffic import Delta, Tables, applied, merged

WHAT = "balancer process"
HEARD_WAITING = 10_000

Observed: TypeAlias = TargetObserved | ListenerObserved | Sample


class Speech:
    """What is said to the balancer process, and what is heard of it. `bridge` finds the containers' network."""

    conversation: Conversation[Delta, Told]

    def __init__(self, bridge: Callable[[], Awaitable[Bridge | None]]) -> None:
        self.tables = Tables()
        self.heard: asyncio.Queue[Observed] = asyncio.Queue(HEARD_WAITING)
        self._find_bridge = bridge
        self._bridge: Bridge | None = None

    @property
    def is_needed(self) -> bool:
        return bool(self.tables.listeners or self.tables.groups)

    def whole(self) -> Begin:
        return Begin(self.tables, self._bridge)

    def nothing(self) -> Delta:
        return Delta()

    def both(self, first: Delta, second: Delta) -> Delta:
        return merged(first, second)

    def part(self, change: Delta) -> Publish:
        return Publish(change)

    async def hear(self, told: Told) -> None:
        self.conversation.troubled(told.trouble)
        found: tuple[Observed, ...] = (*told.targets, *told.listeners, *told.samples)
        for observed in found:
            await self.heard.put(observed)

    async def attend(self) -> None:
        """Where containers are is known later than what they are sent."""
        found = await self._find_bridge()
        if found is not None and found != self._bridge:
            self._bridge = found
            self.conversation.begin()


class EnvoyBalancer:
    """`command` starts a balancer process; `bridge` finds the containers' network."""

    def __init__(
        self, data: Path, command: Sequence[str], bridge: Callable[[], Awaitable[Bridge | None]]
    ) -> None:
        self._speech = Speech(bridge)
        self.attachment = Attachment(WHAT, Folder.of(data), command)
        self._conversation: Conversation[Delta, Told] = Conversation(
            WHAT, self.attachment, self._speech, Told
        )
        self._speech.conversation = self._conversation

    @property
    def trouble(self) -> str | None:
        """What keeps it from balancing; None while it does, or has nothing to do."""
        return self._conversation.trouble

    async def begin(self, tables: Tables) -> None:
        self._speech.tables = tables
        self._conversation.begin()

    async def publish(self, delta: Delta) -> None:
        self._speech.tables = applied(self._speech.tables, delta)
        self._conversation.publish(delta)

    async def watch(self) -> AsyncIterator[Observed]:
        while True:
            yield await self._speech.heard.get()

    async def close(self) -> None:
        await self._conversation.close()

"""Creates and starts containers, a few at a time; adopts one that is there already.

A container is started at most once per attempt: one that has run is looked at and left alone. What the engine
refuses is taken away again and seen as STOPPED with ECS's words for it. What has to be there first is its caller's
business: `tasks.py` for containers of tasks, `pauses.py` for those of network interfaces.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from homeport.drivers.docker.calls import Json, Refused, Unreachable
from homeport.drivers.docker.client import Client
from homeport.drivers.docker.look import Look, Stranger, is_created
from homeport.drivers.docker.spec import Spec
from homeport.drivers.policy import CANNOT_CREATE, Refusal
from homeport.model.container import ContainerSeen
from homeport.model.record import Time
from homeport.plan.effects import ContainerRef

AT_ONCE = 6
"""More at once make each wait longer and start no more a second (measured on Docker: 4 to 8 are best)."""

ADOPTION_LOOKS = 50
ADOPTION_PAUSE_S = 0.1

CANNOT_START = "CannotStartContainerError: "
DAEMON = "Error response from daemon: "
"""How ECS's agent quotes the engine."""


class Launch:
    """The queue of starts.

    `abandoned` are ids of containers that were taken away because they could not start.
    """

    def __init__(self, client: Client, look: Look, clock: Callable[[], Time]) -> None:
        self.abandoned: deque[str] = deque(maxlen=256)
        self._client = client
        self._look = look
        self._clock = clock
        self._room = asyncio.Semaphore(AT_ONCE)

    async def start(self, ref: ContainerRef, prepared: Callable[[], Awaitable[Spec]]) -> ContainerSeen:
        """The container after its start, or STOPPED with the reason why there is none; raises Unreachable.

        `prepared` has everything there that the container needs, and tells what to send; it may raise Refusal.
        """
        try:
            async with self._room:
                spec = await prepared()
                found = await self._created(spec, ref)
                if found is None or is_created(found):
                    await self._started(ref, spec)
            found = await self._look.find(ref)
        except Stranger as name:
            reason = f"{CANNOT_CREATE}the name {name} is taken by a container that is not ours"
            return self._refused(ref, reason)
        except Refusal as refusal:
            return self._refused(ref, str(refusal))
        if found is None:
            raise Unreachable("the container went while it was started")
        return await self._look.read(found, ref, self._clock())

    async def _created(self, spec: Spec, ref: ContainerRef) -> Json | None:
        """Make it; returns the one that is there already, if so."""
        try:
            await self._client.containers.create(spec.name, spec.body)
        except Refused as refused:
            if refused.status == 409:
                return await self._adopted(ref)
            raise refusal(refused, CANNOT_CREATE) from refused
        return None

    async def _adopted(self, ref: ContainerRef) -> Json:
        """The container that has the name already. A name is taken a moment before its container can be seen."""
        for _ in range(ADOPTION_LOOKS):
            found = await self._look.find(ref)
            if found is not None:
                return found
            await asyncio.sleep(ADOPTION_PAUSE_S)
        raise Unreachable("the container's name is taken, and there is no container")

    async def _started(self, ref: ContainerRef, spec: Spec) -> None:
        try:
            await self._client.containers.start(spec.name)
        except Refused as refused:
            found = await self._look.find(ref)
            if found is None:
                raise Unreachable("the container went while it was started") from refused
            error = found["State"].get("Error")
            # A 500 does not say whose fault it is; a container that failed to start carries the error.
            reason = Refusal(f"{CANNOT_START}{DAEMON}{error}") if error else refusal(refused, CANNOT_START)
            self.abandoned.append(found["Id"])
            await self._client.containers.remove(found["Id"])
            raise reason from refused

    def _refused(self, ref: ContainerRef, reason: str) -> ContainerSeen:
        now = self._clock()
        return ContainerSeen(attempt=ref.attempt, status="STOPPED", reason=reason, finished_at=now, at=now)


def refusal(refused: Refused, prefix: str) -> Refusal:
    """The engine's no, in ECS's words; raises Unreachable for a 500, which is nobody's answer."""
    if refused.status >= 500:
        raise Unreachable(refused.message) from refused
    return Refusal(f"{prefix}{DAEMON}{refused.message}")

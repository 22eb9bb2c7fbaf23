"""Images at hand: pulled when the operator's policy says so, several askers sharing one pull."""

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from msgspec import Struct

from homeport.drivers.docker import facts
from homeport.drivers.docker.calls import Refused, Unreachable
from homeport.drivers.docker.client import Client
from homeport.model.record import Time

LOG = logging.getLogger("homeport.driver")
PullPolicy: TypeAlias = Literal["always", "missing", "never"]

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]*")
CANNOT_PULL = "CannotPullContainerError: "
SILENCE_S = 60.0
"""As ECS's agent, which gives up after a minute without progress (ECS_IMAGE_PULL_INACTIVITY_TIMEOUT)."""

LONGEST_S = 2 * 3600.0
"""As ECS's agent as well."""


class Pulled(Struct, frozen=True, kw_only=True):
    """The end of a pull: the image's `digest`, or the `reason` why there is none."""

    digest: str | None = None
    reason: str | None = None
    started_at: Time
    stopped_at: Time


class Images:
    """What is known of the engine's images."""

    def __init__(self, client: Client, policy: PullPolicy, clock: Callable[[], Time]) -> None:
        self._digests: dict[str, str] = {}
        self._client = client
        self._policy = policy
        self._clock = clock
        self._under_way: dict[str, asyncio.Task[Pulled]] = {}

    async def pull(self, image: str) -> Pulled:
        """Have the image at hand; raises Unreachable when the engine does not answer."""
        task = self._under_way.get(image)
        if task is None:
            task = self._under_way[image] = asyncio.create_task(self._pull(image))
            task.add_done_callback(lambda _: self._under_way.pop(image, None))
        # Waited for and not awaited: one asker's end must not stop the others' pull, nor the pull's end the askers.
        await asyncio.wait([task])
        if task.cancelled():
            raise Unreachable("the connection to the container engine was closed")
        return task.result()

    async def digest_of(self, image_id: str) -> str:
        """The digest of an image by its id, asked for once; raises Unreachable.

        The id itself, when the image was removed from under its containers, or is damaged: no container is to be
        lost from sight for that.
        """
        if image_id not in self._digests:
            try:
                found = await self._client.images.inspect(image_id)
            except Refused:
                return image_id
            self._digests[image_id] = (found and facts.image_digest(found)) or image_id
        return self._digests[image_id]

    async def close(self) -> None:
        """Wait for no pull any more; the engine drops what is half done."""
        for task in list(self._under_way.values()):
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _pull(self, image: str) -> Pulled:
        started_at = self._clock()
        reason = await self._refusal(image)
        digest = None if reason else await self._digest(image)
        if reason is None and digest is None:
            reason = "the image was pulled and is gone again"
        return Pulled(
            digest=digest,
            reason=reason and CANNOT_PULL + reason,
            started_at=started_at,
            stopped_at=self._clock(),
        )

    async def _refusal(self, image: str) -> str | None:
        """Why the image cannot be had; None when it is there."""
        if not REFERENCE.fullmatch(image) or ".." in image:
            return f"Error response from daemon: invalid reference format: {image!r}"
        if self._policy != "always" and await self._digest(image):
            return None
        if self._policy == "never":
            return f"image {image} is not on this machine, and `homeport up --pull never` forbids to pull it"
        try:
            async with asyncio.timeout(LONGEST_S):
                await self._progress(image)
        except Refused as refused:
            return await self._alive(image, f"Error response from daemon: {refused.message}")
        except TimeoutError:
            return await self._alive(image, "Could not transition to pulled; timed out after waiting 2h0m0s")
        except Unreachable as silent:
            return await self._alive(image, f"inactivity time exceeded timeout: {silent}")
        return None

    async def _alive(self, image: str, reason: str) -> str:
        """The reason, if the engine answers: a 500 of a pull tells of the registry.

        Raises Unreachable if not.
        """
        try:
            await self._client.images.inspect(image)
        except Refused as refused:
            raise Unreachable(refused.message) from refused
        return reason

    async def _progress(self, image: str) -> None:
        last = ""
        async for line in self._client.images.pull(image, SILENCE_S):
            words = f"{line.get('id', '')} {line.get('status', '')}".strip()
            if words != last and "progress" not in line:
                LOG.info("pulling %s: %s", image, words)
            last = words

    async def _digest(self, image: str) -> str | None:
        try:
            found = await self._client.images.inspect(image)
        except Refused as refused:
            raise Unreachable(refused.message) from refused
        if found is None:
            return None
        if "Id" not in found:
            raise Unreachable("the container engine's answer is no image")
        digest = facts.image_digest(found)
        self._digests[str(found["Id"])] = digest or str(found["Id"])
        return digest

"""From what Envoy has to what it shall have, in the order in which no request is ever sent to nowhere.

New clusters, their endpoints, listeners, routes, and only then without the clusters that nobody refers to any more. Each
step waits for Envoy's word. What it refuses is found by halving, and stays as it was last good; what would lead to a
refused cluster that Envoy never had stays as it was as well; the rest goes on.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from homeport.drivers.envoy.resources import CLUSTERS, ENDPOINTS, LISTENERS, ROUTES, Resources, TypeUrl
from homeport.drivers.envoy.stream import NAMED, Silent, Stream, version

Key: TypeAlias = tuple[TypeUrl, str]
LEADS_TO = "it leads to"
"""How the words begin about what is as good as anything, but leads to a refused cluster."""

OPENED_WITHIN_S = 60.0
"""A new Envoy asks for listeners when it has its clusters, or after it has waited 15 s for the endpoints of one."""

ASKED_WITHIN_S = 2.0
"""How long to wait until Envoy asks for what a cluster or a listener that it has taken needs."""


class Refusal(Struct, frozen=True):
    """Of which version, and Envoy's words."""

    version: str
    words: str


Object: TypeAlias = Callable[[Mapping[str, bytes]], Mapping[str, str]]
"""Of some listeners, by name, those that must not be offered, and why."""


def content(_: Mapping[str, bytes]) -> Mapping[str, str]:
    """Objects to nothing."""
    return {}


class Memory:
    """What is known of Envoy over its connections: the bodies it took last, and what it refused."""

    def __init__(self, object_to: Object) -> None:
        self.object_to = object_to
        self.good: dict[Key, bytes] = {}
        self.refused: dict[Key, Refusal] = {}

    def took(self, kind: TypeUrl, bodies: Mapping[str, bytes]) -> None:
        """These are good."""
        for name, body in bodies.items():
            self.good[(kind, name)] = body
            self.refused.pop((kind, name), None)

    def forget(self, kind: TypeUrl, gone: Iterable[str]) -> None:
        """Envoy has these no more."""
        for name in gone:
            self.good.pop((kind, name), None)

    def keep(self, wanted: Resources) -> None:
        """Forget refusals of what nobody wants any more, or wants otherwise."""
        self.refused = {
            (kind, name): each
            for (kind, name), each in self.refused.items()
            if (body := wanted.of(kind).get(name)) is not None and version(body) == each.version
        }

    def retry(self, kind: TypeUrl) -> bool:
        """Have what was refused of a type offered again; returns whether there is any."""
        found = [key for key in self.refused if key[0] == kind]
        for key in found:
            del self.refused[key]
        return bool(found)


class Convergence:
    """One pass: makes Envoy, at the other end of `stream`, have `wanted`. Raises Silent when it does not answer."""

    def __init__(self, stream: Stream, memory: Memory, wanted: Resources) -> None:
        self._stream = stream
        self._memory = memory
        self._wanted = wanted

    async def run(self) -> None:
        """Every step, in order."""
        self._memory.keep(self._wanted)
        await self._opened(CLUSTERS)
        await self._take_clusters()
        await self._opened(LISTENERS)
        await self._take_listeners()
        await self._let_clusters_go()

    async def _take_clusters(self) -> None:
        """Envoy answers for clusters only when it has their endpoints: these are sent while it is waited for."""
        loop = asyncio.get_running_loop()
        offering = loop.create_task(self._offer_all(CLUSTERS, self._changed(CLUSTERS)))
        try:
            while not offering.done():
                heard = self._stream.heard
                await self._offer_all(ENDPOINTS, self._changed(ENDPOINTS))
                asking = loop.create_task(self._stream.news(heard))
                await asyncio.wait((offering, asking), return_when=asyncio.FIRST_COMPLETED)
                asking.cancel()
            await offering
        finally:
            offering.cancel()
        await self._offer_all(ENDPOINTS, self._changed(ENDPOINTS))

    async def _take_listeners(self) -> None:
        """Those that go make room first: others may want their ports. Then what is behind them."""
        listeners = self._stream.of(LISTENERS)
        gone = [name for name in listeners.held if name not in self._wanted.of(LISTENERS)]
        if gone:
            await self._stream.offer(LISTENERS, {}, gone)
            self._memory.forget(LISTENERS, gone)
        await self._offer_all(LISTENERS, await self._possible(LISTENERS))
        # A route table has its listener's name: Envoy asks for those of the listeners that it has.
        asked = self._stream.of(ROUTES).names
        tables = {name for name in self._wanted.of(ROUTES) if name in listeners.held}
        await self._stream.until(lambda: asked >= tables, ASKED_WITHIN_S)
        await self._offer_all(ROUTES, await self._possible(ROUTES))

    async def _let_clusters_go(self) -> None:
        """What an older listener or route still refers to, because the newer was refused, has to stay."""
        held = self._stream.of(CLUSTERS).held
        gone = [name for name in held if name not in self._wanted.of(CLUSTERS)]
        if gone:
            older = list(self._older())
            gone = [] if None in older else [name for name in gone if not _mentions(older, name)]
        if gone:
            await self._stream.offer(CLUSTERS, {}, gone)
            self._memory.forget(CLUSTERS, gone)

    def _older(self) -> Iterator[bytes | None]:
        """The bodies of listeners and routes that Envoy has, and that are not those wanted; None: one we never saw."""
        for kind in (LISTENERS, ROUTES):
            wanted = self._wanted.of(kind)
            for name, held in self._stream.of(kind).held.items():
                body = wanted.get(name)
                if body is None or version(body) != held:
                    good = self._memory.good.get((kind, name))
                    yield good if good is not None and version(good) == held else None

    def _changed(self, kind: TypeUrl) -> dict[str, bytes]:
        """What Envoy has not, or has otherwise, and has not refused; of named types, only what it asks for."""
        subscription, refused = self._stream.of(kind), self._memory.refused
        held, names = subscription.held, subscription.names
        found = {
            name: body for name, body in self._wanted.of(kind).items() if held.get(name) != version(body)
        }
        return {
            name: body
            for name, body in found.items()
            if (kind not in NAMED or name in names)
            and ((kind, name) not in refused or refused[(kind, name)].version != version(body))
        }

    async def _possible(self, kind: TypeUrl) -> dict[str, bytes]:
        """What has changed, but for what is objected to, and what leads to clusters that were refused and that Envoy never
        had.
        """
        held = self._stream.of(CLUSTERS).held
        missing = [name for of, name in self._memory.refused if of == CLUSTERS and name not in held]
        changed = self._changed(kind)
        for name, words in (self._memory.object_to(changed) if kind == LISTENERS and changed else {}).items():
            await self._refused(kind, name, changed.pop(name), words)
        for cluster in missing:
            for name in [name for name, body in changed.items() if _mentions((body,), cluster)]:
                why = self._memory.refused[(CLUSTERS, cluster)].words
                words = f"{LEADS_TO} {cluster}, which was refused: {why}"
                await self._refused(kind, name, changed.pop(name), words)
        return changed

    async def _offer_all(self, kind: TypeUrl, changed: dict[str, bytes]) -> None:
        """Of types that Envoy wants all of, it waits for a first answer even when there is nothing."""
        if changed or (kind not in NAMED and not self._stream.of(kind).was_answered):
            await self._offer(kind, changed)

    async def _offer(self, kind: TypeUrl, bodies: dict[str, bytes]) -> None:
        words = await self._stream.offer(kind, bodies)
        if not words:
            self._memory.took(kind, bodies)
        elif len(bodies) > 1:
            names = list(bodies)
            for half in (names[: len(names) // 2], names[len(names) // 2 :]):
                await self._offer(kind, {name: bodies[name] for name in half})
        else:
            for name, body in bodies.items():
                await self._refused(kind, name, body, words)

    async def _refused(self, kind: TypeUrl, name: str, body: bytes, words: str) -> None:
        """An Envoy that is new, and has nothing by this name, gets what the one before it took last."""
        self._memory.refused[(kind, name)] = Refusal(version(body), words)
        good = self._memory.good.get((kind, name))
        if name not in self._stream.of(kind).held and good is not None and good != body:
            await self._stream.offer(kind, {name: good})

    async def _opened(self, kind: TypeUrl) -> None:
        if not await self._stream.until(lambda: self._stream.of(kind).is_open, OPENED_WITHIN_S):
            raise Silent(f"{kind} was not asked for within {OPENED_WITHIN_S:.0f} s")


def _mentions(bodies: Iterable[bytes | None], name: str) -> bool:
    """Names stand in resources as they are, and ours are all of one length: no name is part of another."""
    return any(name.encode() in body for body in bodies if body is not None)

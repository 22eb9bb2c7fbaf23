"""What is said to whom: the directory, the answers that are kept ready, and the resolvers that know the rest.

It knows packets and no sockets; `server.py` has those.
"""

from collections.abc import Sequence
from random import Random

from homeport.drivers.network.dns.cache import Cache
from homeport.drivers.network.dns.directory import Directory, View
from homeport.drivers.network.dns.reply import Asked, Elsewhere, Reply, reply
from homeport.drivers.network.dns.upstream import Upstream
from homeport.plan.addresses import RESOLVER
from homeport.plan.network import Delta, Tables

MOST_ASKERS = 4096
MACHINE = View(vpc=None, inside=False)


class Answers:
    """`upstream` knows what is not ours."""

    def __init__(self, dice: Random, upstream: Upstream) -> None:
        self._dice = dice
        self._directory = Directory()
        self._cache = Cache(dice.random)
        self._upstream = upstream
        self._views: dict[tuple[str | None, str], View | None] = {}

    @property
    def tables(self) -> Tables:
        """What answers are made from."""
        return self._directory.tables

    def follow(self, delta: Delta) -> None:
        """Answer from these tables from now on."""
        self._directory.follow(delta)
        if delta.vpcs:
            self._views = {}

    def view(self, vpc: str | None, asker: str) -> View | None:
        """Who asks: it depends on the address that the question comes from, also at the resolver of a VPC (`vpc`), which
        others can reach. None for those of a VPC that wants no answers.
        """
        key = (vpc, asker)
        if key not in self._views:
            if len(self._views) >= MOST_ASKERS:
                self._views.clear()
            self._views[key] = self._view(vpc, asker)
        return self._views[key]

    def _view(self, vpc: str | None, asker: str) -> View | None:
        if vpc is not None and self._directory.is_in(vpc, asker):
            return View(vpc, inside=True)
        if asker == RESOLVER or asker.startswith("127."):
            return MACHINE
        found = self._directory.vpc_of(asker)
        if found is not None and not found.has_names:
            return None
        if found is None:
            # A container outside of every VPC stands in the default one, as its machine would on AWS.
            found = next((each for each in self.tables.vpcs.values() if each.is_default), None)
        return View(None if found is None else found.id, inside=True)

    def answer(self, asked: Asked) -> bytes | Elsewhere | None:
        """The packet to send at once; whom to ask first; or nothing."""
        known = self._cache.get(self._directory.revision, asked.view, asked.most, asked.packet)
        if known is not None:
            return known
        found = reply(asked, self._directory, self._shuffled)
        if not isinstance(found, Reply):
            return found
        if found.kept:
            self._cache.put(asked.view, asked.most, asked.packet, found.packets)
        return asked.packet[:2] + self._cache.one_of(found.packets)

    async def ask(self, elsewhere: Elsewhere, asked: Asked, asker: str) -> bytes:
        """The packet to send, after others were asked."""
        return asked.packet[:2] + await self._upstream.ask(elsewhere, asked, asker)

    def _shuffled(self, texts: Sequence[str]) -> Sequence[str]:
        return self._dice.sample(texts, len(texts))

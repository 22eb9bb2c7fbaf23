"""Namespaces are prepared for their tasks: rules first, then the endpoints and the public address, several at once.

Each is visited only when something of it has changed; what cannot be done is told, and tried again. Nothing is torn down
here but sockets: rules end with their namespace.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from homeport.drivers.kernel import links
from homeport.drivers.network import firewall, nft
from homeport.drivers.network.firewall import Policy
from homeport.drivers.network.namespace import Elsewhere, inside
from homeport.drivers.network.nft import Refusal
from homeport.drivers.network.policies import Policies, Wanted
from homeport.model.record import Time
from homeport.plan.addresses import ENDPOINT
from homeport.plan.network import Delta, InterfaceTable
from homeport.plan.observations import InterfaceObserved

LOG = logging.getLogger("homeport.network")
AT_ONCE = 8
"""Visits: a change that takes something away waits for the kernel, without work, for a hundredth of a second."""

AGAIN_S = 0.5
LONGEST_AGAIN_S = 15.0
LOOPBACK, OUTSIDE = "lo", "eth0"


class Endpoints(Protocol):
    """Who serves the sockets that are opened in namespaces."""

    @property
    def ports(self) -> tuple[int, ...]:
        """Where it wants to be asked."""

    async def serve(self, interface: str, sockets: Iterable[socket.socket]) -> None:
        """Serve them for an interface, instead of those before."""

    def leave(self, interface: str) -> None:
        """Close an interface's."""


class Known(Struct):
    """What was done in a namespace; `doors` are ports of the endpoint and where each is listened at, `failures` those in
    a row since it was last done.
    """

    namespace: str
    policy: Policy | None = None
    members: Mapping[str, frozenset[str]] = {}
    doors: Mapping[int, int] = {}
    public: str | None = None
    failures: int = 0


class Parts(Struct, frozen=True):
    """What it works with. `reach` has an interface's public address reached, and returns why it cannot be. `unenforced`
    says why rules cannot be enforced here at all, `unvisited` why namespaces cannot be entered.
    """

    clock: Callable[[], Time]
    tell: Callable[[InterfaceObserved], None]
    endpoints: Endpoints
    reach: Callable[[InterfaceTable], Awaitable[str | None]]
    unenforced: Callable[[], str | None]
    unvisited: Callable[[], str | None]


class Preparing:
    """`told` is what was said last of each interface."""

    def __init__(self, parts: Parts) -> None:
        self.told: dict[str, InterfaceObserved] = {}
        self._parts = parts
        self._policies = Policies()
        self._known: dict[str, Known] = {}
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._marked: set[str] = set()
        self._busy: set[str] = set()

    def follow(self, delta: Delta) -> None:
        """Have namespaces follow a change of tables."""
        for id in self._policies.follow(delta):
            self.mark(id)

    def mark(self, id: str) -> None:
        """Have an interface looked at, once, soon."""
        if id not in self._marked:
            self._marked.add(id)
            if id not in self._busy:
                self._waiting.put_nowait(id)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            id = await self._waiting.get()
            self._marked.discard(id)
            self._busy.add(id)
            try:
                await self._look(id)
            finally:
                self._busy.discard(id)
            if id in self._marked:
                self._waiting.put_nowait(id)

    async def _look(self, id: str) -> None:
        table = self._policies.tables.interfaces.get(id)
        if table is None or table.namespace is None:
            self._leave(id)
            return
        known = self._known.get(id)
        if known is None or known.namespace != table.namespace:
            self._leave(id)
            known = self._known[id] = Known(table.namespace)
        try:
            trouble = await self._prepare(id, table, known)
        except (OSError, Refusal, Elsewhere) as error:
            known.policy = None
            known.failures += 1
            before = self.told.get(id)
            self._tell(id, "" if before is None else before.prepared_for, str(error))
            pause_s = min(AGAIN_S * 2.0 ** (known.failures - 1), LONGEST_AGAIN_S)
            asyncio.get_running_loop().call_later(pause_s, self.mark, id)
        else:
            known.failures = 0
            self._tell(id, table.task, trouble)

    async def _prepare(self, id: str, table: InterfaceTable, known: Known) -> str | None:
        """Returns what this machine does not let us do. Raises what may be over soon."""
        unvisited = self._parts.unvisited()
        if unvisited is None and not await asyncio.to_thread(Path(known.namespace).parent.is_dir):
            unvisited = "the container engine's network namespaces are not on this machine"
        if unvisited is not None:
            return unvisited
        unenforced = self._parts.unenforced()
        wanted = self._policies.wanted(table)
        visit = Visit(table, known, None if unenforced else wanted, self._parts.endpoints.ports)
        if visit.has_work:
            sockets = await inside(known.namespace, visit.work)
            if unenforced is None:
                known.policy, known.members = wanted.policy, wanted.members
            if visit.opens:
                await self._parts.endpoints.serve(id, sockets)
                known.doors = visit.doors
        if table.public_address != known.public:
            why = None if table.public_address is None else await self._parts.reach(table)
            if why is not None:
                raise OSError(f"{table.public_address} is not reachable: {why}")
            known.public = table.public_address
        return unenforced

    def _leave(self, id: str) -> None:
        """Nothing of ours keeps a namespace alive."""
        known = self._known.pop(id, None)
        if known is not None:
            self.told.pop(id, None)
            self._parts.endpoints.leave(id)

    def _tell(self, id: str, prepared_for: str, trouble: str | None) -> None:
        told = InterfaceObserved(id, prepared_for, self._parts.clock(), trouble)
        before = self.told.get(id)
        if before is None or (before.prepared_for, before.trouble) != (prepared_for, trouble):
            self.told[id] = told
            self._parts.tell(told)


class Visit:
    """What there is to do in one namespace, all in one go. `wanted` is None where rules cannot be enforced.

    `doors`: ports of the endpoint, and where each is listened at.
    """

    def __init__(
        self, table: InterfaceTable, known: Known, wanted: Wanted | None, ports: tuple[int, ...]
    ) -> None:
        self.doors = known.doors
        self.opens = not known.doors
        self._ports = ports
        self._table = table
        self._known = known
        self._wanted = wanted
        self._publishes = table.public_address not in (None, known.public)

    @property
    def has_work(self) -> bool:
        """Whether somebody has to go there."""
        return not self._is_ruled or self.opens or self._publishes

    def work(self) -> list[socket.socket]:
        """Do it; returns the sockets that were opened. Raises OSError and Refusal."""
        if self._publishes:
            assert self._table.public_address is not None
            links.add_address(OUTSIDE, self._table.public_address)
        sockets: list[socket.socket] = []
        if self.opens:
            links.set_up(LOOPBACK)
            links.add_address(LOOPBACK, ENDPOINT)
            sockets = listening(self._ports if self._wanted is None else (0,) * len(self._ports))
            self.doors = doors(self._ports, sockets)
        try:
            self._enforce()
        except (OSError, Refusal):
            for each in sockets:
                each.close()
            raise
        return sockets

    @property
    def _is_ruled(self) -> bool:
        known, wanted = self._known, self._wanted
        return wanted is None or (known.policy, known.members) == (wanted.policy, wanted.members)

    def _enforce(self) -> None:
        """Members one by one where the rules are the same; else the table as a whole."""
        known, wanted = self._known, self._wanted
        if wanted is None or (self._is_ruled and not self.opens):
            return
        if known.policy == wanted.policy and not self.opens:
            added = {group: new - known.members[group] for group, new in wanted.members.items()}
            removed = {group: known.members[group] - new for group, new in wanted.members.items()}
            try:
                nft.change(added, removed)
            except OSError as error:
                LOG.info("%s is loaded anew: %s", self._table.id, error)
            else:
                return
        nft.load(firewall.script(wanted.policy, wanted.members, self.doors))


def doors(ports: Iterable[int], sockets: Iterable[socket.socket]) -> dict[int, int]:
    """Where each port is listened at."""
    return {port: each.getsockname()[1] for port, each in zip(ports, sockets, strict=True)}


def listening(ports: Iterable[int]) -> list[socket.socket]:
    """Sockets at the endpoint's address in the namespace of the calling thread; 0 is any port. Raises OSError."""
    made: list[socket.socket] = []
    try:
        for port in ports:
            made.append(socket.socket())
            made[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made[-1].bind((ENDPOINT, port))
            made[-1].listen(128)
            made[-1].setblocking(False)  # noqa: FBT003  # as the library has it
    except OSError:
        for each in made:
            each.close()
        raise
    return made

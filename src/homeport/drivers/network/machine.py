"""What is on the machine itself, outside of namespaces: addresses, routes, and the endpoint of tasks in bridge and host mode.

All of it is in the ledger; what is taken away by somebody is added again.
"""

import asyncio
import logging
import re
import socket
from collections.abc import Iterator

from homeport.drivers.fabric import Limits
from homeport.drivers.network import firewall, nft
from homeport.drivers.network.endpoints import MACHINE, Doors
from homeport.drivers.network.ledger import NFTABLES, Added, Ledger
from homeport.drivers.network.nft import Refusal
from homeport.drivers.network.preparing import LOOPBACK, doors, listening
from homeport.plan.addresses import ENDPOINT, RESOLVER
from homeport.plan.network import InterfaceTable, Tables

LOG = logging.getLogger("homeport.network")
TABLES = "homeport_"
"""How tables of nftables begin by which machines' own endpoints are found."""


DOOR = re.compile(rf"dnat ip to {re.escape(ENDPOINT)}:(\d+)")
ANSWER_WITHIN_S = 1.0


class Taken(Exception):
    """Somebody else is there."""


class Machine:
    """`limits` are what it does not let us do at all; `unserved` why its own endpoint is not served, and `unreachable`
    why addresses cannot be had.
    """

    def __init__(self, ledger: Ledger, limits: Limits, doors: Doors) -> None:
        self.unserved: str | None = limits.endpoints
        self._limits = limits
        self._ledger = ledger
        self._doors = doors
        self._table = TABLES + ledger.name
        self._failed: dict[Added, str] = {}
        self._adding = asyncio.Lock()
        self._is_served = False

    @property
    def unreachable(self) -> str | None:
        """One of several reasons."""
        if self._limits.addresses is not None:
            return self._limits.addresses
        lost = (f"{each.text}: {why}" for each, why in self._failed.items() if each.device != LOOPBACK)
        return next(lost, None)

    async def add(self, tables: Tables) -> None:
        """Have there what tables need."""
        if self._limits.addresses is not None:
            return
        wanted = list(self._wanted(tables))
        async with self._adding:
            try:
                failed = await asyncio.to_thread(self._ledger.have, wanted)
            except OSError as error:
                # What cannot be written down is not added: nobody would take it away again.
                failed = dict.fromkeys(wanted, f"it cannot be written down: {error.strerror or error}")
        for added, why in failed.items():
            if added not in self._failed:
                LOG.warning("%s cannot be added: %s", added.text, why)
        self._failed = failed

    async def reach(self, tables: Tables, interface: InterfaceTable) -> str | None:
        """Have an interface's public address reached; why it cannot be."""
        route = _route(tables, interface)
        if route is None:
            return "its VPC has no bridge yet"
        await self.add(tables)
        return self._failed.get(route)

    def doubt(self) -> None:
        """Look again at what is there, at the next `add`."""
        self._ledger.doubt()

    async def serve(self) -> None:
        """Have the endpoint of tasks in bridge and host mode served, if it can be; again, when somebody has flushed all
        tables of nftables, as firewalls do that start anew.
        """
        if self._limits.endpoints is not None:
            return
        try:
            if self._is_served and await asyncio.to_thread(self._is_found):
                return
            sockets = await self._opened()
        except (OSError, Refusal, Taken) as error:
            self.unserved = f"{ENDPOINT} on this machine: {error} (tasks in bridge and host mode)"
        else:
            await self._doors.serve(MACHINE, sockets)
            self._is_served, self.unserved = True, None

    async def _opened(self) -> list[socket.socket]:
        """Sockets; closed again when nobody waits for them any more."""
        opening = asyncio.ensure_future(asyncio.to_thread(self._open))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            await asyncio.wait((opening,))
            if opening.exception() is None:
                for each in opening.result():
                    each.close()
            raise  # What kept it from opening must not take the place of this.

    def _is_found(self) -> bool:
        return self._limits.rules is not None or self._table in nft.tables()

    def _open(self) -> list[socket.socket]:
        """Listen where nobody else does, and be found where we are looked for; without nft, the same place."""
        ports = self._doors.ports
        if self._limits.rules is not None:
            return listening(ports)
        for other in nft.tables():
            if other.startswith(TABLES) and other != self._table:
                _replace(other)
        sockets = listening((0,) * len(ports))
        try:
            nft.load(firewall.door_script(self._table, doors(ports, sockets)))
        except (OSError, Refusal):
            for each in sockets:
                each.close()
            raise
        return sockets

    def _wanted(self, tables: Tables) -> Iterator[Added]:
        yield Added(ENDPOINT, LOOPBACK)
        yield Added(RESOLVER, LOOPBACK)
        if self._limits.rules is None:
            yield Added(self._table, NFTABLES)
        for vpc in tables.vpcs.values():
            yield Added(vpc.resolver, vpc.bridge)
        for interface in tables.interfaces.values():
            route = _route(tables, interface)
            if route is not None and interface.namespace is not None:
                yield route


def _replace(other: str) -> None:
    """Take away a table that leads nowhere: of one that was killed, and whose directory is gone. Raises Taken."""
    for port in DOOR.findall(nft.listed(other)):
        with socket.socket() as line:
            line.settimeout(ANSWER_WITHIN_S)
            if line.connect_ex((ENDPOINT, int(port))) == 0:
                raise Taken("another Homeport serves it here")
    nft.load(firewall.no_script(other))


def _route(tables: Tables, interface: InterfaceTable) -> Added | None:
    vpc = tables.vpcs.get(interface.vpc)
    if vpc is None or interface.public_address is None:
        return None
    return Added(interface.public_address, vpc.bridge, interface.address)

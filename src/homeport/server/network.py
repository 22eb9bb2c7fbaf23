"""The network process: what of Homeport makes namespaces a VPC, and lives on while the server does not.

Its dice are here; what it does is `drivers/network/plane.py`'s. It ends when it is told to (SIGTERM), which
leaves rules and addresses as they are, or by itself when there is nothing to care for, which does not.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from homeport.drivers.docker.calls import ANYWHERE
from homeport.drivers.docker.stats import Stats
from homeport.drivers.network.care import Crew, Names
from homeport.drivers.network.dns.server import Server
from homeport.drivers.network.dns.upstream import SYSTEM, Upstream, resolvers
from homeport.drivers.network.folder import Folder
from homeport.drivers.network.limits import limits
from homeport.drivers.network.messages import Site
from homeport.drivers.network.metadata.endpoint import Metadata
from homeport.drivers.network.metadata.vault import Vault
from homeport.drivers.network.plane import Plane
from homeport.server import apart
from homeport.server.clock import clock
from homeport.server.ids import Ids

LOG = logging.getLogger("homeport.network")


def crew() -> Crew:
    """The real one."""

    def metadata(site: Site) -> Metadata:
        vault = Vault(bytes.fromhex(site.seal), clock, Ids())
        return Metadata(vault, Stats(ANYWHERE, time.monotonic), clock)

    def names(site: Site, ours: Callable[[], list[str]]) -> Names:
        dice = Random(secrets.randbits(64))  # noqa: S311  # dice, not secrets
        return Server(dice, site.dns_port, Upstream(lambda: resolvers(SYSTEM, ours())))

    return Crew(clock, limits, metadata, names)


def run(data: Path, crew: Callable[[], Crew] = crew) -> None:
    """Care for the networks of a data directory, until there is nothing to do or SIGTERM."""
    folder = Folder.of(data)

    async def work(leaving: asyncio.Event) -> None:
        plane = Plane(folder, crew())
        apart.spare_garbage()
        await plane.run(leaving)
        LOG.info("the network process ends%s", "; rules stay" if leaving.is_set() else "")

    apart.run(folder, folder.lock, work, (folder.log,))

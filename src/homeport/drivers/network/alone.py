"""Containers without a network (`none` mode, disableNetworking) still have a loopback: the endpoint is served on it.

They have no interface and no rules, and nobody waits for them: the container runs before its namespace can be visited.
"""

import asyncio
import logging
import socket
from collections.abc import Mapping

from homeport.drivers.fabric import Limits
from homeport.drivers.kernel import links
from homeport.drivers.network import firewall, nft
from homeport.drivers.network.endpoints import CONTAINER, Doors
from homeport.drivers.network.namespace import Elsewhere, inside
from homeport.drivers.network.nft import Refusal
from homeport.drivers.network.preparing import LOOPBACK, doors, listening
from homeport.plan.addresses import ENDPOINT
from homeport.plan.network import Delta, TaskTable

LOG = logging.getLogger("homeport.network")
AGAIN_S = 1.0
MOST_FAILURES = 30
"""A namespace that cannot be visited for so long will not be; it is told in the log."""


class Alone:
    """`limits` are what the machine does not let us do at all."""

    def __init__(self, limits: Limits, doors: Doors) -> None:
        self._limits = limits
        self._doors = doors
        self._wanted: dict[str, dict[str, str]] = {}
        self._served: dict[str, str] = {}
        self._failures: dict[str, int] = {}
        self._wake = asyncio.Event()

    def follow(self, delta: Delta) -> None:
        """Have namespaces follow a change of tables."""
        for id, task in delta.tasks.items():
            wanted = {} if task is None else dict(namespaces(task))
            if wanted:
                self._wanted[id] = wanted
                self._wake.set()
            elif self._wanted.pop(id, None):
                self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        if self._limits.endpoints is not None:
            return
        while True:
            self._wake.clear()
            is_done = await self._look()
            try:
                async with asyncio.timeout(None if is_done else AGAIN_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _look(self) -> bool:
        """Serve those that are not served yet, and leave those that are gone; False when one is to be tried again."""
        wanted = {key: path for each in self._wanted.values() for key, path in each.items()}
        for key in [key for key, path in self._served.items() if wanted.get(key) != path]:
            self._doors.leave(key)
            del self._served[key]
        self._failures = {key: count for key, count in self._failures.items() if key in wanted}
        for key, path in wanted.items():
            if key not in self._served and self._failures.get(key, 0) < MOST_FAILURES:
                await self._serve(key, path)
        return all(key in self._served or self._failures[key] >= MOST_FAILURES for key in wanted)

    async def _serve(self, key: str, path: str) -> None:
        try:
            sockets = await inside(path, self._open)
        except (OSError, Refusal, Elsewhere) as error:
            self._failures[key] = self._failures.get(key, 0) + 1
            if self._failures[key] == MOST_FAILURES:
                LOG.warning("%s has no metadata and no credentials: %s", key, error)
            return
        await self._doors.serve(key, sockets)
        self._served[key] = path

    def _open(self) -> list[socket.socket]:
        """Done in the namespace. Raises OSError and Refusal."""
        links.set_up(LOOPBACK)
        links.add_address(LOOPBACK, ENDPOINT)
        ports = self._doors.ports
        if self._limits.rules is not None:
            return listening(ports)
        sockets = listening((0,) * len(ports))
        try:
            nft.load(firewall.door_script(firewall.TABLE, doors(ports, sockets)))
        except (OSError, Refusal):
            for each in sockets:
                each.close()
            raise
        return sockets


def namespaces(task: TaskTable) -> Mapping[str, str]:
    """The namespaces of a task's containers that are alone in theirs, by the key of their sockets."""
    return {
        CONTAINER + each.runtime_id: each.namespace
        for each in task.containers
        if each.runtime_id is not None and each.namespace is not None
    }

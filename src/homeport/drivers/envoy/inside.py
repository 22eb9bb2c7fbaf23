"""Addresses at which containers reach load balancers: those of their interfaces, added to the bridges of their VPCs.

Where the system lets us add none, all load balancers share the address of the container engine's own bridge, as they
share 127.0.0.1 on the machine. What was added is written down first, so that what is not ours is never taken away.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from homeport.drivers.balancer import Bridge

LOG = logging.getLogger("homeport.balancer")
EXISTS = ("File exists", "already assigned")
"""What older and newer versions of `ip` say."""


class Inside:
    """`path` is where the addresses that we added are written down, with the bridge of each. `placed` are those that are
    there for us.
    """

    def __init__(self, path: Path) -> None:
        self.placed: frozenset[str] = frozenset()
        self._path = path
        self._bridge: Bridge | None = None
        self._ours: dict[str, str] = _read(path)
        self._wanted: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._turn = asyncio.Lock()

    @property
    def shared(self) -> str:
        """The address that all load balancers share inside; "" for none."""
        bridge = self._bridge
        return "" if bridge is None or _may_add() or not _is_here(bridge.name) else bridge.gateway

    @property
    def is_missing(self) -> bool:
        """Whether an address that is wanted is not there, and may come later."""
        return _may_add() and not self.placed >= self._wanted.keys()

    async def follow(self, bridge: Bridge | None, wanted: Mapping[str, str]) -> None:
        """Have these addresses, each on its bridge (by name), and no others. `bridge` is the one to share."""
        async with self._turn:
            self._bridge = bridge
            self._wanted = dict(wanted)
            gone = {each: name for each, name in self._ours.items() if wanted.get(each) != name}
            for address, name in gone.items():
                await self._remove(address, name)
            self.placed = self.placed.intersection(wanted).difference(gone)
        await self.again()

    async def again(self) -> bool:
        """Try to have what is missing; returns whether more is there than before."""
        async with self._turn:
            before = self.placed
            for address, name in self._wanted.items():
                is_possible = address not in before and _may_add() and _is_here(name)
                if is_possible and await self._add(address, name):
                    self.placed |= {address}
            return self.placed != before

    async def _add(self, address: str, name: str) -> bool:
        was_ours = self._ours.get(address) == name
        self._note({**self._ours, address: name})
        words = await _ip("add", address, name)
        if not words or (was_ours and any(each in words for each in EXISTS)):
            self._words.pop(address, None)
            return True
        if self._words.get(address) != words:
            LOG.warning("containers do not reach a load balancer at %s: %s", address, words)
        self._words[address] = words
        if not was_ours:
            self._note({key: each for key, each in self._ours.items() if key != address})
        return False

    async def _remove(self, address: str, name: str) -> None:
        await _ip("del", address, name)
        self._note({key: each for key, each in self._ours.items() if key != address})

    def _note(self, ours: Mapping[str, str]) -> None:
        self._ours = dict(ours)
        beside = self._path.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(self._ours))
        beside.replace(self._path)


async def cleared(path: Path) -> list[str]:
    """Take away every address that we ever added, and was not yet; returns them."""
    found = sorted(_read(path))
    await Inside(path).follow(None, {})
    return found


def _read(path: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}


def _may_add() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0


def _is_here(bridge: str) -> bool:
    """A container engine in a virtual machine has its bridge there."""
    return bool(bridge) and Path(f"/sys/class/net/{bridge}").exists()


async def _ip(verb: str, address: str, bridge: str) -> str:
    """Run `ip addr`; returns its words when it fails."""
    try:
        asked = await asyncio.create_subprocess_exec(
            "ip", "addr", verb, f"{address}/32", "dev", bridge, stderr=asyncio.subprocess.PIPE
        )
    except OSError as error:
        return f"ip: {error}"
    _, words = await asked.communicate()
    return (
        words.decode(errors="replace").strip() or f"exit code {asked.returncode}" if asked.returncode else ""
    )

"""Addresses at which containers reach load balancers: on the bridge that the container engine made.

Where the system lets us, each load balancer gets an address of its own at the top of the bridge's subnet; elsewhere all
share the bridge's own address, as they share 127.0.0.1 on the machine. What was added is written down first, so that
what is not ours is never taken away.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import msgspec

from homeport.drivers.balancer import Bridge

LOG = logging.getLogger("homeport.balancer")
FIRST = IPv4Address("127.77.0.1")
EXISTS = ("File exists", "already assigned")
"""What older and newer versions of `ip` say."""


def own_address(address: str, bridge: Bridge) -> str | None:
    """The address inside that belongs to a load balancer's loopback address, counted down from the subnet's last one;
    None when the subnet has not so many to spare: the lower half is the containers'.
    """
    network = IPv4Network(bridge.subnet)
    number = int(IPv4Address(address)) - int(FIRST)
    found = IPv4Address(int(network.broadcast_address) - 1 - number)
    lowest = int(network.network_address) + network.num_addresses // 2
    return str(found) if number >= 0 and int(found) >= lowest else None


class Inside:
    """`path` is where the addresses that we added are written down, with the bridge of each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bridge: Bridge | None = None
        self._ours: dict[str, str] = _read(path)
        self._has: dict[str, str | None] = {}

    @property
    def shared(self) -> str:
        """The address that all load balancers share inside; "" for none."""
        bridge = self._bridge
        return "" if bridge is None or _may_add() or not _is_here(bridge) else bridge.gateway

    def __getitem__(self, address: str) -> str | None:
        """The own address inside of a load balancer, by its loopback address; None when it has none."""
        return self._has.get(address)

    async def follow(self, bridge: Bridge | None, addresses: Iterable[str]) -> None:
        """Have addresses for these load balancers, and for no others."""
        if bridge != self._bridge:
            self._bridge, self._has = bridge, {}
        wanted = set(addresses) if bridge is not None and _may_add() and _is_here(bridge) else set()
        for address in sorted(wanted - self._has.keys()):
            assert bridge is not None
            self._has[address] = await self._add(bridge, own_address(address, bridge))
        for address in self._has.keys() - wanted:
            del self._has[address]
        kept = set(self._has.values())
        for inside in [inside for inside in self._ours if inside not in kept]:
            await self._remove(inside)

    async def _add(self, bridge: Bridge, inside: str | None) -> str | None:
        if inside is None:
            return None
        was_ours = self._ours.get(inside) == bridge.name
        self._note({**self._ours, inside: bridge.name})
        words = await _ip("add", inside, bridge.name)
        if not words or (was_ours and any(each in words for each in EXISTS)):
            return inside
        LOG.warning("containers do not reach a load balancer at %s: %s", inside, words)
        if not was_ours:
            self._note({key: name for key, name in self._ours.items() if key != inside})
        return None

    async def _remove(self, inside: str) -> None:
        await _ip("del", inside, self._ours[inside])
        self._note({key: name for key, name in self._ours.items() if key != inside})

    def _note(self, ours: Mapping[str, str]) -> None:
        self._ours = dict(ours)
        beside = self._path.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(self._ours))
        beside.replace(self._path)


async def cleared(path: Path) -> list[str]:
    """Take away every address that we ever added, and was not yet; returns them."""
    inside = Inside(path)
    found = sorted(_read(path))
    await inside.follow(None, ())
    return found


def _read(path: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}


def _may_add() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0


def _is_here(bridge: Bridge) -> bool:
    """A container engine in a virtual machine has its bridge there."""
    return Path(f"/sys/class/net/{bridge.name}").exists()


async def _ip(verb: str, inside: str, bridge: str) -> str:
    """Run `ip addr`; returns its words when it fails."""
    try:
        asked = await asyncio.create_subprocess_exec(
            "ip", "addr", verb, f"{inside}/32", "dev", bridge, stderr=asyncio.subprocess.PIPE
        )
    except OSError as error:
        return f"ip: {error}"
    _, words = await asked.communicate()
    return (
        words.decode(errors="replace").strip() or f"exit code {asked.returncode}" if asked.returncode else ""
    )

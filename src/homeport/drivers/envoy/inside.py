"""Addresses at which containers reach load balancers: those of their interfaces, added to the bridges of their VPCs.

Where the system lets us add none, all load balancers share the address of the container engine's own bridge, as they
share 127.0.0.1 on the machine. What was added is written down first, so that what is not ours is never taken away.
"""

import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from homeport.drivers.balancer import Bridge
from homeport.drivers.kernel import links

LOG = logging.getLogger("homeport.balancer")
TAKEN = "somebody else has added it"


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

    @property
    def shared(self) -> str:
        """The address that all load balancers share inside; "" for none."""
        bridge = self._bridge
        return "" if bridge is None or _may_add() or not _is_here(bridge.name) else bridge.gateway

    @property
    def is_missing(self) -> bool:
        """Whether an address that is wanted is not there, and may come later."""
        return _may_add() and not self.placed >= self._wanted.keys()

    def follow(self, bridge: Bridge | None, wanted: Mapping[str, str]) -> None:
        """Have these addresses, each on its bridge (by name), and no others. `bridge` is the one to share."""
        self._bridge = bridge
        self._wanted = dict(wanted)
        gone = {each: name for each, name in self._ours.items() if wanted.get(each) != name}
        for address, name in gone.items():
            self._remove(address, name)
        self.placed = self.placed.intersection(wanted).difference(gone)
        self.again()

    def again(self) -> bool:
        """Try to have what is missing; returns whether more is there than before."""
        before = self.placed
        for address, name in self._wanted.items():
            is_possible = address not in before and _may_add() and _is_here(name)
            if is_possible and self._add(address, name):
                self.placed |= {address}
        return self.placed != before

    def _add(self, address: str, name: str) -> bool:
        was_ours = self._ours.get(address) == name
        self._note({**self._ours, address: name})
        try:
            words = "" if links.add_address(name, address) or was_ours else TAKEN
        except OSError as error:
            words = error.strerror or str(error)
        if not words:
            self._words.pop(address, None)
            return True
        if self._words.get(address) != words:
            LOG.warning("containers do not reach a load balancer at %s: %s", address, words)
        self._words[address] = words
        if not was_ours:
            self._note({key: each for key, each in self._ours.items() if key != address})
        return False

    def _remove(self, address: str, name: str) -> None:
        with suppress(OSError):
            links.remove_address(name, address)
        self._note({key: each for key, each in self._ours.items() if key != address})

    def _note(self, ours: Mapping[str, str]) -> None:
        self._ours = dict(ours)
        beside = self._path.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(self._ours))
        beside.replace(self._path)


def cleared(path: Path) -> list[str]:
    """Take away every address that we ever added, and was not yet; returns them."""
    found = sorted(_read(path))
    Inside(path).follow(None, {})
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

"""What we add to this machine outside of namespaces: addresses on bridges and on `lo`, routes to public addresses, and
one table of nftables, by which tasks in bridge and host mode reach the endpoint.

It is written down before it is done, so that whatever happens, what is ours can be taken away, and nothing else is.
"""

import logging
import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct

from homeport.drivers.kernel import links
from homeport.drivers.network import firewall, nft
from homeport.drivers.network.nft import Refusal

LOG = logging.getLogger("homeport.network")
NFTABLES = "nftables"


class Added(Struct, frozen=True, order=True):
    """An address on a device; with `via`, a route to it instead. On NFTABLES, the name of a table, which others load."""

    address: str
    device: str
    via: str = ""

    @property
    def text(self) -> str:
        """For people."""
        if self.device == NFTABLES:
            return f"nftables' table {self.address}"
        if self.via:
            return f"the route to {self.address} through {self.via}"
        return f"the address {self.address} of {self.device}"


class Ledger:
    """`path` is where it is written down; `name` tells it from those of other data directories."""

    def __init__(self, path: Path) -> None:
        self.name = blake2b(os.fsencode(path.resolve()), digest_size=6).hexdigest()
        self._path = path
        self._ours = _read(path)
        self._there: set[Added] = set()

    def have(self, wanted: Iterable[Added]) -> dict[Added, str]:
        """Have these, and nothing else of ours; returns what could not be had, with the reason. Blocks for moments.

        Raises OSError when it cannot be written down.
        """
        wanted = frozenset(wanted)
        for each in sorted(self._ours - wanted):
            self._remove(each)
        self._there &= wanted
        missing, new = wanted - self._there, wanted - self._ours - self._there
        if new:
            self._note(self._ours | new)
        failed, others = {}, set()
        for each in sorted(missing):
            try:
                if not _add(each) and each in new:
                    others.add(each)  # It was there before us: somebody else's.
            except OSError as error:
                failed[each] = str(error.strerror or error)
            else:
                self._there.add(each)
        if others or failed.keys() & new:
            self._note(self._ours - others - (failed.keys() & new))
        return failed

    def doubt(self) -> None:
        """Somebody may have taken away what we have added: `have` looks again."""
        self._there.clear()

    def clear(self) -> list[Added]:
        """Take away everything of ours; returns it."""
        found = sorted(self._ours)
        for each in found:
            self._remove(each)
        return found

    def _remove(self, added: Added) -> None:
        try:
            if added.device == NFTABLES:
                nft.load(firewall.no_script(added.address))
            elif added.via:
                links.remove_route(added.address, added.via, added.device)
            else:
                links.remove_address(added.device, added.address)
        except (OSError, Refusal) as error:
            LOG.warning("%s cannot be removed: %s", added.text, error)
        else:
            self._note(self._ours - {added})

    def _note(self, ours: frozenset[Added]) -> None:
        if not self._path.parent.is_dir():
            self._ours = ours
            return  # Somebody has removed the data directory under us: we are about to go, too.
        beside = self._path.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(sorted(ours)))
        beside.replace(self._path)
        self._ours = ours


def _add(added: Added) -> bool:
    """Whether it was not there. A route is ours alone: nobody else knows public addresses."""
    if added.device == NFTABLES:
        return True
    if added.via:
        links.add_route(added.address, added.via, added.device)
        return True
    return links.add_address(added.device, added.address)


def _read(path: Path) -> frozenset[Added]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=frozenset[Added])
    except (OSError, msgspec.DecodeError):
        return frozenset()

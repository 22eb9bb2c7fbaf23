"""Which addresses are taken: derived from rows, kept up to date by changes, and rebuilt when in doubt.

Private ones by subnet, public ones of the whole machine. Which is next is decided in `plan/addresses.py`.
"""

from homeport.model.interface import Interface
from homeport.model.record import Record
from homeport.model.vpc import Subnet
from homeport.plan.addresses import PUBLIC_BLOCK, available, free_address
from homeport.store.tx import Change, ReadTx


class Addresses:
    """The taken addresses of every subnet that was asked for, and the one that was given out last."""

    def __init__(self) -> None:
        self._taken: dict[str, set[str]] = {}
        self._last: dict[str, str] = {}

    def forget(self) -> None:
        """Recount everything when it is next asked for."""
        self._taken.clear()
        self._last.clear()

    def apply(self, change: Change) -> None:
        """Follow a change."""
        if not isinstance(change.record, Interface):
            return
        for pool, address in _held(change.before):
            if pool in self._taken:
                self._taken[pool].discard(address)
        for pool, address in _held(change.after):
            if pool in self._taken:
                self._taken[pool].add(address)

    def left(self, tx: ReadTx, subnet: Subnet) -> int:
        """How many addresses of a subnet are free."""
        return available(subnet.spec.cidr, len(self._pool(tx, subnet.id)))

    def private(self, tx: ReadTx, subnet: Subnet) -> str | None:
        """The next free address of a subnet, taken from now on; None when it is full."""
        return self._next(tx, subnet.id, subnet.spec.cidr)

    def public(self, tx: ReadTx) -> str | None:
        """The next free public address of the machine, taken from now on."""
        return self._next(tx, PUBLIC_BLOCK, PUBLIC_BLOCK)

    def _next(self, tx: ReadTx, pool: str, cidr: str) -> str | None:
        taken = self._pool(tx, pool)
        address = free_address(cidr, taken, after=self._last.get(pool))
        if address is not None:
            taken.add(address)
            self._last[pool] = address
        return address

    def _pool(self, tx: ReadTx, pool: str) -> set[str]:
        taken = self._taken.get(pool)
        if taken is None:
            taken = self._taken[pool] = _counted(tx, pool)
        return taken


def _counted(tx: ReadTx, pool: str) -> set[str]:
    if pool != PUBLIC_BLOCK:
        return {each.spec.address for each in tx.owned(Interface, pool)}
    return {each.state.public_address for each in tx.all(Interface) if each.state.public_address is not None}


def _held(record: Record | None) -> list[tuple[str, str]]:
    """The addresses that a record takes, each with its pool."""
    if not isinstance(record, Interface):
        return []
    found = [(record.owner, record.spec.address)]
    public = record.state.public_address
    return found if public is None else [*found, (PUBLIC_BLOCK, public)]

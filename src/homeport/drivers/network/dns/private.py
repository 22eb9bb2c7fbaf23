"""The private names of addresses, and the way back: followed interface by interface, because each task that starts has one.

Several interfaces may have the same address, in VPCs that know nothing of each other.
"""

from homeport.plan.addresses import private_name
from homeport.plan.network import InterfaceTable


class PrivateNames:
    """Of all interfaces; a name is there as long as one of those that have it."""

    def __init__(self) -> None:
        self._holders: dict[str, set[str]] = {}
        self._addresses: dict[str, str] = {}
        self._names: dict[str, dict[str, None]] = {}

    def follow(self, old: InterfaceTable | None, new: InterfaceTable | None) -> bool:
        """Have names follow an interface; returns whether any has come or gone."""
        before, after = (None if each is None else _held(each) for each in (old, new))
        if before == after:
            return False
        # Come before go: the name of an address that is handed over was never away.
        has_come = new is not None and after is not None and self._come(*after, new.id)
        has_gone = old is not None and before is not None and self._go(*before, old.id)
        return has_come or has_gone

    def address(self, name: str) -> str | None:
        """What a name stands for."""
        return self._addresses.get(name)

    def name(self, address: str) -> str | None:
        """The name of an address; of several, which it has in several regions, the eldest."""
        return next(iter(self._names.get(address, ())), None)

    def _come(self, name: str, address: str, id: str) -> bool:
        holders = self._holders.setdefault(name, set())
        holders.add(id)
        self._addresses[name] = address
        self._names.setdefault(address, {})[name] = None
        return len(holders) == 1

    def _go(self, name: str, address: str, id: str) -> bool:
        holders = self._holders[name]
        holders.discard(id)
        if holders:
            return False
        del self._holders[name], self._addresses[name], self._names[address][name]
        if not self._names[address]:
            del self._names[address]
        return True


def _held(table: InterfaceTable) -> tuple[str, str]:
    return private_name(table.address, table.id.split("/")[1]), table.address

"""Which DHCP options an interface was made with: the row for `plan/names.py`."""

from homeport.model.dhcp_options import DhcpOptions
from homeport.model.interface import Interface
from homeport.model.record import scope_of
from homeport.plan import home
from homeport.store.tx import ReadTx


def options_of(tx: ReadTx, interface: Interface) -> DhcpOptions | None:
    """Those of its VPC when it was made; None for none, or where they are gone."""
    scope, chosen = scope_of(interface.id), interface.spec.dhcp_options
    if chosen is None:
        return home.default_options(scope)
    return tx.get(DhcpOptions, f"{scope.id}/{chosen}")

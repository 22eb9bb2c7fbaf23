"""Network interfaces that the API makes itself: users' own, and those of load balancers. Tasks' are the engine's.

An address is free when no interface of its subnet has it, a spare one or one that is being taken down included.
"""

from collections.abc import Collection

from homeport.model.interface import Interface, InterfaceSpec
from homeport.model.record import scope_of
from homeport.model.vpc import Subnet
from homeport.plan import addresses
from homeport.store.tx import ReadTx, WriteTx


def taken(tx: ReadTx, subnet: Subnet) -> set[str]:
    """The addresses of a subnet that are somebody's."""
    return {each.spec.address for each in tx.owned(Interface, subnet.id)}


def free_address(tx: ReadTx, subnet: Subnet, besides: Collection[str] = ()) -> str | None:
    """The next free address of a subnet that is none of `besides`; None when there is none left."""
    return addresses.free_address(subnet.spec.cidr, taken(tx, subnet) | set(besides))


def spec(tx: ReadTx, subnet: Subnet, address: str) -> InterfaceSpec:
    """What a new interface in a subnet begins with: a user's, in no group."""
    return InterfaceSpec(
        vpc=subnet.owner,
        subnet=subnet.id,
        address=address,
        mac=addresses.mac_of(address),
        created_at=tx.now,
    )


def put(tx: WriteTx, made: InterfaceSpec) -> Interface:
    """A new interface."""
    id = f"{scope_of(made.subnet).id}/eni-{tx.new_id()[:17]}"
    record = Interface(id=id, owner=made.subnet, spec=made)
    tx.put(record)
    return record

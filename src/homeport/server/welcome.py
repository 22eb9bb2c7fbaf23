"""What an account finds in a region before it has made anything: its default VPC.

It is made before the account's first call is answered, in a transaction of its own, and once: who deletes it does without.
"""

from collections.abc import Callable, Sequence

from homeport.api import balancer_interfaces
from homeport.model.record import Scope
from homeport.model.vpc import Home, HomeSpec, Vpc
from homeport.plan import home
from homeport.store.tx import WriteTx


def welcoming(taken: Callable[[], Sequence[str]]) -> Callable[[WriteTx, Scope], None]:
    """What welcomes a tenant; `taken` tells the blocks of the machine that a default VPC must keep clear of."""
    return lambda tx, scope: welcome(tx, scope, taken())


def welcome(tx: WriteTx, scope: Scope, taken: Sequence[str]) -> None:
    """Make what is missing. It is asked once per process and tenant, so it must know by rows what there was before."""
    known = f"{scope.id}/default-vpc"
    if tx.get(Home, known) is not None:
        return
    tx.put(Home(id=known, owner=scope.id, spec=HomeSpec(made_at=tx.now)))
    block = home.block([*(vpc.spec.cidr for vpc in tx.owned(Vpc, "vpcs")), *taken])
    for record in home.default_vpc(scope, home.derived(scope), block, tx.now):
        tx.put(record)
    balancer_interfaces.heal(tx, scope)

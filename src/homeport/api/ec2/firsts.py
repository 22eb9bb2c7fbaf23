"""What comes with a VPC or a tenant, and is shown without being kept: default network ACLs, the default DHCP options.

Each is a record like any other from the first change on: whoever changes it puts it. Until then it follows from what it
comes with, so that VPCs that were made before there were such records have theirs, too.
"""

from collections.abc import Iterator

from homeport.model.dhcp_options import DhcpOptions
from homeport.model.network_acl import NetworkAcl
from homeport.model.record import R, Record, Scope
from homeport.model.vpc import Vpc
from homeport.plan import home
from homeport.store.tx import ReadTx


def all_of(tx: ReadTx, scope: Scope, kind: type[R]) -> list[R]:
    """Those of a kind that are no rows yet; of other kinds there are none."""
    return [record for record in _made(tx, scope, kind) if isinstance(record, kind)]


def one(tx: ReadTx, scope: Scope, kind: type[R], id: str) -> R | None:
    """The one with this id as AWS shows it."""
    return next((record for record in all_of(tx, scope, kind) if record.id == f"{scope.id}/{id}"), None)


def _made(tx: ReadTx, scope: Scope, kind: type[Record]) -> Iterator[Record]:
    if issubclass(kind, NetworkAcl):
        vpcs = (vpc for vpc in tx.owned(Vpc, scope.id) if vpc.spec.deleted_at is None)
        made: Iterator[Record] = map(home.default_acl, vpcs)
    elif issubclass(kind, DhcpOptions):
        made = iter((home.default_options(scope),))
    else:
        return
    yield from (record for record in made if tx.get(kind, record.id) is None)

"""What every VPC begins with, put in and taken out again.

Its network ACL and its DHCP options are no rows until somebody changes them (`firsts.py`).
"""

from collections.abc import Iterable

from homeport.model.network_acl import NetworkAcl
from homeport.model.record import Record
from homeport.model.route_table import RouteTable
from homeport.model.security_group import GroupRule, SecurityGroup
from homeport.model.vpc import Vpc
from homeport.store.tx import WriteTx


def put(tx: WriteTx, records: Iterable[Record]) -> None:
    """All of them."""
    for record in records:
        tx.put(record)


def clear(tx: WriteTx, vpc: Vpc) -> None:
    """Take it out of one that goes; whatever else was in it is gone already."""
    groups, tables = tx.owned(SecurityGroup, vpc.id), tx.owned(RouteTable, vpc.id)
    rules = [rule for group in groups for rule in tx.owned(GroupRule, group.id)]
    for record in (*rules, *groups, *tables, *tx.owned(NetworkAcl, vpc.id)):
        tx.delete(record)


def new_id(tx: WriteTx, prefix: str) -> str:
    """An id as AWS draws them: `vpc-17HEX`."""
    return f"{prefix}-{tx.new_id()[:17]}"

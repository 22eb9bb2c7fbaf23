"""What requests of EC2 mean without saying its id: a group by its name or its rules, an address by itself, an association.

A way of naming must not be a way around a policy: whatever the operation would find is found here by the same words. Of
what is not there only the type is said.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from homeport.api.caller import Caller
from homeport.api.ec2 import find, groups, network_acls
from homeport.model.elastic_ip import ElasticIp
from homeport.model.route_table import RouteTable
from homeport.model.security_group import GroupRule
from homeport.store.tx import ReadTx

Meant: TypeAlias = tuple[str, str | None]
"""A type of resource, and the id if there is one of it."""
OF_ADDRESSES = ("AssociateAddress", "DisassociateAddress", "ReleaseAddress")
OF_TABLES = ("DisassociateRouteTable", "ReplaceRouteTableAssociation")


def meant(tx: ReadTx, caller: Caller, action: str, request: Any) -> Iterator[Meant]:
    """All that a request touches and names by something else than its id."""
    if action in OF_ADDRESSES:
        yield from _addresses(tx, caller, request)
    elif action in OF_TABLES:
        key = f"{caller.scope.id}/{request.association_id}"
        yield "route-table", next((table.name for table in tx.owned(RouteTable, key)), None)
    elif action == "ReplaceNetworkAclAssociation":
        yield "network-acl", network_acls.acl_of(tx, caller, request.association_id)
    elif action == "CreateSecurityGroup":
        if not request.vpc_id:
            vpc = find.default_vpc(tx, caller)
            yield "vpc", None if vpc is None else vpc.name
    elif "SecurityGroup" in action:
        yield from _groups(tx, caller, request)


def _addresses(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Meant]:
    association = getattr(request, "association_id", None)
    if not association and not request.public_ip:
        return
    found = (
        each
        for each in tx.owned(ElasticIp, caller.scope.id)
        if (association and each.spec.association == association) or each.spec.address == request.public_ip
    )
    yield "elastic-ip", next((each.name for each in found), None)


def _groups(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Meant]:
    """By name in the default VPC, or by the rules that are its."""
    name = getattr(request, "group_name", None)
    if name:
        vpc = find.default_vpc(tx, caller)
        found = None if vpc is None else groups.in_vpc(tx, vpc, name)
        yield "security-group", None if found is None else found.name
    for id in dict.fromkeys(getattr(request, "security_group_rule_ids", None) or ()):
        rule = tx.get(GroupRule, f"{caller.scope.id}/{id}")
        yield "security-group", None if rule is None else rule.owner.rpartition("/")[2]

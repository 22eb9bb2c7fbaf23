"""Rows of networks become tables, one function for each kind. Which rows a table is made of is `networks.py`'s."""

from homeport.model.interface import Interface
from homeport.model.load_balancer import LoadBalancer
from homeport.model.record import scope_of
from homeport.model.security_group import GroupRule, PrefixList, RuleSpec, SecurityGroup
from homeport.model.vpc import Vpc
from homeport.plan import addresses
from homeport.plan.network import (
    GroupTable,
    HostTable,
    InterfaceTable,
    Permission,
    PrefixListTable,
    VpcTable,
)
from homeport.store.tx import ReadTx


def vpc(account: str, tx: ReadTx, id: str) -> VpcTable | None:
    """A VPC's, once its bridge is there; `account` is the installation's own."""
    found = tx.get(Vpc, id)
    if found is None or found.seen.bridge is None:
        return None
    return VpcTable(
        id=id,
        cidr=found.spec.cidr,
        bridge=found.seen.bridge,
        resolver=addresses.resolver(found.spec.cidr),
        has_names=found.spec.dns_support,
        is_default=found.spec.is_default and scope_of(id).account == account,
    )


def interface(tx: ReadTx, id: str) -> InterfaceTable | None:
    """A network interface's; with a namespace while its pause runs."""
    found = tx.get(Interface, id)
    if found is None:
        return None
    pause = found.seen.pause
    return InterfaceTable(
        id=id,
        vpc=found.spec.vpc,
        address=found.spec.address,
        public_address=found.state.public_address,
        groups=found.groups,
        namespace=pause.namespace if pause.status == "RUNNING" else None,
        task=found.state.task or "",
    )


def group(tx: ReadTx, id: str) -> GroupTable | None:
    """A security group's, with its rules in the order in which they were made."""
    if tx.get(SecurityGroup, id) is None:
        return None
    rules = [rule.spec for rule in tx.owned(GroupRule, id)]
    return GroupTable(
        id=id,
        ingress=tuple(_permission(rule) for rule in rules if not rule.is_egress),
        egress=tuple(_permission(rule) for rule in rules if rule.is_egress),
    )


def _permission(rule: RuleSpec) -> Permission:
    return Permission(
        protocol=rule.protocol,
        from_port=rule.from_port,
        to_port=rule.to_port,
        cidr=rule.cidr or rule.cidr6,
        group=rule.group,
        prefix_list=rule.prefix_list,
    )


def prefix_list(tx: ReadTx, id: str) -> PrefixListTable | None:
    """A prefix list's."""
    found = tx.get(PrefixList, id)
    return None if found is None else PrefixListTable(id=id, cidrs=tuple(sorted(found.spec.entries)))


def host(tx: ReadTx, id: str) -> HostTable | None:
    """A load balancer's name, with the addresses of its interfaces and its own on this machine."""
    found = tx.get(LoadBalancer, id)
    if found is None:
        return None
    inside = tuple(each.spec.address for each in tx.owned(Interface, f"balancer:{id}"))
    return HostTable(id=id, name=found.dns_name, inside=inside, outside=(found.spec.address,))

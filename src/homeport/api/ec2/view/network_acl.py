"""A network ACL as EC2 shows it."""

from collections.abc import Iterator

from homeport.api.ec2 import tagging
from homeport.model.network_acl import AclEntry, NetworkAcl
from homeport.model.record import scope_of
from homeport.model.vpc import Subnet, companion_id
from homeport.plan import home
from homeport.shapes import ec2
from homeport.store.tx import ReadTx

LAST = 32767
"""The number of the entries that have the last word."""


def shown(tx: ReadTx, acl: NetworkAcl) -> ec2.NetworkAcl:
    """With the last word in each direction, and the subnets that have it."""
    return ec2.NetworkAcl(
        network_acl_id=acl.name,
        vpc_id=acl.owner.rsplit("/", 1)[1],
        owner_id=scope_of(acl.id).account,
        is_default=acl.spec.is_default,
        entries=[*_entries(acl, is_egress=True), *_entries(acl, is_egress=False)],
        associations=[
            ec2.NetworkAclAssociation(
                network_acl_association_id=association(subnet),
                network_acl_id=acl.name,
                subnet_id=subnet.name,
            )
            for subnet in subnets(tx, acl)
        ],
        tags=tagging.shown(acl.spec.tags),
    )


def subnets(tx: ReadTx, acl: NetworkAcl) -> list[Subnet]:
    """Those that have this ACL."""
    wanted = None if acl.spec.is_default else acl.id
    return [subnet for subnet in tx.owned(Subnet, acl.owner) if subnet.spec.acl == wanted]


def association(subnet: Subnet) -> str:
    """The id of a subnet's association with its ACL."""
    return subnet.spec.acl_association or companion_id("aclassoc", subnet.id)


def _entries(acl: NetworkAcl, *, is_egress: bool) -> Iterator[ec2.NetworkAclEntry]:
    found = [entry for entry in acl.spec.entries if entry.is_egress == is_egress]
    yield from map(_entry, sorted(found, key=lambda entry: entry.number))
    yield _entry(
        AclEntry(number=LAST, is_egress=is_egress, protocol="-1", action="deny", cidr=home.EVERYWHERE)
    )


def _entry(entry: AclEntry) -> ec2.NetworkAclEntry:
    ports = ec2.PortRange(from_=entry.from_port, to=entry.to_port)
    icmp = ec2.IcmpTypeCode(type=entry.icmp_type, code=entry.icmp_code)
    return ec2.NetworkAclEntry(
        cidr_block=entry.cidr,
        ipv6_cidr_block=entry.cidr6,
        egress=entry.is_egress,
        protocol=entry.protocol,
        rule_action=entry.action,
        rule_number=entry.number,
        port_range=None if entry.from_port is None else ports,
        icmp_type_code=None if entry.icmp_type is None else icmp,
    )

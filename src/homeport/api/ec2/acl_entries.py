"""Entries of network ACLs: each has a number among those of its direction, and is replaced or deleted by it."""

from typing import TypeAlias

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import cidrs, find
from homeport.api.ec2.errors import common
from homeport.api.ec2.errors import network_acls as errors
from homeport.api.ec2.view.network_acl import LAST
from homeport.api.operation import write
from homeport.model.network_acl import AclEntry, NetworkAcl
from homeport.shapes import ec2
from homeport.store.tx import WriteTx

MOST_ENTRIES = 20
"""Of a direction and a family, the last word among them (VPC User Guide, "Amazon VPC quotas")."""
TCP, UDP, ICMP, ICMP6 = "6", "17", "1", "58"
Asked: TypeAlias = ec2.CreateNetworkAclEntryRequest | ec2.ReplaceNetworkAclEntryRequest


@write
def create_network_acl_entry(
    tx: WriteTx, caller: Caller, request: ec2.CreateNetworkAclEntryRequest
) -> ec2.CreateNetworkAclEntryResponse:
    """Adds an entry under a number that its direction does not have."""
    acl = find.one(tx, caller, NetworkAcl, request.network_acl_id)
    entry = _entry(request)
    there = acl.spec.entries
    if any(each.place == entry.place for each in there):
        raise errors.entry_exists(entry.number)
    like = (each.is_egress == entry.is_egress and bool(each.cidr) == bool(entry.cidr) for each in there)
    if sum(like) + 1 >= MOST_ENTRIES:
        raise errors.too_many_entries()
    _put(tx, acl, (*there, entry))
    return ec2.CreateNetworkAclEntryResponse()


@write
def replace_network_acl_entry(
    tx: WriteTx, caller: Caller, request: ec2.ReplaceNetworkAclEntryRequest
) -> ec2.ReplaceNetworkAclEntryResponse:
    """Puts another entry in the place of one."""
    acl = find.one(tx, caller, NetworkAcl, request.network_acl_id)
    entry = _entry(request)
    _put(tx, acl, (*_without(acl, entry.place), entry))
    return ec2.ReplaceNetworkAclEntryResponse()


@write
def delete_network_acl_entry(
    tx: WriteTx, caller: Caller, request: ec2.DeleteNetworkAclEntryRequest
) -> ec2.DeleteNetworkAclEntryResponse:
    """Takes an entry out of an ACL."""
    acl = find.one(tx, caller, NetworkAcl, request.network_acl_id)
    _check_number(request.rule_number)
    _put(tx, acl, _without(acl, (request.egress, request.rule_number)))
    return ec2.DeleteNetworkAclEntryResponse()


def _put(tx: WriteTx, acl: NetworkAcl, entries: tuple[AclEntry, ...]) -> None:
    tx.put(replace(acl, spec=replace(acl.spec, entries=entries)))


def _without(acl: NetworkAcl, place: tuple[bool, int]) -> tuple[AclEntry, ...]:
    """The other entries. Raises `InvalidNetworkAclEntry.NotFound`."""
    kept = tuple(entry for entry in acl.spec.entries if entry.place != place)
    if len(kept) == len(acl.spec.entries):
        is_egress, number = place
        raise errors.entry_not_found(acl.name, number, is_egress=is_egress)
    return kept


def _check_number(number: int) -> None:
    if not 1 <= number < LAST:
        raise errors.number_invalid(number, LAST - 1)


def _entry(request: Asked) -> AclEntry:
    """The entry that is asked for. Ports, types and codes count with the protocols that have them, as on AWS."""
    _check_number(request.rule_number)
    protocol = _protocol(request.protocol)
    if bool(request.cidr_block) == bool(request.ipv6_cidr_block):
        raise errors.blocks_wrong()
    cidr6 = request.ipv6_cidr_block or None
    entry = AclEntry(
        number=request.rule_number,
        is_egress=request.egress,
        protocol=protocol,
        action=request.rule_action,
        cidr=str(cidrs.block(request.cidr_block, "cidrBlock")) if request.cidr_block else None,
        cidr6=cidrs.block6(cidr6, "ipv6CidrBlock") if cidr6 else None,
    )
    if protocol in {TCP, UDP}:
        first, last = _ports(request.port_range)
        return replace(entry, from_port=first, to_port=last)
    if protocol == ICMP or (protocol == ICMP6 and cidr6):
        type, code = _icmp(request.icmp_type_code)
        return replace(entry, icmp_type=type, icmp_code=code)
    return entry


def _protocol(text: str) -> str:
    """A number in its shortest form; names are for command lines, which know their numbers."""
    digits = text.removeprefix("-")
    number = int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 3 else 256
    if not -1 <= number <= 255:
        raise errors.protocol_unknown(text)
    return str(number)


def _ports(found: ec2.PortRange | None) -> tuple[int, int]:
    if found is None or found.from_ is None:
        raise common.missing("portRange.from")
    if found.to is None:
        raise common.missing("portRange.to")
    for port in (found.from_, found.to):
        if not 0 <= port <= 65_535:
            raise errors.port_invalid(port)
    if found.from_ > found.to:
        raise errors.ports_reversed(found.from_, found.to)
    return found.from_, found.to


def _icmp(found: ec2.IcmpTypeCode | None) -> tuple[int, int]:
    if found is None or found.type is None:
        raise common.missing("icmpTypeCode.type")
    if found.code is None:
        raise common.missing("icmpTypeCode.code")
    if not (-1 <= found.type <= 255 and -1 <= found.code <= 255):
        raise errors.icmp_invalid(found.type, found.code)
    return found.type, found.code

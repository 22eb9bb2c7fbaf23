"""DHCP options: a set is made once, and VPCs are associated with it. Tasks that start afterwards are told its names.

What sets may say beside `domain-name` and `domain-name-servers` is kept, and nothing on this machine asks for it.
"""

import re
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import find, furnishing, tagging
from homeport.api.ec2.errors import common
from homeport.api.ec2.errors import dhcp_options as errors
from homeport.api.ec2.listing import Catalogue
from homeport.api.ec2.view import dhcp_options as view
from homeport.api.operation import read, write
from homeport.model.dhcp_options import DhcpOptions, DhcpOptionsSpec
from homeport.model.vpc import Vpc
from homeport.plan import home
from homeport.plan.names import NONE
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

OPTIONS = Catalogue[ec2.DhcpOptions](
    operation="DescribeDhcpOptions",
    fields={
        "dhcp-options-id": lambda options: options.dhcp_options_id,
        "key": lambda options: [each.key for each in options.dhcp_configurations or ()],
        "owner-id": lambda options: options.owner_id,
        "value": lambda options: [
            value.value for each in options.dhcp_configurations or () for value in each.values or ()
        ],
    },
)
PREFIX = "dopt-"
ADDRESSES = {"domain-name-servers": 4, "netbios-name-servers": 4, "ntp-servers": 8}
"""Options that are addresses, and how many of them (CreateDhcpOptions in the API Reference)."""
NODE_TYPES = ("1", "2", "4", "8")
DOMAIN = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?")
LONGEST_DOMAIN = 253
LEASE_S = range(140, 2**31)


@write
def create_dhcp_options(
    tx: WriteTx, caller: Caller, request: ec2.CreateDhcpOptionsRequest
) -> ec2.CreateDhcpOptionsResult:
    """Makes a set that no VPC has yet."""
    tags = tagging.specified(request.tag_specifications, "dhcp-options")
    found: dict[str, tuple[str, ...]] = {}
    for each in request.dhcp_configurations:
        key = each.key or ""
        if key in found:
            raise errors.option_repeated(key)
        found[key] = _checked(key, each.values or ())
    if not found:
        raise common.missing("dhcpConfiguration")
    id = f"{caller.scope.id}/{furnishing.new_id(tx, 'dopt')}"
    spec = DhcpOptionsSpec(created_at=tx.now, options=found, tags=tags)
    options = DhcpOptions(id=id, owner=caller.scope.id, spec=spec)
    tx.put(options)
    return ec2.CreateDhcpOptionsResult(dhcp_options=view.shown(options))


def _checked(key: str, given: Sequence[str]) -> tuple[str, ...]:
    """The values of one option. Raises InvalidParameterValue for those that it cannot have, and for no option."""
    values = tuple(text.strip(" ") for value in given for text in value.split(","))
    if not any(values):
        raise errors.option_invalid(key, "")
    if key in ADDRESSES:
        if key == "domain-name-servers" and values == (home.PROVIDED,):
            return values
        if len(values) > ADDRESSES[key]:
            raise errors.too_many_addresses(key, ADDRESSES[key])
        return tuple(_address(key, text) for text in values)
    if key == "domain-name":
        names = [name for text in values for name in text.split(" ") if name]
        for name in names:
            if len(name) > LONGEST_DOMAIN or not DOMAIN.fullmatch(name):
                raise errors.option_invalid(key, name)
        return (" ".join(names),)
    if len(values) != 1 or not _is_number_of(key, values[0]):
        raise errors.option_invalid(key, values[0])
    return values


def _is_number_of(key: str, text: str) -> bool:
    """Whether it is what an option of numbers may be; none is any other option's."""
    if key == "netbios-node-type":
        return text in NODE_TYPES
    is_number = text.isascii() and text.isdigit() and len(text) <= 10
    return key == "ipv6-address-preferred-lease-time" and is_number and int(text) in LEASE_S


def _address(key: str, text: str) -> str:
    for kind in (IPv4Address, IPv6Address):
        try:
            if "%" not in text:
                return str(kind(text))
        except AddressValueError:
            continue
    raise errors.option_invalid(key, text)


@read
def describe_dhcp_options(
    tx: ReadTx, caller: Caller, request: ec2.DescribeDhcpOptionsRequest
) -> ec2.DescribeDhcpOptionsResult:
    """The sets that are named or fit the filters, the default one included."""
    records = find.several(tx, caller, DhcpOptions, request.dhcp_options_ids)
    page = OPTIONS.page(caller, request, records, view.shown)
    return ec2.DescribeDhcpOptionsResult(dhcp_options=page.items, next_token=page.next_token)


@write
def delete_dhcp_options(
    tx: WriteTx, caller: Caller, request: ec2.DeleteDhcpOptionsRequest
) -> ec2.DeleteDhcpOptionsResponse:
    """Deletes a set that no VPC has. The default one stays: VPCs that are to come begin with it."""
    if not request.dhcp_options_id.startswith(PREFIX):
        raise errors.id_malformed(request.dhcp_options_id)
    options = find.one(tx, caller, DhcpOptions, request.dhcp_options_id)
    is_default = options.id == home.default_options(caller.scope).id
    vpcs = find.several(tx, caller, Vpc, None)
    if is_default or any(vpc.spec.dhcp_options == options.name for vpc in vpcs):
        raise errors.options_in_use(options.name)
    tx.delete(options)
    return ec2.DeleteDhcpOptionsResponse()


@write
def associate_dhcp_options(
    tx: WriteTx, caller: Caller, request: ec2.AssociateDhcpOptionsRequest
) -> ec2.AssociateDhcpOptionsResponse:
    """Gives a VPC another set, or with `default` none at all."""
    vpc = find.one(tx, caller, Vpc, request.vpc_id)
    chosen: str | None = NONE
    if request.dhcp_options_id != NONE:
        options = find.one(tx, caller, DhcpOptions, request.dhcp_options_id)
        chosen = None if options.id == home.default_options(caller.scope).id else options.name
    tx.put(replace(vpc, spec=replace(vpc.spec, dhcp_options=chosen)))
    return ec2.AssociateDhcpOptionsResponse()

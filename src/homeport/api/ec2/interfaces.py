"""Network interfaces: everybody's are described, users' own are created, changed and deleted.

Users' are records with an address and groups: nothing can be attached to one here, as there is one instance only.
"""

from ipaddress import AddressValueError, IPv4Address, IPv4Network

from msgspec.structs import replace

from homeport.api import interfaces
from homeport.api.caller import Caller
from homeport.api.ec2 import find, groups, tagging, tokens
from homeport.api.ec2.errors import interfaces as errors
from homeport.api.ec2.interface_filters import INTERFACES
from homeport.api.ec2.view import interface as view
from homeport.api.operation import read, write
from homeport.model.elastic_ip import ElasticIp
from homeport.model.interface import Interface, InterfaceSpec
from homeport.model.vpc import Subnet, Vpc
from homeport.plan.addresses import RESERVED
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

PREFIX = "eni-"
LONGEST_DESCRIPTION = 255
TOKENS = tokens.of("CreateNetworkInterface")
NOT_BUILT = {
    "Ipv4Prefix": "ipv4_prefixes",
    "Ipv4PrefixCount": "ipv4_prefix_count",
    "Ipv6Prefix": "ipv6_prefixes",
    "Ipv6PrefixCount": "ipv6_prefix_count",
    "InterfaceType": "interface_type",
    "EnablePrimaryIpv6": "enable_primary_ipv6",
    "ConnectionTrackingSpecification": "connection_tracking_specification",
    "Operator": "operator",
    "SecondaryPrivateIpAddressCount": "secondary_private_ip_address_count",
    "Ipv6Addresses": "ipv6_addresses",
    "Ipv6AddressCount": "ipv6_address_count",
    "EnaSrdSpecification": "ena_srd_specification",
    "AssociatePublicIpAddress": "associate_public_ip_address",
    "AssociatedSubnetId": "associated_subnet_ids",
}
"""Members that need a part of AWS that is not here; zero, false and an empty list ask for nothing."""
ATTRIBUTES = ("description", "source_dest_check", "groups", "attachment")


@write
def create_network_interface(
    tx: WriteTx, caller: Caller, request: ec2.CreateNetworkInterfaceRequest
) -> ec2.CreateNetworkInterfaceResult:
    """Creates one in a subnet, with the address that is asked for or the next free one."""
    before = TOKENS.remembered(tx, caller, "", request)
    if before is not None:
        record = find.one(tx, caller, Interface, before[0])
        return _created(tx, record, request)
    _check_built(request)
    subnet = find.one(tx, caller, Subnet, request.subnet_id)
    vpc = find.one(tx, caller, Vpc, subnet.owner.rsplit("/", 1)[1])
    spec = replace(
        interfaces.spec(tx, subnet, _address(tx, subnet, request)),
        groups=groups.of_interface(tx, caller, vpc, request.groups),
        description=_description(request.description),
        tags=tagging.specified(request.tag_specifications, "network-interface"),
    )
    record = interfaces.put(tx, spec)
    TOKENS.remember(tx, caller, "", request, [record.name])
    return _created(tx, record, request)


def _created(
    tx: ReadTx, record: Interface, request: ec2.CreateNetworkInterfaceRequest
) -> ec2.CreateNetworkInterfaceResult:
    return ec2.CreateNetworkInterfaceResult(
        network_interface=view.shown(tx, record), client_token=request.client_token
    )


def _check_built(
    request: ec2.CreateNetworkInterfaceRequest | ec2.ModifyNetworkInterfaceAttributeRequest,
) -> None:
    for name, member in NOT_BUILT.items():
        if getattr(request, member, None):
            raise errors.not_built(name)


def _description(text: str | None) -> str:
    if text is not None and len(text) > LONGEST_DESCRIPTION:
        raise errors.description_too_long(LONGEST_DESCRIPTION)
    return text or ""


def _address(tx: ReadTx, subnet: Subnet, request: ec2.CreateNetworkInterfaceRequest) -> str:
    """The address that a request asks for in one of two ways, or the next free one."""
    listed = request.private_ip_addresses or []
    if len(listed) > 1 or any(each.primary is False for each in listed):
        raise errors.not_built("secondary private addresses")
    wanted = [
        each for each in (request.private_ip_address, *(one.private_ip_address for one in listed)) if each
    ]
    if len(wanted) > 1:
        raise errors.address_twice()
    if wanted:
        return checked_address(tx, subnet, wanted[0])
    found = interfaces.free_address(tx, subnet)
    if found is None:
        raise errors.no_address_left(subnet.name)
    return found


def checked_address(tx: ReadTx, subnet: Subnet, text: str) -> str:
    """An address of a subnet that a request asks for. Raises InvalidParameterValue and InvalidIPAddress.InUse."""
    try:
        address = IPv4Address(text)
    except AddressValueError:
        raise errors.address_malformed(text) from None
    network = IPv4Network(subnet.spec.cidr)
    if address not in network:
        raise errors.address_outside(text)
    first = network.network_address + RESERVED
    if not first <= address < network.broadcast_address:
        raise errors.address_reserved(text)
    if text in interfaces.taken(tx, subnet):
        raise errors.address_in_use(text)
    return text


@write
def delete_network_interface(
    tx: WriteTx, caller: Caller, request: ec2.DeleteNetworkInterfaceRequest
) -> ec2.DeleteNetworkInterfaceResponse:
    """Deletes a user's own; its elastic address stays, without it."""
    record = _one(tx, caller, request.network_interface_id)
    if view.is_managed(record):
        raise errors.in_use(record.name)
    for elastic in tx.owned(ElasticIp, record.id):
        spec = replace(elastic.spec, interface=None, association=None, private_address=None)
        tx.put(replace(elastic, spec=spec))
    tx.delete(record)
    return ec2.DeleteNetworkInterfaceResponse()


def _one(tx: ReadTx, caller: Caller, id: str) -> Interface:
    """Raises InvalidNetworkInterfaceId.Malformed and InvalidNetworkInterfaceID.NotFound."""
    if not id.startswith(PREFIX):
        raise errors.id_malformed(id)
    return find.one(tx, caller, Interface, id)


@read
def describe_network_interfaces(
    tx: ReadTx, caller: Caller, request: ec2.DescribeNetworkInterfacesRequest
) -> ec2.DescribeNetworkInterfacesResult:
    """Those that are named, or all: of tasks, of load balancers and of users."""
    for id in request.network_interface_ids or ():
        if not id.startswith(PREFIX):
            raise errors.id_malformed(id)
    records = find.several(tx, caller, Interface, request.network_interface_ids)
    page = INTERFACES.page(caller, request, records, lambda record: view.shown(tx, record))
    return ec2.DescribeNetworkInterfacesResult(network_interfaces=page.items, next_token=page.next_token)


@read
def describe_network_interface_attribute(
    tx: ReadTx, caller: Caller, request: ec2.DescribeNetworkInterfaceAttributeRequest
) -> ec2.DescribeNetworkInterfaceAttributeResult:
    """One attribute of an interface."""
    record = _one(tx, caller, request.network_interface_id)
    asked = request.attribute
    if asked is None:
        raise errors.attributes_missing()
    spec = record.spec
    return ec2.DescribeNetworkInterfaceAttributeResult(
        network_interface_id=record.name,
        attachment=view.attachment(tx, record) if asked == "attachment" else None,
        description=ec2.AttributeValue(value=view.description(tx, record))
        if asked == "description"
        else None,
        groups=view.groups(tx, record) if asked == "groupSet" else None,
        source_dest_check=ec2.AttributeBooleanValue(value=spec.source_dest_check)
        if asked == "sourceDestCheck"
        else None,
        associate_public_ip_address=record.state.public_address is not None
        if asked == "associatePublicIpAddress"
        else None,
    )


@write
def modify_network_interface_attribute(
    tx: WriteTx, caller: Caller, request: ec2.ModifyNetworkInterfaceAttributeRequest
) -> ec2.ModifyNetworkInterfaceAttributeResponse:
    """Changes one attribute of a user's own."""
    record = _one(tx, caller, request.network_interface_id)
    _check_built(request)
    given = [name for name in ATTRIBUTES if getattr(request, name) is not None]
    if not given:
        raise errors.attributes_missing()
    if len(given) > 1:
        raise errors.attributes_several(given)
    if view.is_managed(record):
        raise errors.managed()
    tx.put(replace(record, spec=_changed(tx, caller, record, request)))
    return ec2.ModifyNetworkInterfaceAttributeResponse()


def _changed(
    tx: ReadTx, caller: Caller, record: Interface, request: ec2.ModifyNetworkInterfaceAttributeRequest
) -> InterfaceSpec:
    spec = record.spec
    if request.attachment is not None:
        raise errors.attachment_not_found(request.attachment.attachment_id or "")
    if request.groups is not None:
        vpc = find.one(tx, caller, Vpc, spec.vpc.rsplit("/", 1)[1])
        return replace(spec, groups=groups.of_interface(tx, caller, vpc, request.groups))
    if request.description is not None:
        return replace(spec, description=_description(request.description.value))
    check = request.source_dest_check
    checks = spec.source_dest_check if check is None or check.value is None else check.value
    return replace(spec, source_dest_check=checks)

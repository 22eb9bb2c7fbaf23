"""Elastic addresses: given out, put on users' interfaces and NAT gateways, taken off and given back.

They are of a block that is routed nowhere (RFC 2544), and nothing answers there: what reaches a task from the machine is the
public address that the task was given itself.
"""

from ipaddress import IPv4Network

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import find, furnishing, tagging
from homeport.api.ec2.errors import addresses as errors
from homeport.api.ec2.errors import common
from homeport.api.ec2.errors import vpcs as vpc_errors
from homeport.api.ec2.listing import Asked, Catalogue, no_tags
from homeport.api.ec2.view import interface as interface_view
from homeport.api.operation import read, write
from homeport.model.elastic_ip import ElasticIp, ElasticIpSpec
from homeport.model.interface import Interface
from homeport.model.record import scope_of
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

BLOCK = IPv4Network("198.19.0.0/16")
"""Beside the block of tasks' public addresses."""
POOL = "amazon"
MOST_ADDRESSES = 5
"""In a region (EC2 User Guide, "Elastic IP addresses")."""
ADDRESSES = Catalogue[ec2.Address](
    operation="DescribeAddresses",
    fields={
        "allocation-id": lambda address: address.allocation_id,
        "association-id": lambda address: address.association_id,
        "domain": lambda address: address.domain,
        "instance-id": lambda _: None,
        "network-border-group": lambda address: address.network_border_group,
        "network-interface-id": lambda address: address.network_interface_id,
        "network-interface-owner-id": lambda address: address.network_interface_owner_id,
        "private-ip-address": lambda address: address.private_ip_address,
        "public-ip": lambda address: address.public_ip,
    },
)
ATTRIBUTES = Catalogue[ec2.AddressAttribute](
    operation="DescribeAddressesAttribute", fields={}, tags=no_tags, smallest=1
)


@write
def allocate_address(
    tx: WriteTx, caller: Caller, request: ec2.AllocateAddressRequest
) -> ec2.AllocateAddressResult:
    """Gives an account an address that nobody on the machine has."""
    _check_supported(caller, request)
    tags = tagging.specified(request.tag_specifications, "elastic-ip")
    if tx.count(ElasticIp, caller.scope.id) >= MOST_ADDRESSES:
        raise errors.too_many_addresses()
    taken = {each.spec.address for each in tx.owned(ElasticIp, "elastic-ips")}
    free = next((text for each in BLOCK.hosts() if (text := str(each)) not in taken), None)
    if free is None:
        raise errors.too_many_addresses()

    id = f"{caller.scope.id}/{furnishing.new_id(tx, 'eipalloc')}"
    spec = ElasticIpSpec(address=free, created_at=tx.now, tags=tags)
    elastic = ElasticIp(id=id, owner=caller.scope.id, spec=spec)
    tx.put(elastic)
    return ec2.AllocateAddressResult(
        allocation_id=elastic.name,
        public_ip=free,
        public_ipv4_pool=POOL,
        network_border_group=caller.region,
        domain="vpc",
    )


def _check_supported(caller: Caller, request: ec2.AllocateAddressRequest) -> None:
    if request.domain == "standard":
        raise common.value_invalid("domain", "standard")
    if request.address:
        raise errors.address_not_found(request.address)
    if request.customer_owned_ipv4_pool or request.ipam_pool_id:
        raise vpc_errors.parameter_unsupported("CustomerOwnedIpv4Pool and IpamPoolId")
    if request.public_ipv4_pool not in {None, "", POOL}:
        raise errors.pool_not_found(str(request.public_ipv4_pool))
    if request.network_border_group not in {None, "", caller.region}:
        raise common.value_invalid("networkBorderGroup", request.network_border_group)


@read
def describe_addresses(
    tx: ReadTx, caller: Caller, request: ec2.DescribeAddressesRequest
) -> ec2.DescribeAddressesResult:
    """The addresses that are named either way or fit the filters."""
    records = find.several(tx, caller, ElasticIp, request.allocation_ids)
    if request.public_ips:
        named = {_by_address(tx, caller, text).id for text in request.public_ips}
        records = [record for record in records if record.id in named]
    found = ADDRESSES.kept(request.filters, records, lambda elastic: _shown(tx, elastic))
    return ec2.DescribeAddressesResult(addresses=found)


@read
def describe_addresses_attribute(
    tx: ReadTx, caller: Caller, request: ec2.DescribeAddressesAttributeRequest
) -> ec2.DescribeAddressesAttributeResult:
    """Domain names of addresses: they have none, as ModifyAddressAttribute is not served."""
    records = find.several(tx, caller, ElasticIp, request.allocation_ids)
    views = {
        find.birth(each): ec2.AddressAttribute(allocation_id=each.name, public_ip=each.spec.address)
        for each in records
    }
    asked = Asked(filters=None, max_results=request.max_results, next_token=request.next_token)
    page = ATTRIBUTES.page_of(caller, asked, views)
    return ec2.DescribeAddressesAttributeResult(addresses=page.items, next_token=page.next_token)


@write
def release_address(
    tx: WriteTx, caller: Caller, request: ec2.ReleaseAddressRequest
) -> ec2.ReleaseAddressResponse:
    """Gives back an address that nothing has."""
    elastic = _one(tx, caller, request.allocation_id, request.public_ip)
    if elastic.spec.association is not None:
        raise errors.address_in_use(elastic.spec.address)
    tx.delete(elastic)
    return ec2.ReleaseAddressResponse()


@write
def associate_address(
    tx: WriteTx, caller: Caller, request: ec2.AssociateAddressRequest
) -> ec2.AssociateAddressResult:
    """Puts an address on a user's interface, and takes it off another if that is allowed."""
    if request.instance_id:
        raise vpc_errors.parameter_unsupported("InstanceId: associate the address with a network interface")
    if not request.network_interface_id:
        raise common.missing("NetworkInterfaceId")
    elastic = _one(tx, caller, request.allocation_id, request.public_ip)
    interface = find.one(tx, caller, Interface, request.network_interface_id)
    if request.private_ip_address not in {None, "", interface.spec.address}:
        raise common.value_invalid("privateIpAddress", request.private_ip_address)
    _check_may_move(tx, elastic, interface)
    if elastic.spec.interface == interface.id:
        return ec2.AssociateAddressResult(association_id=elastic.spec.association)
    there = tx.owned(ElasticIp, interface.id)
    for other in (elastic, *there):
        if other.spec.association is not None and not request.allow_reassociation:
            resource = other.name if other is elastic else interface.name
            raise errors.address_associated(resource, other.spec.association)

    dissociate_all(tx, interface)
    return ec2.AssociateAddressResult(association_id=associate(tx, elastic, interface))


def _check_may_move(tx: ReadTx, elastic: ElasticIp, interface: Interface) -> None:
    """Users have a say in their own interfaces only. Raises OperationNotPermitted and AuthFailure."""
    if interface_view.is_managed(interface):
        raise errors.interface_managed()
    holder = None if elastic.spec.interface is None else tx.get(Interface, elastic.spec.interface)
    if holder is not None and interface_view.is_managed(holder):
        raise errors.association_managed()


@write
def disassociate_address(
    tx: WriteTx, caller: Caller, request: ec2.DisassociateAddressRequest
) -> ec2.DisassociateAddressResponse:
    """Takes an address off a user's interface."""
    elastic = _associated(tx, caller, request)
    holder = None if elastic.spec.interface is None else tx.get(Interface, elastic.spec.interface)
    if holder is not None and interface_view.is_managed(holder):
        raise errors.association_managed()
    _dissociate(tx, elastic)
    return ec2.DisassociateAddressResponse()


def _associated(tx: ReadTx, caller: Caller, request: ec2.DisassociateAddressRequest) -> ElasticIp:
    if bool(request.association_id) == bool(request.public_ip):
        raise errors.ways_wrong("AssociationId", "PublicIp")
    if request.public_ip:
        return _by_address(tx, caller, request.public_ip)
    for elastic in tx.owned(ElasticIp, caller.scope.id):
        if elastic.spec.association == request.association_id:
            return elastic
    raise errors.association_not_found(request.association_id or "")


def associate(tx: WriteTx, elastic: ElasticIp, interface: Interface) -> str:
    """Put an address on an interface; the id of the association."""
    id = furnishing.new_id(tx, "eipassoc")
    address = interface.spec.address
    spec = replace(elastic.spec, association=id, interface=interface.id, private_address=address)
    tx.put(replace(elastic, spec=spec))
    return id


def dissociate_all(tx: WriteTx, interface: Interface) -> None:
    """Take its address off an interface, if it has one."""
    for elastic in tx.owned(ElasticIp, interface.id):
        _dissociate(tx, elastic)


def _dissociate(tx: WriteTx, elastic: ElasticIp) -> None:
    spec = replace(elastic.spec, association=None, interface=None, private_address=None)
    tx.put(replace(elastic, spec=spec))


def _one(tx: ReadTx, caller: Caller, allocation: str | None, address: str | None) -> ElasticIp:
    """The address that is named in one of two ways."""
    if bool(allocation) == bool(address):
        raise errors.ways_wrong("AllocationId", "PublicIp")
    return (
        find.one(tx, caller, ElasticIp, allocation) if allocation else _by_address(tx, caller, address or "")
    )


def _by_address(tx: ReadTx, caller: Caller, address: str) -> ElasticIp:
    for elastic in tx.owned(ElasticIp, caller.scope.id):
        if elastic.spec.address == address:
            return elastic
    raise errors.address_not_found(address)


def _shown(tx: ReadTx, elastic: ElasticIp) -> ec2.Address:
    spec, scope = elastic.spec, scope_of(elastic.id)
    interface = None if spec.interface is None else tx.get(Interface, spec.interface)
    return ec2.Address(
        allocation_id=elastic.name,
        association_id=spec.association,
        domain="vpc",
        network_border_group=scope.region,
        network_interface_id=None if interface is None else interface.name,
        network_interface_owner_id=None if interface is None else scope.account,
        private_ip_address=spec.private_address,
        public_ip=spec.address,
        public_ipv4_pool=POOL,
        tags=tagging.shown(spec.tags),
    )

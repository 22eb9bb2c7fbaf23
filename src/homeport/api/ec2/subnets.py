"""Subnets: parts of a VPC's block, each in a zone. All zones are this machine, so a subnet is only a range of addresses."""

from collections import Counter
from ipaddress import IPv4Network
from typing import Any

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import cidrs, find, furnishing, tagging, zones
from homeport.api.ec2.errors import vpcs as errors
from homeport.api.ec2.listing import Catalogue
from homeport.api.ec2.view import subnet as view
from homeport.api.operation import read, write
from homeport.model import zone
from homeport.model.interface import Interface
from homeport.model.route_table import RouteTable
from homeport.model.vpc import Subnet, SubnetSpec, Vpc
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

MOST_SUBNETS = 200
"""In a VPC (VPC User Guide, "Amazon VPC quotas")."""
SUBNETS = Catalogue[ec2.Subnet](
    operation="DescribeSubnets",
    fields={
        "availability-zone": lambda subnet: subnet.availability_zone,
        "availabilityZone": lambda subnet: subnet.availability_zone,
        "availability-zone-id": lambda subnet: subnet.availability_zone_id,
        "availabilityZoneId": lambda subnet: subnet.availability_zone_id,
        "available-ip-address-count": lambda subnet: subnet.available_ip_address_count,
        "cidr": lambda subnet: subnet.cidr_block,
        "cidr-block": lambda subnet: subnet.cidr_block,
        "cidrBlock": lambda subnet: subnet.cidr_block,
        "customer-owned-ipv4-pool": lambda _: None,
        "default-for-az": lambda subnet: subnet.default_for_az,
        "defaultForAz": lambda subnet: subnet.default_for_az,
        "enable-dns64": lambda subnet: subnet.enable_dns64,
        "ipv6-cidr-block-association.association-id": lambda _: None,
        "ipv6-cidr-block-association.ipv6-cidr-block": lambda _: None,
        "ipv6-cidr-block-association.state": lambda _: None,
        "ipv6-native": lambda subnet: subnet.ipv6_native,
        "map-customer-owned-ip-on-launch": lambda subnet: subnet.map_customer_owned_ip_on_launch,
        "map-public-ip-on-launch": lambda subnet: subnet.map_public_ip_on_launch,
        "outpost-arn": lambda _: None,
        "owner-id": lambda subnet: subnet.owner_id,
        "private-dns-name-options-on-launch.enable-resource-name-dns-a-record": view.names_resources,
        "private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record": lambda _: False,
        "private-dns-name-options-on-launch.hostname-type": view.hostname_type,
        "state": lambda subnet: subnet.state,
        "subnet-arn": lambda subnet: subnet.subnet_arn,
        "subnet-id": lambda subnet: subnet.subnet_id,
        "vpc-id": lambda subnet: subnet.vpc_id,
    },
)


@write
def create_subnet(tx: WriteTx, caller: Caller, request: ec2.CreateSubnetRequest) -> ec2.CreateSubnetResult:
    """Makes a subnet of a part of the VPC's block that no other has."""
    _check_supported(request)
    vpc = find.one(tx, caller, Vpc, request.vpc_id)
    there = tx.owned(Subnet, vpc.id)
    block = _block(request.cidr_block, vpc, there)
    chosen = zones.chosen(caller.region, request.availability_zone, request.availability_zone_id)
    tags = tagging.specified(request.tag_specifications, "subnet")
    if len(there) >= MOST_SUBNETS:
        raise errors.too_many_subnets()

    spec = SubnetSpec(
        cidr=str(block), zone=chosen or _emptiest(caller.region, there), created_at=tx.now, tags=tags
    )
    subnet = Subnet(id=f"{caller.scope.id}/{furnishing.new_id(tx, 'subnet')}", owner=vpc.id, spec=spec)
    tx.put(subnet)
    return ec2.CreateSubnetResult(subnet=view.shown(tx, subnet))


def _check_supported(request: ec2.CreateSubnetRequest) -> None:
    if request.ipv6_cidr_block or request.ipv6_native:
        raise errors.ipv6_unsupported()
    pools = (request.ipv4_ipam_pool_id, request.ipv4_netmask_length, request.ipv6_ipam_pool_id)
    if any(pools) or request.ipv6_netmask_length:
        raise errors.pools_unsupported()
    if request.outpost_arn:
        raise errors.parameter_unsupported("OutpostArn")


def _block(text: str | None, vpc: Vpc, there: list[Subnet]) -> IPv4Network:
    """The block of a new subnet. Raises MissingParameter, InvalidSubnet.Range and InvalidSubnet.Conflict."""
    if not text:
        raise errors.subnet_cidr_missing()
    block = cidrs.block(text, "cidrBlock")
    if not cidrs.fits_a_network(block) or not block.subnet_of(IPv4Network(vpc.spec.cidr)):
        raise errors.subnet_range(str(block))
    if any(block.overlaps(IPv4Network(subnet.spec.cidr)) for subnet in there):
        raise errors.subnet_conflict(str(block))
    return block


def _emptiest(region: str, there: list[Subnet]) -> str:
    """The zone with the fewest subnets of the VPC: what a subnet gets that names none."""
    counts = Counter(subnet.spec.zone for subnet in there)
    return min(zone.names(region), key=lambda name: counts[name])


@read
def describe_subnets(
    tx: ReadTx, caller: Caller, request: ec2.DescribeSubnetsRequest
) -> ec2.DescribeSubnetsResult:
    """The subnets that are named or fit the filters."""
    records = find.several(tx, caller, Subnet, request.subnet_ids)
    page = SUBNETS.page(caller, request, records, lambda subnet: view.shown(tx, subnet))
    return ec2.DescribeSubnetsResult(subnets=page.items, next_token=page.next_token)


@write
def delete_subnet(tx: WriteTx, caller: Caller, request: ec2.DeleteSubnetRequest) -> ec2.DeleteSubnetResponse:
    """Deletes a subnet in which there are no interfaces, with its place in a route table."""
    subnet = find.one(tx, caller, Subnet, request.subnet_id)
    if any(find.is_shown(interface) for interface in tx.owned(Interface, subnet.id)):
        raise errors.subnet_in_use(subnet.name)
    for table in tx.owned(RouteTable, subnet.id):
        kept = {id: of for id, of in table.spec.associations.items() if of != subnet.id}
        tx.put(replace(table, spec=replace(table.spec, associations=kept)))
    tx.delete(subnet)
    return ec2.DeleteSubnetResponse()


@write
def modify_subnet_attribute(
    tx: WriteTx, caller: Caller, request: ec2.ModifySubnetAttributeRequest
) -> ec2.ModifySubnetAttributeResponse:
    """Changes one attribute of a subnet."""
    asked = _asked(request)
    if not asked:
        raise errors.attribute_missing()
    if len(asked) > 1:
        raise errors.attributes_several([name for name, _, _ in asked])
    subnet = find.one(tx, caller, Subnet, request.subnet_id)
    ((name, member, value),) = asked
    if value is None:
        raise errors.attribute_without_value(name)
    if member is None:
        if value:
            raise errors.parameter_unsupported(name)
    else:
        tx.put(replace(subnet, spec=replace(subnet.spec, **{member: value})))
    return ec2.ModifySubnetAttributeResponse()


def _asked(request: ec2.ModifySubnetAttributeRequest) -> list[tuple[str, str | None, Any]]:
    """What is to change: AWS's name, ours (None where only False is possible here), and the value."""
    switches = (
        ("MapPublicIpOnLaunch", "maps_public_ip", request.map_public_ip_on_launch),
        (
            "EnableResourceNameDnsARecordOnLaunch",
            "resource_name_dns",
            request.enable_resource_name_dns_a_record_on_launch,
        ),
        ("AssignIpv6AddressOnCreation", None, request.assign_ipv6_address_on_creation),
        ("EnableDns64", None, request.enable_dns64),
        (
            "EnableResourceNameDnsAAAARecordOnLaunch",
            None,
            request.enable_resource_name_dns_aaaa_record_on_launch,
        ),
        ("MapCustomerOwnedIpOnLaunch", None, request.map_customer_owned_ip_on_launch),
        ("DisableLniAtDeviceIndex", None, request.disable_lni_at_device_index),
    )
    values = (
        ("PrivateDnsHostnameTypeOnLaunch", "hostname_type", request.private_dns_hostname_type_on_launch),
        ("CustomerOwnedIpv4Pool", None, request.customer_owned_ipv4_pool),
        ("EnableLniAtDeviceIndex", None, request.enable_lni_at_device_index),
    )
    found = [(name, member, switch.value) for name, member, switch in switches if switch is not None]
    return [*found, *((name, member, value) for name, member, value in values if value is not None)]

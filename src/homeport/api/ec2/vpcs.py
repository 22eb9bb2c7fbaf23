"""VPCs: each is one container network on the machine, which the engine makes once something needs an address in it.

A block that another VPC of the machine has is accepted, as on AWS; that there can be no network for it is told by tasks
that wait for one, and by `homeport net`.
"""

from functools import partial

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import cidrs, find, furnishing, tagging
from homeport.api.ec2.errors import vpcs as errors
from homeport.api.ec2.listing import Catalogue
from homeport.api.ec2.view import vpc as view
from homeport.api.operation import read, write
from homeport.model.gateway import InternetGateway, NatGateway
from homeport.model.interface import Interface
from homeport.model.network_acl import NetworkAcl
from homeport.model.route_table import RouteTable
from homeport.model.security_group import SecurityGroup
from homeport.model.vpc import Subnet, Vpc, VpcSpec
from homeport.plan import home
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

MOST_VPCS = 5
"""In a region (VPC User Guide, "Amazon VPC quotas")."""
VPCS = Catalogue[ec2.Vpc](
    operation="DescribeVpcs",
    fields={
        "cidr": lambda vpc: vpc.cidr_block,
        "cidr-block": lambda vpc: vpc.cidr_block,
        "cidrBlock": lambda vpc: vpc.cidr_block,
        "cidr-block-association.association-id": view.associations,
        "cidr-block-association.cidr-block": lambda vpc: vpc.cidr_block,
        "cidr-block-association.state": lambda _: "associated",
        "dhcp-options-id": lambda vpc: vpc.dhcp_options_id,
        "dhcpOptionsId": lambda vpc: vpc.dhcp_options_id,
        "ipv6-cidr-block-association.association-id": lambda _: None,
        "ipv6-cidr-block-association.ipv6-cidr-block": lambda _: None,
        "ipv6-cidr-block-association.ipv6-pool": lambda _: None,
        "ipv6-cidr-block-association.state": lambda _: None,
        "is-default": lambda vpc: vpc.is_default,
        "isDefault": lambda vpc: vpc.is_default,
        "owner-id": lambda vpc: vpc.owner_id,
        "state": lambda vpc: vpc.state,
        "vpc-id": lambda vpc: vpc.vpc_id,
    },
)


@write
def create_vpc(tx: WriteTx, caller: Caller, request: ec2.CreateVpcRequest) -> ec2.CreateVpcResult:
    """Makes a VPC with a main route table and a security group `default`."""
    _check_supported(request)
    if not request.cidr_block:
        raise errors.cidr_missing()
    block = cidrs.block(request.cidr_block, "cidrBlock")
    if not cidrs.fits_a_network(block):
        raise errors.vpc_range(str(block))
    if request.instance_tenancy == "host":
        raise errors.tenancy_invalid(request.instance_tenancy)
    tags = tagging.specified(request.tag_specifications, "vpc")
    if len(find.several(tx, caller, Vpc, None)) >= MOST_VPCS:
        raise errors.too_many_vpcs()

    names = home.drawn(caller.scope, partial(furnishing.new_id, tx))
    tenancy = request.instance_tenancy or "default"
    spec = VpcSpec(cidr=str(block), created_at=tx.now, tenancy=tenancy, tags=tags)
    vpc = Vpc(id=f"{caller.scope.id}/{names.vpc}", owner=caller.scope.id, spec=spec)
    tx.put(vpc)
    furnishing.put(tx, home.furniture(vpc, names, tx.now))
    return ec2.CreateVpcResult(vpc=view.shown(vpc))


def _check_supported(request: ec2.CreateVpcRequest) -> None:
    if request.amazon_provided_ipv6_cidr_block or request.ipv6_cidr_block or request.ipv6_pool:
        raise errors.ipv6_unsupported()
    pools = (request.ipv4_ipam_pool_id, request.ipv4_netmask_length, request.ipv6_ipam_pool_id)
    if any(pools) or request.ipv6_netmask_length or request.ipv6_cidr_block_network_border_group:
        raise errors.pools_unsupported()
    if request.vpc_encryption_control is not None:
        raise errors.parameter_unsupported("VpcEncryptionControl")


@read
def describe_vpcs(tx: ReadTx, caller: Caller, request: ec2.DescribeVpcsRequest) -> ec2.DescribeVpcsResult:
    """The VPCs that are named or fit the filters."""
    records = find.several(tx, caller, Vpc, request.vpc_ids)
    page = VPCS.page(caller, request, records, view.shown)
    return ec2.DescribeVpcsResult(vpcs=page.items, next_token=page.next_token)


@write
def delete_vpc(tx: WriteTx, caller: Caller, request: ec2.DeleteVpcRequest) -> ec2.DeleteVpcResponse:
    """Deletes a VPC that has nothing in it but what it began with. Its network is taken down by the engine."""
    vpc = find.one(tx, caller, Vpc, request.vpc_id)
    if _is_used(tx, vpc):
        raise errors.vpc_in_use(vpc.name)
    furnishing.clear(tx, vpc)
    tx.put(replace(vpc, spec=replace(vpc.spec, deleted_at=tx.now)))
    return ec2.DeleteVpcResponse()


def _is_used(tx: ReadTx, vpc: Vpc) -> bool:
    """Whether something is in it; interfaces that are on their way out are no hindrance."""
    return (
        tx.count(Subnet, vpc.id) > 0
        or tx.count(InternetGateway, vpc.id) > 0
        or tx.count(RouteTable, vpc.id) > 1
        or tx.count(SecurityGroup, vpc.id) > 1
        or any(not acl.spec.is_default for acl in tx.owned(NetworkAcl, vpc.id))
        or any(gateway.spec.deleted_at is None for gateway in tx.owned(NatGateway, vpc.id))
        or any(find.is_shown(interface) for interface in tx.owned(Interface, vpc.id))
    )


@read
def describe_vpc_attribute(
    tx: ReadTx, caller: Caller, request: ec2.DescribeVpcAttributeRequest
) -> ec2.DescribeVpcAttributeResult:
    """One attribute of a VPC."""
    vpc = find.one(tx, caller, Vpc, request.vpc_id)
    match request.attribute:
        case "enableDnsSupport":
            found = ec2.AttributeBooleanValue(value=vpc.spec.dns_support)
            return ec2.DescribeVpcAttributeResult(vpc_id=vpc.name, enable_dns_support=found)
        case "enableDnsHostnames":
            found = ec2.AttributeBooleanValue(value=vpc.spec.dns_hostnames)
            return ec2.DescribeVpcAttributeResult(vpc_id=vpc.name, enable_dns_hostnames=found)
        case "enableNetworkAddressUsageMetrics":
            found = ec2.AttributeBooleanValue(value=vpc.spec.usage_metrics)
            return ec2.DescribeVpcAttributeResult(vpc_id=vpc.name, enable_network_address_usage_metrics=found)


@write
def modify_vpc_attribute(
    tx: WriteTx, caller: Caller, request: ec2.ModifyVpcAttributeRequest
) -> ec2.ModifyVpcAttributeResponse:
    """Changes one attribute of a VPC."""
    given = {
        "dns_support": ("EnableDnsSupport", request.enable_dns_support),
        "dns_hostnames": ("EnableDnsHostnames", request.enable_dns_hostnames),
        "usage_metrics": ("EnableNetworkAddressUsageMetrics", request.enable_network_address_usage_metrics),
    }
    asked = [(member, name, found) for member, (name, found) in given.items() if found is not None]
    if not asked:
        raise errors.attribute_missing()
    if len(asked) > 1:
        raise errors.attributes_several([name for _, name, _ in asked])
    vpc = find.one(tx, caller, Vpc, request.vpc_id)
    ((member, name, found),) = asked
    if found.value is None:
        raise errors.attribute_without_value(name)
    tx.put(replace(vpc, spec=replace(vpc.spec, **{member: found.value})))
    return ec2.ModifyVpcAttributeResponse()

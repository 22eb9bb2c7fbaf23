"""CreateDefaultVpc and CreateDefaultSubnet: for an account that has deleted what it was given (`server/welcome.py`)."""

from functools import partial
from ipaddress import IPv4Network

from homeport.api.caller import Caller
from homeport.api.ec2 import find, furnishing, zones
from homeport.api.ec2.errors import vpcs as errors
from homeport.api.ec2.view import subnet as subnet_view
from homeport.api.ec2.view import vpc as vpc_view
from homeport.api.operation import write
from homeport.model.vpc import Subnet, Vpc
from homeport.plan import home
from homeport.shapes import ec2
from homeport.store.tx import WriteTx


@write
def create_default_vpc(
    tx: WriteTx, caller: Caller, request: ec2.CreateDefaultVpcRequest
) -> ec2.CreateDefaultVpcResult:
    """Makes another default VPC, with all that is in one."""
    del request
    if find.default_vpc(tx, caller) is not None:
        raise errors.default_exists()
    names = home.drawn(caller.scope, partial(furnishing.new_id, tx))
    block = home.block(vpc.spec.cidr for vpc in tx.owned(Vpc, "vpcs"))
    furnishing.put(tx, home.default_vpc(caller.scope, names, block, tx.now))
    return ec2.CreateDefaultVpcResult(vpc=vpc_view.shown(find.one(tx, caller, Vpc, names.vpc)))


@write
def create_default_subnet(
    tx: WriteTx, caller: Caller, request: ec2.CreateDefaultSubnetRequest
) -> ec2.CreateDefaultSubnetResult:
    """Makes the default subnet of a zone again, where the default VPC has room."""
    if request.ipv6_native:
        raise errors.ipv6_unsupported()
    vpc = find.default_vpc(tx, caller)
    if vpc is None:
        raise errors.default_missing()
    zone = zones.chosen(caller.region, request.availability_zone, request.availability_zone_id)
    if zone is None:
        raise errors.zone_missing()
    there = tx.owned(Subnet, vpc.id)
    for subnet in there:
        if subnet.spec.is_default and subnet.spec.zone == zone:
            raise errors.default_subnet_exists(subnet.name, zone)

    candidates = IPv4Network(vpc.spec.cidr).subnets(new_prefix=home.SUBNET_PREFIX)
    block = home.first_free(candidates, [subnet.spec.cidr for subnet in there])
    if block is None:
        raise errors.no_room_for_default_subnet()
    made = home.default_subnet(vpc, furnishing.new_id(tx, "subnet"), zone, block, tx.now)
    tx.put(made)
    return ec2.CreateDefaultSubnetResult(subnet=subnet_view.shown(tx, made))

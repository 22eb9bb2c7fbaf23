"""NAT gateways: an interface in a subnet, with an elastic address or without. No packet goes through one (decision 0025).

One is `pending` for some seconds after it was made and `deleting` after it was deleted, and then shown as `deleted` for an
hour: states follow from dates, and there is nothing that would have to be done in between.
"""

from typing import Literal, TypeAlias

from msgspec.structs import replace

from homeport.api import interfaces
from homeport.api.caller import Caller
from homeport.api.ec2 import elastic_ips, find, furnishing, tagging, tokens
from homeport.api.ec2.errors import addresses as errors
from homeport.api.ec2.errors import common
from homeport.api.ec2.errors import interfaces as interface_errors
from homeport.api.ec2.errors import vpcs as vpc_errors
from homeport.api.ec2.interfaces import checked_address
from homeport.api.ec2.listing import Asked, Catalogue
from homeport.api.operation import read, write
from homeport.model.elastic_ip import ElasticIp
from homeport.model.gateway import InternetGateway, NatGateway, NatGatewaySpec
from homeport.model.interface import Interface
from homeport.model.record import Time
from homeport.model.vpc import Subnet
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

State: TypeAlias = Literal["pending", "available", "deleting", "deleted"]
PENDING_S, DELETING_S, SHOWN_S = 5.0, 5.0, 3600.0
"""How long it takes to come and to go, and how long it is remembered (the hour is AWS's)."""
MOST_GATEWAYS = 5
"""In a zone (VPC User Guide, "Amazon VPC quotas")."""
TOKENS = tokens.of("CreateNatGateway")
GATEWAYS = Catalogue[ec2.NatGateway](
    operation="DescribeNatGateways",
    fields={
        "nat-gateway-id": lambda gateway: gateway.nat_gateway_id,
        "state": lambda gateway: gateway.state,
        "subnet-id": lambda gateway: gateway.subnet_id,
        "vpc-id": lambda gateway: gateway.vpc_id,
    },
)
NOT_BUILT = (
    *("vpc_id", "availability_zone_addresses", "secondary_allocation_ids"),
    *("secondary_private_ip_addresses", "secondary_private_ip_address_count"),
)


@write
def create_nat_gateway(
    tx: WriteTx, caller: Caller, request: ec2.CreateNatGatewayRequest
) -> ec2.CreateNatGatewayResult:
    """Makes a gateway in a subnet: a public one takes an elastic address that is free."""
    before = TOKENS.remembered(tx, caller, "", request)
    if before is not None:
        made = find.one(tx, caller, NatGateway, before[0])
        return ec2.CreateNatGatewayResult(client_token=request.client_token, nat_gateway=_shown(tx, made))
    _check_supported(request)
    subnet = find.one(tx, caller, Subnet, request.subnet_id or "")
    elastic = _elastic(tx, caller, subnet, request)
    tags = tagging.specified(request.tag_specifications, "natgateway")
    _forget(tx, caller)
    _check_room(tx, caller, subnet)

    id = furnishing.new_id(tx, "nat")
    address = _address(tx, subnet, request.private_ip_address)
    spec = replace(
        interfaces.spec(tx, subnet, address), purpose="nat", description=f"Interface for NAT Gateway {id}"
    )
    interface = interfaces.put(tx, spec)
    if elastic is not None:
        elastic_ips.associate(tx, elastic, interface)
    gateway = NatGateway(
        id=f"{caller.scope.id}/{id}",
        owner=subnet.id,
        spec=NatGatewaySpec(
            vpc=subnet.owner,
            subnet=subnet.id,
            address=address,
            interface=interface.id,
            created_at=tx.now,
            connectivity=request.connectivity_type or "public",
            allocation=None if elastic is None else elastic.id,
            public_address=None if elastic is None else elastic.spec.address,
            tags=tags,
        ),
    )
    tx.put(gateway)
    TOKENS.remember(tx, caller, "", request, [gateway.name])
    return ec2.CreateNatGatewayResult(client_token=request.client_token, nat_gateway=_shown(tx, gateway))


def _check_supported(request: ec2.CreateNatGatewayRequest) -> None:
    if request.availability_mode == "regional":
        raise vpc_errors.parameter_unsupported("regional NAT gateways")
    for name in NOT_BUILT:
        if getattr(request, name):
            raise vpc_errors.parameter_unsupported("".join(part.title() for part in name.split("_")))
    if not request.subnet_id:
        raise common.missing("subnetId")


def _elastic(
    tx: ReadTx, caller: Caller, subnet: Subnet, request: ec2.CreateNatGatewayRequest
) -> ElasticIp | None:
    """The elastic address that it is to have; a private one has none."""
    if request.connectivity_type == "private":
        if request.allocation_id:
            raise errors.allocation_of_private()
        return None
    if not request.allocation_id:
        raise errors.allocation_missing()
    elastic = find.one(tx, caller, ElasticIp, request.allocation_id)
    if elastic.spec.association is not None:
        raise errors.address_associated(elastic.name, elastic.spec.association)
    if not tx.count(InternetGateway, subnet.owner):
        raise errors.no_gateway(subnet.owner.rsplit("/", 1)[1])
    return elastic


def _address(tx: ReadTx, subnet: Subnet, wanted: str | None) -> str:
    found = checked_address(tx, subnet, wanted) if wanted else interfaces.free_address(tx, subnet)
    if found is None:
        raise interface_errors.no_address_left(subnet.name)
    return found


def _check_room(tx: ReadTx, caller: Caller, subnet: Subnet) -> None:
    there = [each for each in tx.owned(NatGateway, caller.scope.id) if each.spec.deleted_at is None]
    zones = [found.spec.zone for each in there if (found := tx.get(Subnet, each.spec.subnet)) is not None]
    if zones.count(subnet.spec.zone) >= MOST_GATEWAYS:
        raise errors.too_many_nat_gateways(MOST_GATEWAYS)


def _forget(tx: WriteTx, caller: Caller) -> None:
    """Those that nobody is shown any more."""
    for gateway in tx.owned(NatGateway, caller.scope.id):
        if not is_remembered(gateway, tx.now):
            tx.delete(gateway)


@read
def describe_nat_gateways(
    tx: ReadTx, caller: Caller, request: ec2.DescribeNatGatewaysRequest
) -> ec2.DescribeNatGatewaysResult:
    """The gateways that are named or fit the filters, deleted ones for an hour among them."""
    found = find.several(tx, caller, NatGateway, request.nat_gateway_ids)
    records = [gateway for gateway in found if is_remembered(gateway, tx.now)]
    if request.nat_gateway_ids and len(records) < len(found):
        raise find.missing(NatGateway, *(each.name for each in found if each not in records))
    asked = Asked(filters=request.filter, max_results=request.max_results, next_token=request.next_token)
    page = GATEWAYS.page(caller, asked, records, lambda gateway: _shown(tx, gateway))
    return ec2.DescribeNatGatewaysResult(nat_gateways=page.items, next_token=page.next_token)


@write
def delete_nat_gateway(
    tx: WriteTx, caller: Caller, request: ec2.DeleteNatGatewayRequest
) -> ec2.DeleteNatGatewayResult:
    """Gives its addresses back; one that is deleted already stays so."""
    gateway = find.one(tx, caller, NatGateway, request.nat_gateway_id)
    if gateway.spec.deleted_at is None:
        interface = tx.get(Interface, gateway.spec.interface)
        if interface is not None:
            elastic_ips.dissociate_all(tx, interface)
            tx.delete(interface)
        tx.put(replace(gateway, spec=replace(gateway.spec, deleted_at=tx.now)))
    return ec2.DeleteNatGatewayResult(nat_gateway_id=gateway.name)


def is_remembered(gateway: NatGateway, now: Time) -> bool:
    """Whether it is shown: for an hour after it was deleted."""
    at = gateway.spec.deleted_at
    return at is None or now < at + SHOWN_S


def state(gateway: NatGateway, now: Time) -> State:
    """What has become of it."""
    at = gateway.spec.deleted_at
    if at is not None:
        return "deleting" if now < at + DELETING_S else "deleted"
    return "pending" if now < gateway.spec.created_at + PENDING_S else "available"


def _shown(tx: ReadTx, gateway: NatGateway) -> ec2.NatGateway:
    spec = gateway.spec
    elastic = None if spec.allocation is None else tx.get(ElasticIp, spec.allocation)
    address = ec2.NatGatewayAddress(
        allocation_id=None if spec.allocation is None else spec.allocation.rsplit("/", 1)[1],
        association_id=None if elastic is None or spec.deleted_at else elastic.spec.association,
        is_primary=True,
        network_interface_id=spec.interface.rsplit("/", 1)[1],
        private_ip=spec.address,
        public_ip=spec.public_address,
        status="succeeded" if spec.deleted_at is None else "disassociating",
    )
    return ec2.NatGateway(
        nat_gateway_id=gateway.name,
        vpc_id=spec.vpc.rsplit("/", 1)[1],
        subnet_id=spec.subnet.rsplit("/", 1)[1],
        state=state(gateway, tx.now),
        create_time=spec.created_at,
        delete_time=spec.deleted_at,
        connectivity_type="private" if spec.connectivity == "private" else "public",
        availability_mode="zonal",
        nat_gateway_addresses=[address],
        tags=tagging.shown(spec.tags),
    )

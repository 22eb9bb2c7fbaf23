"""Internet gateways. What reaches the world does so through the machine; a gateway is a record that routes lead to."""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import find, furnishing, tagging
from homeport.api.ec2.errors import routes as errors
from homeport.api.ec2.listing import Catalogue
from homeport.api.operation import read, write
from homeport.model.gateway import InternetGateway, InternetGatewaySpec, NatGateway
from homeport.model.record import scope_of
from homeport.model.vpc import Vpc
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

MOST_GATEWAYS = 5
"""In a region (VPC User Guide, "Amazon VPC quotas")."""
GATEWAYS = Catalogue[ec2.InternetGateway](
    operation="DescribeInternetGateways",
    fields={
        "attachment.state": lambda gateway: ["available" for _ in gateway.attachments or ()],
        "attachment.vpc-id": lambda gateway: [each.vpc_id for each in gateway.attachments or ()],
        "internet-gateway-id": lambda gateway: gateway.internet_gateway_id,
        "owner-id": lambda gateway: gateway.owner_id,
    },
)


@write
def create_internet_gateway(
    tx: WriteTx, caller: Caller, request: ec2.CreateInternetGatewayRequest
) -> ec2.CreateInternetGatewayResult:
    """Makes a gateway that is attached to nothing."""
    tags = tagging.specified(request.tag_specifications, "internet-gateway")
    if tx.count(InternetGateway, caller.scope.id) >= MOST_GATEWAYS:
        raise errors.too_many_gateways()
    id = f"{caller.scope.id}/{furnishing.new_id(tx, 'igw')}"
    gateway = InternetGateway(
        id=id, owner=caller.scope.id, spec=InternetGatewaySpec(created_at=tx.now, tags=tags)
    )
    tx.put(gateway)
    return ec2.CreateInternetGatewayResult(internet_gateway=_shown(gateway))


@read
def describe_internet_gateways(
    tx: ReadTx, caller: Caller, request: ec2.DescribeInternetGatewaysRequest
) -> ec2.DescribeInternetGatewaysResult:
    """The gateways that are named or fit the filters."""
    records = find.several(tx, caller, InternetGateway, request.internet_gateway_ids)
    page = GATEWAYS.page(caller, request, records, _shown)
    return ec2.DescribeInternetGatewaysResult(internet_gateways=page.items, next_token=page.next_token)


@write
def attach_internet_gateway(
    tx: WriteTx, caller: Caller, request: ec2.AttachInternetGatewayRequest
) -> ec2.AttachInternetGatewayResponse:
    """Attaches a gateway to a VPC that has none."""
    gateway = find.one(tx, caller, InternetGateway, request.internet_gateway_id)
    vpc = find.one(tx, caller, Vpc, request.vpc_id)
    if gateway.spec.vpc is not None:
        raise errors.gateway_attached(gateway.name, gateway.spec.vpc.rsplit("/", 1)[1])
    for other in tx.owned(InternetGateway, vpc.id):
        raise errors.vpc_has_gateway(vpc.name, other.name)
    tx.put(replace(gateway, spec=replace(gateway.spec, vpc=vpc.id)))
    return ec2.AttachInternetGatewayResponse()


@write
def detach_internet_gateway(
    tx: WriteTx, caller: Caller, request: ec2.DetachInternetGatewayRequest
) -> ec2.DetachInternetGatewayResponse:
    """Detaches a gateway from its VPC; routes that lead to it lead nowhere."""
    gateway = find.one(tx, caller, InternetGateway, request.internet_gateway_id)
    vpc = find.one(tx, caller, Vpc, request.vpc_id)
    if gateway.spec.vpc != vpc.id:
        raise errors.gateway_not_attached(gateway.name, vpc.name)
    if any(_is_mapped(each) for each in tx.owned(NatGateway, vpc.id)):
        raise errors.addresses_in_use(vpc.name)
    tx.put(replace(gateway, spec=replace(gateway.spec, vpc=None)))
    return ec2.DetachInternetGatewayResponse()


def _is_mapped(gateway: NatGateway) -> bool:
    return gateway.spec.deleted_at is None and gateway.spec.public_address is not None


@write
def delete_internet_gateway(
    tx: WriteTx, caller: Caller, request: ec2.DeleteInternetGatewayRequest
) -> ec2.DeleteInternetGatewayResponse:
    """Deletes a gateway that is attached to nothing."""
    gateway = find.one(tx, caller, InternetGateway, request.internet_gateway_id)
    if gateway.spec.vpc is not None:
        raise errors.gateway_in_use(gateway.name)
    tx.delete(gateway)
    return ec2.DeleteInternetGatewayResponse()


def _shown(gateway: InternetGateway) -> ec2.InternetGateway:
    vpc = gateway.spec.vpc
    # The model has no word for it, but AWS says `available` of the attachment of an internet gateway.
    attachment = ec2.InternetGatewayAttachment(
        state="available",  # type: ignore[arg-type]
        vpc_id=vpc.rsplit("/", 1)[1] if vpc else None,
    )
    return ec2.InternetGateway(
        internet_gateway_id=gateway.name,
        owner_id=scope_of(gateway.id).account,
        attachments=[attachment] if vpc else [],
        tags=tagging.shown(gateway.spec.tags),
    )

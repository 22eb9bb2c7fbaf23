"""Route tables and their associations with subnets. They are kept and shown, and no packet asks them (decision 0025)."""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import find, furnishing, tagging, tokens
from homeport.api.ec2.errors import common
from homeport.api.ec2.errors import routes as errors
from homeport.api.ec2.errors import vpcs as vpc_errors
from homeport.api.ec2.listing import Catalogue
from homeport.api.ec2.view import route_table as view
from homeport.api.operation import read, write
from homeport.model.route_table import RouteTable, RouteTableSpec
from homeport.model.vpc import Subnet, Vpc
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

MOST_TABLES = 200
"""In a VPC (VPC User Guide, "Amazon VPC quotas")."""
TOKENS = tokens.of("CreateRouteTable")
TABLES = Catalogue[ec2.RouteTable](
    operation="DescribeRouteTables",
    largest=100,
    fields={
        "association.gateway-id": lambda _: None,
        "association.main": lambda table: [
            "true" if each.main else "false" for each in table.associations or ()
        ],
        "association.route-table-association-id": lambda table: [
            each.route_table_association_id for each in table.associations or ()
        ],
        "association.route-table-id": lambda table: [
            each.route_table_id for each in table.associations or ()
        ],
        "association.subnet-id": lambda table: [each.subnet_id for each in table.associations or ()],
        "owner-id": lambda table: table.owner_id,
        "route-table-id": lambda table: table.route_table_id,
        "route.destination-cidr-block": lambda table: [
            each.destination_cidr_block for each in table.routes or ()
        ],
        "route.destination-ipv6-cidr-block": lambda table: [
            each.destination_ipv6_cidr_block for each in table.routes or ()
        ],
        "route.destination-prefix-list-id": lambda table: [
            each.destination_prefix_list_id for each in table.routes or ()
        ],
        "route.egress-only-internet-gateway-id": lambda _: None,
        "route.gateway-id": lambda table: [each.gateway_id for each in table.routes or ()],
        "route.instance-id": lambda _: None,
        "route.nat-gateway-id": lambda table: [each.nat_gateway_id for each in table.routes or ()],
        "route.network-interface-id": lambda table: [
            each.network_interface_id for each in table.routes or ()
        ],
        "route.origin": lambda table: [each.origin for each in table.routes or ()],
        "route.state": lambda table: [each.state for each in table.routes or ()],
        "route.transit-gateway-id": lambda _: None,
        "route.vpc-peering-connection-id": lambda _: None,
        "vpc-id": lambda table: table.vpc_id,
    },
)


@write
def create_route_table(
    tx: WriteTx, caller: Caller, request: ec2.CreateRouteTableRequest
) -> ec2.CreateRouteTableResult:
    """Makes a table with the route to the VPC itself."""
    before = TOKENS.remembered(tx, caller, "", request)
    if before is not None:
        found = view.shown(tx, find.one(tx, caller, RouteTable, before[0]))
        return ec2.CreateRouteTableResult(route_table=found, client_token=request.client_token)
    vpc = find.one(tx, caller, Vpc, request.vpc_id)
    tags = tagging.specified(request.tag_specifications, "route-table")
    if tx.count(RouteTable, vpc.id) >= MOST_TABLES:
        raise errors.too_many_tables()
    id = f"{caller.scope.id}/{furnishing.new_id(tx, 'rtb')}"
    table = RouteTable(id=id, owner=vpc.id, spec=RouteTableSpec(created_at=tx.now, tags=tags))
    tx.put(table)
    TOKENS.remember(tx, caller, "", request, [table.name])
    return ec2.CreateRouteTableResult(route_table=view.shown(tx, table), client_token=request.client_token)


@read
def describe_route_tables(
    tx: ReadTx, caller: Caller, request: ec2.DescribeRouteTablesRequest
) -> ec2.DescribeRouteTablesResult:
    """The tables that are named or fit the filters."""
    records = find.several(tx, caller, RouteTable, request.route_table_ids)
    page = TABLES.page(caller, request, records, lambda table: view.shown(tx, table))
    return ec2.DescribeRouteTablesResult(route_tables=page.items, next_token=page.next_token)


@write
def delete_route_table(
    tx: WriteTx, caller: Caller, request: ec2.DeleteRouteTableRequest
) -> ec2.DeleteRouteTableResponse:
    """Deletes a table that is not the main one and has no subnets."""
    table = find.one(tx, caller, RouteTable, request.route_table_id)
    if table.spec.main is not None or table.spec.associations:
        raise errors.table_in_use(table.name)
    tx.delete(table)
    return ec2.DeleteRouteTableResponse()


@write
def associate_route_table(
    tx: WriteTx, caller: Caller, request: ec2.AssociateRouteTableRequest
) -> ec2.AssociateRouteTableResult:
    """Has a subnet ask this table instead of its VPC's main one."""
    if request.gateway_id or request.public_ipv4_pool:
        raise vpc_errors.parameter_unsupported("GatewayId" if request.gateway_id else "PublicIpv4Pool")
    if not request.subnet_id:
        raise common.missing("subnetId")
    table = find.one(tx, caller, RouteTable, request.route_table_id)
    subnet = find.one(tx, caller, Subnet, request.subnet_id)
    if subnet.owner != table.owner:
        raise errors.other_network(table.name, "subnet", subnet.name)
    if tx.count(RouteTable, subnet.id):
        raise errors.association_exists(table.name)
    id = furnishing.new_id(tx, "rtbassoc")
    _put(tx, table, {**table.spec.associations, id: subnet.id})
    return ec2.AssociateRouteTableResult(association_id=id, association_state=view.ASSOCIATED)


@write
def disassociate_route_table(
    tx: WriteTx, caller: Caller, request: ec2.DisassociateRouteTableRequest
) -> ec2.DisassociateRouteTableResponse:
    """Has a subnet ask its VPC's main table again."""
    table = _associated(tx, caller, request.association_id)
    if table.spec.main == request.association_id:
        raise errors.association_main(request.association_id)
    _put(tx, table, _without(table, request.association_id))
    return ec2.DisassociateRouteTableResponse()


@write
def replace_route_table_association(
    tx: WriteTx, caller: Caller, request: ec2.ReplaceRouteTableAssociationRequest
) -> ec2.ReplaceRouteTableAssociationResult:
    """Has a subnet ask another table, or makes another table the main one; the association gets a new id."""
    old = _associated(tx, caller, request.association_id)
    new = find.one(tx, caller, RouteTable, request.route_table_id)
    if new.owner != old.owner:
        raise errors.other_network(new.name, "route table", old.name)
    id = furnishing.new_id(tx, "rtbassoc")
    if old.spec.main == request.association_id:
        tx.put(replace(old, spec=replace(old.spec, main=None)))
        now = tx.get(RouteTable, new.id) or new
        tx.put(replace(now, spec=replace(now.spec, main=id)))
    else:
        subnet = old.spec.associations[request.association_id]
        _put(tx, old, _without(old, request.association_id))
        now = tx.get(RouteTable, new.id) or new
        _put(tx, now, {**now.spec.associations, id: subnet})
    return ec2.ReplaceRouteTableAssociationResult(new_association_id=id, association_state=view.ASSOCIATED)


def _associated(tx: ReadTx, caller: Caller, association: str) -> RouteTable:
    """The table that an association is with. Raises `InvalidAssociationID.NotFound`."""
    found = tx.owned(RouteTable, f"{caller.scope.id}/{association}")
    if not found:
        raise errors.association_not_found(association)
    return found[0]


def _without(table: RouteTable, association: str) -> dict[str, str]:
    return {id: subnet for id, subnet in table.spec.associations.items() if id != association}


def _put(tx: WriteTx, table: RouteTable, associations: dict[str, str]) -> None:
    tx.put(replace(table, spec=replace(table.spec, associations=associations)))

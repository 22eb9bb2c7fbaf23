"""Routes of a table: from blocks or prefix lists to gateways and interfaces. The route to the VPC itself is in every table."""

from ipaddress import IPv4Network
from typing import TypeAlias

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import cidrs, find, lists
from homeport.api.ec2.errors import routes as errors
from homeport.api.ec2.errors import vpcs as vpc_errors
from homeport.api.operation import write
from homeport.model.gateway import InternetGateway, NatGateway
from homeport.model.interface import Interface
from homeport.model.route_table import Route, RouteTable
from homeport.model.vpc import Vpc
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

MOST_ROUTES = 500
"""In a table (VPC User Guide, "Amazon VPC quotas")."""
NOT_HERE = (
    *("vpc_endpoint_id", "transit_gateway_id", "local_gateway_id", "carrier_gateway_id", "core_network_arn"),
    *("odb_network_arn", "egress_only_internet_gateway_id", "instance_id", "vpc_peering_connection_id"),
)
"""Targets that there are on AWS only."""
Asked: TypeAlias = ec2.CreateRouteRequest | ec2.ReplaceRouteRequest


@write
def create_route(tx: WriteTx, caller: Caller, request: ec2.CreateRouteRequest) -> ec2.CreateRouteResult:
    """Adds a route to where the table has none."""
    table = find.one(tx, caller, RouteTable, request.route_table_id)
    route = _targeted(tx, caller, table, request)
    if _is_local(tx, table, route) or any(
        each.destination == route.destination for each in table.spec.routes
    ):
        raise errors.route_exists(route.destination)
    if len(table.spec.routes) >= MOST_ROUTES:
        raise errors.too_many_routes()
    _put(tx, table, (*table.spec.routes, route))
    return ec2.CreateRouteResult(return_=True)


@write
def replace_route(tx: WriteTx, caller: Caller, request: ec2.ReplaceRouteRequest) -> ec2.ReplaceRouteResponse:
    """Has a route lead elsewhere."""
    if request.local_target:
        raise vpc_errors.parameter_unsupported("LocalTarget")
    table = find.one(tx, caller, RouteTable, request.route_table_id)
    route = _targeted(tx, caller, table, request)
    _check_there(table, route)
    kept = (route if each.destination == route.destination else each for each in table.spec.routes)
    _put(tx, table, tuple(kept))
    return ec2.ReplaceRouteResponse()


@write
def delete_route(tx: WriteTx, caller: Caller, request: ec2.DeleteRouteRequest) -> ec2.DeleteRouteResponse:
    """Takes a route out of a table."""
    table = find.one(tx, caller, RouteTable, request.route_table_id)
    route = _destined(request)
    if _is_local(tx, table, route):
        raise errors.route_local(route.destination, table.name)
    _check_there(table, route)
    kept = (each for each in table.spec.routes if each.destination != route.destination)
    _put(tx, table, tuple(kept))
    return ec2.DeleteRouteResponse()


def _put(tx: WriteTx, table: RouteTable, routes: tuple[Route, ...]) -> None:
    tx.put(replace(table, spec=replace(table.spec, routes=routes)))


def _check_there(table: RouteTable, route: Route) -> None:
    if all(each.destination != route.destination for each in table.spec.routes):
        parameter = "destination-cidr-block" if route.cidr else "destination-ipv6-cidr-block"
        parameter = "destination-prefix-list-id" if route.prefix_list else parameter
        raise errors.route_not_found(parameter, route.destination, table.name)


def _destined(request: Asked | ec2.DeleteRouteRequest) -> Route:
    """The destination, as a route to nowhere. Raises InvalidParameterCombination and InvalidParameterValue."""
    cidr, cidr6 = request.destination_cidr_block, request.destination_ipv6_cidr_block
    prefix_list = request.destination_prefix_list_id
    if sum(map(bool, (cidr, cidr6, prefix_list))) != 1:
        raise errors.destinations_wrong()
    if cidr:
        return Route(cidr=str(cidrs.block(cidr, "destinationCidrBlock")))
    return Route(
        cidr6=cidrs.block6(cidr6, "destinationIpv6CidrBlock") if cidr6 else None,
        prefix_list=prefix_list or None,
    )


def _targeted(tx: ReadTx, caller: Caller, table: RouteTable, request: Asked) -> Route:
    """The route that is asked for: its target is there, and in the table's VPC."""
    for name in NOT_HERE:
        if getattr(request, name):
            raise vpc_errors.parameter_unsupported("".join(part.title() for part in name.split("_")))
    targets = (request.gateway_id, request.nat_gateway_id, request.network_interface_id)
    if sum(map(bool, targets)) != 1:
        raise errors.targets_wrong()
    route = _destined(request)
    if route.prefix_list is not None:
        lists.one(tx, caller, route.prefix_list)
    gateway, nat, interface = targets
    if gateway:
        return replace(route, gateway=_gateway(tx, caller, table, route, gateway))
    if nat:
        return replace(route, nat_gateway=_nat_gateway(tx, caller, table, nat))
    return replace(route, interface=_interface(tx, caller, table, interface or ""))


def _gateway(tx: ReadTx, caller: Caller, table: RouteTable, route: Route, id: str) -> str:
    gateway = find.maybe(tx, caller, InternetGateway, id)
    if gateway is None:
        raise errors.gateway_not_found(id)
    if gateway.spec.vpc != table.owner:
        raise errors.other_network(table.name, "network gateway", gateway.name)
    if route.cidr is not None and IPv4Network(route.cidr).subnet_of(_block(tx, table)):
        raise errors.route_too_specific(route.cidr)
    return gateway.name


def _nat_gateway(tx: ReadTx, caller: Caller, table: RouteTable, id: str) -> str:
    nat = find.maybe(tx, caller, NatGateway, id)
    if nat is None or nat.spec.deleted_at is not None:
        raise errors.nat_gateway_not_found(id)
    if nat.spec.vpc != table.owner:
        raise errors.other_network(table.name, "network gateway", nat.name)
    return nat.name


def _interface(tx: ReadTx, caller: Caller, table: RouteTable, id: str) -> str:
    interface = find.one(tx, caller, Interface, id)
    if interface.spec.vpc != table.owner:
        raise errors.other_network(table.name, "interface", interface.name)
    return interface.name


def _is_local(tx: ReadTx, table: RouteTable, route: Route) -> bool:
    return route.cidr is not None and IPv4Network(route.cidr) == _block(tx, table)


def _block(tx: ReadTx, table: RouteTable) -> IPv4Network:
    vpc = tx.get(Vpc, table.owner)
    assert vpc is not None, table.owner
    return IPv4Network(vpc.spec.cidr)

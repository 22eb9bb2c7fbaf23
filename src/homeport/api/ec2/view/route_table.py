"""A route table as EC2 shows it."""

from homeport.api.ec2 import tagging
from homeport.model.gateway import InternetGateway, NatGateway
from homeport.model.interface import Interface
from homeport.model.record import scope_of
from homeport.model.route_table import Route, RouteTable
from homeport.model.vpc import Vpc
from homeport.shapes import ec2
from homeport.store.tx import ReadTx

ASSOCIATED = ec2.RouteTableAssociationState(state="associated")


def shown(tx: ReadTx, table: RouteTable) -> ec2.RouteTable:
    """With the route to the VPC itself, and each route's state: `blackhole` where it leads to what is gone."""
    vpc = tx.get(Vpc, table.owner)
    local = ec2.Route(
        destination_cidr_block=vpc.spec.cidr if vpc is not None else None,
        gateway_id="local",
        origin="CreateRouteTable",
        state="active",
    )
    return ec2.RouteTable(
        route_table_id=table.name,
        vpc_id=table.owner.rsplit("/", 1)[1],
        owner_id=scope_of(table.id).account,
        associations=_associations(table),
        propagating_vgws=[],
        routes=[local, *(_route(tx, table, route) for route in table.spec.routes)],
        tags=tagging.shown(table.spec.tags),
    )


def _associations(table: RouteTable) -> list[ec2.RouteTableAssociation]:
    found = [
        ec2.RouteTableAssociation(
            route_table_association_id=id,
            route_table_id=table.name,
            subnet_id=subnet.rsplit("/", 1)[1],
            main=False,
            association_state=ASSOCIATED,
        )
        for id, subnet in table.spec.associations.items()
    ]
    if table.spec.main is None:
        return found
    main = ec2.RouteTableAssociation(
        route_table_association_id=table.spec.main,
        route_table_id=table.name,
        main=True,
        association_state=ASSOCIATED,
    )
    return [main, *found]


def _route(tx: ReadTx, table: RouteTable, route: Route) -> ec2.Route:
    return ec2.Route(
        destination_cidr_block=route.cidr,
        destination_ipv6_cidr_block=route.cidr6,
        destination_prefix_list_id=route.prefix_list,
        gateway_id=route.gateway,
        nat_gateway_id=route.nat_gateway,
        network_interface_id=route.interface,
        origin="CreateRoute",
        state="active" if _leads_somewhere(tx, table, route) else "blackhole",
    )


def _leads_somewhere(tx: ReadTx, table: RouteTable, route: Route) -> bool:
    tenant = scope_of(table.id).id
    if route.gateway is not None:
        gateway = tx.get(InternetGateway, f"{tenant}/{route.gateway}")
        return gateway is not None and gateway.spec.vpc == table.owner
    if route.nat_gateway is not None:
        nat = tx.get(NatGateway, f"{tenant}/{route.nat_gateway}")
        return nat is not None and nat.spec.deleted_at is None
    return tx.get(Interface, f"{tenant}/{route.interface}") is not None

"""Route tables, routes and associations, as boto3 makes and moves them."""

from typing import Any

import pytest

from tests.conformance.world import refusal

ANYWHERE = {"DestinationCidrBlock": "0.0.0.0/0"}


@pytest.fixture
def table(ec2: Any, vpc: str) -> str:
    """The id of a route table that is not the main one."""
    return str(ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"])


@pytest.fixture
def gateway(ec2: Any, vpc: str) -> str:
    """The id of an internet gateway that is attached."""
    id = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=id, VpcId=vpc)
    return str(id)


def main_of(ec2: Any, vpc: str) -> dict[str, Any]:
    """The main route table."""
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
    (found,) = ec2.describe_route_tables(Filters=filters)["RouteTables"]
    return dict(found)


def routes(ec2: Any, table: str) -> list[dict[str, Any]]:
    """The routes of a table but the one to the VPC itself."""
    (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    local, *others = found["Routes"]
    assert local["GatewayId"] == "local"
    return list(others)


def associations(ec2: Any, table: str) -> list[tuple[str, str | None, bool]]:
    """Id, subnet and whether it is the main one, of each association."""
    (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    return [
        (each["RouteTableAssociationId"], each.get("SubnetId"), each["Main"])
        for each in found["Associations"]
    ]


def test_a_table_is_made_once_for_a_client_token(ec2, vpc):
    tags = [{"ResourceType": "route-table", "Tags": [{"Key": "a", "Value": "b"}]}]
    first, second = (
        ec2.create_route_table(VpcId=vpc, TagSpecifications=tags, ClientToken="one") for _ in range(2)
    )
    assert first["RouteTable"] == second["RouteTable"]
    assert first["RouteTable"]["Associations"] == []
    assert refusal(ec2.create_route_table, VpcId=vpc, ClientToken="one")[0] == "IdempotentParameterMismatch"


def test_a_route_is_added_moved_and_taken_away(ec2, vpc, table, gateway, subnet):
    ec2.create_route(RouteTableId=table, GatewayId=gateway, **ANYWHERE)
    made = {**ANYWHERE, "Origin": "CreateRoute", "State": "active"}
    assert routes(ec2, table) == [{**made, "GatewayId": gateway}]
    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    ec2.replace_route(RouteTableId=table, NetworkInterfaceId=interface, **ANYWHERE)
    assert routes(ec2, table) == [{**made, "NetworkInterfaceId": interface}]
    ec2.delete_network_interface(NetworkInterfaceId=interface)
    assert routes(ec2, table) == [{**made, "NetworkInterfaceId": interface, "State": "blackhole"}]
    ec2.delete_route(RouteTableId=table, **ANYWHERE)
    assert routes(ec2, table) == []


def test_routes_may_lead_from_ipv6_and_from_prefix_lists(ec2, table, gateway):
    found = ec2.describe_managed_prefix_lists()["PrefixLists"][0]["PrefixListId"]
    ec2.create_route(RouteTableId=table, GatewayId=gateway, DestinationIpv6CidrBlock="::/0")
    ec2.create_route(RouteTableId=table, GatewayId=gateway, DestinationPrefixListId=found)
    assert [
        each.get("DestinationIpv6CidrBlock", each.get("DestinationPrefixListId"))
        for each in routes(ec2, table)
    ] == ["::/0", found]


@pytest.mark.parametrize(
    ("members", "code", "text"),
    [
        (ANYWHERE, "RouteAlreadyExists", "The route identified by 0.0.0.0/0 already exists."),
        (
            {"DestinationCidrBlock": "10.0.0.0/16"},
            "InvalidParameterValue",
            (
                "The destination CIDR block 10.0.0.0/16 is equal to or more specific than one of this VPC's CIDR "
                "blocks. This route can target only an interface or an instance."
            ),
        ),
        ({}, "InvalidParameterCombination", None),
        ({**ANYWHERE, "NatGatewayId": "nat-1"}, "InvalidParameterCombination", None),
        (
            {"DestinationCidrBlock": "1.2.3.4"},
            "InvalidParameterValue",
            "Value (1.2.3.4) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.",
        ),
        ({**ANYWHERE, "TransitGatewayId": "tgw-1"}, "UnsupportedOperation", None),
        ({**ANYWHERE, "GatewayId": "igw-1"}, "InvalidGatewayID.NotFound", None),
        ({"RouteTableId": "rtb-1"}, "InvalidRouteTableID.NotFound", None),
    ],
)
def test_a_route_that_cannot_be_is_refused(ec2, table, gateway, members, code, text):
    ec2.create_route(RouteTableId=table, GatewayId=gateway, **ANYWHERE)
    told = refusal(ec2.create_route, **{"RouteTableId": table, "GatewayId": gateway, **members})
    assert told == (code, told[1] if text is None else text)


def test_a_route_that_is_not_there_is_neither_replaced_nor_deleted(ec2, vpc, table, gateway):
    told = (
        "InvalidRoute.NotFound",
        f"no route with destination-cidr-block 0.0.0.0/0 in route table {table}",
    )
    assert refusal(ec2.delete_route, RouteTableId=table, **ANYWHERE) == told
    assert refusal(ec2.replace_route, RouteTableId=table, GatewayId=gateway, **ANYWHERE) == told
    local = refusal(ec2.delete_route, RouteTableId=table, DestinationCidrBlock="10.0.0.0/16")
    assert local[0] == "InvalidParameterValue"


def test_a_route_leads_to_gateways_of_its_own_vpc_only(ec2, vpc, table):
    (other,) = ec2.describe_internet_gateways()["InternetGateways"]
    told = refusal(ec2.create_route, RouteTableId=table, GatewayId=other["InternetGatewayId"], **ANYWHERE)
    text = (
        f"route table {table} and network gateway {other['InternetGatewayId']} belong to different networks"
    )
    assert told == ("InvalidParameterValue", text)


def test_a_subnet_asks_one_table(ec2, vpc, table, subnet):
    id = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    assert associations(ec2, table) == [(id, subnet, False)]
    assert refusal(ec2.associate_route_table, RouteTableId=table, SubnetId=subnet)[0] == (
        "Resource.AlreadyAssociated"
    )
    assert refusal(ec2.delete_route_table, RouteTableId=table) == (
        "DependencyViolation",
        f"The routeTable '{table}' has dependencies and cannot be deleted.",
    )
    other = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    moved = ec2.replace_route_table_association(AssociationId=id, RouteTableId=other)
    assert associations(ec2, table) == []
    assert associations(ec2, other) == [(moved["NewAssociationId"], subnet, False)]
    assert refusal(ec2.disassociate_route_table, AssociationId=id) == (
        "InvalidAssociationID.NotFound",
        f"The association ID '{id}' does not exist",
    )
    ec2.disassociate_route_table(AssociationId=moved["NewAssociationId"])
    ec2.delete_route_table(RouteTableId=other)
    assert refusal(ec2.describe_route_tables, RouteTableIds=[other]) == (
        "InvalidRouteTableID.NotFound",
        f"The routeTable ID '{other}' does not exist",
    )


def test_a_subnet_takes_its_association_along_when_it_is_deleted(ec2, table, subnet):
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    ec2.delete_subnet(SubnetId=subnet)
    assert associations(ec2, table) == []


def test_a_subnet_of_another_vpc_is_refused(ec2, table, other_vpc):
    subnet = ec2.create_subnet(VpcId=other_vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    told = refusal(ec2.associate_route_table, RouteTableId=table, SubnetId=subnet)
    assert told == (
        "InvalidParameterValue",
        f"route table {table} and subnet {subnet} belong to different networks",
    )


def test_another_table_can_be_made_the_main_one(ec2, vpc, table):
    before = main_of(ec2, vpc)
    ((id, _, _),) = associations(ec2, before["RouteTableId"])
    assert refusal(ec2.disassociate_route_table, AssociationId=id) == (
        "InvalidParameterValue",
        f"cannot disassociate the main route table association {id}",
    )
    assert refusal(ec2.delete_route_table, RouteTableId=before["RouteTableId"])[0] == "DependencyViolation"
    ec2.replace_route_table_association(AssociationId=id, RouteTableId=table)
    assert main_of(ec2, vpc)["RouteTableId"] == table
    ec2.delete_route_table(RouteTableId=before["RouteTableId"])

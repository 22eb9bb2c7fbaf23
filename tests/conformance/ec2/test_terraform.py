"""The calls that Terraform's provider makes for networks, and what it reads: aws_vpc, aws_subnet, aws_internet_gateway,
aws_route_table, aws_route_table_association, aws_eip, aws_nat_gateway, and the data sources about them.

After its sources (hashicorp/terraform-provider-aws, internal/service/ec2): each request is what it sends for a plain
configuration, and what it compares afterwards must be what was asked for, or the next plan is not empty.
"""

from typing import Any

import pytest

from tests.conformance.world import World, refusal


def tagged(kind: str) -> list[dict[str, Any]]:
    """The tags that every resource has."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": "tf"}]}]


def by(**filters: str) -> list[dict[str, Any]]:
    """Filters, with underscores for dashes."""
    return [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]


@pytest.fixture
def made(ec2: Any) -> str:
    """The id of what `resource "aws_vpc"` makes, with DNS host names."""
    answer = ec2.create_vpc(
        CidrBlock="10.0.0.0/16",
        AmazonProvidedIpv6CidrBlock=False,
        InstanceTenancy="default",
        TagSpecifications=tagged("vpc"),
    )
    id = answer["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=id, EnableDnsHostnames={"Value": True})
    return str(id)


def test_aws_vpc_reads_what_it_made(ec2, made):
    (found,) = ec2.describe_vpcs(VpcIds=[made])["Vpcs"]
    assert (found["State"], found["CidrBlock"]) == ("available", "10.0.0.0/16")
    assert (found["InstanceTenancy"], found["OwnerId"]) == ("default", "123456789012")
    assert found["Tags"] == [{"Key": "Name", "Value": "tf"}]
    assert found.get("Ipv6CidrBlockAssociationSet", []) == []
    for attribute in ("enableDnsHostnames", "enableDnsSupport"):
        shown = ec2.describe_vpc_attribute(VpcId=made, Attribute=attribute)
        assert shown[attribute[0].upper() + attribute[1:]] == {"Value": True}
    assert len(ec2.describe_network_acls(Filters=by(default="true", vpc_id=made))["NetworkAcls"]) == 1
    tables = ec2.describe_route_tables(Filters=[*by(vpc_id=made), *by(**{"association.main": "true"})])
    assert len(tables["RouteTables"]) == 1
    groups = ec2.describe_security_groups(Filters=by(group_name="default", vpc_id=made))["SecurityGroups"]
    assert len(groups) == 1


def test_a_network_of_subnets_routes_and_gateways_reads_as_it_was_made(world: World, ec2, made):
    subnet = ec2.create_subnet(
        VpcId=made,
        CidrBlock="10.0.1.0/24",
        AvailabilityZone="us-east-1a",
        TagSpecifications=tagged("subnet"),
    )["Subnet"]["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    (found,) = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
    assert found["MapPublicIpOnLaunch"]
    assert not {"OutpostArn", "CustomerOwnedIpv4Pool", "EnableLniAtDeviceIndex"} & set(found)

    gateway = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway"))["InternetGateway"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=made)
    (attachment,) = ec2.describe_internet_gateways(
        InternetGatewayIds=[gateway["InternetGatewayId"]], Filters=by(**{"attachment.vpc-id": made})
    )["InternetGateways"][0]["Attachments"]
    assert attachment["State"] == "available"

    table = ec2.create_route_table(
        ClientToken="terraform-20261125000000000000000001",
        VpcId=made,
        TagSpecifications=tagged("route-table"),
    )["RouteTable"]["RouteTableId"]
    ec2.create_route(
        RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway["InternetGatewayId"]
    )
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    (found,) = ec2.describe_route_tables(
        Filters=by(**{"association.route-table-association-id": association})
    )["RouteTables"]
    assert found["Associations"][0]["AssociationState"] == {"State": "associated"}
    assert found["PropagatingVgws"] == []

    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip"))["AllocationId"]
    shown = ec2.describe_addresses_attribute(AllocationIds=[address], Attribute="domain-name")
    assert "PtrRecord" not in shown["Addresses"][0]
    nat = ec2.create_nat_gateway(
        ClientToken="terraform-20261125000000000000000002",
        SubnetId=subnet,
        AllocationId=address,
        ConnectivityType="public",
        TagSpecifications=tagged("natgateway"),
    )["NatGateway"]["NatGatewayId"]
    world.pass_time(30)
    (found,) = ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"]
    assert (found["State"], found["NatGatewayAddresses"][0]["IsPrimary"]) == ("available", True)


def test_what_was_made_is_destroyed_in_terraforms_order(world: World, ec2, made):
    subnet = ec2.create_subnet(VpcId=made, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=made)["RouteTable"]["RouteTableId"]
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]

    ec2.delete_nat_gateway(NatGatewayId=nat)
    world.pass_time(30)
    assert ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]["State"] == "deleted"
    ec2.disassociate_route_table(AssociationId=association)
    ec2.delete_route_table(RouteTableId=table)
    assert refusal(ec2.describe_route_tables, RouteTableIds=[table])[0] == "InvalidRouteTableID.NotFound"
    assert ec2.describe_network_interfaces(Filters=by(subnet_id=subnet))["NetworkInterfaces"] == []
    ec2.delete_subnet(SubnetId=subnet)
    assert refusal(ec2.describe_subnets, SubnetIds=[subnet])[0] == "InvalidSubnetID.NotFound"
    ec2.delete_vpc(VpcId=made)
    assert refusal(ec2.describe_vpcs, VpcIds=[made])[0] == "InvalidVpcID.NotFound"


def test_data_sources_find_the_default_vpc_its_subnets_and_zones(ec2):
    (vpc,) = ec2.describe_vpcs(Filters=by(isDefault="true"))["Vpcs"]
    subnets = ec2.describe_subnets(Filters=by(vpc_id=vpc["VpcId"]))["Subnets"]
    zones = ec2.describe_availability_zones(AllAvailabilityZones=False, Filters=by(state="available"))
    names = {each["ZoneName"] for each in zones["AvailabilityZones"]}
    assert {each["AvailabilityZone"] for each in subnets} == names
    ask = [*by(availabilityZone="us-east-1b"), *by(defaultForAz="true")]
    assert len(ec2.describe_subnets(Filters=ask)["Subnets"]) == 1

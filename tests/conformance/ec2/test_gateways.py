"""Internet gateways, NAT gateways and elastic addresses, as boto3 makes, moves and deletes them."""

from typing import Any

import pytest

from homeport.model.gateway import NatGateway
from tests.conformance.world import World, refusal


@pytest.fixture
def gateway(ec2: Any, vpc: str) -> str:
    """The id of an internet gateway that is attached."""
    id = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=id, VpcId=vpc)
    return str(id)


@pytest.fixture
def allocation(ec2: Any) -> str:
    """The id of an elastic address."""
    return str(ec2.allocate_address(Domain="vpc")["AllocationId"])


@pytest.fixture
def interface(ec2: Any, subnet: str) -> str:
    """The id of a user's interface."""
    return str(ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"])


def nat(ec2: Any, id: str) -> dict[str, Any]:
    """A NAT gateway as it is described."""
    (found,) = ec2.describe_nat_gateways(NatGatewayIds=[id])["NatGateways"]
    return dict(found)


def test_an_internet_gateway_is_attached_to_one_vpc(ec2, vpc, gateway):
    (found,) = ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"]
    assert found["Attachments"] == [{"State": "available", "VpcId": vpc}]
    assert refusal(ec2.attach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc) == (
        "Resource.AlreadyAssociated",
        f"resource {gateway} is already attached to network {vpc}",
    )
    second = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    assert refusal(ec2.attach_internet_gateway, InternetGatewayId=second, VpcId=vpc) == (
        "InvalidParameterValue",
        f"Network {vpc} already has an internet gateway attached: {gateway}",
    )
    assert refusal(ec2.detach_internet_gateway, InternetGatewayId=second, VpcId=vpc)[0] == (
        "Gateway.NotAttached"
    )


def test_an_internet_gateway_is_deleted_once_it_is_detached(ec2, vpc, gateway):
    assert refusal(ec2.delete_internet_gateway, InternetGatewayId=gateway) == (
        "DependencyViolation",
        f"The internetGateway '{gateway}' has dependencies and cannot be deleted.",
    )
    assert refusal(ec2.delete_vpc, VpcId=vpc)[0] == "DependencyViolation"
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    assert refusal(ec2.delete_internet_gateway, InternetGatewayId=gateway) == (
        "InvalidInternetGatewayID.NotFound",
        f"The internetGateway ID '{gateway}' does not exist",
    )
    ec2.delete_vpc(VpcId=vpc)


def test_an_address_is_given_put_on_an_interface_taken_off_and_given_back(ec2, interface):
    given = ec2.allocate_address(
        TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": [{"Key": "Name", "Value": "door"}]}]
    )
    assert (given["Domain"], given["PublicIpv4Pool"]) == ("vpc", "amazon")
    id = ec2.associate_address(AllocationId=given["AllocationId"], NetworkInterfaceId=interface)[
        "AssociationId"
    ]
    (found,) = ec2.describe_addresses(AllocationIds=[given["AllocationId"]])["Addresses"]
    assert (found["AssociationId"], found["NetworkInterfaceId"]) == (id, interface)
    (shown,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"]
    assert shown["Association"]["PublicIp"] == found["PublicIp"]
    assert shown["PrivateIpAddress"] == found["PrivateIpAddress"]
    assert refusal(ec2.release_address, AllocationId=given["AllocationId"]) == (
        "InvalidIPAddress.InUse",
        f"Address {found['PublicIp']} is in use.",
    )
    ec2.disassociate_address(AssociationId=id)
    assert "AssociationId" not in ec2.describe_addresses(PublicIps=[found["PublicIp"]])["Addresses"][0]
    ec2.release_address(AllocationId=given["AllocationId"])
    assert refusal(ec2.describe_addresses, AllocationIds=[given["AllocationId"]]) == (
        "InvalidAllocationID.NotFound",
        f"The allocation ID '{given['AllocationId']}' does not exist",
    )
    assert refusal(ec2.describe_addresses, PublicIps=["1.2.3.4"]) == (
        "InvalidAddress.NotFound",
        "Address '1.2.3.4' not found.",
    )


def test_an_address_moves_only_when_that_is_allowed(ec2, subnet, interface, allocation):
    other = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    id = ec2.associate_address(AllocationId=allocation, NetworkInterfaceId=interface)["AssociationId"]
    move = {"AllocationId": allocation, "NetworkInterfaceId": other}
    assert refusal(ec2.associate_address, **move) == (
        "Resource.AlreadyAssociated",
        f"resource {allocation} is already associated with associate-id {id}",
    )
    assert ec2.associate_address(**move, AllowReassociation=True)["AssociationId"] != id
    assert ec2.associate_address(**move)["AssociationId"]


def test_an_account_has_five_addresses_and_no_two_are_the_same(ec2):
    given = {ec2.allocate_address()["PublicIp"] for _ in range(5)}
    assert len(given) == 5
    assert refusal(ec2.allocate_address) == (
        "AddressLimitExceeded",
        "The maximum number of addresses has been reached.",
    )
    shown = ec2.describe_addresses_attribute(Attribute="domain-name")["Addresses"]
    assert {each["PublicIp"] for each in shown} == given


def test_a_nat_gateway_comes_and_goes_by_the_clock(world: World, ec2, vpc, subnet, gateway, allocation):
    made = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=allocation)["NatGateway"]
    id = made["NatGatewayId"]
    assert (made["State"], made["VpcId"], made["ConnectivityType"]) == ("pending", vpc, "public")
    world.pass_time(10)
    found = nat(ec2, id)
    assert found["State"] == "available"
    (address,) = found["NatGatewayAddresses"]
    assert address["AllocationId"] == allocation
    (shown,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[address["NetworkInterfaceId"]])[
        "NetworkInterfaces"
    ]
    assert (shown["InterfaceType"], shown["PrivateIpAddress"]) == ("natGateway", address["PrivateIp"])
    assert refusal(ec2.release_address, AllocationId=allocation)[0] == "InvalidIPAddress.InUse"
    assert refusal(ec2.disassociate_address, AssociationId=address["AssociationId"])[0] == "AuthFailure"
    assert refusal(ec2.delete_subnet, SubnetId=subnet)[0] == "DependencyViolation"
    assert refusal(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc)[0] == (
        "DependencyViolation"
    )

    assert ec2.delete_nat_gateway(NatGatewayId=id)["NatGatewayId"] == id
    assert nat(ec2, id)["State"] == "deleting"
    world.pass_time(10)
    assert nat(ec2, id)["State"] == "deleted"
    ec2.release_address(AllocationId=allocation)
    ec2.delete_subnet(SubnetId=subnet)
    world.pass_time(3600)
    assert refusal(ec2.describe_nat_gateways, NatGatewayIds=[id]) == (
        "NatGatewayNotFound",
        f"The Nat Gateway {id} was not found",
    )


def test_what_nobody_is_shown_any_more_is_forgotten(world: World, ec2, subnet):
    id = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    ec2.delete_nat_gateway(NatGatewayId=id)
    world.pass_time(4000)
    kept = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    with world.store.read(world.now) as tx:
        assert [gateway.name for gateway in tx.all(NatGateway)] == [kept]


def test_a_nat_gateway_is_made_once_for_a_client_token(ec2, subnet):
    ask = {"SubnetId": subnet, "ConnectivityType": "private", "ClientToken": "one"}
    first, second = (ec2.create_nat_gateway(**ask)["NatGateway"] for _ in range(2))
    assert first["NatGatewayId"] == second["NatGatewayId"]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({}, "MissingParameter"),
        ({"AllocationId": "eipalloc-1"}, "InvalidAllocationID.NotFound"),
        ({"ConnectivityType": "private", "AllocationId": "eipalloc-1"}, "InvalidParameterCombination"),
        ({"ConnectivityType": "private", "PrivateIpAddress": "10.1.0.9"}, "InvalidParameterValue"),
        ({"AvailabilityMode": "regional"}, "UnsupportedOperation"),
        ({"SubnetId": "subnet-1"}, "InvalidSubnetID.NotFound"),
    ],
)
def test_a_nat_gateway_that_cannot_be_is_refused(ec2, subnet, members, code):
    assert refusal(ec2.create_nat_gateway, **{"SubnetId": subnet, **members})[0] == code


def test_a_public_nat_gateway_needs_a_way_out(ec2, vpc, subnet, allocation):
    assert refusal(ec2.create_nat_gateway, SubnetId=subnet, AllocationId=allocation) == (
        "Gateway.NotAttached",
        f"Network {vpc} has no Internet gateway attached",
    )

"""Network interfaces: everybody's are described, users' own are created, changed and deleted."""

import pytest
from msgspec.structs import replace

from homeport.model.interface import Interface, InterfaceSpec, InterfaceState
from tests.conformance.ec2.words import DEFAULT_GROUP, SCOPE, SUBNETS, VPC, group
from tests.conformance.world import ACCOUNT, refusal

VALUE = "InvalidParameterValue"
ENI = f"{SCOPE.id}/eni-0123456789abcdef0"
"""The record id of an interface that no user made."""


def interface(client, **members):
    return client.create_network_interface(SubnetId=SUBNETS[0], **members)["NetworkInterface"]


def described(client, id):
    (found,) = client.describe_network_interfaces(NetworkInterfaceIds=[id])["NetworkInterfaces"]
    return found


def put(world, ec2, state=None, **spec):
    """An interface as the engine or a load balancer makes one."""
    ec2.describe_regions()
    made = InterfaceSpec(
        vpc=f"{SCOPE.id}/{VPC}",
        subnet=f"{SCOPE.id}/{SUBNETS[0]}",
        address="172.31.0.9",
        mac="02:42:ac:1f:00:09",
        created_at=world.now,
        **spec,
    )
    with world.store.write("spec", world.now) as tx:
        record = Interface(id=ENI, owner=made.subnet, spec=made)
        tx.put(replace(record, state=state) if state else record)
    return record.name


def test_a_users_interface_is_available_and_shown_with_everything(ec2):
    tags = [{"Key": "team", "Value": "a"}]
    specification = [{"ResourceType": "network-interface", "Tags": tags}]
    made = interface(ec2, Description="mine", TagSpecifications=specification)
    assert described(ec2, made["NetworkInterfaceId"]) == made
    assert made == {
        "NetworkInterfaceId": made["NetworkInterfaceId"],
        "AvailabilityZone": "us-east-1a",
        "AvailabilityZoneId": "use1-az1",
        "Description": "mine",
        "Groups": [{"GroupId": DEFAULT_GROUP, "GroupName": "default"}],
        "InterfaceType": "interface",
        "Ipv6Addresses": [],
        "MacAddress": "02:42:ac:1f:00:04",
        "OwnerId": ACCOUNT,
        "PrivateDnsName": "ip-172-31-0-4.ec2.internal",
        "PrivateIpAddress": "172.31.0.4",
        "PrivateIpAddresses": [
            {
                "Primary": True,
                "PrivateDnsName": "ip-172-31-0-4.ec2.internal",
                "PrivateIpAddress": "172.31.0.4",
            }
        ],
        "RequesterManaged": False,
        "SourceDestCheck": True,
        "Status": "available",
        "SubnetId": SUBNETS[0],
        "TagSet": tags,
        "VpcId": VPC,
    }


def test_addresses_are_given_in_order_or_as_asked_for(ec2):
    assert interface(ec2)["PrivateIpAddress"] == "172.31.0.4"
    listed = [{"Primary": True, "PrivateIpAddress": "172.31.0.5"}]
    assert interface(ec2, PrivateIpAddresses=listed)["PrivateIpAddress"] == "172.31.0.5"
    assert interface(ec2)["PrivateIpAddress"] == "172.31.0.6"
    assert interface(ec2, PrivateIpAddress="172.31.15.254")["PrivateIpAddress"] == "172.31.15.254"


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"SubnetId": "subnet-0"}, ("InvalidSubnetID.NotFound", "The subnet ID 'subnet-0' does not exist")),
        ({"PrivateIpAddress": "x"}, (VALUE, "Invalid IPv4 address: x")),
        (
            {"PrivateIpAddress": "172.31.16.4"},
            (VALUE, "Address 172.31.16.4 does not fall within the subnet's address range"),
        ),
        (
            {"PrivateIpAddress": "172.31.0.2"},
            (VALUE, "Address 172.31.0.2 is in subnet's reserved address range"),
        ),
        (
            {"PrivateIpAddress": "172.31.15.255"},
            (VALUE, "Address 172.31.15.255 is in subnet's reserved address range"),
        ),
        (
            {"Groups": ["sg-0"]},
            ("InvalidGroup.NotFound", "The security group 'sg-0' does not exist"),
        ),
        (
            {"SecondaryPrivateIpAddressCount": 1},
            (
                "UnsupportedOperation",
                "Homeport does not serve SecondaryPrivateIpAddressCount of a network interface.",
            ),
        ),
    ],
)
def test_an_interface_that_cannot_be(ec2, members, error):
    assert refusal(ec2.create_network_interface, **({"SubnetId": SUBNETS[0]} | members)) == error


def test_an_address_is_somebodys_once(ec2):
    interface(ec2, PrivateIpAddress="172.31.0.9")
    refused = refusal(ec2.create_network_interface, SubnetId=SUBNETS[0], PrivateIpAddress="172.31.0.9")
    assert refused == ("InvalidIPAddress.InUse", "Address 172.31.0.9 is in use.")


def test_an_interface_is_in_groups_of_its_own_vpc(ec2, other_vpc):
    elsewhere = group(ec2, "web", other_vpc)
    text = "You have specified two resources that belong to different networks."
    refused = refusal(ec2.create_network_interface, SubnetId=SUBNETS[0], Groups=[elsewhere])
    assert refused == ("InvalidGroup.NotFound", text)


def test_the_same_token_makes_one_interface(ec2):
    first = interface(ec2, ClientToken="one")
    assert interface(ec2, ClientToken="one") == first
    assert refusal(ec2.create_network_interface, SubnetId=SUBNETS[1], ClientToken="one")[0] == (
        "IdempotentParameterMismatch"
    )


def test_one_attribute_is_changed_at_a_time(ec2):
    id = interface(ec2)["NetworkInterfaceId"]
    web = group(ec2)

    def change(**members):
        ec2.modify_network_interface_attribute(NetworkInterfaceId=id, **members)

    change(Description={"Value": "new"})
    change(SourceDestCheck={"Value": False})
    change(Groups=[web])
    found = described(ec2, id)
    assert (found["Description"], found["SourceDestCheck"]) == ("new", False)
    assert found["Groups"] == [{"GroupId": web, "GroupName": "web"}]
    combination = "InvalidParameterCombination"
    modify = ec2.modify_network_interface_attribute
    assert refusal(modify, NetworkInterfaceId=id) == (combination, "No attributes specified.")
    both = {"Groups": [web], "Description": {"Value": "x"}}
    assert refusal(modify, NetworkInterfaceId=id, **both)[0] == combination


def test_attributes_are_described_one_by_one(ec2):
    id = interface(ec2, Description="mine")["NetworkInterfaceId"]

    def attribute(name):
        return ec2.describe_network_interface_attribute(NetworkInterfaceId=id, Attribute=name)

    assert attribute("description")["Description"] == {"Value": "mine"}
    assert attribute("groupSet")["Groups"] == [{"GroupId": DEFAULT_GROUP, "GroupName": "default"}]
    assert attribute("sourceDestCheck")["SourceDestCheck"] == {"Value": True}
    assert attribute("associatePublicIpAddress")["AssociatePublicIpAddress"] is False
    assert "Attachment" not in attribute("attachment")


def test_an_interface_that_is_deleted_gives_its_address_back(ec2):
    id = interface(ec2)["NetworkInterfaceId"]
    ec2.delete_network_interface(NetworkInterfaceId=id)
    error = ("InvalidNetworkInterfaceID.NotFound", f"The networkInterface ID '{id}' does not exist")
    assert refusal(ec2.delete_network_interface, NetworkInterfaceId=id) == error
    assert interface(ec2)["PrivateIpAddress"] == "172.31.0.4"


def test_what_a_load_balancer_has_is_managed_by_its_requester(ec2, world):
    id = put(
        world,
        ec2,
        purpose="balancer",
        balancer=f"{SCOPE.id}/net/front/0123456789abcdef",
        description="ELB net/front/0123456789abcdef",
        groups=(f"{SCOPE.id}/{DEFAULT_GROUP}",),
    )
    found = described(ec2, id)
    assert found["Status"] == "in-use"
    assert found["RequesterManaged"] is True
    assert found["RequesterId"] == found["Attachment"]["InstanceOwnerId"] == "amazon-elb"
    assert found["InterfaceType"] == "network_load_balancer"
    assert found["Description"] == "ELB net/front/0123456789abcdef"
    assert refusal(ec2.delete_network_interface, NetworkInterfaceId=id) == (
        VALUE,
        f"Network interface '{id}' is currently in use.",
    )
    change = {"NetworkInterfaceId": id, "Description": {"Value": "x"}}
    assert refusal(ec2.modify_network_interface_attribute, **change) == (
        "AuthFailure",
        "You do not have permission to access the specified resource.",
    )


def test_a_tasks_public_address_is_its_association(ec2, world):
    state = InterfaceState(task=f"{SCOPE.id}/default/{'0' * 32}", public_address="127.88.0.1")
    id = put(world, ec2, state, purpose="task")
    found = described(ec2, id)
    assert found["Association"] == {"IpOwnerId": "amazon", "PublicDnsName": "", "PublicIp": "127.88.0.1"}
    assert found["RequesterId"] == "amazon-ecs"


@pytest.mark.parametrize("state", [InterfaceState(), InterfaceState(task="1/r/c/t", released_at=1.0)])
def test_spare_interfaces_and_those_that_are_given_back_are_nobodys_business(ec2, world, state):
    id = put(world, ec2, state, purpose="task")
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    refused = refusal(ec2.describe_network_interfaces, NetworkInterfaceIds=[id])
    assert refused[0] == "InvalidNetworkInterfaceID.NotFound"


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("subnet-id", SUBNETS[0], True),
        ("subnet-id", SUBNETS[1], False),
        ("vpc-id", VPC, True),
        ("group-id", DEFAULT_GROUP, True),
        ("private-ip-address", "172.31.0.*", True),
        ("addresses.private-ip-address", "172.31.0.4", True),
        ("addresses.primary", "true", True),
        ("description", "mi?e", True),
        ("status", "in-use", False),
        ("requester-managed", "false", True),
        ("attachment.instance-id", "*", False),
        ("tag:team", "a", False),
    ],
)
def test_interfaces_are_filtered(ec2, name, value, fits):
    id = interface(ec2, Description="mine")["NetworkInterfaceId"]
    answer = ec2.describe_network_interfaces(Filters=[{"Name": name, "Values": [value]}])
    assert [each["NetworkInterfaceId"] for each in answer["NetworkInterfaces"]] == [id] * fits


def test_an_unknown_filter_is_refused(ec2):
    refused = refusal(ec2.describe_network_interfaces, Filters=[{"Name": "x", "Values": ["y"]}])
    assert refused == (VALUE, "The filter 'x' is invalid")

"""Subnets, as boto3 makes, finds, changes and deletes them."""

import pytest

from tests.conformance.world import refusal


def test_a_subnet_is_shown_as_it_was_made(ec2, vpc):
    tags = [{"Key": "Name", "Value": "public"}]
    made = ec2.create_subnet(
        VpcId=vpc,
        CidrBlock="10.0.1.0/24",
        AvailabilityZone="us-east-1b",
        TagSpecifications=[{"ResourceType": "subnet", "Tags": tags}],
    )["Subnet"]
    (found,) = ec2.describe_subnets(SubnetIds=[made["SubnetId"]])["Subnets"]
    assert found == made
    assert (found["VpcId"], found["CidrBlock"], found["State"]) == (vpc, "10.0.1.0/24", "available")
    assert (found["AvailabilityZone"], found["AvailabilityZoneId"]) == ("us-east-1b", "use1-az2")
    assert found["AvailableIpAddressCount"] == 251
    assert found["SubnetArn"] == f"arn:aws:ec2:us-east-1:123456789012:subnet/{found['SubnetId']}"
    assert (found["DefaultForAz"], found["MapPublicIpOnLaunch"], found["Tags"]) == (False, False, tags)


def test_a_zone_may_be_named_by_its_id_and_need_not_be_named(ec2, vpc):
    by_id = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZoneId="use1-az3")["Subnet"]
    assert by_id["AvailabilityZone"] == "us-east-1c"
    zones = {
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24")["Subnet"]["AvailabilityZone"] for n in (2, 3)
    }
    assert zones == {"us-east-1a", "us-east-1b"}


@pytest.mark.parametrize(
    ("members", "code", "text"),
    [
        (
            {"CidrBlock": "10.0.1.0/33"},
            "InvalidParameterValue",
            "Value (10.0.1.0/33) for parameter cidrBlock is invalid. This is not a valid CIDR block.",
        ),
        ({"CidrBlock": "10.1.0.0/24"}, "InvalidSubnet.Range", "The CIDR '10.1.0.0/24' is invalid."),
        ({"CidrBlock": "10.0.0.0/15"}, "InvalidSubnet.Range", "The CIDR '10.0.0.0/15' is invalid."),
        ({"CidrBlock": "10.0.9.0/29"}, "InvalidSubnet.Range", "The CIDR '10.0.9.0/29' is invalid."),
        (
            {"CidrBlock": "10.0.1.128/25"},
            "InvalidSubnet.Conflict",
            "The CIDR '10.0.1.128/25' conflicts with another subnet",
        ),
        (
            {"CidrBlock": "10.0.2.0/24", "AvailabilityZone": "us-east-1z"},
            "InvalidParameterValue",
            (
                "Value (us-east-1z) for parameter availabilityZone is invalid. Subnets can currently only be created "
                "in the following availability zones: us-east-1a, us-east-1b, us-east-1c."
            ),
        ),
        ({"VpcId": "vpc-1"}, "InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist"),
        ({}, "MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' must be provided."),
    ],
)
def test_a_subnet_that_cannot_be_is_refused(ec2, vpc, subnet, members, code, text):
    assert refusal(ec2.create_subnet, **{"VpcId": vpc, **members}) == (code, text)


def test_a_subnet_with_an_interface_cannot_be_deleted(ec2, subnet):
    made = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    assert ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailableIpAddressCount"] == 250
    assert refusal(ec2.delete_subnet, SubnetId=subnet) == (
        "DependencyViolation",
        f"The subnet '{subnet}' has dependencies and cannot be deleted.",
    )
    ec2.delete_network_interface(NetworkInterfaceId=made)
    ec2.delete_subnet(SubnetId=subnet)
    assert refusal(ec2.delete_subnet, SubnetId=subnet) == (
        "InvalidSubnetID.NotFound",
        f"The subnet ID '{subnet}' does not exist",
    )


def test_attributes_are_changed_one_at_a_time(ec2, subnet):
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    ec2.modify_subnet_attribute(SubnetId=subnet, PrivateDnsHostnameTypeOnLaunch="resource-name")
    ec2.modify_subnet_attribute(SubnetId=subnet, EnableResourceNameDnsARecordOnLaunch={"Value": True})
    ec2.modify_subnet_attribute(SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": False})
    (found,) = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
    assert found["MapPublicIpOnLaunch"]
    assert found["PrivateDnsNameOptionsOnLaunch"] == {
        "HostnameType": "resource-name",
        "EnableResourceNameDnsARecord": True,
        "EnableResourceNameDnsAAAARecord": False,
    }
    both = {"MapPublicIpOnLaunch": {"Value": True}, "EnableDns64": {"Value": False}}
    assert refusal(ec2.modify_subnet_attribute, SubnetId=subnet, **both)[0] == "InvalidParameterCombination"
    assert refusal(ec2.modify_subnet_attribute, SubnetId=subnet, EnableDns64={"Value": True}) == (
        "UnsupportedOperation",
        "Homeport does not support EnableDns64.",
    )


def test_the_default_subnet_of_a_zone_is_made_again_where_it_was(ec2):
    first, *_ = ec2.describe_subnets()["Subnets"]
    zone = {"AvailabilityZone": first["AvailabilityZone"]}
    assert refusal(ec2.create_default_subnet, **zone)[0] == "DefaultSubnetAlreadyExistsInAvailabilityZone"
    ec2.delete_subnet(SubnetId=first["SubnetId"])
    made = ec2.create_default_subnet(**zone)["Subnet"]
    assert (made["CidrBlock"], made["DefaultForAz"]) == (first["CidrBlock"], True)
    assert refusal(ec2.create_default_subnet)[0] == "MissingParameter"

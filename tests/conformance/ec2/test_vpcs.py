"""VPCs, as boto3 makes, finds, changes and deletes them, and what an account finds at first."""

from typing import Any

import pytest

from homeport.model.vpc import Vpc
from tests.conformance.world import ACCOUNT, OTHER_ACCOUNT, World, refusal


def named(name: str, *values: str) -> dict[str, Any]:
    """A filter."""
    return {"Name": name, "Values": list(values)}


def test_an_account_finds_a_default_vpc_with_a_subnet_in_each_zone(ec2):
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    assert (vpc["CidrBlock"], vpc["IsDefault"], vpc["State"]) == ("172.31.0.0/16", True, "available")
    assert vpc["OwnerId"] == ACCOUNT
    subnets = ec2.describe_subnets(Filters=[named("vpc-id", vpc["VpcId"])])["Subnets"]
    assert sorted((each["AvailabilityZone"], each["CidrBlock"]) for each in subnets) == [
        ("us-east-1a", "172.31.0.0/20"),
        ("us-east-1b", "172.31.16.0/20"),
        ("us-east-1c", "172.31.32.0/20"),
    ]
    assert all(each["DefaultForAz"] and each["MapPublicIpOnLaunch"] for each in subnets)
    assert {each["AvailableIpAddressCount"] for each in subnets} == {4091}


def test_no_two_accounts_of_a_machine_have_the_same_block(world: World, ec2):
    ec2.describe_vpcs()
    (vpc,) = world.client("ec2", account=OTHER_ACCOUNT).describe_vpcs()["Vpcs"]
    assert vpc["CidrBlock"] == "10.31.0.0/16"


def test_a_default_vpc_that_was_deleted_does_not_come_back_until_it_is_asked_for(world: World, ec2):
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    assert refusal(ec2.create_default_vpc)[0] == "DefaultVpcAlreadyExists"
    for subnet in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    (gateway,) = ec2.describe_internet_gateways()["InternetGateways"]
    ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc["VpcId"])
    ec2.delete_vpc(VpcId=vpc["VpcId"])
    assert World(world.store).client("ec2").describe_vpcs()["Vpcs"] == []
    assert refusal(ec2.create_default_subnet, AvailabilityZone="us-east-1a")[0] == "DefaultVpcDoesNotExist"

    made = ec2.create_default_vpc()["Vpc"]
    assert made["IsDefault"]
    assert made["VpcId"] != vpc["VpcId"]
    assert len(ec2.describe_subnets(Filters=[named("default-for-az", "true")])["Subnets"]) == 3


def test_a_vpc_begins_with_a_security_group_a_route_table_and_a_network_acl(ec2, vpc):
    here = [named("vpc-id", vpc)]
    (table,) = ec2.describe_route_tables(Filters=[*here, named("association.main", "true")])["RouteTables"]
    assert table["Routes"] == [
        {
            "DestinationCidrBlock": "10.0.0.0/16",
            "GatewayId": "local",
            "Origin": "CreateRouteTable",
            "State": "active",
        }
    ]
    (acl,) = ec2.describe_network_acls(Filters=[*here, named("default", "true")])["NetworkAcls"]
    assert {entry["RuleNumber"] for entry in acl["Entries"]} == {100, 32767}


def test_a_vpc_is_shown_as_it_was_made(ec2):
    tags = [{"Key": "Name", "Value": "shop"}]
    made = ec2.create_vpc(
        CidrBlock="10.9.1.2/16",
        InstanceTenancy="dedicated",
        TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}],
    )["Vpc"]
    (found,) = ec2.describe_vpcs(VpcIds=[made["VpcId"]])["Vpcs"]
    assert found == made
    assert (found["CidrBlock"], found["InstanceTenancy"], found["Tags"]) == ("10.9.0.0/16", "dedicated", tags)
    (options,) = ec2.describe_dhcp_options(DhcpOptionsIds=[found["DhcpOptionsId"]])["DhcpOptions"]
    assert {each["Key"] for each in options["DhcpConfigurations"]} == {"domain-name", "domain-name-servers"}


@pytest.mark.parametrize(
    ("members", "code", "text"),
    [
        ({}, "MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' must be provided."),
        (
            {"CidrBlock": "10.0.0.0"},
            "InvalidParameterValue",
            "Value (10.0.0.0) for parameter cidrBlock is invalid. This is not a valid CIDR block.",
        ),
        ({"CidrBlock": "10.0.0.0/8"}, "InvalidVpc.Range", "The CIDR '10.0.0.0/8' is invalid."),
        ({"CidrBlock": "10.0.0.0/29"}, "InvalidVpc.Range", "The CIDR '10.0.0.0/29' is invalid."),
        ({"CidrBlock": "127.0.0.0/16"}, "InvalidVpc.Range", "The CIDR '127.0.0.0/16' is invalid."),
        (
            {"CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": True},
            "UnsupportedOperation",
            "Homeport's networks have no IPv6 addresses.",
        ),
        (
            {"CidrBlock": "10.0.0.0/16", "TagSpecifications": [{"ResourceType": "subnet", "Tags": []}]},
            "InvalidParameterValue",
            "'subnet' is not a valid taggable resource type for this operation.",
        ),
    ],
)
def test_a_vpc_that_cannot_be_is_refused(ec2, members, code, text):
    assert refusal(ec2.create_vpc, **members) == (code, text)


def test_a_region_has_five_vpcs(ec2):
    for number in range(4):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
    assert refusal(ec2.create_vpc, CidrBlock="10.9.0.0/16") == (
        "VpcLimitExceeded",
        "The maximum number of VPCs has been reached.",
    )


def test_a_block_that_another_vpc_has_is_accepted(ec2, vpc):
    assert ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"] != vpc


def test_vpcs_are_found_by_filters(ec2, vpc):
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "env", "Value": "prod"}])

    def found(*filters: dict[str, Any]) -> list[str]:
        return [each["VpcId"] for each in ec2.describe_vpcs(Filters=list(filters))["Vpcs"]]

    assert found(named("tag:env", "pro*")) == [vpc]
    assert found(named("isDefault", "false")) == [vpc]
    assert found(named("cidr", "10.0.0.0/16"), named("state", "available")) == [vpc]
    assert found(named("cidr", "10.0.0.0/16"), named("is-default", "true")) == []
    assert refusal(ec2.describe_vpcs, Filters=[named("colour", "red")]) == (
        "InvalidParameterValue",
        "The filter 'colour' is invalid",
    )


def test_vpcs_come_in_pages(ec2):
    for number in range(4):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/24")
    for number in range(7):
        ec2.create_subnet(VpcId=ec2.describe_vpcs()["Vpcs"][1]["VpcId"], CidrBlock=f"10.0.0.{number * 16}/28")
    pages = list(ec2.get_paginator("describe_subnets").paginate(PaginationConfig={"PageSize": 5}))
    assert [len(page["Subnets"]) for page in pages] == [5, 5]
    whole = [each["SubnetId"] for page in pages for each in page["Subnets"]]
    assert len(set(whole)) == 10
    assert refusal(ec2.describe_subnets, MaxResults=5, NextToken="x") == (
        "InvalidParameterValue",
        "Unable to parse pagination token",
    )


def test_a_vpc_that_is_not_there_is_not_found(ec2, vpc):
    assert refusal(ec2.describe_vpcs, VpcIds=["vpc-1"]) == (
        "InvalidVpcID.NotFound",
        "The vpc ID 'vpc-1' does not exist",
    )
    assert refusal(ec2.describe_vpcs, VpcIds=[vpc, "vpc-1", "vpc-2"])[1] == (
        "The vpc IDs 'vpc-1, vpc-2' do not exist"
    )
    assert refusal(ec2.delete_vpc, VpcId="vpc-1")[0] == "InvalidVpcID.NotFound"
    assert refusal(ec2.delete_vpc)[0] == "MissingParameter"


def test_a_vpc_of_another_account_is_not_found(world: World, vpc):
    other = world.client("ec2", account=OTHER_ACCOUNT)
    assert refusal(other.describe_vpcs, VpcIds=[vpc])[0] == "InvalidVpcID.NotFound"


def test_a_vpc_with_a_subnet_cannot_be_deleted(ec2, vpc, subnet):
    assert refusal(ec2.delete_vpc, VpcId=vpc) == (
        "DependencyViolation",
        f"The vpc '{vpc}' has dependencies and cannot be deleted.",
    )
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)


def test_a_vpc_that_was_deleted_is_gone_with_what_it_began_with(world: World, ec2, vpc):
    ec2.delete_vpc(VpcId=vpc)
    assert refusal(ec2.describe_vpcs, VpcIds=[vpc])[0] == "InvalidVpcID.NotFound"
    assert ec2.describe_route_tables(Filters=[named("vpc-id", vpc)])["RouteTables"] == []
    world.settle()
    with world.store.read(world.now) as tx:
        assert [record.name for record in tx.all(Vpc) if record.name == vpc] == []


def test_attributes_are_changed_one_at_a_time(ec2, vpc):
    def value(attribute: str) -> bool:
        found = ec2.describe_vpc_attribute(VpcId=vpc, Attribute=attribute)
        assert found["VpcId"] == vpc
        return bool(found[attribute[:1].upper() + attribute[1:]]["Value"])

    assert [value("enableDnsSupport"), value("enableDnsHostnames")] == [True, False]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": False})
    ec2.modify_vpc_attribute(VpcId=vpc, EnableNetworkAddressUsageMetrics={"Value": True})
    assert [value("enableDnsSupport"), value("enableDnsHostnames")] == [False, True]
    assert value("enableNetworkAddressUsageMetrics")
    both = {"EnableDnsHostnames": {"Value": True}, "EnableDnsSupport": {"Value": True}}
    assert refusal(ec2.modify_vpc_attribute, VpcId=vpc, **both)[0] == "InvalidParameterCombination"
    assert refusal(ec2.modify_vpc_attribute, VpcId=vpc)[0] == "InvalidParameterCombination"


def test_a_dry_run_says_that_it_would_succeed_and_makes_nothing(ec2, vpc):
    assert refusal(ec2.create_vpc, CidrBlock="10.1.0.0/16", DryRun=True) == (
        "DryRunOperation",
        "Request would have succeeded, but DryRun flag is set.",
    )
    assert refusal(ec2.create_vpc, CidrBlock="10.0.0.0/8", DryRun=True)[0] == "InvalidVpc.Range"
    assert len(ec2.describe_vpcs()["Vpcs"]) == 2

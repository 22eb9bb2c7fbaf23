"""Zones, regions, limits, and tags of whatever there is."""

from typing import Any

import pytest

from tests.conformance.world import OTHER_REGION, World, refusal


def test_a_region_has_three_zones(world: World, ec2):
    zones = ec2.describe_availability_zones(Filters=[{"Name": "state", "Values": ["available"]}])
    assert [(each["ZoneName"], each["ZoneId"]) for each in zones["AvailabilityZones"]] == [
        ("us-east-1a", "use1-az1"),
        ("us-east-1b", "use1-az2"),
        ("us-east-1c", "use1-az3"),
    ]
    other = world.client("ec2", region=OTHER_REGION).describe_availability_zones(ZoneIds=["euc1-az2"])
    assert [each["ZoneName"] for each in other["AvailabilityZones"]] == ["eu-central-1b"]
    assert refusal(ec2.describe_availability_zones, ZoneNames=["us-east-1z"]) == (
        "InvalidParameterValue",
        "Invalid availability zone: [us-east-1z]",
    )


def test_the_region_that_is_served_is_the_only_one(ec2):
    (region,) = ec2.describe_regions()["Regions"]
    assert (region["RegionName"], region["OptInStatus"]) == ("us-east-1", "opt-in-not-required")
    assert refusal(ec2.describe_regions, RegionNames=["eu-west-9"])[0] == "InvalidParameterValue"


def test_an_account_knows_its_default_vpc_and_its_limits(ec2):
    (vpc,) = ec2.describe_vpcs()["Vpcs"]

    def values(*names: str) -> dict[str, str]:
        found = ec2.describe_account_attributes(AttributeNames=list(names))["AccountAttributes"]
        return {each["AttributeName"]: each["AttributeValues"][0]["AttributeValue"] for each in found}

    assert values("default-vpc") == {"default-vpc": vpc["VpcId"]}
    assert values()["vpc-max-elastic-ips"] == "5"


def test_everything_is_tagged_by_its_id(ec2, vpc, subnet):
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    things = [vpc, subnet, table, ec2.allocate_address()["AllocationId"]]
    tags = [{"Key": "env", "Value": "prod"}, {"Key": "team", "Value": "a"}]
    ec2.create_tags(Resources=things, Tags=tags)
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "env", "Value": "test"}])

    def found(**filters: str) -> list[tuple[str, str, str]]:
        asked = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
        shown = ec2.describe_tags(Filters=asked)["Tags"]
        return [(each["ResourceType"], each["Key"], each["Value"]) for each in shown]

    assert found(resource_id=vpc) == [("vpc", "env", "test"), ("vpc", "team", "a")]
    assert {each[0] for each in found(key="env")} == {"vpc", "subnet", "route-table", "elastic-ip"}
    assert found(resource_type="subnet", value="prod") == [("subnet", "env", "prod")]

    ec2.delete_tags(Resources=[vpc], Tags=[{"Key": "env", "Value": "prod"}, {"Key": "team"}])
    assert found(resource_id=vpc) == [("vpc", "env", "test")]
    ec2.delete_tags(Resources=[vpc, subnet])
    assert found(resource_id=vpc) == found(resource_id=subnet) == []


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"Resources": []}, "MissingParameter"),
        ({"Resources": ["thing-1"]}, "InvalidID"),
        ({"Resources": ["vpc-1"]}, "InvalidVpcID.NotFound"),
        ({"Tags": []}, "MissingParameter"),
        ({"Tags": [{"Key": "aws:x", "Value": ""}]}, "InvalidParameterValue"),
        ({"Tags": [{"Key": "", "Value": ""}]}, "InvalidParameterValue"),
        ({"Tags": [{"Key": "k" * 129, "Value": ""}]}, "InvalidParameterValue"),
        ({"Tags": [{"Key": "k", "Value": "v" * 257}]}, "InvalidParameterValue"),
        ({"Tags": [{"Key": "k", "Value": ""}] * 2}, "InvalidParameterValue"),
        ({"Tags": [{"Key": str(n), "Value": ""} for n in range(51)]}, "TagLimitExceeded"),
    ],
)
def test_tags_that_cannot_be_are_refused(ec2: Any, vpc: str, members: dict[str, Any], code: str):
    ask = {"Resources": [vpc], "Tags": [{"Key": "k", "Value": "v"}], **members}
    assert refusal(ec2.create_tags, **ask)[0] == code

"""DHCP options: the default set of an account, sets of one's own, and which of them a VPC has."""

from typing import Any

import pytest

from tests.conformance.world import OTHER_ACCOUNT, World, refusal

ABSENT = "dopt-0123456789abcdef0"


def configured(**options: list[str]) -> list[dict[str, Any]]:
    """Options, with underscores for dashes."""
    return [{"Key": key.replace("_", "-"), "Values": values} for key, values in options.items()]


def make(ec2: Any, **options: list[str]) -> str:
    """The id of a new set."""
    answer = ec2.create_dhcp_options(DhcpConfigurations=configured(**options))
    return str(answer["DhcpOptions"]["DhcpOptionsId"])


def of(ec2: Any, vpc: str) -> str:
    """The id of a VPC's set."""
    return str(ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["DhcpOptionsId"])


def test_every_vpc_begins_with_the_default_set(ec2, vpc):
    (found,) = ec2.describe_dhcp_options()["DhcpOptions"]
    assert found["DhcpOptionsId"] == of(ec2, vpc)
    assert {
        each["Key"]: [value["Value"] for value in each["Values"]] for each in found["DhcpConfigurations"]
    } == {
        "domain-name": ["ec2.internal"],
        "domain-name-servers": ["AmazonProvidedDNS"],
    }
    assert (found["OwnerId"], found["Tags"]) == ("123456789012", [])


def test_a_set_is_shown_as_it_was_made(ec2):
    tags = [{"Key": "Name", "Value": "mine"}]
    options = configured(
        domain_name=["service.example"],
        domain_name_servers=["127.0.0.1", "10.0.0.2"],
        ntp_servers=["127.0.0.1"],
        netbios_name_servers=["127.0.0.1"],
        netbios_node_type=["2"],
    )
    made = ec2.create_dhcp_options(
        DhcpConfigurations=options, TagSpecifications=[{"ResourceType": "dhcp-options", "Tags": tags}]
    )["DhcpOptions"]
    assert made["DhcpConfigurations"] == [
        {"Key": each["Key"], "Values": [{"Value": value} for value in each["Values"]]} for each in options
    ]
    assert made["Tags"] == tags
    ask = [{"Name": "key", "Values": ["domain-name"]}, {"Name": "value", "Values": ["service.*"]}]
    found = ec2.describe_dhcp_options(Filters=ask)["DhcpOptions"]
    assert [each["DhcpOptionsId"] for each in found] == [made["DhcpOptionsId"]]


@pytest.mark.parametrize(
    "options",
    [
        {"colour": ["blue"]},
        {"domain_name": ["two\nlines"]},
        {"domain_name": [""]},
        {"domain_name_servers": ["dns.example"]},
        {"domain_name_servers": ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"]},
        {"ntp_servers": ["AmazonProvidedDNS"]},
        {"netbios_node_type": ["3"]},
        {"ipv6_address_preferred_lease_time": ["1"]},
    ],
)
def test_options_and_values_that_there_are_not_are_refused(ec2, options):
    refused = refusal(ec2.create_dhcp_options, DhcpConfigurations=configured(**options))
    assert refused[0] == "InvalidParameterValue"
    assert len(ec2.describe_dhcp_options()["DhcpOptions"]) == 1


def test_a_vpc_is_given_a_set_another_and_none(ec2, vpc):
    first, id = of(ec2, vpc), make(ec2, domain_name=["corp.example"])
    ec2.associate_dhcp_options(DhcpOptionsId=id, VpcId=vpc)
    assert of(ec2, vpc) == id
    assert refusal(ec2.delete_dhcp_options, DhcpOptionsId=id) == (
        "DependencyViolation",
        f"The dhcpOptions '{id}' has dependencies and cannot be deleted.",
    )
    ec2.associate_dhcp_options(DhcpOptionsId="default", VpcId=vpc)
    assert of(ec2, vpc) == "default"
    assert refusal(ec2.delete_dhcp_options, DhcpOptionsId=first)[0] == "DependencyViolation"
    ec2.delete_dhcp_options(DhcpOptionsId=id)
    assert refusal(ec2.associate_dhcp_options, DhcpOptionsId=id, VpcId=vpc) == (
        "InvalidDhcpOptionID.NotFound",
        f"The dhcpOption ID '{id}' does not exist",
    )
    ec2.associate_dhcp_options(DhcpOptionsId=first, VpcId=vpc)
    assert of(ec2, vpc) == first


def test_tags_of_the_default_set_are_given_and_it_stays_the_default(ec2, vpc):
    id = of(ec2, vpc)
    ec2.create_tags(Resources=[id], Tags=[{"Key": "Name", "Value": "first"}])
    (found,) = ec2.describe_dhcp_options(DhcpOptionsIds=[id])["DhcpOptions"]
    assert found["Tags"] == [{"Key": "Name", "Value": "first"}]
    assert len(ec2.describe_dhcp_options()["DhcpOptions"]) == 1
    assert refusal(ec2.delete_dhcp_options, DhcpOptionsId=id)[0] == "DependencyViolation"


def test_a_set_that_is_not_there_is_not_found(world: World, ec2):
    assert refusal(ec2.describe_dhcp_options, DhcpOptionsIds=[ABSENT])[0] == "InvalidDhcpOptionID.NotFound"
    assert refusal(ec2.delete_dhcp_options, DhcpOptionsId=ABSENT)[0] == "InvalidDhcpOptionID.NotFound"
    assert refusal(ec2.delete_dhcp_options, DhcpOptionsId="default") == (
        "InvalidDhcpOptionsId.Malformed",
        "The dhcp-options ID 'default' is malformed",
    )
    id = make(ec2, domain_name=["corp.example"])
    other = world.client("ec2", account=OTHER_ACCOUNT)
    assert refusal(other.delete_dhcp_options, DhcpOptionsId=id)[0] == "InvalidDhcpOptionID.NotFound"

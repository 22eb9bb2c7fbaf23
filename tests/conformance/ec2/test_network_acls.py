"""Network ACLs: the default one of each VPC, those of one's own, their entries, and which of them a subnet has."""

from typing import Any

import pytest

from tests.conformance.ec2.words import VPC
from tests.conformance.world import OTHER_ACCOUNT, World, refusal

ALL = {"Protocol": "-1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}
ABSENT = "acl-0123456789abcdef0"


def by(**filters: str) -> list[dict[str, Any]]:
    """Filters, with underscores for dashes."""
    return [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]


def default(ec2: Any, vpc: str) -> dict[str, Any]:
    """The default ACL of a VPC."""
    (found,) = ec2.describe_network_acls(Filters=by(default="true", vpc_id=vpc))["NetworkAcls"]
    return dict(found)


def entries(ec2: Any, acl: str) -> list[tuple[bool, int, str, str]]:
    """What is told of each entry, in the order of the answer."""
    (found,) = ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"]
    return [
        (each["Egress"], each["RuleNumber"], each["RuleAction"], each["Protocol"])
        for each in found["Entries"]
    ]


@pytest.fixture
def acl(ec2: Any, vpc: str) -> str:
    """The id of an ACL of one's own."""
    return str(ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"])


LAST = [(True, 32767, "deny", "-1"), (False, 32767, "deny", "-1")]


def test_the_default_acl_of_a_vpc_lets_everything_through(ec2, vpc, subnet):
    found = default(ec2, vpc)
    assert (found["IsDefault"], found["VpcId"], found["OwnerId"], found["Tags"]) == (
        True,
        vpc,
        "123456789012",
        [],
    )
    assert [each["SubnetId"] for each in found["Associations"]] == [subnet]
    out, last, into, other = found["Entries"]
    assert (out["RuleNumber"], out["Egress"], out["RuleAction"], out["CidrBlock"]) == (
        100,
        True,
        "allow",
        "0.0.0.0/0",
    )
    assert into == {**out, "Egress": False}
    assert (last["RuleNumber"], last["RuleAction"], other["Egress"]) == (32767, "deny", False)
    assert "PortRange" not in out
    assert "IcmpTypeCode" not in out


def test_entries_of_the_default_acl_are_changed_and_stay_changed(ec2, vpc):
    id = default(ec2, vpc)["NetworkAclId"]
    ec2.delete_network_acl_entry(NetworkAclId=id, RuleNumber=100, Egress=True)
    ec2.create_network_acl_entry(
        NetworkAclId=id, RuleNumber=101, Egress=False, Protocol="-1", RuleAction="allow", Ipv6CidrBlock="::/0"
    )
    assert entries(ec2, id) == [LAST[0], (False, 100, "allow", "-1"), (False, 101, "allow", "-1"), LAST[1]]
    assert default(ec2, vpc)["NetworkAclId"] == id
    assert default(ec2, VPC)["Entries"][0]["RuleNumber"] == 100


def test_an_acl_of_ones_own_begins_by_refusing_everything(ec2, vpc, acl):
    tags = [{"Key": "Name", "Value": "mine"}]
    made = ec2.create_network_acl(
        VpcId=vpc, TagSpecifications=[{"ResourceType": "network-acl", "Tags": tags}]
    )["NetworkAcl"]
    assert (made["IsDefault"], made["Associations"], made["Tags"]) == (False, [], tags)
    assert entries(ec2, acl) == LAST
    found = ec2.describe_network_acls(Filters=by(**{"tag:Name": "mine"}))["NetworkAcls"]
    assert [each["NetworkAclId"] for each in found] == [made["NetworkAclId"]]


def test_the_same_token_makes_one_acl(ec2, vpc):
    made = [
        ec2.create_network_acl(VpcId=vpc, ClientToken="t-1")["NetworkAcl"]["NetworkAclId"] for _ in range(2)
    ]
    assert len(set(made)) == 1
    assert refusal(ec2.create_network_acl, VpcId=VPC, ClientToken="t-1")[0] == "IdempotentParameterMismatch"


def test_entries_are_shown_as_they_were_made_and_in_order(ec2, acl):
    ec2.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=200,
        Egress=False,
        Protocol="6",
        RuleAction="allow",
        CidrBlock="10.1.2.3/16",
        PortRange={"From": 80, "To": 443},
    )
    ec2.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=110,
        Egress=False,
        Protocol="1",
        RuleAction="deny",
        CidrBlock="0.0.0.0/0",
        IcmpTypeCode={"Type": -1, "Code": -1},
        PortRange={"From": 0, "To": 0},
    )
    (found,) = ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"]
    assert found["Entries"][1:3] == [
        {
            "CidrBlock": "0.0.0.0/0",
            "Egress": False,
            "IcmpTypeCode": {"Type": -1, "Code": -1},
            "Protocol": "1",
            "RuleAction": "deny",
            "RuleNumber": 110,
        },
        {
            "CidrBlock": "10.1.0.0/16",
            "Egress": False,
            "PortRange": {"From": 80, "To": 443},
            "Protocol": "6",
            "RuleAction": "allow",
            "RuleNumber": 200,
        },
    ]
    for filters in (
        by(**{"entry.port-range.from": "80", "entry.rule-number": "200"}),
        by(**{"entry.icmp.type": "-1", "entry.protocol": "1"}),
    ):
        listed = ec2.describe_network_acls(Filters=filters)["NetworkAcls"]
        assert [each["NetworkAclId"] for each in listed] == [acl]


def test_a_protocol_without_ports_has_none_whatever_was_sent(ec2, acl):
    ec2.create_network_acl_entry(
        NetworkAclId=acl, RuleNumber=100, Egress=True, PortRange={"From": 0, "To": 0}, **ALL
    )
    (found,) = ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"]
    assert "PortRange" not in found["Entries"][0]


def test_a_number_is_taken_once_in_each_direction(ec2, acl):
    for egress in (True, False):
        ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=egress, **ALL)
    assert refusal(ec2.create_network_acl_entry, NetworkAclId=acl, RuleNumber=100, Egress=True, **ALL) == (
        "NetworkAclEntryAlreadyExists",
        "The network acl entry identified by 100 already exists.",
    )
    ec2.replace_network_acl_entry(
        NetworkAclId=acl, RuleNumber=100, Egress=True, **{**ALL, "RuleAction": "deny"}
    )
    assert entries(ec2, acl)[0] == (True, 100, "deny", "-1")


def test_an_entry_that_is_not_there_is_neither_replaced_nor_deleted(ec2, acl):
    absent = ("InvalidNetworkAclEntry.NotFound", f"no ingress entry with number 7 in network ACL {acl}")
    place = {"NetworkAclId": acl, "RuleNumber": 7, "Egress": False}
    assert refusal(ec2.delete_network_acl_entry, **place) == absent
    assert refusal(ec2.replace_network_acl_entry, **place, **ALL) == absent


@pytest.mark.parametrize(
    ("members", "code", "text"),
    [
        (
            {"Protocol": "tcp"},
            "InvalidParameterValue",
            "Invalid value 'tcp' for IP protocol. Unknown protocol.",
        ),
        (
            {"Protocol": "256"},
            "InvalidParameterValue",
            "Invalid value '256' for IP protocol. Unknown protocol.",
        ),
        ({"Protocol": "6"}, "MissingParameter", "The request must contain the parameter portRange.from"),
        ({"Protocol": "1"}, "MissingParameter", "The request must contain the parameter icmpTypeCode.type"),
        (
            {"Protocol": "17", "PortRange": {"From": -1, "To": 3}},
            "InvalidParameterValue",
            "port (-1) out of range",
        ),
        (
            {"CidrBlock": "10.0.0.0"},
            "InvalidParameterValue",
            "Value (10.0.0.0) for parameter cidrBlock is invalid. This is not a valid CIDR block.",
        ),
        (
            {"RuleNumber": 32767},
            "InvalidParameterValue",
            "Value (32767) for parameter ruleNumber is invalid. It must be an integer from 1 to 32766.",
        ),
        (
            {"Ipv6CidrBlock": "::/0"},
            "InvalidParameterCombination",
            "The request must contain exactly one of cidrBlock, ipv6CidrBlock",
        ),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(ec2, acl, members, code, text):
    whole = {"NetworkAclId": acl, "RuleNumber": 100, "Egress": True, **ALL, **members}
    assert refusal(ec2.create_network_acl_entry, **whole) == (code, text)
    assert entries(ec2, acl) == LAST


def test_an_acl_has_twenty_entries_in_each_direction_with_the_last_word(ec2, acl):
    for number in range(1, 20):
        ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=number, Egress=True, **ALL)
    one_more = {"NetworkAclId": acl, "RuleNumber": 20, **ALL}
    assert refusal(ec2.create_network_acl_entry, **one_more, Egress=True)[0] == "NetworkAclEntryLimitExceeded"
    ec2.create_network_acl_entry(**one_more, Egress=False)


def test_a_subnet_is_given_another_acl_and_the_default_one_again(ec2, vpc, subnet, acl):
    (before,) = default(ec2, vpc)["Associations"]
    given = ec2.replace_network_acl_association(
        AssociationId=before["NetworkAclAssociationId"], NetworkAclId=acl
    )["NewAssociationId"]
    assert given != before["NetworkAclAssociationId"]
    assert default(ec2, vpc)["Associations"] == []
    (found,) = ec2.describe_network_acls(Filters=by(**{"association.association-id": given}))["NetworkAcls"]
    assert found["Associations"] == [
        {"NetworkAclAssociationId": given, "NetworkAclId": acl, "SubnetId": subnet}
    ]
    assert refusal(ec2.delete_network_acl, NetworkAclId=acl) == (
        "DependencyViolation",
        f"The networkAcl '{acl}' has dependencies and cannot be deleted.",
    )
    back = ec2.replace_network_acl_association(
        AssociationId=given, NetworkAclId=default(ec2, vpc)["NetworkAclId"]
    )["NewAssociationId"]
    assert [each["NetworkAclAssociationId"] for each in default(ec2, vpc)["Associations"]] == [back]
    ec2.delete_network_acl(NetworkAclId=acl)
    assert refusal(ec2.replace_network_acl_association, AssociationId=given, NetworkAclId=acl) == (
        "InvalidAssociationID.NotFound",
        f"The association ID '{given}' does not exist",
    )


def test_an_acl_of_another_vpc_is_no_subnets(ec2, vpc, subnet, other_vpc):
    (association,) = default(ec2, vpc)["Associations"]
    elsewhere = default(ec2, other_vpc)["NetworkAclId"]
    assert refusal(
        ec2.replace_network_acl_association,
        AssociationId=association["NetworkAclAssociationId"],
        NetworkAclId=elsewhere,
    ) == (
        "InvalidParameterValue",
        f"network ACL {elsewhere} and subnet {subnet} belong to different networks",
    )


def test_the_default_acl_is_not_deleted(ec2, vpc):
    id = default(ec2, vpc)["NetworkAclId"]
    assert refusal(ec2.delete_network_acl, NetworkAclId=id) == (
        "InvalidParameterValue",
        f"cannot delete default network ACL {id}",
    )


def test_tags_of_the_default_acl_are_given_and_taken(ec2, vpc):
    id = default(ec2, vpc)["NetworkAclId"]
    ec2.create_tags(Resources=[id], Tags=[{"Key": "Name", "Value": "first"}])
    assert default(ec2, vpc)["Tags"] == [{"Key": "Name", "Value": "first"}]
    (tag,) = ec2.describe_tags(Filters=by(resource_type="network-acl"))["Tags"]
    assert (tag["ResourceId"], tag["Value"]) == (id, "first")
    ec2.delete_tags(Resources=[id], Tags=[{"Key": "Name"}])
    assert default(ec2, vpc)["Tags"] == []


def test_an_acl_that_is_not_there_is_not_found(world: World, ec2, vpc, acl):
    text = f"The networkAcl ID '{ABSENT}' does not exist"
    for operation, members in (
        (ec2.describe_network_acls, {"NetworkAclIds": [ABSENT]}),
        (ec2.delete_network_acl, {"NetworkAclId": ABSENT}),
        (ec2.create_network_acl_entry, {"NetworkAclId": ABSENT, "RuleNumber": 1, "Egress": True, **ALL}),
    ):
        assert refusal(operation, **members) == ("InvalidNetworkAclID.NotFound", text)
    other = world.client("ec2", account=OTHER_ACCOUNT)
    for id in (acl, default(ec2, vpc)["NetworkAclId"]):
        assert refusal(other.delete_network_acl, NetworkAclId=id)[0] == "InvalidNetworkAclID.NotFound"


def test_a_vpc_with_an_acl_of_ones_own_cannot_be_deleted(ec2, vpc, acl):
    ec2.create_tags(Resources=[default(ec2, vpc)["NetworkAclId"]], Tags=[{"Key": "Name", "Value": "first"}])
    assert refusal(ec2.delete_vpc, VpcId=vpc)[0] == "DependencyViolation"
    ec2.delete_network_acl(NetworkAclId=acl)
    ec2.delete_vpc(VpcId=vpc)
    assert ec2.describe_network_acls(Filters=by(vpc_id=vpc))["NetworkAcls"] == []
    assert ec2.describe_tags()["Tags"] == []

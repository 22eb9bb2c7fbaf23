"""Create, Delete and DescribeSecurityGroups, and who refers to them."""

import pytest

from tests.conformance.ec2.words import ARN, DEFAULT_GROUP, SUBNETS, VPC, allow, group
from tests.conformance.world import ACCOUNT, refusal

VALUE = "InvalidParameterValue"
CHARACTERS = "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
DESCRIPTION = (
    "Invalid security group description. Valid descriptions are strings less than 256 characters from the following "
    f"set:  {CHARACTERS}"
)
ALL_OUT = {
    "IpProtocol": "-1",
    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
    "Ipv6Ranges": [],
    "PrefixListIds": [],
    "UserIdGroupPairs": [],
}


def only(answer):
    (found,) = answer["SecurityGroups"]
    return found


def test_a_new_group_lets_nothing_in_and_everything_out(ec2):
    tags = [{"Key": "team", "Value": "a"}]
    made = ec2.create_security_group(
        GroupName="web",
        Description="for web",
        VpcId=VPC,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": tags}],
    )
    id = made["GroupId"]
    assert made["Tags"] == tags
    assert made["SecurityGroupArn"] == f"{ARN}:security-group/{id}"
    assert only(ec2.describe_security_groups(GroupIds=[id])) == {
        "GroupId": id,
        "GroupName": "web",
        "Description": "for web",
        "OwnerId": ACCOUNT,
        "VpcId": VPC,
        "SecurityGroupArn": f"{ARN}:security-group/{id}",
        "IpPermissions": [],
        "IpPermissionsEgress": [ALL_OUT],
        "Tags": tags,
    }


def test_the_default_group_lets_its_members_in(ec2):
    found = only(ec2.describe_security_groups(GroupNames=["default"]))
    assert found["GroupId"] == DEFAULT_GROUP
    assert found["Description"] == "default VPC security group"
    assert found["IpPermissions"] == [
        ALL_OUT | {"IpRanges": [], "UserIdGroupPairs": [{"GroupId": DEFAULT_GROUP, "UserId": ACCOUNT}]}
    ]
    assert found["IpPermissionsEgress"] == [ALL_OUT]


def test_without_a_vpc_a_group_is_in_the_default_one(ec2):
    id = ec2.create_security_group(GroupName="web", Description="x")["GroupId"]
    assert only(ec2.describe_security_groups(GroupIds=[id]))["VpcId"] == VPC


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"GroupName": "default"}, (VALUE, "Cannot use reserved security group name: default")),
        (
            {"GroupName": "sg-web"},
            (
                VALUE,
                "Value (sg-web) for parameter GroupName is invalid. Group names may not be in the format sg-*.",
            ),
        ),
        (
            {"Description": "it's"},
            (
                VALUE,
                DESCRIPTION,
            ),
        ),
        (
            {"Description": "x" * 256},
            (
                VALUE,
                DESCRIPTION,
            ),
        ),
        ({"VpcId": "vpc-0"}, ("InvalidVpcID.NotFound", "The vpc ID 'vpc-0' does not exist")),
    ],
)
def test_a_group_that_cannot_be(ec2, members, error):
    request = {"GroupName": "web", "Description": "x", "VpcId": VPC, **members}
    assert refusal(ec2.create_security_group, **request) == error


def test_a_name_is_taken_once_in_a_vpc_whatever_its_case(ec2, other_vpc):
    group(ec2, "web")
    assert refusal(ec2.create_security_group, GroupName="Web", Description="x", VpcId=VPC) == (
        "InvalidGroup.Duplicate",
        f"The security group 'Web' already exists for VPC '{VPC}'",
    )
    assert group(ec2, "web", other_vpc)


@pytest.mark.parametrize(
    ("members", "error"),
    [
        (
            {"GroupIds": ["web"]},
            ("InvalidGroupId.Malformed", 'Invalid id: "web" (expecting "sg-...")'),
        ),
        (
            {"GroupIds": ["sg-0123456789abcdef0"]},
            ("InvalidGroup.NotFound", "The security group 'sg-0123456789abcdef0' does not exist"),
        ),
        (
            {"GroupNames": ["web"]},
            ("InvalidGroup.NotFound", f"The security group 'web' does not exist in default VPC '{VPC}'"),
        ),
    ],
)
def test_a_group_that_is_not_there(ec2, members, error):
    assert refusal(ec2.describe_security_groups, **members) == error


def test_groups_are_found_by_what_their_rules_say(ec2):
    peer, web = group(ec2, "peer"), group(ec2, "web")
    pair = {"UserIdGroupPairs": [{"GroupId": peer}]}
    allow(ec2, web, {"IpProtocol": "udp", "FromPort": 53, "ToPort": 54, **pair})

    def found(name, *values):
        answer = ec2.describe_security_groups(
            Filters=[{"Name": "vpc-id", "Values": [VPC]}, {"Name": name, "Values": list(values)}]
        )
        return [each["GroupId"] for each in answer["SecurityGroups"]]

    assert found("ip-permission.group-id", peer) == [web]
    assert found("ip-permission.group-name", "pe*") == [web]
    assert found("ip-permission.from-port", "53") == [web]
    assert found("ip-permission.to-port", "53") == []
    assert found("ip-permission.protocol", "udp") == [web]
    assert found("group-name", "p?er", "web") == [peer, web]
    assert set(found("egress.ip-permission.cidr", "0.0.0.0/0")) == {DEFAULT_GROUP, peer, web}


def test_a_group_is_deleted_with_its_rules(ec2):
    id = group(ec2)
    rules = allow(ec2, id)
    assert ec2.delete_security_group(GroupId=id)["GroupId"] == id
    assert refusal(ec2.describe_security_groups, GroupIds=[id])[0] == "InvalidGroup.NotFound"
    ids = [rules[0]["SecurityGroupRuleId"]]
    refused = refusal(ec2.describe_security_group_rules, SecurityGroupRuleIds=ids)
    assert refused[0] == "InvalidSecurityGroupRuleId.NotFound"


def test_a_group_that_others_refer_to_stays(ec2):
    peer, web = group(ec2, "peer"), group(ec2, "web")
    allow(ec2, web, {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": peer}, {"GroupId": web}]})
    error = ("DependencyViolation", f"resource {peer} has a dependent object")
    assert refusal(ec2.delete_security_group, GroupId=peer) == error
    ec2.delete_security_group(GroupId=web)
    ec2.delete_security_group(GroupId=peer)


def test_a_group_that_an_interface_is_in_stays(ec2):
    web = group(ec2)
    made = ec2.create_network_interface(SubnetId=SUBNETS[0], Groups=[web])["NetworkInterface"]
    error = ("DependencyViolation", f"resource {web} has a dependent object")
    assert refusal(ec2.delete_security_group, GroupId=web) == error
    ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])
    ec2.delete_security_group(GroupName="web")


def test_the_default_group_stays(ec2):
    assert refusal(ec2.delete_security_group, GroupName="default") == (
        "CannotDelete",
        f'the specified group: "{DEFAULT_GROUP}" name: "default" cannot be deleted by a user',
    )


def test_a_deletion_names_one_group(ec2):
    assert refusal(ec2.delete_security_group)[0] == "MissingParameter"
    assert refusal(ec2.delete_security_group, GroupId="sg-0", GroupName="web")[0] == (
        "InvalidParameterCombination"
    )


def test_the_groups_for_a_vpcs_interfaces_are_its_own(ec2, other_vpc):
    web = group(ec2, "web", other_vpc)
    answer = ec2.get_security_groups_for_vpc(
        VpcId=other_vpc, Filters=[{"Name": "group-name", "Values": ["w*"]}]
    )
    (found,) = answer["SecurityGroupForVpcs"]
    assert (found["GroupId"], found["PrimaryVpcId"]) == (web, other_vpc)


def test_nobody_refers_to_a_group_from_another_vpc(ec2):
    answer = ec2.describe_security_group_references(GroupId=[DEFAULT_GROUP])
    assert answer["SecurityGroupReferenceSet"] == []
    assert ec2.describe_stale_security_groups(VpcId=VPC)["StaleSecurityGroupSet"] == []
    assert refusal(ec2.describe_security_group_references, GroupId=["sg-0"])[0] == "InvalidGroup.NotFound"


def test_groups_are_tagged_and_untagged(ec2):
    web = group(ec2)
    ec2.create_tags(Resources=[web], Tags=[{"Key": "team", "Value": "a"}])
    filters = [{"Name": "tag:team", "Values": ["a"]}]
    assert only(ec2.describe_security_groups(Filters=filters))["GroupId"] == web
    ec2.delete_tags(Resources=[web], Tags=[{"Key": "team"}])
    assert ec2.describe_security_groups(Filters=filters)["SecurityGroups"] == []

"""Rules of security groups: authorized, revoked, modified, described."""

import pytest

from tests.conformance.ec2.words import (
    ANYWHERE,
    ARN,
    DEFAULT_GROUP,
    VPC,
    WEB,
    allow,
    group,
    ingress,
)
from tests.conformance.world import ACCOUNT, refusal

VALUE = "InvalidParameterValue"
MISSING = "MissingParameter"


@pytest.fixture
def web(ec2):
    return group(ec2)


@pytest.fixture
def elsewhere(ec2, other_vpc):
    """A group of another VPC than the default one."""
    return group(ec2, "web", other_vpc)


def test_a_rule_is_a_thing_of_its_own(ec2, web):
    tags = [{"Key": "team", "Value": "a"}]
    given = WEB | {"IpRanges": [{"CidrIp": "10.1.2.3/32", "Description": "ours"}]}
    specification = [{"ResourceType": "security-group-rule", "Tags": tags}]
    (rule,) = allow(ec2, web, given, TagSpecifications=specification)
    id = rule["SecurityGroupRuleId"]
    assert rule == {
        "SecurityGroupRuleId": id,
        "SecurityGroupRuleArn": f"{ARN}:security-group-rule/{id}",
        "GroupId": web,
        "GroupOwnerId": ACCOUNT,
        "IsEgress": False,
        "IpProtocol": "tcp",
        "FromPort": 80,
        "ToPort": 80,
        "CidrIpv4": "10.1.2.3/32",
        "Description": "ours",
        "Tags": tags,
    }
    assert ec2.describe_security_group_rules(SecurityGroupRuleIds=[id])["SecurityGroupRules"] == [rule]


def test_every_peer_is_a_rule_and_equal_traffic_one_permission(ec2, web):
    peer = group(ec2, "peer")
    given = {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "192.168.0.1/32"}],
        "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}],
        "UserIdGroupPairs": [{"GroupId": peer}, {"GroupName": "web", "UserId": ACCOUNT}],
    }
    rules = allow(ec2, web, given)
    assert len({rule["SecurityGroupRuleId"] for rule in rules}) == 5
    (permission,) = ingress(ec2, web)
    assert permission["IpRanges"] == given["IpRanges"]
    assert permission["Ipv6Ranges"] == given["Ipv6Ranges"]
    pairs = [{"GroupId": peer, "UserId": ACCOUNT}, {"GroupId": web, "UserId": ACCOUNT}]
    assert permission["UserIdGroupPairs"] == pairs


def test_blocks_lose_their_host_bits(ec2, web):
    (rule,) = allow(ec2, web, WEB | {"IpRanges": [{"CidrIp": "100.68.0.18/18"}]})
    assert rule["CidrIpv4"] == "100.68.0.0/18"
    assert refusal(
        ec2.authorize_security_group_ingress,
        GroupId=web,
        IpPermissions=[WEB | {"IpRanges": [{"CidrIp": "100.68.0.18/18"}]}],
    ) == (
        "InvalidPermission.Duplicate",
        'the specified rule "peer: 100.68.0.0/18, TCP, from port: 80, to port: 80, ALLOW" already exists',
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"IpProtocol": "-1"}, "ALL"),
        ({"IpProtocol": "17", "FromPort": 53, "ToPort": 54}, "UDP, from port: 53, to port: 54"),
        ({"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1}, "ICMP, type: 8, code: ALL"),
        ({"IpProtocol": "50"}, "protocol: 50"),
    ],
)
def test_a_rule_that_is_there_already_is_named_in_the_error(ec2, web, given, words):
    permission = given | {"IpRanges": ANYWHERE}
    allow(ec2, web, permission)
    text = f'the specified rule "peer: 0.0.0.0/0, {words}, ALLOW" already exists'
    refused = refusal(ec2.authorize_security_group_ingress, GroupId=web, IpPermissions=[permission])
    assert refused == ("InvalidPermission.Duplicate", text)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (
            {"IpProtocol": "tcp"},
            (VALUE, "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange."),
        ),
        ({"FromPort": 80, "ToPort": 80}, (MISSING, "The request must contain the parameter IpProtocol")),
        (WEB | {"FromPort": -1}, (VALUE, "TCP/UDP (from) port (-1) out of range")),
        (WEB | {"ToPort": 65536}, (VALUE, "TCP/UDP (to) port (65536) out of range")),
        (WEB | {"FromPort": 81}, (VALUE, "Invalid TCP/UDP port range (81:80)")),
        (WEB | {"IpProtocol": "all"}, (VALUE, "Invalid value 'all' for IP protocol. Unknown protocol.")),
        (WEB | {"IpProtocol": "256"}, (VALUE, "Invalid value '256' for IP protocol. Unknown protocol.")),
        (WEB | {"IpProtocol": "icmp", "FromPort": 256}, (VALUE, "ICMP type (256) out of range")),
        (WEB | {"IpProtocol": "icmp", "ToPort": 65535}, (VALUE, "ICMP code (65535) out of range")),
        (WEB | {"IpRanges": [{"CidrIp": "10.0.0.0"}]}, (VALUE, "CIDR block 10.0.0.0 is malformed")),
        (WEB | {"IpRanges": [{"CidrIp": "::/0"}]}, (VALUE, "CIDR block ::/0 is malformed")),
        (WEB | {"Ipv6Ranges": [{"CidrIpv6": "::/129"}]}, (VALUE, "CIDR block ::/129 is malformed")),
        (WEB | {"IpRanges": []}, (MISSING, "Source group ID missing.")),
        (WEB | {"IpRanges": ANYWHERE * 2}, (VALUE, "The same permission must not appear multiple times")),
        (
            {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-0"}]},
            ("InvalidGroup.NotFound", "The security group 'sg-0' does not exist"),
        ),
        (
            {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupName": "x"}]},
            ("InvalidGroup.NotFound", f"The security group 'x' does not exist in default VPC '{VPC}'"),
        ),
        (
            {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-0"}]},
            ("InvalidPrefixListID.NotFound", "The prefix list ID 'pl-0' does not exist"),
        ),
    ],
)
def test_a_permission_that_cannot_be(ec2, web, given, error):
    assert refusal(ec2.authorize_security_group_ingress, GroupId=web, IpPermissions=[given]) == error
    assert ingress(ec2, web) == []


def test_a_rule_refers_to_groups_of_its_own_vpc(ec2, elsewhere):
    pair = [{"GroupId": DEFAULT_GROUP}]
    permission = {"IpProtocol": "-1", "UserIdGroupPairs": pair}
    refused = refusal(ec2.authorize_security_group_ingress, GroupId=elsewhere, IpPermissions=[permission])
    text = "You have specified two resources that belong to different networks."
    assert refused == ("InvalidGroup.NotFound", text)


def test_a_permission_may_be_spelled_out(ec2, web):
    single = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8"}
    answer = ec2.authorize_security_group_ingress(GroupName="web", **single)
    assert answer["SecurityGroupRules"][0]["GroupId"] == web
    ec2.revoke_security_group_ingress(GroupName="web", **single)
    assert ingress(ec2, web) == []
    refused = refusal(ec2.authorize_security_group_ingress, GroupId=web, IpPermissions=[WEB], **single)
    assert refused[0] == "InvalidParameterCombination"


def test_a_source_group_alone_means_tcp_udp_and_icmp(ec2, web):
    ec2.authorize_security_group_ingress(GroupId=web, SourceSecurityGroupName="default")
    found = {(each["IpProtocol"], each["FromPort"], each["ToPort"]) for each in ingress(ec2, web)}
    assert found == {("tcp", 0, 65535), ("udp", 0, 65535), ("icmp", -1, -1)}


def test_a_group_has_sixty_rules_in_each_direction(ec2, web):
    ranges = [{"CidrIp": f"10.0.0.{number}/32"} for number in range(60)]
    allow(ec2, web, WEB | {"IpRanges": ranges})
    allow(ec2, web, {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]})
    text = "The maximum number of rules per security group has been reached."
    refused = refusal(ec2.authorize_security_group_ingress, GroupId=web, IpPermissions=[WEB])
    assert refused == ("RulesPerSecurityGroupLimitExceeded", text)


def test_what_goes_out_is_authorized_and_revoked(ec2, web):
    everything = {"IpProtocol": "-1", "IpRanges": ANYWHERE}
    answer = ec2.revoke_security_group_egress(GroupId=web, IpPermissions=[everything])
    (gone,) = answer["RevokedSecurityGroupRules"]
    assert (gone["CidrIpv4"], gone["IsEgress"], gone["FromPort"]) == ("0.0.0.0/0", True, -1)
    ec2.authorize_security_group_egress(GroupId=web, IpPermissions=[WEB])
    (found,) = ec2.describe_security_groups(GroupIds=[web])["SecurityGroups"]
    assert [each["FromPort"] for each in found["IpPermissionsEgress"]] == [80]
    refused = refusal(ec2.authorize_security_group_egress, GroupId=web, CidrIp="0.0.0.0/0", IpProtocol="-1")
    assert refused[0] == "InvalidParameterCombination"


def test_rules_are_revoked_by_their_ids(ec2, web):
    (first,) = allow(ec2, web)
    ids = [first["SecurityGroupRuleId"]]
    out = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [web]}])
    (egress,) = [rule for rule in out["SecurityGroupRules"] if rule["IsEgress"]]
    wrong = [egress["SecurityGroupRuleId"]]
    assert refusal(ec2.revoke_security_group_ingress, GroupId=web, SecurityGroupRuleIds=wrong) == (
        "InvalidSecurityGroupRuleId.NotFound",
        f"The security group rule ID '{wrong[0]}' does not exist",
    )
    ec2.revoke_security_group_ingress(GroupId=web, SecurityGroupRuleIds=ids)
    assert ingress(ec2, web) == []


def test_revoking_what_is_not_there_is_an_error_outside_of_the_default_vpc(ec2, web, elsewhere):
    answer = ec2.revoke_security_group_ingress(GroupId=web, IpPermissions=[WEB])
    (unknown,) = answer["UnknownIpPermissions"]
    assert unknown["IpRanges"] == WEB["IpRanges"]
    assert refusal(ec2.revoke_security_group_ingress, GroupId=elsewhere, IpPermissions=[WEB]) == (
        "InvalidPermission.NotFound",
        "The specified rule does not exist in this security group.",
    )


def test_a_rule_is_modified_as_a_whole(ec2, web):
    (rule,) = allow(ec2, web)
    id = rule["SecurityGroupRuleId"]
    after = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8081, "CidrIpv4": "10.0.0.0/8"}
    change = {"SecurityGroupRuleId": id, "SecurityGroupRule": after | {"Description": "new"}}
    ec2.modify_security_group_rules(GroupId=web, SecurityGroupRules=[change])
    (found,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[id])["SecurityGroupRules"]
    assert found.items() >= (after | {"Description": "new"}).items()


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ({"CidrIpv6": "::/0"}, VALUE),
        ({}, MISSING),
        ({"CidrIpv4": "10.0.0.0/8", "CidrIpv6": "::/0"}, "InvalidParameterCombination"),
        ({"CidrIpv4": "10.9.9.9/32"}, "InvalidPermission.Duplicate"),
    ],
)
def test_a_rule_that_cannot_become_another(ec2, web, after, code):
    (rule, _) = allow(ec2, web, WEB, WEB | {"IpRanges": [{"CidrIp": "10.9.9.9/32"}]})
    traffic = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
    change = {"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": traffic | after}
    refused = refusal(ec2.modify_security_group_rules, GroupId=web, SecurityGroupRules=[change])
    assert refused[0] == code


def test_a_rule_gets_another_description(ec2, web):
    (rule,) = allow(ec2, web)
    described = WEB | {"IpRanges": [{"CidrIp": "10.1.2.3/32", "Description": "one"}]}
    ec2.update_security_group_rule_descriptions_ingress(GroupId=web, IpPermissions=[described])
    assert ingress(ec2, web)[0]["IpRanges"][0]["Description"] == "one"
    by_id = [{"SecurityGroupRuleId": rule["SecurityGroupRuleId"]}]
    ec2.update_security_group_rule_descriptions_ingress(GroupId=web, SecurityGroupRuleDescriptions=by_id)
    assert "Description" not in ingress(ec2, web)[0]["IpRanges"][0]


def test_a_description_is_of_a_rule_that_is_there(ec2, web):
    refused = refusal(ec2.update_security_group_rule_descriptions_egress, GroupId=web, IpPermissions=[WEB])
    assert refused == (
        "InvalidPermission.NotFound",
        "The specified rule does not exist in this security group.",
    )
    assert refusal(ec2.update_security_group_rule_descriptions_ingress, GroupId=web)[0] == MISSING


def test_rules_come_in_pages(ec2, web):
    allow(ec2, web, *(WEB | {"FromPort": port, "ToPort": port} for port in range(80, 90)))
    pages = ec2.get_paginator("describe_security_group_rules").paginate(
        Filters=[{"Name": "group-id", "Values": [web]}], PaginationConfig={"PageSize": 5}
    )
    sizes = [len(page["SecurityGroupRules"]) for page in pages]
    assert sizes == [5, 5, 1]

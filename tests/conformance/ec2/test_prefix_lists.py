"""Managed prefix lists, and rules that refer to them."""

import pytest

from tests.conformance.ec2.words import allow, group, ingress
from tests.conformance.world import ACCOUNT, refusal

VALUE = "InvalidParameterValue"
OFFICES = [{"Cidr": "10.1.0.0/16", "Description": "one"}, {"Cidr": "10.2.0.0/16"}]


def made(client, **members):
    request = {"PrefixListName": "offices", "MaxEntries": 3, "AddressFamily": "IPv4", "Entries": OFFICES}
    return client.create_managed_prefix_list(**(request | members))["PrefixList"]


def entries(client, id):
    found = client.get_managed_prefix_list_entries(PrefixListId=id)["Entries"]
    return {each["Cidr"]: each.get("Description") for each in found}


def test_a_list_is_kept_with_its_entries(ec2):
    found = made(ec2)
    id = found["PrefixListId"]
    assert found == {
        "PrefixListId": id,
        "AddressFamily": "IPv4",
        "State": "create-complete",
        "PrefixListArn": f"arn:aws:ec2:us-east-1:{ACCOUNT}:prefix-list/{id}",
        "PrefixListName": "offices",
        "MaxEntries": 3,
        "Version": 1,
        "Tags": [],
        "OwnerId": ACCOUNT,
    }
    (described,) = ec2.describe_managed_prefix_lists(PrefixListIds=[id])["PrefixLists"]
    assert described == found
    assert entries(ec2, id) == {"10.1.0.0/16": "one", "10.2.0.0/16": None}


def test_entries_change_from_one_version_to_the_next(ec2):
    id = made(ec2)["PrefixListId"]
    change = {"AddEntries": [{"Cidr": "10.3.0.1/16"}], "RemoveEntries": [{"Cidr": "10.1.0.0/16"}]}
    after = ec2.modify_managed_prefix_list(PrefixListId=id, CurrentVersion=1, **change)["PrefixList"]
    assert (after["Version"], after["State"]) == (2, "modify-complete")
    assert set(entries(ec2, id)) == {"10.2.0.0/16", "10.3.0.0/16"}
    refused = refusal(ec2.modify_managed_prefix_list, PrefixListId=id, CurrentVersion=1, **change)
    text = "The prefix list has the incorrect version number."
    assert refused == ("PrefixListVersionMismatch", text)


def test_name_and_size_change_by_themselves(ec2):
    id = made(ec2)["PrefixListId"]
    after = ec2.modify_managed_prefix_list(PrefixListId=id, PrefixListName="shops", MaxEntries=5)
    assert (after["PrefixList"]["PrefixListName"], after["PrefixList"]["MaxEntries"]) == ("shops", 5)
    assert after["PrefixList"]["Version"] == 1
    both = {"MaxEntries": 6, "AddEntries": [{"Cidr": "10.3.0.0/16"}], "CurrentVersion": 1}
    refused = refusal(ec2.modify_managed_prefix_list, PrefixListId=id, **both)
    assert refused[0] == "InvalidParameterCombination"


@pytest.mark.parametrize(
    ("members", "code", "text"),
    [
        ({"AddressFamily": "ipv4"}, VALUE, "AddressFamily"),
        ({"MaxEntries": 0}, VALUE, "Must specify a max size between 1 and 1000"),
        ({"MaxEntries": 1}, "PrefixListMaxEntriesExceeded", "You've reached the maximum number of entries"),
        ({"PrefixListName": "com.amazonaws.x"}, VALUE, "com.amazonaws"),
        ({"Entries": [{"Cidr": "::/0"}]}, VALUE, "The CIDR '::/0' is not a valid IPv4 CIDR block."),
        ({"Entries": OFFICES[:1] * 2}, VALUE, "more than once"),
    ],
)
def test_a_list_that_cannot_be(ec2, members, code, text):
    request = {"PrefixListName": "offices", "MaxEntries": 3, "AddressFamily": "IPv4", "Entries": OFFICES}
    refused = refusal(ec2.create_managed_prefix_list, **(request | members))
    assert refused[0] == code
    assert text in refused[1]


def test_a_rule_refers_to_a_list_which_then_stays(ec2):
    id, web = made(ec2)["PrefixListId"], group(ec2)
    (rule,) = allow(ec2, web, {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": id}]})
    assert rule["PrefixListId"] == id
    assert ingress(ec2, web)[0]["PrefixListIds"] == [{"PrefixListId": id}]
    (association,) = ec2.get_managed_prefix_list_associations(PrefixListId=id)["PrefixListAssociations"]
    assert association == {"ResourceId": web, "ResourceOwner": ACCOUNT}
    assert refusal(ec2.delete_managed_prefix_list, PrefixListId=id)[0] == "DependencyViolation"
    ec2.revoke_security_group_ingress(GroupId=web, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
    assert ec2.delete_managed_prefix_list(PrefixListId=id)["PrefixList"]["State"] == "delete-complete"
    error = ("InvalidPrefixListID.NotFound", f"The prefix list ID '{id}' does not exist")
    assert refusal(ec2.describe_managed_prefix_lists, PrefixListIds=[id]) == error


def test_a_list_counts_as_many_rules_as_it_may_have_entries(ec2):
    id, web = made(ec2, MaxEntries=61)["PrefixListId"], group(ec2)
    permission = {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": id}]}
    limit = "RulesPerSecurityGroupLimitExceeded"
    refused = refusal(ec2.authorize_security_group_ingress, GroupId=web, IpPermissions=[permission])
    assert refused[0] == limit
    ec2.modify_managed_prefix_list(PrefixListId=id, MaxEntries=60)
    allow(ec2, web, permission)
    assert refusal(ec2.modify_managed_prefix_list, PrefixListId=id, MaxEntries=61)[0] == limit


def test_aws_has_lists_of_its_own(ec2):
    name = [{"Name": "prefix-list-name", "Values": ["com.amazonaws.us-east-1.s3"]}]
    (found,) = ec2.describe_prefix_lists(Filters=name)["PrefixLists"]
    (managed,) = ec2.describe_managed_prefix_lists(Filters=name)["PrefixLists"]
    assert managed["PrefixListId"] == found["PrefixListId"]
    assert managed["OwnerId"] == "AWS"
    allow(ec2, group(ec2), {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": found["PrefixListId"]}]})
    refused = refusal(ec2.delete_managed_prefix_list, PrefixListId=found["PrefixListId"])
    assert refused[0] == "UnauthorizedOperation"

"""The calls that Terraform's provider makes for aws_security_group, aws_vpc_security_group_ingress_rule,
aws_security_group_rule, aws_network_interface and aws_ec2_managed_prefix_list, and what it reads.

After its sources (hashicorp/terraform-provider-aws, internal/service/ec2): each request is what it sends for a plain
configuration, and what it compares afterwards must be what was asked for, or the next plan is not empty.
"""

from tests.conformance.ec2.words import ANYWHERE, SUBNETS, VPC
from tests.conformance.world import refusal

TAGS = [{"Key": "Name", "Value": "tf"}]


def tagged(kind):
    return [{"ResourceType": kind, "Tags": TAGS}]


def the_group(ec2, vpc):
    """The id of what `resource "aws_security_group"` makes: without the rule that a new group has."""
    id = ec2.create_security_group(
        GroupName="tf",
        Description="Managed by Terraform",
        VpcId=vpc,
        TagSpecifications=tagged("security-group"),
    )["GroupId"]
    everything = {"FromPort": 0, "ToPort": 0, "IpProtocol": "-1"}
    ec2.revoke_security_group_egress(GroupId=id, IpPermissions=[everything | {"IpRanges": ANYWHERE}])
    everywhere = {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    # The provider expects this of a group in a VPC without IPv6.
    code = refusal(ec2.revoke_security_group_egress, GroupId=id, IpPermissions=[everything | everywhere])[0]
    assert code == "InvalidPermission.NotFound"
    return id


def read(ec2, id):
    (found,) = ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"]
    return found


def test_aws_security_group_reads_what_it_made(ec2, vpc):
    id = the_group(ec2, vpc)
    web = {
        "IpProtocol": "tcp",
        "FromPort": 80,
        "ToPort": 80,
        "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "web"}],
        "UserIdGroupPairs": [{"GroupId": id}],
    }
    ec2.authorize_security_group_ingress(GroupId=id, IpPermissions=[web])
    out = {"IpProtocol": "-1", "FromPort": 0, "ToPort": 0, "IpRanges": ANYWHERE}
    ec2.authorize_security_group_egress(GroupId=id, IpPermissions=[out])
    found = read(ec2, id)
    assert (found["GroupName"], found["Description"], found["Tags"]) == ("tf", "Managed by Terraform", TAGS)
    (ingress,) = found["IpPermissions"]
    assert ingress["IpRanges"] == web["IpRanges"]
    assert [pair["GroupId"] for pair in ingress["UserIdGroupPairs"]] == [id]
    (egress,) = found["IpPermissionsEgress"]
    assert (egress["IpProtocol"], "FromPort" in egress) == ("-1", False)


def test_aws_security_group_is_destroyed(ec2, vpc):
    id = the_group(ec2, vpc)
    lingering = [{"Name": "group-id", "Values": [id]}]
    assert ec2.describe_network_interfaces(Filters=lingering)["NetworkInterfaces"] == []
    ec2.delete_security_group(GroupId=id)
    assert refusal(ec2.describe_security_groups, GroupIds=[id])[0] == "InvalidGroup.NotFound"


def test_aws_vpc_security_group_ingress_rule_lives_by_its_id(ec2, vpc):
    id = the_group(ec2, vpc)
    (made,) = ec2.authorize_security_group_ingress(
        GroupId=id,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        ],
        TagSpecifications=tagged("security-group-rule"),
    )["SecurityGroupRules"]
    rule = made["SecurityGroupRuleId"]
    ids = {"SecurityGroupRuleIds": [rule]}
    assert ec2.describe_security_group_rules(**ids)["SecurityGroupRules"] == [made]
    after = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 444, "CidrIpv4": "10.0.0.0/8"}
    update = [{"SecurityGroupRuleId": rule, "SecurityGroupRule": after}]
    ec2.modify_security_group_rules(GroupId=id, SecurityGroupRules=update)
    (found,) = ec2.describe_security_group_rules(**ids)["SecurityGroupRules"]
    assert (found["ToPort"], found["Tags"]) == (444, TAGS)
    ec2.revoke_security_group_ingress(GroupId=id, **ids)
    code = "InvalidSecurityGroupRuleId.NotFound"
    assert refusal(ec2.describe_security_group_rules, **ids)[0] == code
    assert refusal(ec2.revoke_security_group_ingress, GroupId=id, **ids)[0] == code


def test_aws_security_group_rule_lives_by_what_it_says(ec2, vpc):
    id = the_group(ec2, vpc)
    rule = {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": ANYWHERE}
    ec2.authorize_security_group_ingress(GroupId=id, IpPermissions=[rule])
    (found,) = read(ec2, id)["IpPermissions"]
    assert (found["FromPort"], found["ToPort"]) == (-1, -1)
    described = rule | {"IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "ping"}]}
    ec2.update_security_group_rule_descriptions_ingress(GroupId=id, IpPermissions=[described])
    ec2.revoke_security_group_ingress(GroupId=id, IpPermissions=[described])
    assert read(ec2, id)["IpPermissions"] == []


def test_aws_network_interface_reads_what_it_made(ec2):
    made = ec2.create_network_interface(
        ClientToken="terraform-20261125",
        SubnetId=SUBNETS[0],
        Description="tf",
        PrivateIpAddresses=[{"PrivateIpAddress": "172.31.0.50", "Primary": True}],
        TagSpecifications=tagged("network-interface"),
    )["NetworkInterface"]
    id = made["NetworkInterfaceId"]
    change = {"NetworkInterfaceId": id, "SourceDestCheck": {"Value": False}}
    ec2.modify_network_interface_attribute(**change)
    (found,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[id])["NetworkInterfaces"]
    assert (found["Status"], found["SourceDestCheck"]) == ("available", False)
    assert [each["PrivateIpAddress"] for each in found["PrivateIpAddresses"]] == ["172.31.0.50"]
    assert (found["TagSet"], found["VpcId"]) == (TAGS, VPC)
    ec2.delete_network_interface(NetworkInterfaceId=id)
    gone = refusal(ec2.describe_network_interfaces, NetworkInterfaceIds=[id])
    assert gone[0] == "InvalidNetworkInterfaceID.NotFound"


def test_aws_ec2_managed_prefix_list_changes_a_description_in_two_steps(ec2):
    first = [{"Cidr": "10.1.0.0/16", "Description": "old"}]
    id = ec2.create_managed_prefix_list(
        PrefixListName="tf", AddressFamily="IPv4", MaxEntries=2, Entries=first, ClientToken="tf"
    )["PrefixList"]["PrefixListId"]
    new, old = [{"Cidr": "10.1.0.0/16", "Description": "new"}], [{"Cidr": "10.1.0.0/16"}]
    modify = ec2.modify_managed_prefix_list
    both = {"PrefixListId": id, "CurrentVersion": 1, "AddEntries": new, "RemoveEntries": old}
    assert refusal(modify, **both) == (
        "InvalidParameterValue",
        "Request cannot contain Cidr 10.1.0.0/16 in both AddPrefixListEntries and RemovePrefixListEntries",
    )
    modify(PrefixListId=id, CurrentVersion=1, RemoveEntries=old)
    after = modify(PrefixListId=id, CurrentVersion=2, AddEntries=new)["PrefixList"]
    assert (after["Version"], after["State"]) == (3, "modify-complete")
    assert ec2.get_managed_prefix_list_entries(PrefixListId=id)["Entries"] == new
    ec2.delete_managed_prefix_list(PrefixListId=id)
    gone = refusal(ec2.describe_managed_prefix_lists, PrefixListIds=[id])
    assert gone[0] == "InvalidPrefixListID.NotFound"

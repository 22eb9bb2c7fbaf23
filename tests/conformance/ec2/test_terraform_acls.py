"""The calls that Terraform's provider makes for aws_default_network_acl, aws_network_acl, its rules and associations, and
for aws_vpc_dhcp_options; the first is among what terraform-aws-modules/vpc makes when nobody says anything.

After its sources, as in `test_terraform.py`.
"""

from typing import Any

from tests.conformance.world import refusal

LAST = 32767


def by(**filters: str) -> list[dict[str, Any]]:
    """Filters, with underscores for dashes."""
    return [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]


def entry(number: int, *, egress: bool, **members: Any) -> dict[str, Any]:
    """What the provider sends for a rule: ports always, 0 where there are none."""
    return {
        "RuleNumber": number,
        "Egress": egress,
        "Protocol": "-1",
        "RuleAction": "allow",
        "PortRange": {"From": 0, "To": 0},
        **members,
    }


def found(ec2: Any, acl: str) -> dict[str, Any]:
    """An ACL by its id."""
    (shown,) = ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"]
    return dict(shown)


def associate(ec2: Any, subnet: str, acl: str) -> str:
    """What the provider does to give a subnet an ACL."""
    (before,) = ec2.describe_network_acls(Filters=by(**{"association.subnet-id": subnet}))["NetworkAcls"]
    (old,) = [each for each in before["Associations"] if each["SubnetId"] == subnet]
    answer = ec2.replace_network_acl_association(
        AssociationId=old["NetworkAclAssociationId"], NetworkAclId=acl
    )
    return str(answer["NewAssociationId"])


def test_aws_default_network_acl_adopts_what_is_there_and_reads_its_own_rules(ec2, vpc):
    (default,) = ec2.describe_network_acls(Filters=by(default="true", vpc_id=vpc))["NetworkAcls"]
    id = default["NetworkAclId"]
    for each in default["Entries"]:
        if each["RuleNumber"] != LAST:
            ec2.delete_network_acl_entry(
                NetworkAclId=id, RuleNumber=each["RuleNumber"], Egress=each["Egress"]
            )
    for egress in (True, False):
        for rule in (
            entry(100, egress=egress, CidrBlock="0.0.0.0/0"),
            entry(101, egress=egress, Ipv6CidrBlock="::/0"),
        ):
            ec2.create_network_acl_entry(NetworkAclId=id, **rule)
    ec2.create_tags(Resources=[id], Tags=[{"Key": "Name", "Value": "shop-default"}])

    after = found(ec2, id)
    rules = [each for each in after["Entries"] if each["RuleNumber"] != LAST]
    assert [(each["Egress"], each["RuleNumber"]) for each in rules] == [
        (True, 100),
        (True, 101),
        (False, 100),
        (False, 101),
    ]
    assert all("PortRange" not in each and each["Protocol"] == "-1" for each in rules)
    assert [each.get("Ipv6CidrBlock") for each in rules[:2]] == [None, "::/0"]
    assert after["Tags"] == [{"Key": "Name", "Value": "shop-default"}]


def test_aws_network_acl_is_made_read_and_destroyed(ec2, vpc, subnet):
    id = ec2.create_network_acl(ClientToken="terraform-20261125000000000000000003", VpcId=vpc)["NetworkAcl"][
        "NetworkAclId"
    ]
    ssh = entry(100, egress=False, Protocol="6", CidrBlock="10.3.0.0/18", PortRange={"From": 22, "To": 22})
    ec2.create_network_acl_entry(NetworkAclId=id, **ssh)
    association = associate(ec2, subnet, id)

    after = found(ec2, id)
    assert [each for each in after["Entries"] if each["RuleNumber"] != LAST] == [ssh]
    assert [each["SubnetId"] for each in after["Associations"]] == [subnet]
    (read,) = ec2.describe_network_acls(Filters=by(**{"association.association-id": association}))[
        "NetworkAcls"
    ]
    assert read["NetworkAclId"] == id

    (default,) = ec2.describe_network_acls(Filters=by(default="true", vpc_id=vpc))["NetworkAcls"]
    associate(ec2, subnet, default["NetworkAclId"])
    ec2.delete_network_acl(NetworkAclId=id)
    assert refusal(ec2.describe_network_acls, NetworkAclIds=[id])[0] == "InvalidNetworkAclID.NotFound"


def test_aws_network_acl_rule_is_found_by_its_number_and_direction(ec2, vpc):
    id = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    ping = entry(200, egress=True, Protocol="1", CidrBlock="0.0.0.0/0", IcmpTypeCode={"Type": 8, "Code": 0})
    ec2.create_network_acl_entry(NetworkAclId=id, **ping)
    ask = by(**{"entry.egress": "true", "entry.rule-number": "200"})
    (read,) = ec2.describe_network_acls(NetworkAclIds=[id], Filters=ask)["NetworkAcls"]
    (rule,) = [each for each in read["Entries"] if each["RuleNumber"] == 200]
    assert (rule["Protocol"], rule["IcmpTypeCode"]) == ("1", {"Type": 8, "Code": 0})
    ec2.delete_network_acl_entry(NetworkAclId=id, RuleNumber=200, Egress=True)
    assert ec2.describe_network_acls(NetworkAclIds=[id], Filters=ask)["NetworkAcls"] == []


def test_aws_vpc_dhcp_options_are_made_associated_and_destroyed(ec2, vpc):
    options = [
        {"Key": "domain-name", "Values": ["shop.example"]},
        {"Key": "domain-name-servers", "Values": ["AmazonProvidedDNS"]},
    ]
    id = ec2.create_dhcp_options(DhcpConfigurations=options)["DhcpOptions"]["DhcpOptionsId"]
    ec2.associate_dhcp_options(DhcpOptionsId=id, VpcId=vpc)
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["DhcpOptionsId"] == id

    for each in ec2.describe_vpcs(Filters=by(dhcp_options_id=id))["Vpcs"]:
        ec2.associate_dhcp_options(DhcpOptionsId="default", VpcId=each["VpcId"])
    ec2.delete_dhcp_options(DhcpOptionsId=id)
    assert refusal(ec2.describe_dhcp_options, DhcpOptionsIds=[id])[0] == "InvalidDhcpOptionID.NotFound"


def test_aws_default_vpc_dhcp_options_are_found_by_what_they_say(ec2):
    ask = [
        *({"Name": "key", "Values": [key]} for key in ("domain-name", "domain-name-servers")),
        {"Name": "value", "Values": ["ec2.internal"]},
        {"Name": "owner-id", "Values": ["123456789012"]},
    ]
    assert len(ec2.describe_dhcp_options(Filters=ask)["DhcpOptions"]) == 1

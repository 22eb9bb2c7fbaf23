"""The shortest way to security groups, and words that many tests of EC2 use."""

from typing import Any

from homeport.model.record import Scope
from homeport.model.vpc import derived_id
from tests.conformance.world import ACCOUNT, REGION

SCOPE = Scope(ACCOUNT, REGION)


def vpc_of(account: str = ACCOUNT, region: str = REGION) -> str:
    """The id of an account's default VPC."""
    return derived_id("vpc", Scope(account, region))


def subnets_of(account: str = ACCOUNT, region: str = REGION) -> list[str]:
    """The ids of its subnets, in zones a, b and c."""
    return [derived_id("subnet", Scope(account, region), letter) for letter in "abc"]


VPC, SUBNETS = vpc_of(), subnets_of()
"""Of the first account, and its default security group."""
DEFAULT_GROUP = derived_id("sg", SCOPE)
ANYWHERE = [{"CidrIp": "0.0.0.0/0"}]
WEB = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.1.2.3/32"}]}
"""A permission: HTTP from one address."""
ARN = f"arn:aws:ec2:{REGION}:{ACCOUNT}"


def group(client: Any, name: str = "web", vpc: str = VPC, **members: Any) -> str:
    """The id of a new security group."""
    answer = client.create_security_group(GroupName=name, Description=f"for {name}", VpcId=vpc, **members)
    return str(answer["GroupId"])


def allow(client: Any, group: str, *permissions: dict[str, Any], **members: Any) -> list[dict[str, Any]]:
    """Rules that let permissions in, HTTP from one address if none is given."""
    answer = client.authorize_security_group_ingress(
        GroupId=group, IpPermissions=list(permissions) or [WEB], **members
    )
    return list(answer["SecurityGroupRules"])


def ingress(client: Any, group: str) -> list[dict[str, Any]]:
    """What a group lets in, as permissions."""
    (found,) = client.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    return list(found["IpPermissions"])

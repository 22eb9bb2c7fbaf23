"""SetSecurityGroups, SetSubnets, SetIpAddressType, and the account's limits."""

import pytest

from tests.conformance.ec2.words import DEFAULT_GROUP, SUBNETS
from tests.conformance.elbv2.words import alb, nlb
from tests.conformance.world import refusal

CONFIGURATION = "InvalidConfigurationRequest"


def test_security_groups_are_replaced(elbv2, groups):
    arn = alb(elbv2)["LoadBalancerArn"]
    answer = elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=groups)
    assert answer["SecurityGroupIds"] == groups
    assert elbv2.describe_load_balancers()["LoadBalancers"][0]["SecurityGroups"] == groups


@pytest.mark.parametrize(
    ("kind", "groups", "error"),
    [
        (alb, [], (CONFIGURATION, "At least one security group must be specified")),
        (alb, ["x"], (CONFIGURATION, "One or more security groups are invalid")),
        (alb, ["sg-0123456789abcdef0"], (CONFIGURATION, "One or more security groups are invalid")),
        (
            nlb,
            [DEFAULT_GROUP],
            (
                CONFIGURATION,
                "You can't add security groups to a Network Load Balancer that was created without security groups",
            ),
        ),
    ],
)
def test_security_groups_that_cannot_be_set(elbv2, kind, groups, error):
    arn = kind(elbv2)["LoadBalancerArn"]
    assert refusal(elbv2.set_security_groups, LoadBalancerArn=arn, SecurityGroups=groups) == error


def test_private_link_traffic_may_pass_a_network_load_balancers_groups(elbv2, groups):
    arn = nlb(elbv2, SecurityGroups=groups)["LoadBalancerArn"]
    member = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
    answer = elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=groups, **{member: "off"})
    assert answer[member] == "off"
    assert elbv2.describe_load_balancers()["LoadBalancers"][0][member] == "off"


def test_subnets_are_replaced(elbv2):
    arn = alb(elbv2)["LoadBalancerArn"]
    answer = elbv2.set_subnets(LoadBalancerArn=arn, Subnets=[SUBNETS[2], SUBNETS[1]])
    zones = [(zone["SubnetId"], zone["ZoneName"]) for zone in answer["AvailabilityZones"]]
    assert zones == [(SUBNETS[2], "us-east-1c"), (SUBNETS[1], "us-east-1b")]
    assert (
        elbv2.describe_load_balancers()["LoadBalancers"][0]["AvailabilityZones"]
        == answer["AvailabilityZones"]
    )


def test_a_network_load_balancer_loses_no_subnet(elbv2):
    arn = nlb(elbv2)["LoadBalancerArn"]
    told = (CONFIGURATION, "Subnet removal is not supported for Network Load Balancers")
    assert refusal(elbv2.set_subnets, LoadBalancerArn=arn, Subnets=SUBNETS[1:2]) == told
    assert len(elbv2.set_subnets(LoadBalancerArn=arn, Subnets=SUBNETS)["AvailabilityZones"]) == 3


def test_the_ip_address_type_is_set(elbv2):
    arn = alb(elbv2)["LoadBalancerArn"]
    assert (
        elbv2.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="dualstack")["IpAddressType"]
        == "dualstack"
    )
    assert elbv2.describe_load_balancers()["LoadBalancers"][0]["IpAddressType"] == "dualstack"


def test_the_accounts_limits(elbv2):
    limits = {each["Name"]: each["Max"] for each in elbv2.describe_account_limits()["Limits"]}
    assert limits["application-load-balancers"] == "50"
    pages = elbv2.get_paginator("describe_account_limits").paginate(PaginationConfig={"PageSize": 5})
    assert [each["Name"] for page in pages for each in page["Limits"]] == list(limits)

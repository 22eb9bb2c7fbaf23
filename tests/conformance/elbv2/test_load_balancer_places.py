"""Where load balancers stand: subnets of one VPC, an interface in each, target groups of the same VPC."""

from typing import Any

import pytest
from msgspec.structs import replace

from homeport.api import balancer_interfaces as rows
from homeport.model.interface import Interface
from homeport.model.load_balancer import LoadBalancer, Zone
from homeport.model.target_group import TargetGroup
from tests.conformance.ec2.words import DEFAULT_GROUP, SCOPE, SUBNETS, VPC, group
from tests.conformance.elbv2.words import alb, forward, listener, nlb, rule
from tests.conformance.elbv2.words import group as target_group
from tests.conformance.world import World, refusal

CONFIGURATION = "InvalidConfigurationRequest"


class Elsewhere:
    """A VPC beside the default one, with a subnet in each of two zones."""

    def __init__(self, ec2: Any) -> None:
        self.vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            ec2.create_subnet(
                VpcId=self.vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"us-east-1{letter}"
            )["Subnet"]["SubnetId"]
            for number, letter in enumerate("ab")
        ]


@pytest.fixture
def elsewhere(ec2: Any) -> Elsewhere:
    return Elsewhere(ec2)


def interfaces(ec2: Any, name: str) -> dict[str, dict[str, Any]]:
    """A load balancer's interfaces by subnet, found as users find them."""
    filters = [{"Name": "description", "Values": [f"ELB */{name}/*"]}]
    found = ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
    return {each["SubnetId"]: each for each in found}


def groups_of(found: dict[str, dict[str, Any]]) -> set[str]:
    return {each["GroupId"] for interface in found.values() for each in interface["Groups"]}


def test_a_load_balancer_has_an_interface_in_each_subnet(elbv2, ec2):
    made = alb(elbv2, "web")
    found = interfaces(ec2, "web")
    assert set(found) == set(SUBNETS[:2])
    last = made["LoadBalancerArn"].split(":loadbalancer/")[1]
    for interface in found.values():
        assert interface["Description"] == f"ELB {last}"
        assert (interface["RequesterId"], interface["InterfaceType"]) == ("amazon-elb", "interface")
    assert groups_of(found) == {DEFAULT_GROUP}
    elbv2.delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])
    assert interfaces(ec2, "web") == {}


def test_the_vpc_and_the_zones_are_those_of_the_subnets(elbv2, elsewhere):
    made = alb(elbv2, Subnets=elsewhere.subnets)
    assert made["VpcId"] == elsewhere.vpc
    zones = [(zone["SubnetId"], zone["ZoneName"]) for zone in made["AvailabilityZones"]]
    assert zones == list(zip(elsewhere.subnets, ["us-east-1a", "us-east-1b"], strict=True))
    assert made["SecurityGroups"] != [DEFAULT_GROUP]


def test_subnets_of_two_vpcs(elbv2, elsewhere):
    text = "All subnets of a load balancer must be in the same VPC"
    mixed = [SUBNETS[0], elsewhere.subnets[1]]
    assert refusal(elbv2.create_load_balancer, Name="web", Subnets=mixed) == (CONFIGURATION, text)
    arn = alb(elbv2)["LoadBalancerArn"]
    assert refusal(elbv2.set_subnets, LoadBalancerArn=arn, Subnets=elsewhere.subnets) == (
        CONFIGURATION,
        text,
    )


def test_two_subnets_of_one_zone(elbv2, ec2, elsewhere):
    block = {"CidrBlock": "10.9.7.0/24", "AvailabilityZone": "us-east-1a"}
    twin = ec2.create_subnet(VpcId=elsewhere.vpc, **block)["Subnet"]["SubnetId"]
    refused = refusal(elbv2.create_load_balancer, Name="web", Subnets=[elsewhere.subnets[0], twin])
    text = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
    assert refused == (CONFIGURATION, text)


def test_a_subnet_without_room(elbv2, ec2, elsewhere):
    block = {"CidrBlock": "10.9.7.0/28", "AvailabilityZone": "us-east-1a"}
    small = ec2.create_subnet(VpcId=elsewhere.vpc, **block)["Subnet"]["SubnetId"]
    for _ in range(4):
        ec2.create_network_interface(SubnetId=small)
    assert refusal(elbv2.create_load_balancer, Name="net", Type="network", Subnets=[small]) == (
        "InvalidSubnet",
        f"Not enough IP space available in {small}. ELB requires at least 8 free IP addresses in each subnet.",
    )


def test_security_groups_of_another_vpc(elbv2, ec2, elsewhere):
    theirs = group(ec2, "web", elsewhere.vpc)
    told = (CONFIGURATION, "One or more security groups are invalid")
    arn = alb(elbv2)["LoadBalancerArn"]
    assert refusal(elbv2.set_security_groups, LoadBalancerArn=arn, SecurityGroups=[theirs]) == told
    request = {"Name": "two", "Subnets": SUBNETS[:2], "SecurityGroups": [theirs]}
    assert refusal(elbv2.create_load_balancer, **request) == told


def test_interfaces_follow_subnets_and_groups(elbv2, ec2, groups):
    arn = alb(elbv2, "web")["LoadBalancerArn"]
    before = interfaces(ec2, "web")
    elbv2.set_subnets(LoadBalancerArn=arn, Subnets=SUBNETS[1:])
    elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=groups)
    after = interfaces(ec2, "web")
    assert set(after) == set(SUBNETS[1:])
    assert groups_of(after) == set(groups)
    kept = after[SUBNETS[1]]["NetworkInterfaceId"]
    assert kept == before[SUBNETS[1]]["NetworkInterfaceId"]
    assert refusal(ec2.delete_security_group, GroupId=groups[0])[0] == "DependencyViolation"


def test_an_address_that_was_wished_for_is_the_interfaces(elbv2, ec2):
    mapping = [{"SubnetId": SUBNETS[0], "PrivateIPv4Address": "172.31.0.77"}]
    request = {"Name": "net", "Type": "network", "Scheme": "internal", "SubnetMappings": mapping}
    elbv2.create_load_balancer(**request)
    assert interfaces(ec2, "net")[SUBNETS[0]]["PrivateIpAddress"] == "172.31.0.77"
    elbv2.create_load_balancer(**request)
    assert refusal(elbv2.create_load_balancer, **(request | {"Name": "two"})) == (
        CONFIGURATION,
        "The private IPv4 address '172.31.0.77' is in use",
    )


def test_a_target_group_is_in_a_vpc_that_there_is(elbv2):
    request = {"Name": "blue", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-0123456789abcdef0"}
    told = ("ValidationError", "The VPC ID 'vpc-0123456789abcdef0' is not found")
    assert refusal(elbv2.create_target_group, **request) == told


def test_a_listener_and_a_rule_forward_within_the_vpc(elbv2, elsewhere):
    arn = alb(elbv2)["LoadBalancerArn"]
    theirs = target_group(elbv2, VpcId=elsewhere.vpc)
    text = f"Target group '{theirs}' is in a different VPC than load balancer '{arn}'"
    request = {"LoadBalancerArn": arn, "Protocol": "HTTP", "Port": 81, "DefaultActions": [forward(theirs)]}
    assert refusal(elbv2.create_listener, **request) == (CONFIGURATION, text)
    on = listener(elbv2, arn)["ListenerArn"]
    condition = [{"Field": "path-pattern", "Values": ["/x"]}]
    given = {"ListenerArn": on, "Priority": 1, "Conditions": condition, "Actions": [forward(theirs)]}
    assert refusal(elbv2.create_rule, **given) == (CONFIGURATION, text)
    assert rule(elbv2, on, 1, forward(target_group(elbv2, "green")))


def test_what_is_older_than_the_vpc_is_moved_into_the_default_one(elbv2, ec2, world: World):
    alb(elbv2, "old")
    nlb(elbv2, "older")
    target_group(elbv2)
    with world.store.write("spec", world.now) as tx:
        for interface in tx.owned(Interface, f"{SCOPE.id}/{VPC}"):
            tx.delete(interface)
        for balancer in tx.owned(LoadBalancer, SCOPE.id):
            zones = [
                Zone(subnet=f"subnet-0a0a0a0{n}", name=z.name) for n, z in enumerate(balancer.spec.zones)
            ]
            groups = ["sg-0c0c0c0c"] if balancer.spec.security_groups else []
            tx.put(replace(balancer, spec=replace(balancer.spec, zones=zones, security_groups=groups)))
        (made,) = tx.owned(TargetGroup, SCOPE.id)
        tx.put(replace(made, spec=replace(made.spec, vpc="vpc-0c0c0c0c")))
    with world.store.write("spec", world.now) as tx:
        rows.heal(tx, SCOPE)
    old, older = elbv2.describe_load_balancers()["LoadBalancers"]
    assert [zone["SubnetId"] for zone in old["AvailabilityZones"]] == SUBNETS[:2]
    assert (old["SecurityGroups"], "SecurityGroups" in older) == ([DEFAULT_GROUP], False)
    assert set(interfaces(ec2, "old")) == set(SUBNETS[:2])
    assert set(interfaces(ec2, "older")) == set(SUBNETS[:1])
    (found,) = elbv2.describe_target_groups()["TargetGroups"]
    assert found["VpcId"] == VPC

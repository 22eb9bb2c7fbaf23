"""CreateLoadBalancer, DescribeLoadBalancers, DeleteLoadBalancer, Set…, and what a load balancer is shown with."""

from typing import Any

import pytest
from msgspec.structs import replace

from homeport.model.load_balancer import LoadBalancer, LoadBalancerSeen
from tests.conformance.ec2.words import DEFAULT_GROUP, SUBNETS, subnets_of
from tests.conformance.elbv2.words import ARN, alb, nlb
from tests.conformance.world import OTHER_ACCOUNT, OTHER_REGION, World, refusal

VALIDATION = "ValidationError"
CONFIGURATION = "InvalidConfigurationRequest"
DUPLICATE = (
    "DuplicateLoadBalancerName",
    "A load balancer with the same name 'one' exists, but with different settings",
)


def test_a_new_application_load_balancer_is_provisioning_and_whole(elbv2):
    (made,) = elbv2.create_load_balancer(Name="one", Subnets=SUBNETS[:2])["LoadBalancers"]
    number = made["LoadBalancerArn"].rsplit("/", 1)[1]
    assert made["LoadBalancerArn"] == f"{ARN}:loadbalancer/app/one/{number}"
    assert made["DNSName"] == f"one-{number}.elb.localhost"
    assert made["CanonicalHostedZoneId"] == "Z35SXDOTRQ7X7K"
    assert (made["LoadBalancerName"], made["Scheme"], made["Type"]) == (
        "one",
        "internet-facing",
        "application",
    )
    assert (made["IpAddressType"], made["State"]) == ("ipv4", {"Code": "provisioning"})
    assert made["VpcId"].startswith("vpc-")
    assert [group[:3] for group in made["SecurityGroups"]] == ["sg-"]
    assert made["AvailabilityZones"] == [
        {"ZoneName": "us-east-1a", "SubnetId": SUBNETS[0], "LoadBalancerAddresses": []},
        {"ZoneName": "us-east-1b", "SubnetId": SUBNETS[1], "LoadBalancerAddresses": []},
    ]


def test_it_is_active_as_soon_as_it_is_described(elbv2):
    (made,) = elbv2.create_load_balancer(Name="one", Subnets=SUBNETS[:2])["LoadBalancers"]
    (described,) = elbv2.describe_load_balancers()["LoadBalancers"]
    assert described == {**made, "State": {"Code": "active"}}


def test_a_network_load_balancer_may_have_one_subnet_and_no_security_group(elbv2):
    (made,) = elbv2.create_load_balancer(Name="net", Type="network", Scheme="internal", Subnets=SUBNETS[:1])[
        "LoadBalancers"
    ]
    assert ":loadbalancer/net/net/" in made["LoadBalancerArn"]
    assert made["CanonicalHostedZoneId"] == "Z26RNL4JYFTOTI"
    assert made["Scheme"] == "internal"
    assert "SecurityGroups" not in made
    assert "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic" not in made


def test_a_network_load_balancer_with_security_groups_enforces_them(elbv2):
    made = nlb(elbv2, SecurityGroups=[DEFAULT_GROUP])
    assert made["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "on"


def test_a_subnets_private_address_is_kept(elbv2):
    mapping = {"SubnetId": SUBNETS[0], "PrivateIPv4Address": "172.31.0.7"}
    made = nlb(elbv2, Subnets=[], SubnetMappings=[mapping], Scheme="internal")
    (zone,) = made["AvailabilityZones"]
    assert zone["LoadBalancerAddresses"] == [{"PrivateIPv4Address": "172.31.0.7"}]


def test_the_same_request_again_is_answered_with_what_there_is(elbv2):
    first, again = (alb(elbv2, "one", Tags=[{"Key": "a", "Value": "b"}]) for _ in range(2))
    assert again == {**first, "State": {"Code": "active"}}
    assert len(elbv2.describe_load_balancers()["LoadBalancers"]) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"Scheme": "internal"},
        {"Type": "network"},
        {"Subnets": SUBNETS},
        {"IpAddressType": "dualstack"},
        {"Tags": [{"Key": "a", "Value": "c"}]},
    ],
    ids=lambda members: next(iter(members)),
)
def test_another_request_with_the_name_is_refused(elbv2, other):
    alb(elbv2, "one", Tags=[{"Key": "a", "Value": "b"}])
    request = {"Name": "one", "Subnets": SUBNETS[:2], "Tags": [{"Key": "a", "Value": "b"}], **other}
    assert refusal(elbv2.create_load_balancer, **request) == DUPLICATE


def test_another_request_with_other_groups_is_refused(elbv2, groups):
    alb(elbv2, "one")
    request = {"Name": "one", "Subnets": SUBNETS[:2], "SecurityGroups": groups}
    assert refusal(elbv2.create_load_balancer, **request) == DUPLICATE


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (
            {"Name": "x" * 33},
            (VALIDATION, f"The load balancer name '{'x' * 33}' cannot be longer than '32' characters"),
        ),
        (
            {"Name": "internal-x"},
            (VALIDATION, "The load balancer name 'internal-x' cannot begin with 'internal-'"),
        ),
        ({"Name": "-x"}, (VALIDATION, "The load balancer name '-x' cannot begin or end with a hyphen")),
        (
            {"Name": "a_b"},
            (
                VALIDATION,
                (
                    "The load balancer name 'a_b' can only contain characters that are alphanumeric characters "
                    "and hyphens(-)"
                ),
            ),
        ),
        (
            {"Subnets": SUBNETS[:1]},
            (VALIDATION, "At least two subnets in two different Availability Zones must be specified"),
        ),
        (
            {"Subnets": []},
            (VALIDATION, "At least two subnets in two different Availability Zones must be specified"),
        ),
        ({"Subnets": [], "Type": "network"}, (VALIDATION, "At least one subnet must be specified")),
        (
            {"Subnets": [SUBNETS[0], "subnet-0000000000000000d"]},
            ("SubnetNotFound", "The subnet ID 'subnet-0000000000000000d' does not exist"),
        ),
        (
            {
                "Type": "network",
                "Subnets": [],
                "SubnetMappings": [{"SubnetId": SUBNETS[0], "PrivateIPv4Address": "10.0.0.7"}],
            },
            (
                VALIDATION,
                f"The private IPv4 address '10.0.0.7' cannot be used in subnet '{SUBNETS[0]}'",
            ),
        ),
        ({"Subnets": ["subnet-1", SUBNETS[0]]}, ("SubnetNotFound", "The subnet ID 'subnet-1' is not valid")),
        ({"SecurityGroups": ["web"]}, (CONFIGURATION, "One or more security groups are invalid")),
        (
            {"Type": "network", "IpAddressType": "dualstack-without-public-ipv4"},
            (
                VALIDATION,
                (
                    "The IP address type 'dualstack-without-public-ipv4' is not supported on load balancers "
                    "with type 'network'"
                ),
            ),
        ),
        (
            {"Subnets": [], "SubnetMappings": [{"SubnetId": SUBNETS[0], "AllocationId": "eipalloc-1"}]},
            ("AllocationIdNotFound", "The allocation ID 'eipalloc-1' does not exist"),
        ),
        (
            {"Scheme": "inside"},
            (
                VALIDATION,
                (
                    "1 validation error detected: Value 'inside' at 'scheme' failed to satisfy constraint: "
                    "Member must satisfy enum value set: [internet-facing, internal]"
                ),
            ),
        ),
    ],
)
def test_what_no_load_balancer_can_be_made_of(elbv2, request_, error):
    given = {"Name": "one", "Subnets": SUBNETS[:2], **request_}
    assert refusal(elbv2.create_load_balancer, **given) == error
    assert elbv2.describe_load_balancers()["LoadBalancers"] == []


@pytest.mark.parametrize(
    "member",
    [
        {"Type": "gateway"},
        {"CustomerOwnedIpv4Pool": "ipv4pool-coip-1"},
        {"IpamPools": {"Ipv4IpamPoolId": "ipam-pool-1"}},
        {"EnablePrefixForIpv6SourceNat": "on"},
    ],
    ids=lambda members: next(iter(members)),
)
def test_what_makes_no_sense_here_is_said_to_be_missing(elbv2, member):
    code, text = refusal(elbv2.create_load_balancer, Name="one", Subnets=SUBNETS[:2], **member)
    assert code == "UnsupportedFeatureException"
    assert text.startswith("Homeport")


def test_each_has_an_address_of_its_own_and_a_freed_one_is_taken_again(elbv2, world):
    first, _ = alb(elbv2, "one"), alb(elbv2, "two")
    assert addresses(world) == ["127.77.0.1", "127.77.0.2"]
    elbv2.delete_load_balancer(LoadBalancerArn=first["LoadBalancerArn"])
    elsewhere = world.client("elbv2", region=OTHER_REGION)
    alb(elsewhere, "three", Subnets=subnets_of(region=OTHER_REGION)[:2])
    assert addresses(world) == ["127.77.0.2", "127.77.0.1"]


def addresses(world: World) -> list[str]:
    """Of all load balancers, the oldest first."""
    with world.store.read(world.now) as tx:
        from_all = tx.owned(LoadBalancer, "balancers")
    return [record.spec.address for record in from_all]


def test_load_balancers_are_described_by_name_and_by_arn(elbv2):
    one, two = alb(elbv2, "one"), nlb(elbv2, "two")
    by_name = elbv2.describe_load_balancers(Names=["two"])["LoadBalancers"]
    by_arn = elbv2.describe_load_balancers(LoadBalancerArns=[one["LoadBalancerArn"]])["LoadBalancers"]
    assert [each["LoadBalancerArn"] for each in by_name] == [two["LoadBalancerArn"]]
    assert [each["LoadBalancerArn"] for each in by_arn] == [one["LoadBalancerArn"]]


def test_a_name_that_is_not_there_is_an_error_and_no_empty_list(elbv2):
    alb(elbv2, "one")
    told = ("LoadBalancerNotFound", "Load balancers '[nope]' not found")
    assert refusal(elbv2.describe_load_balancers, Names=["one", "nope"]) == told


def test_an_arn_that_is_not_there(elbv2):
    arn = f"{ARN}:loadbalancer/app/one/0123456789abcdef"
    told = ("LoadBalancerNotFound", "One or more load balancers not found")
    assert refusal(elbv2.describe_load_balancers, LoadBalancerArns=[arn]) == told


@pytest.mark.parametrize(
    "arn",
    [
        "one",
        f"{ARN}:loadbalancer/one",
        f"{ARN}:targetgroup/one/0123456789abcdef",
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/one/0123456789abcdef",
        "arn:aws:elasticloadbalancing:us-east-1:210987654321:loadbalancer/app/one/0123456789abcdef",
    ],
)
def test_what_is_no_arn_of_a_load_balancer_of_the_callers(elbv2, arn):
    told = (VALIDATION, f"'{arn}' is not a valid load balancer ARN")
    assert refusal(elbv2.describe_load_balancers, LoadBalancerArns=[arn]) == told
    assert refusal(elbv2.delete_load_balancer, LoadBalancerArn=arn) == told
    assert refusal(elbv2.describe_load_balancer_attributes, LoadBalancerArn=arn) == told


def test_names_and_arns_at_once(elbv2):
    told = (VALIDATION, "Load balancer names and load balancer ARNs cannot be specified at the same time")
    assert refusal(elbv2.describe_load_balancers, Names=["a"], LoadBalancerArns=["b"]) == told


def test_another_account_sees_none_of_them(elbv2, world):
    alb(elbv2, "one")
    other = world.client("elbv2", OTHER_ACCOUNT)
    assert other.describe_load_balancers()["LoadBalancers"] == []
    alb(other, "one", Subnets=subnets_of(OTHER_ACCOUNT)[:2])


def test_load_balancers_are_paged_the_oldest_first(elbv2):
    for name in ("c", "a", "b"):
        alb(elbv2, name)
    pages = list(elbv2.get_paginator("describe_load_balancers").paginate(PaginationConfig={"PageSize": 2}))
    names = [[each["LoadBalancerName"] for each in page["LoadBalancers"]] for page in pages]
    assert names == [["c", "a"], ["b"]]
    assert "NextMarker" not in pages[1]


def test_a_marker_that_was_not_given_out(elbv2):
    told = (VALIDATION, "The marker is not valid.")
    assert refusal(elbv2.describe_load_balancers, Marker="x") == told
    marker = _marker(elbv2)
    assert refusal(elbv2.describe_account_limits, Marker=marker) == told


def _marker(elbv2: Any) -> str:
    for name in ("a", "b"):
        alb(elbv2, name)
    return str(elbv2.describe_load_balancers(PageSize=1)["NextMarker"])


@pytest.mark.parametrize("size", [0, 401])
def test_a_page_has_one_to_four_hundred(elbv2, size):
    code, text = refusal(elbv2.describe_load_balancers, PageSize=size)
    assert code == VALIDATION
    assert f"Value '{size}' at 'pageSize' failed to satisfy constraint" in text


def test_deleting_one_that_is_not_there_succeeds(elbv2):
    made = alb(elbv2)
    for _ in range(2):
        elbv2.delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])
    assert elbv2.describe_load_balancers()["LoadBalancers"] == []


def test_a_protected_one_cannot_be_deleted(elbv2):
    arn = alb(elbv2)["LoadBalancerArn"]
    protection = {"Key": "deletion_protection.enabled", "Value": "true"}
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[protection])
    told = (
        "OperationNotPermitted",
        f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
    )
    assert refusal(elbv2.delete_load_balancer, LoadBalancerArn=arn) == told
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[{**protection, "Value": "false"}])
    elbv2.delete_load_balancer(LoadBalancerArn=arn)


def test_botocores_waiters_come_to_an_end(elbv2):
    arn = alb(elbv2)["LoadBalancerArn"]
    elbv2.get_waiter("load_balancer_available").wait(LoadBalancerArns=[arn])
    elbv2.get_waiter("load_balancer_exists").wait(LoadBalancerArns=[arn])
    elbv2.delete_load_balancer(LoadBalancerArn=arn)
    elbv2.get_waiter("load_balancers_deleted").wait(LoadBalancerArns=[arn])


def test_what_the_data_plane_cannot_do_is_said(elbv2, world):
    arn = alb(elbv2)["LoadBalancerArn"]
    with world.store.read(world.now) as tx:
        (record,) = tx.owned(LoadBalancer, "balancers")
    with world.store.write("seen", world.now) as tx:
        tx.put(replace(record, seen=LoadBalancerSeen(trouble="Port 80 is taken.")))
    (shown,) = elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    assert shown["State"] == {"Code": "active_impaired", "Reason": "Port 80 is taken."}


def test_operations_on_one_that_is_not_there(elbv2):
    arn = f"{ARN}:loadbalancer/app/one/0123456789abcdef"
    told = ("LoadBalancerNotFound", f"Load balancer '{arn}' not found")
    assert refusal(elbv2.set_subnets, LoadBalancerArn=arn, Subnets=SUBNETS) == told
    assert refusal(elbv2.set_security_groups, LoadBalancerArn=arn, SecurityGroups=[]) == told
    assert refusal(elbv2.set_ip_address_type, LoadBalancerArn=arn, IpAddressType="ipv4") == told
    assert refusal(elbv2.describe_load_balancer_attributes, LoadBalancerArn=arn) == told
    assert refusal(elbv2.modify_load_balancer_attributes, LoadBalancerArn=arn, Attributes=[]) == told


def test_an_arn_is_needed(elbv2):
    assert refusal(elbv2.set_subnets, Subnets=SUBNETS) == (
        VALIDATION,
        "A load balancer ARN must be specified",
    )


def test_fifty_of_a_kind_are_the_most(elbv2):
    for number in range(50):
        alb(elbv2, f"alb-{number}")
    assert refusal(elbv2.create_load_balancer, Name="one", Subnets=SUBNETS)[0] == "TooManyLoadBalancers"
    nlb(elbv2)

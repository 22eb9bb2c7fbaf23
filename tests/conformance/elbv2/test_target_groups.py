"""CreateTargetGroup, DescribeTargetGroups, ModifyTargetGroup, DeleteTargetGroup."""

from typing import Any

import pytest

from tests.conformance.ec2.words import VPC, vpc_of
from tests.conformance.elbv2.words import ARN, NOWHERE, alb, forward, group, listener, nlb, only, rule
from tests.conformance.world import OTHER_ACCOUNT, refusal

VALIDATION = "ValidationError"
NOT_FOUND = ("TargetGroupNotFound", "One or more target groups not found")
WANTED = {"Name": "blue", "Protocol": "HTTP", "Port": 80, "VpcId": VPC}
CHECK = {
    "HealthCheckProtocol": "HTTP",
    "HealthCheckPort": "traffic-port",
    "HealthCheckPath": "/",
    "HealthCheckEnabled": True,
    "HealthCheckIntervalSeconds": 30,
    "HealthCheckTimeoutSeconds": 5,
    "HealthyThresholdCount": 5,
    "UnhealthyThresholdCount": 2,
    "Matcher": {"HttpCode": "200"},
}


def created(client: Any, **members: Any) -> dict[str, Any]:
    """A new target group."""
    return only(client.create_target_group(**{**WANTED, **members}), "TargetGroups")


def described(client: Any, **members: Any) -> list[str]:
    """The names of target groups."""
    return [each["TargetGroupName"] for each in client.describe_target_groups(**members)["TargetGroups"]]


def test_a_new_target_group_is_shown_whole(elbv2):
    made = created(elbv2)
    number = made["TargetGroupArn"].rsplit("/", 1)[1]
    assert made == {
        "TargetGroupArn": f"{ARN}:targetgroup/blue/{number}",
        "TargetGroupName": "blue",
        "Protocol": "HTTP",
        "ProtocolVersion": "HTTP1",
        "Port": 80,
        "VpcId": VPC,
        "TargetType": "instance",
        "IpAddressType": "ipv4",
        "LoadBalancerArns": [],
        **CHECK,
    }
    assert elbv2.describe_target_groups()["TargetGroups"] == [made]


def test_only_http_has_protocol_versions(elbv2):
    assert created(elbv2, Name="a", ProtocolVersion="HTTP2")["ProtocolVersion"] == "HTTP2"
    assert "ProtocolVersion" not in created(elbv2, Name="b", Protocol="TCP")


def test_the_same_request_again_is_answered_with_what_there_is(elbv2):
    first, again = (created(elbv2, Tags=[{"Key": "a", "Value": "b"}]) for _ in range(2))
    assert again == first
    assert described(elbv2) == ["blue"]


@pytest.mark.parametrize(
    "other",
    [
        {"Port": 81},
        {"Protocol": "HTTPS"},
        {"ProtocolVersion": "HTTP2"},
        {"TargetType": "ip"},
        {"HealthCheckPath": "/healthz"},
        {"Tags": [{"Key": "a", "Value": "b"}]},
    ],
    ids=lambda members: next(iter(members)),
)
def test_another_request_with_the_name_is_refused(elbv2, other):
    created(elbv2)
    told = (
        "DuplicateTargetGroupName",
        "A target group with the same name 'blue' exists, but with different settings",
    )
    assert refusal(elbv2.create_target_group, **{**WANTED, **other}) == told


def hyphens(name: str) -> str:
    """What AWS says of a name with hyphens where none may be."""
    return (
        f"1 validation error detected: Value '{name}' at 'targetGroup.targetGroupArn.targetGroupName' failed to "
        "satisfy constraint: Member must satisfy regular expression pattern: (?!.*--)(?!^-)(?!.*-$)^[A-Za-z0-9-]+$"
    )


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"Name": "x" * 33}, f"Target group name '{'x' * 33}' cannot be longer than '32' characters"),
        (
            {"Name": "a_b"},
            "Target group name 'a_b' can only contain characters that are alphanumeric characters or hyphens(-)",
        ),
        ({"Name": "-a"}, hyphens("-a")),
        ({"Name": "a-"}, hyphens("a-")),
        ({"Name": "a--b"}, hyphens("a--b")),
        ({"Protocol": None}, "A protocol must be specified"),
        ({"Port": None}, "A port must be specified"),
        ({"VpcId": None}, "A VPC ID must be specified"),
        ({"VpcId": "vpc-x"}, "The VPC ID 'vpc-x' is not found"),
        ({"ProtocolVersion": "HTTP3"}, "Protocol version 'HTTP3' must be one of 'HTTP1, HTTP2, GRPC'"),
        (
            {"Protocol": "TCP", "ProtocolVersion": "HTTP1"},
            "Protocol version 'HTTP1' is not supported for target groups with the TCP protocol",
        ),
        (
            {"Port": 65536},
            (
                "1 validation error detected: Value '65536' at 'port' failed to satisfy constraint: Member must have "
                "value less than or equal to 65535"
            ),
        ),
    ],
)
def test_what_no_target_group_can_be_made_of(elbv2, members, text):
    request = {key: value for key, value in {**WANTED, **members}.items() if value is not None}
    assert refusal(elbv2.create_target_group, **request) == (VALIDATION, text)
    assert described(elbv2) == []


@pytest.mark.parametrize(
    "members",
    [
        {"TargetType": "lambda"},
        {"TargetType": "alb"},
        {"Protocol": "GENEVE"},
        {"Protocol": "QUIC"},
        {"Protocol": "TCP_QUIC"},
        {"IpAddressType": "ipv6"},
        {"TargetControlPort": 3000},
    ],
    ids=lambda members: "-".join(str(each) for each in next(iter(members.items()))),
)
def test_what_is_not_built_is_said_to_be_missing(elbv2, members):
    code, text = refusal(elbv2.create_target_group, **{**WANTED, **members})
    assert code == "UnsupportedFeatureException"
    assert text.startswith("Homeport")


def test_the_load_balancers_that_use_a_group_are_shown_by_listener_or_by_rule(elbv2):
    balancer = alb(elbv2)["LoadBalancerArn"]
    blue, green, idle = (group(elbv2, name) for name in ("blue", "green", "idle"))
    on = listener(elbv2, balancer, forward(blue))["ListenerArn"]
    by_rule = rule(elbv2, on, 1, forward(green))["RuleArn"]
    assert users(elbv2, blue, green, idle) == [[balancer], [balancer], []]
    elbv2.delete_rule(RuleArn=by_rule)
    assert users(elbv2, blue, green, idle) == [[balancer], [], []]


def users(elbv2: Any, *arns: str) -> list[list[str]]:
    """The load balancers of each target group."""
    found = elbv2.describe_target_groups(TargetGroupArns=list(arns))["TargetGroups"]
    by_arn = {each["TargetGroupArn"]: each["LoadBalancerArns"] for each in found}
    return [by_arn[arn] for arn in arns]


def test_target_groups_are_described_by_load_balancer_by_name_and_by_arn(elbv2):
    balancer = alb(elbv2)["LoadBalancerArn"]
    arns = {name: group(elbv2, name) for name in ("c", "a", "b")}
    listener(elbv2, balancer, forward(arns["c"], arns["b"]))
    assert described(elbv2) == ["a", "b", "c"]
    assert described(elbv2, LoadBalancerArn=balancer) == ["b", "c"]
    assert described(elbv2, Names=["c", "a", "c"]) == ["a", "c"]
    assert described(elbv2, TargetGroupArns=[arns["b"], arns["a"]]) == ["a", "b"]


def test_what_is_not_there_is_an_error_and_no_empty_list(elbv2):
    there = group(elbv2, "blue")
    gone = f"{ARN}:targetgroup/green/{NOWHERE}"
    assert refusal(elbv2.describe_target_groups, Names=["blue", "green"]) == NOT_FOUND
    assert refusal(elbv2.describe_target_groups, TargetGroupArns=[there, gone]) == NOT_FOUND
    idle = alb(elbv2)["LoadBalancerArn"]
    assert refusal(elbv2.describe_target_groups, LoadBalancerArn=idle) == NOT_FOUND
    nowhere = f"{ARN}:loadbalancer/app/none/{NOWHERE}"
    told = ("LoadBalancerNotFound", f"Load balancer '{nowhere}' not found")
    assert refusal(elbv2.describe_target_groups, LoadBalancerArn=nowhere) == told


def test_two_filters_at_once(elbv2):
    told = (
        VALIDATION,
        "Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time",
    )
    assert refusal(elbv2.describe_target_groups, Names=["a"], TargetGroupArns=["b"]) == told


def test_another_account_sees_none_of_them(elbv2, world):
    created(elbv2)
    other = world.client("elbv2", OTHER_ACCOUNT)
    assert described(other) == []
    created(other, Port=81, VpcId=vpc_of(OTHER_ACCOUNT))


def test_target_groups_are_paged_by_name(elbv2):
    for name in ("c", "a", "b"):
        group(elbv2, name)
    pages = list(elbv2.get_paginator("describe_target_groups").paginate(PaginationConfig={"PageSize": 2}))
    names = [[each["TargetGroupName"] for each in page["TargetGroups"]] for page in pages]
    assert names == [["a", "b"], ["c"]]


def test_a_marker_of_another_list_is_refused(elbv2):
    balancer = alb(elbv2)["LoadBalancerArn"]
    arns = [group(elbv2, name) for name in ("a", "b")]
    listener(elbv2, balancer, forward(*arns))
    marker = elbv2.describe_target_groups(PageSize=1)["NextMarker"]
    told = (VALIDATION, "The marker is not valid.")
    assert refusal(elbv2.describe_target_groups, LoadBalancerArn=balancer, Marker=marker) == told


def test_what_is_in_use_cannot_be_deleted(elbv2):
    arn = group(elbv2, "blue")
    on = listener(
        elbv2,
        nlb(elbv2)["LoadBalancerArn"],
        forward(tcp := group(elbv2, "tcp", Protocol="TCP")),
        Protocol="TCP",
    )
    by_rule = rule(elbv2, listener(elbv2, alb(elbv2)["LoadBalancerArn"])["ListenerArn"], 1, forward(arn))
    for each in (arn, tcp):
        told = ("ResourceInUse", f"Target group '{each}' is currently in use by a listener or a rule")
        assert refusal(elbv2.delete_target_group, TargetGroupArn=each) == told
    elbv2.delete_rule(RuleArn=by_rule["RuleArn"])
    elbv2.delete_listener(ListenerArn=on["ListenerArn"])
    for each in (arn, tcp):
        elbv2.delete_target_group(TargetGroupArn=each)
    assert described(elbv2) == []


def test_deleting_one_that_is_not_there_succeeds(elbv2):
    arn = group(elbv2, "blue")
    for _ in range(2):
        elbv2.delete_target_group(TargetGroupArn=arn)


@pytest.mark.parametrize(
    "arn",
    [
        "blue",
        f"{ARN}:targetgroup/blue",
        f"{ARN}:loadbalancer/app/blue/{NOWHERE}",
        f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/blue/{NOWHERE}",
        f"arn:aws:elasticloadbalancing:us-east-1:210987654321:targetgroup/blue/{NOWHERE}",
    ],
)
def test_what_is_no_arn_of_a_target_group_of_the_callers(elbv2, arn):
    told = (VALIDATION, f"'{arn}' is not a valid target group ARN")
    assert refusal(elbv2.describe_target_groups, TargetGroupArns=[arn]) == told
    assert refusal(elbv2.delete_target_group, TargetGroupArn=arn) == told
    assert refusal(elbv2.modify_target_group, TargetGroupArn=arn) == told
    assert refusal(elbv2.describe_target_health, TargetGroupArn=arn) == told


def test_operations_on_one_that_is_not_there(elbv2):
    arn = f"{ARN}:targetgroup/blue/{NOWHERE}"
    told = ("TargetGroupNotFound", f"Target groups '{arn}' not found")
    targets = {"TargetGroupArn": arn, "Targets": [{"Id": "127.0.0.1"}]}
    assert refusal(elbv2.modify_target_group, TargetGroupArn=arn) == told
    assert refusal(elbv2.describe_target_group_attributes, TargetGroupArn=arn) == told
    assert refusal(elbv2.modify_target_group_attributes, TargetGroupArn=arn, Attributes=[]) == told
    assert refusal(elbv2.register_targets, **targets) == told
    assert refusal(elbv2.deregister_targets, **targets) == told
    assert refusal(elbv2.describe_target_health, TargetGroupArn=arn) == told

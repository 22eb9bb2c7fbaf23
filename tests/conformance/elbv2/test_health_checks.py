"""Health checks of target groups: what AWS fills in, and what it refuses, be the target group new or not."""

from typing import Any

import pytest

from tests.conformance.ec2.words import VPC
from tests.conformance.elbv2.words import only
from tests.conformance.world import refusal

VALIDATION = "ValidationError"
CONFIGURATION = "InvalidConfigurationRequest"
WANTED = {"Name": "blue", "Protocol": "HTTP", "Port": 80, "VpcId": VPC}
APPLICATION = {
    "HealthCheckProtocol": "HTTP",
    "HealthCheckPath": "/",
    "HealthCheckTimeoutSeconds": 5,
    "Matcher": {"HttpCode": "200"},
}
GRPC = {**APPLICATION, "HealthCheckPath": "/AWS.ALB/healthcheck", "Matcher": {"GrpcCode": "12"}}
TCP = {"HealthCheckProtocol": "TCP", "HealthCheckTimeoutSeconds": 10}
OVER_HTTP = {"HealthCheckPath": "/", "Matcher": {"HttpCode": "200-399"}}
ALIKE = {
    "HealthCheckPort": "traffic-port",
    "HealthCheckEnabled": True,
    "HealthCheckIntervalSeconds": 30,
    "HealthyThresholdCount": 5,
    "UnhealthyThresholdCount": 2,
}
CHECKS = {*APPLICATION, *ALIKE}


def created(client: Any, **members: Any) -> dict[str, Any]:
    """A new target group."""
    return only(client.create_target_group(**{**WANTED, **members}), "TargetGroups")


def check(shown: dict[str, Any]) -> dict[str, Any]:
    """What a target group is shown with of its health check."""
    return {key: value for key, value in shown.items() if key in CHECKS}


@pytest.mark.parametrize(
    ("members", "usual"),
    [
        ({"Protocol": "HTTP"}, APPLICATION),
        ({"Protocol": "HTTPS"}, APPLICATION),
        (
            {"Protocol": "HTTPS", "HealthCheckProtocol": "HTTPS"},
            {**APPLICATION, "HealthCheckProtocol": "HTTPS"},
        ),
        ({"Protocol": "HTTP", "ProtocolVersion": "HTTP2"}, APPLICATION),
        ({"Protocol": "HTTP", "ProtocolVersion": "GRPC"}, GRPC),
        ({"Protocol": "HTTPS", "ProtocolVersion": "GRPC"}, GRPC),
        ({"Protocol": "TCP"}, TCP),
        ({"Protocol": "TLS"}, TCP),
        ({"Protocol": "UDP"}, TCP),
        ({"Protocol": "TCP_UDP"}, TCP),
        (
            {"Protocol": "TCP", "HealthCheckProtocol": "HTTP"},
            {**OVER_HTTP, "HealthCheckProtocol": "HTTP", "HealthCheckTimeoutSeconds": 6},
        ),
        (
            {"Protocol": "UDP", "HealthCheckProtocol": "HTTPS"},
            {**OVER_HTTP, "HealthCheckProtocol": "HTTPS", "HealthCheckTimeoutSeconds": 10},
        ),
    ],
)
def test_health_checks_have_awss_defaults(elbv2, members, usual):
    assert check(created(elbv2, **members)) == {**ALIKE, **usual}


def test_a_health_check_is_as_it_was_asked_for(elbv2):
    wanted = {
        "HealthCheckProtocol": "HTTPS",
        "HealthCheckPort": "8443",
        "HealthCheckPath": "/healthz?deep=1",
        "HealthCheckEnabled": True,
        "HealthCheckIntervalSeconds": 5,
        "HealthCheckTimeoutSeconds": 2,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 10,
        "Matcher": {"HttpCode": "200,202,300-499"},
    }
    assert check(created(elbv2, **wanted)) == wanted


def test_blank_members_count_as_absent(elbv2):
    """As from clients that send what nobody has set."""
    blank = {"HealthCheckPort": "", "ProtocolVersion": ""}
    assert check(created(elbv2, **blank)) == {**ALIKE, **APPLICATION}


GROUPS = {
    "ALB": {},
    "gRPC": {"ProtocolVersion": "GRPC"},
    "NLB": {"Protocol": "TCP"},
    "NLB over HTTP": {"Protocol": "TCP", "HealthCheckProtocol": "HTTP"},
}


@pytest.mark.parametrize(
    ("group", "members", "error"),
    [
        (
            "ALB",
            {"HealthCheckEnabled": False},
            (
                VALIDATION,
                "Health check enabled must be true for target groups with target type 'instance'",
            ),
        ),
        (
            "ALB",
            {"HealthCheckProtocol": "TCP"},
            (
                VALIDATION,
                (
                    "Health check protocol 'TCP' not supported for target groups with the HTTP protocol. "
                    "Must be one of the following values '[HTTP, HTTPS]'."
                ),
            ),
        ),
        (
            "NLB",
            {"HealthCheckProtocol": "UDP"},
            (
                VALIDATION,
                (
                    "Health check protocol 'UDP' not supported for target groups with the TCP protocol. "
                    "Must be one of the following values '[HTTP, HTTPS, TCP]'."
                ),
            ),
        ),
        (
            "ALB",
            {"HealthCheckPort": "http"},
            (VALIDATION, "Health check port 'http' must be 'traffic-port' or between '1-65535' inclusive"),
        ),
        (
            "ALB",
            {"HealthCheckPort": "65536"},
            (VALIDATION, "Health check port '65536' must be 'traffic-port' or between '1-65535' inclusive"),
        ),
        (
            "ALB",
            {"HealthCheckPath": "healthz"},
            (VALIDATION, "Health check path 'healthz' must begin with a '/' character"),
        ),
        (
            "NLB",
            {"HealthCheckPath": "/"},
            (CONFIGURATION, "Health check paths are not supported for TCP health checks"),
        ),
        (
            "NLB",
            {"Matcher": {"HttpCode": "200"}},
            (CONFIGURATION, "Health check matchers are not supported for TCP health checks"),
        ),
        (
            "ALB",
            {"Matcher": {"GrpcCode": "12"}},
            (VALIDATION, "Health check matcher HTTP code cannot be empty"),
        ),
        (
            "gRPC",
            {"Matcher": {"HttpCode": "200"}},
            (VALIDATION, "Health check matcher GRPC code cannot be empty"),
        ),
        (
            "gRPC",
            {"Matcher": {"GrpcCode": "200"}},
            (VALIDATION, "Health check matcher GRPC code '200' must be within '0-99' inclusive"),
        ),
        (
            "ALB",
            {"Matcher": {"HttpCode": "200-599"}},
            (VALIDATION, "Health check matcher HTTP code '200-599' must be within '200-499' inclusive"),
        ),
        (
            "NLB over HTTP",
            {"Matcher": {"HttpCode": "199"}},
            (VALIDATION, "Health check matcher HTTP code '199' must be within '200-599' inclusive"),
        ),
        *(
            (
                "ALB",
                {"Matcher": {"HttpCode": code}},
                (
                    VALIDATION,
                    (
                        f"Health check matcher HTTP code '{code}' must be a value, values or ranges, such as "
                        "'200,202-299'"
                    ),
                ),
            )
            for code in ("ok", "200,", "2000", "299-200", "200-")
        ),
        (
            "ALB",
            {"HealthCheckTimeoutSeconds": 10, "HealthCheckIntervalSeconds": 10},
            (VALIDATION, "Health check timeout '10' must be smaller than the interval '10'"),
        ),
        (
            "ALB",
            {"HealthCheckIntervalSeconds": 5},
            (VALIDATION, "Health check interval must be greater than the timeout."),
        ),
        (
            "NLB",
            {"HealthCheckTimeoutSeconds": 11, "HealthCheckIntervalSeconds": 10},
            (VALIDATION, "Health check timeout '11' must be smaller than or equal to the interval '10'"),
        ),
        (
            "ALB",
            {"HealthyThresholdCount": 1},
            (
                VALIDATION,
                (
                    "1 validation error detected: Value '1' at 'healthyThresholdCount' failed to satisfy constraint: "
                    "Member must have value greater than or equal to 2"
                ),
            ),
        ),
        (
            "ALB",
            {"HealthCheckIntervalSeconds": 301},
            (
                VALIDATION,
                (
                    "1 validation error detected: Value '301' at 'healthCheckIntervalSeconds' failed to satisfy "
                    "constraint: Member must have value less than or equal to 300"
                ),
            ),
        ),
    ],
)
def test_what_no_health_check_can_be_made_of_be_it_new_or_not(elbv2, group, members, error):
    assert refusal(elbv2.create_target_group, **{**WANTED, **GROUPS[group], **members}) == error
    made = created(elbv2, **GROUPS[group])
    arn = made["TargetGroupArn"]
    assert refusal(elbv2.modify_target_group, TargetGroupArn=arn, **members) == error
    assert elbv2.describe_target_groups()["TargetGroups"] == [made]


def test_of_network_load_balancers_the_timeout_may_be_the_interval(elbv2):
    made = created(elbv2, Protocol="TCP", HealthCheckIntervalSeconds=10)
    assert (made["HealthCheckIntervalSeconds"], made["HealthCheckTimeoutSeconds"]) == (10, 10)


def test_codes_up_to_599_are_for_network_load_balancers(elbv2):
    made = created(elbv2, Protocol="TCP", HealthCheckProtocol="HTTP", Matcher={"HttpCode": "200-599"})
    assert made["Matcher"] == {"HttpCode": "200-599"}


def test_a_health_check_is_changed_where_it_is_asked_to_be(elbv2):
    made = created(elbv2, HealthCheckPath="/a")
    changed = only(
        elbv2.modify_target_group(TargetGroupArn=made["TargetGroupArn"], HealthCheckIntervalSeconds=20),
        "TargetGroups",
    )
    assert changed == {**made, "HealthCheckIntervalSeconds": 20}
    assert elbv2.describe_target_groups()["TargetGroups"] == [changed]


def test_a_check_that_leaves_tcp_gets_a_path_and_codes_and_loses_them_again(elbv2):
    arn = created(elbv2, Protocol="TCP")["TargetGroupArn"]
    over_http = only(
        elbv2.modify_target_group(TargetGroupArn=arn, HealthCheckProtocol="HTTP"), "TargetGroups"
    )
    assert check(over_http) == {**ALIKE, **TCP, **OVER_HTTP, "HealthCheckProtocol": "HTTP"}
    back = only(elbv2.modify_target_group(TargetGroupArn=arn, HealthCheckProtocol="TCP"), "TargetGroups")
    assert check(back) == {**ALIKE, **TCP}


def test_all_that_is_described_can_be_set_again(elbv2):
    for name, members in GROUPS.items():
        made = created(elbv2, Name=name.replace(" ", "-"), **members)
        again = elbv2.modify_target_group(TargetGroupArn=made["TargetGroupArn"], **check(made))
        assert again["TargetGroups"] == [made]

"""DescribeTargetGroupAttributes and ModifyTargetGroupAttributes."""

from typing import Any

import pytest

from tests.conformance.elbv2.words import group
from tests.conformance.world import refusal

VALIDATION = "ValidationError"
CONFIGURATION = "InvalidConfigurationRequest"
FIRST = {"stickiness.enabled": "false", "deregistration_delay.timeout_seconds": "300"}
ZONES = {
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
HTTP = {
    **FIRST,
    "stickiness.type": "lb_cookie",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "slow_start.duration_seconds": "0",
    "load_balancing.algorithm.type": "round_robin",
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
    **ZONES,
}
FORWARDING = {"routing.http2.rst_stream_error_forwarding.enabled": "false"}
INSPECTING = {"waf.http2.traffic_inspection_behavior": "inspect_immediately"}
TCP = {
    **FIRST,
    "stickiness.type": "source_ip",
    "proxy_protocol_v2.enabled": "false",
    "deregistration_delay.connection_termination.enabled": "false",
    "preserve_client_ip.enabled": "true",
    "target_health_state.unhealthy.connection_termination.enabled": "true",
    "target_health_state.unhealthy.draining_interval_seconds": "0",
    **ZONES,
}
TCP_BY_ADDRESS = {**TCP, "preserve_client_ip.enabled": "false"}
UDP = {
    **TCP,
    "deregistration_delay.connection_termination.enabled": "true",
    "target_health_state.unhealthy.connection_termination.enabled": "false",
}
UDP_GROUPS = "if the target group protocol is UDP or TCP_UDP"


def attributes(elbv2: Any, arn: str) -> dict[str, str]:
    """All attributes of a target group, in the order of the answer."""
    answer = elbv2.describe_target_group_attributes(TargetGroupArn=arn)
    return {each["Key"]: each["Value"] for each in answer["Attributes"]}


def set_to(arn: str, values: dict[str, str]) -> dict[str, Any]:
    """The request that sets attributes."""
    return {
        "TargetGroupArn": arn,
        "Attributes": [{"Key": key, "Value": value} for key, value in values.items()],
    }


@pytest.mark.parametrize(
    ("members", "defaults"),
    [
        ({"Protocol": "HTTP"}, HTTP),
        ({"Protocol": "HTTPS", "TargetType": "ip"}, HTTP),
        ({"Protocol": "HTTP", "ProtocolVersion": "HTTP2"}, {**HTTP, **FORWARDING, **INSPECTING}),
        ({"Protocol": "HTTP", "ProtocolVersion": "GRPC"}, {**HTTP, **FORWARDING}),
        ({"Protocol": "TCP"}, TCP),
        ({"Protocol": "TLS"}, TCP),
        ({"Protocol": "TCP", "TargetType": "ip"}, TCP_BY_ADDRESS),
        ({"Protocol": "TLS", "TargetType": "ip"}, TCP_BY_ADDRESS),
        ({"Protocol": "UDP"}, UDP),
        ({"Protocol": "TCP_UDP", "TargetType": "ip"}, UDP),
    ],
)
def test_a_new_one_has_awss_defaults_and_can_be_set_to_them(elbv2, members, defaults):
    arn = group(elbv2, **members)
    assert list(attributes(elbv2, arn).items()) == list(defaults.items())
    elbv2.modify_target_group_attributes(**set_to(arn, attributes(elbv2, arn)))
    assert attributes(elbv2, arn) == defaults


def test_what_was_set_is_kept_and_the_answer_has_everything(elbv2):
    arn = group(elbv2)
    wanted = {"deregistration_delay.timeout_seconds": "0", "slow_start.duration_seconds": "30"}
    answer = elbv2.modify_target_group_attributes(**set_to(arn, wanted))
    assert {each["Key"]: each["Value"] for each in answer["Attributes"]} == {**HTTP, **wanted}
    assert attributes(elbv2, arn) == {**HTTP, **wanted}


@pytest.mark.parametrize(
    ("protocol", "values"),
    [
        ("HTTP", {"stickiness.enabled": "true"}),
        (
            "HTTP",
            {
                "stickiness.enabled": "true",
                "stickiness.type": "app_cookie",
                "stickiness.app_cookie.cookie_name": "session",
                "stickiness.app_cookie.duration_seconds": "604800",
            },
        ),
        ("HTTP", {"stickiness.type": "app_cookie"}),
        (
            "HTTP",
            {
                "load_balancing.algorithm.type": "weighted_random",
                "load_balancing.algorithm.anomaly_mitigation": "on",
            },
        ),
        ("HTTP", {"load_balancing.algorithm.type": "least_outstanding_requests"}),
        ("HTTP", {"target_group_health.dns_failover.minimum_healthy_targets.count": "off"}),
        ("HTTP", {"target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "100"}),
        ("TCP", {"stickiness.enabled": "true", "stickiness.type": "source_ip"}),
        ("TLS", {"stickiness.enabled": "false", "stickiness.type": "source_ip"}),
        ("TCP", {"proxy_protocol_v2.enabled": "true", "preserve_client_ip.enabled": "false"}),
        (
            "TCP",
            {
                "target_health_state.unhealthy.connection_termination.enabled": "false",
                "target_health_state.unhealthy.draining_interval_seconds": "360000",
            },
        ),
        ("UDP", {"preserve_client_ip.enabled": "true"}),
    ],
)
def test_what_goes_together(elbv2, protocol, values):
    arn = group(elbv2, Protocol=protocol)
    before = attributes(elbv2, arn)
    elbv2.modify_target_group_attributes(**set_to(arn, values))
    assert attributes(elbv2, arn) == {**before, **values}


@pytest.mark.parametrize(
    ("protocol", "values", "error"),
    [
        ("HTTP", {"new.key": "1"}, (VALIDATION, "Target group attribute key 'new.key' is not recognized")),
        (
            "HTTP",
            {"proxy_protocol_v2.enabled": "true"},
            (VALIDATION, "Target group attribute key 'proxy_protocol_v2.enabled' is not recognized"),
        ),
        (
            "HTTP",
            {"waf.http2.traffic_inspection_behavior": "inspect_immediately"},
            (
                VALIDATION,
                "Target group attribute key 'waf.http2.traffic_inspection_behavior' is not recognized",
            ),
        ),
        (
            "TCP",
            {"slow_start.duration_seconds": "30"},
            (VALIDATION, "Target group attribute key 'slow_start.duration_seconds' is not recognized"),
        ),
        *(
            (
                "HTTP",
                {"deregistration_delay.timeout_seconds": value},
                (
                    VALIDATION,
                    f"'deregistration_delay.timeout_seconds' value '{value}' must be between '0-3600' inclusive",
                ),
            )
            for value in ("3601", "-1", "", "5m")
        ),
        (
            "HTTP",
            {"stickiness.lb_cookie.duration_seconds": "0"},
            (
                VALIDATION,
                "'stickiness.lb_cookie.duration_seconds' value '0' must be between '1-604800' inclusive",
            ),
        ),
        (
            "HTTP",
            {"slow_start.duration_seconds": "29"},
            (
                VALIDATION,
                "The value of 'slow_start.duration_seconds' must be '0' or between 30 and 900, inclusive",
            ),
        ),
        (
            "HTTP",
            {"stickiness.enabled": "yes"},
            (VALIDATION, "The value of 'stickiness.enabled' must be 'true' or 'false'"),
        ),
        (
            "HTTP",
            {"load_balancing.algorithm.type": "random"},
            (
                VALIDATION,
                (
                    "The value of 'load_balancing.algorithm.type' must be 'round_robin' or "
                    "'least_outstanding_requests' or 'weighted_random'"
                ),
            ),
        ),
        (
            "TCP",
            {"stickiness.type": "source_ip_dest_ip"},
            (VALIDATION, "'Stickiness type' must be one of [app_cookie, lb_cookie, source_ip]"),
        ),
        (
            "HTTP",
            {"stickiness.type": "source_ip"},
            (
                CONFIGURATION,
                "Stickiness type 'source_ip' is not supported for target groups with the HTTP protocol",
            ),
        ),
        (
            "UDP",
            {"stickiness.enabled": "false", "stickiness.type": "lb_cookie"},
            (
                CONFIGURATION,
                "Stickiness type 'lb_cookie' is not supported for target groups with the UDP protocol",
            ),
        ),
        (
            "TLS",
            {"stickiness.enabled": "true", "stickiness.type": "source_ip"},
            (CONFIGURATION, "You cannot enable stickiness on target groups with the TLS protocol"),
        ),
        (
            "HTTP",
            {"stickiness.enabled": "true", "stickiness.type": "app_cookie"},
            (
                CONFIGURATION,
                "You must set an application cookie name to enable stickiness of type 'app_cookie'",
            ),
        ),
        *(
            (
                "HTTP",
                {"stickiness.app_cookie.cookie_name": name},
                (CONFIGURATION, f"The application cookie name '{name}' is not valid"),
            )
            for name in ("AWSALB", "AWSALBTG-1", "a b", "a=b", "a;b", "a\nb")
        ),
        (
            "HTTP",
            {
                "slow_start.duration_seconds": "30",
                "load_balancing.algorithm.type": "least_outstanding_requests",
            },
            (
                CONFIGURATION,
                "You cannot enable both slow start and least outstanding requests algorithm on a target group",
            ),
        ),
        (
            "HTTP",
            {"slow_start.duration_seconds": "30", "load_balancing.algorithm.type": "weighted_random"},
            (
                CONFIGURATION,
                "You cannot enable both slow start and weighted random algorithm on a target group",
            ),
        ),
        (
            "HTTP",
            {"stickiness.enabled": "true", "load_balancing.algorithm.type": "weighted_random"},
            (
                CONFIGURATION,
                "You cannot have both stickiness and weighted random algorithm enabled on the same target group.",
            ),
        ),
        (
            "HTTP",
            {"load_balancing.algorithm.anomaly_mitigation": "on"},
            (
                CONFIGURATION,
                "You can enable anomaly mitigation only with the weighted random algorithm on a target group",
            ),
        ),
        (
            "UDP",
            {"preserve_client_ip.enabled": "false"},
            (CONFIGURATION, f"preserve_client_ip.enabled cannot be false {UDP_GROUPS}"),
        ),
        (
            "TCP_UDP",
            {"target_health_state.unhealthy.connection_termination.enabled": "true"},
            (
                CONFIGURATION,
                f"target_health_state.unhealthy.connection_termination.enabled cannot be true {UDP_GROUPS}",
            ),
        ),
        (
            "TCP",
            {"target_health_state.unhealthy.draining_interval_seconds": "1"},
            (
                CONFIGURATION,
                (
                    "target_health_state.unhealthy.draining_interval_seconds can only be set if "
                    "target_health_state.unhealthy.connection_termination.enabled is false"
                ),
            ),
        ),
    ],
)
def test_what_cannot_be_set_changes_nothing(elbv2, protocol, values, error):
    arn = group(elbv2, Protocol=protocol)
    before = attributes(elbv2, arn)
    assert refusal(elbv2.modify_target_group_attributes, **set_to(arn, values)) == error
    assert attributes(elbv2, arn) == before


def test_a_number_of_any_length_is_only_a_wrong_one(elbv2):
    arn = group(elbv2)
    wanted = set_to(arn, {"deregistration_delay.timeout_seconds": "9" * 5000})
    assert refusal(elbv2.modify_target_group_attributes, **wanted)[0] == VALIDATION


def test_what_was_set_before_counts_as_well(elbv2):
    arn = group(elbv2)
    elbv2.modify_target_group_attributes(**set_to(arn, {"slow_start.duration_seconds": "30"}))
    wanted = set_to(arn, {"load_balancing.algorithm.type": "least_outstanding_requests"})
    assert refusal(elbv2.modify_target_group_attributes, **wanted)[0] == CONFIGURATION


def test_a_key_stands_once(elbv2):
    arn = group(elbv2)
    twice = [{"Key": "stickiness.enabled", "Value": "true"}] * 2
    told = (VALIDATION, "Attribute key 'stickiness.enabled' has been specified more than once")
    assert refusal(elbv2.modify_target_group_attributes, TargetGroupArn=arn, Attributes=twice) == told

"""DescribeLoadBalancerAttributes and ModifyLoadBalancerAttributes."""

from typing import Any

import pytest

from tests.conformance.elbv2.words import alb, nlb
from tests.conformance.world import refusal

VALIDATION = "ValidationError"
CONFIGURATION = "InvalidConfigurationRequest"
OF_APPLICATION = {
    "access_logs.s3.enabled": "false",
    "access_logs.s3.bucket": "",
    "access_logs.s3.prefix": "",
    "idle_timeout.timeout_seconds": "60",
    "deletion_protection.enabled": "false",
    "routing.http2.enabled": "true",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "client_keep_alive.seconds": "3600",
    "waf.fail_open.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "zonal_shift.config.enabled": "false",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.prefix": "",
    "health_check_logs.s3.enabled": "false",
    "health_check_logs.s3.bucket": "",
    "health_check_logs.s3.prefix": "",
    "routing.http.x_amzn_tls_kx.enabled": "false",
}
OF_NETWORK = {
    "access_logs.s3.enabled": "false",
    "access_logs.s3.bucket": "",
    "access_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "load_balancing.cross_zone.enabled": "false",
    "dns_record.client_routing_policy": "any_availability_zone",
    "zonal_shift.config.enabled": "false",
    "secondary_ips.auto_assigned.per_subnet": "0",
}


def attributes(elbv2: Any, arn: str) -> dict[str, str]:
    """All attributes of a load balancer, in the order of the answer."""
    answer = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)
    return {each["Key"]: each["Value"] for each in answer["Attributes"]}


def set_to(elbv2: Any, arn: str, **values: str) -> dict[str, Any]:
    """The request that sets attributes, with dots for double underscores."""
    wanted = [{"Key": key.replace("__", "."), "Value": value} for key, value in values.items()]
    return {"LoadBalancerArn": arn, "Attributes": wanted}


@pytest.mark.parametrize(("kind", "defaults"), [(alb, OF_APPLICATION), (nlb, OF_NETWORK)])
def test_a_new_one_has_awss_defaults_in_awss_order(elbv2, kind, defaults):
    found = attributes(elbv2, kind(elbv2)["LoadBalancerArn"])
    assert list(found.items()) == list(defaults.items())


def test_a_dualstack_one_may_deny_gateways(elbv2):
    arn = alb(elbv2, IpAddressType="dualstack")["LoadBalancerArn"]
    assert attributes(elbv2, arn)["ipv6.deny_all_igw_traffic"] == "false"


def test_what_was_set_is_kept_and_the_answer_has_everything(elbv2):
    arn = alb(elbv2)["LoadBalancerArn"]
    answer = elbv2.modify_load_balancer_attributes(
        **set_to(elbv2, arn, idle_timeout__timeout_seconds="4000", routing__http2__enabled="false")
    )
    shown = {each["Key"]: each["Value"] for each in answer["Attributes"]}
    assert shown == {
        **OF_APPLICATION,
        "idle_timeout.timeout_seconds": "4000",
        "routing.http2.enabled": "false",
    }
    assert attributes(elbv2, arn) == shown


def test_all_that_is_described_can_be_set_again(elbv2):
    """In two calls, because AWS takes twenty at a time."""
    for kind in (alb, nlb):
        arn = kind(elbv2)["LoadBalancerArn"]
        found = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        for part in (found[:20], found[20:]):
            elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=part)
        assert elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"] == found


def test_more_than_twenty_at_a_time_are_refused(elbv2):
    arn = alb(elbv2)["LoadBalancerArn"]
    found = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    code, text = refusal(elbv2.modify_load_balancer_attributes, LoadBalancerArn=arn, Attributes=found)
    assert code == VALIDATION
    assert text.endswith("Member must have length less than or equal to 20")


def test_logs_go_into_a_bucket_that_can_be_a_folder(elbv2):
    arn = alb(elbv2)["LoadBalancerArn"]
    wanted = {"access_logs__s3__enabled": "true", "access_logs__s3__bucket": "my.bucket-1"}
    elbv2.modify_load_balancer_attributes(**set_to(elbv2, arn, **wanted, access_logs__s3__prefix="a/b"))
    assert attributes(elbv2, arn)["access_logs.s3.bucket"] == "my.bucket-1"


@pytest.mark.parametrize(
    ("kind", "values", "error"),
    [
        (alb, {"new.key": "1"}, (VALIDATION, "Load balancer attribute key 'new.key' is not recognized")),
        (
            nlb,
            {"idle_timeout.timeout_seconds": "120"},
            (
                CONFIGURATION,
                (
                    "Load balancer attribute key 'idle_timeout.timeout_seconds' is not supported on load "
                    "balancers with type 'network'"
                ),
            ),
        ),
        (
            alb,
            {"dns_record.client_routing_policy": "any_availability_zone"},
            (
                CONFIGURATION,
                (
                    "Load balancer attribute key 'dns_record.client_routing_policy' is not supported on load "
                    "balancers with type 'application'"
                ),
            ),
        ),
        (
            alb,
            {"idle_timeout.timeout_seconds": "4001"},
            (
                CONFIGURATION,
                "The value of 'idle_timeout.timeout_seconds' must be between 1 and 4000, inclusive",
            ),
        ),
        (
            alb,
            {"routing.http2.enabled": "yes"},
            (CONFIGURATION, "The value of 'routing.http2.enabled' must be 'true' or 'false'"),
        ),
        (
            alb,
            {"load_balancing.cross_zone.enabled": "false"},
            (CONFIGURATION, "The value of 'load_balancing.cross_zone.enabled' must be 'true'"),
        ),
        (
            alb,
            {"access_logs.s3.enabled": "true"},
            (CONFIGURATION, "'access_logs.s3.bucket' must be specified when the logs are enabled"),
        ),
        (
            alb,
            {"access_logs.s3.bucket": "../etc"},
            (CONFIGURATION, "Access Denied for bucket: ../etc. Please check S3bucket permission"),
        ),
    ],
)
def test_what_cannot_be_set_changes_nothing(elbv2, kind, values, error):
    arn = kind(elbv2)["LoadBalancerArn"]
    before = attributes(elbv2, arn)
    assert refusal(elbv2.modify_load_balancer_attributes, **set_to(elbv2, arn, **values)) == error
    assert attributes(elbv2, arn) == before


@pytest.mark.parametrize("prefix", ["..", "a/../b", "/a", "a//b", "a/.b", "a" * 256, "a/AWSLogs/b"])
def test_a_prefix_is_no_way_out_of_the_folder(elbv2, prefix):
    arn = alb(elbv2)["LoadBalancerArn"]
    wanted = set_to(elbv2, arn, access_logs__s3__prefix=prefix)
    assert refusal(elbv2.modify_load_balancer_attributes, **wanted)[0] == CONFIGURATION


def test_a_key_stands_once(elbv2):
    arn = alb(elbv2)["LoadBalancerArn"]
    twice = [{"Key": "routing.http2.enabled", "Value": "true"}] * 2
    told = (VALIDATION, "Attribute key 'routing.http2.enabled' has been specified more than once")
    assert refusal(elbv2.modify_load_balancer_attributes, LoadBalancerArn=arn, Attributes=twice) == told

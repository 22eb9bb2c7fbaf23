"""The calls that Terraform's provider makes for aws_lb, aws_lb_listener and aws_lb_listener_rule, and what it reads.

After its sources (hashicorp/terraform-provider-aws, internal/service/elbv2): each request is what it sends for a
plain configuration, and what it compares afterwards must be what was asked for, or the next plan is not empty.
"""

from typing import Any

import pytest

from tests.conformance.elbv2.words import SUBNETS, group
from tests.conformance.world import World, refusal

TAGS = [{"Key": "Name", "Value": "tf"}]
ATTRIBUTES = {
    "access_logs.s3.enabled": "false",
    "connection_logs.s3.enabled": "false",
    "health_check_logs.s3.enabled": "false",
    "client_keep_alive.seconds": "3600",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "deletion_protection.enabled": "false",
    "routing.http2.enabled": "true",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "waf.fail_open.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "zonal_shift.config.enabled": "false",
    "idle_timeout.timeout_seconds": "60",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
}


@pytest.fixture
def lb(elbv2: Any) -> str:
    """The ARN of what `resource "aws_lb"` makes."""
    assert refusal(elbv2.describe_load_balancers, Names=["tf-lb"])[0] == "LoadBalancerNotFound"
    (made,) = elbv2.create_load_balancer(
        Name="tf-lb",
        Type="application",
        IpAddressType="ipv4",
        Subnets=SUBNETS[:2],
        SecurityGroups=["sg-0123456789abcdef0"],
        Tags=TAGS,
    )["LoadBalancers"]
    wanted = [{"Key": key, "Value": value} for key, value in ATTRIBUTES.items()]
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=made["LoadBalancerArn"], Attributes=wanted)
    return str(made["LoadBalancerArn"])


def test_aws_lb_reads_what_it_made(elbv2, lb):
    (found,) = elbv2.describe_load_balancers(LoadBalancerArns=[lb])["LoadBalancers"]
    assert found["LoadBalancerArn"] == lb
    assert found["State"]["Code"] == "active"
    assert {zone["SubnetId"] for zone in found["AvailabilityZones"]} == set(SUBNETS[:2])
    assert found["SecurityGroups"] == ["sg-0123456789abcdef0"]
    assert (found["Scheme"], found["IpAddressType"]) == ("internet-facing", "ipv4")
    assert not {"CustomerOwnedIpv4Pool", "IpamPools"} & set(found)
    shown = elbv2.describe_load_balancer_attributes(LoadBalancerArn=lb)["Attributes"]
    assert ATTRIBUTES.items() <= {each["Key"]: each["Value"] for each in shown}.items()
    (tags,) = elbv2.describe_tags(ResourceArns=[lb])["TagDescriptions"]
    assert tags["Tags"] == TAGS


def test_aws_lb_takes_the_answer_about_capacity_for_none(elbv2, lb):
    """It tolerates InvalidAction, and no other error."""
    assert refusal(elbv2.describe_capacity_reservation, LoadBalancerArn=lb)[0] == "InvalidAction"


def test_an_attribute_that_another_type_has_is_left_out_and_tried_again(elbv2, lb):
    """It finds the key in the text by this expression."""
    wanted = [{"Key": "dns_record.client_routing_policy", "Value": "any_availability_zone"}]
    _, text = refusal(elbv2.modify_load_balancer_attributes, LoadBalancerArn=lb, Attributes=wanted)
    assert "attribute key 'dns_record.client_routing_policy' is not supported" in text


def test_aws_lb_listener_and_rule_read_what_they_made(elbv2, world: World, lb):
    blue, green = group(world, "blue"), group(world, "green")
    sticky = {"Enabled": False, "DurationSeconds": 600}
    weights = [{"TargetGroupArn": blue, "Weight": 90}, {"TargetGroupArn": green, "Weight": 10}]
    forward = {
        "Type": "forward",
        "Order": 1,
        "ForwardConfig": {"TargetGroups": weights, "TargetGroupStickinessConfig": sticky},
    }
    (made,) = elbv2.create_listener(
        LoadBalancerArn=lb, Port=80, Protocol="HTTP", DefaultActions=[forward], Tags=TAGS
    )["Listeners"]
    (found,) = elbv2.describe_listeners(ListenerArns=[made["ListenerArn"]])["Listeners"]
    assert found["DefaultActions"] == [forward]
    shown = elbv2.describe_listener_attributes(ListenerArn=made["ListenerArn"])["Attributes"]
    assert {"Key": "routing.http.response.server.enabled", "Value": "true"} in shown

    redirect = {
        "Type": "redirect",
        "Order": 1,
        "RedirectConfig": {
            "Host": "#{host}",
            "Path": "/#{path}",
            "Port": "443",
            "Protocol": "HTTPS",
            "Query": "#{query}",
            "StatusCode": "HTTP_301",
        },
    }
    condition = {"Field": "host-header", "HostHeaderConfig": {"Values": ["old.example.com"]}}
    (made,) = elbv2.create_rule(
        ListenerArn=made["ListenerArn"], Priority=100, Actions=[redirect], Conditions=[condition], Tags=TAGS
    )["Rules"]
    (found,) = elbv2.describe_rules(RuleArns=[made["RuleArn"]])["Rules"]
    assert (found["Priority"], found["Actions"]) == ("100", [redirect])
    assert found["Conditions"][0]["HostHeaderConfig"] == condition["HostHeaderConfig"]


def test_what_was_destroyed_is_not_found(elbv2, lb):
    elbv2.delete_load_balancer(LoadBalancerArn=lb)
    assert refusal(elbv2.describe_load_balancers, LoadBalancerArns=[lb])[0] == "LoadBalancerNotFound"
    elbv2.delete_load_balancer(LoadBalancerArn=lb)

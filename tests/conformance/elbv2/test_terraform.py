"""The calls that Terraform's provider makes for load balancers, and what it reads: aws_lb, aws_lb_listener,
aws_lb_listener_rule, aws_lb_target_group and aws_lb_target_group_attachment.

After its sources (hashicorp/terraform-provider-aws, internal/service/elbv2): each request is what it sends for a
plain configuration, and what it compares afterwards must be what was asked for, or the next plan is not empty.
"""

from typing import Any

import pytest

from tests.conformance.ec2.words import DEFAULT_GROUP, SUBNETS, VPC
from tests.conformance.elbv2.words import group
from tests.conformance.world import refusal

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
        SecurityGroups=[DEFAULT_GROUP],
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
    assert found["SecurityGroups"] == [DEFAULT_GROUP]
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


def test_aws_lb_listener_and_rule_read_what_they_made(elbv2, lb):
    blue, green = group(elbv2, "blue"), group(elbv2, "green")
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


CHECK = {
    "HealthCheckEnabled": True,
    "HealthCheckIntervalSeconds": 30,
    "HealthyThresholdCount": 3,
    "UnhealthyThresholdCount": 3,
    "HealthCheckPort": "traffic-port",
    "HealthCheckProtocol": "HTTP",
}
"""What the provider sends for a health_check block that is empty; it computes the rest."""


def read_target_group(elbv2: Any, arn: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What the provider reads: the target group, and its attributes."""
    (found,) = elbv2.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"]
    shown = elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    return found, {each["Key"]: each["Value"] for each in shown}


def test_aws_lb_target_group_reads_what_it_made(elbv2):
    assert refusal(elbv2.describe_target_groups, Names=["tf-group"])[0] == "TargetGroupNotFound"
    wanted = {
        "Port": 80,
        "Protocol": "HTTP",
        "ProtocolVersion": "HTTP1",
        "VpcId": VPC,
        "TargetType": "instance",
    }
    (made,) = elbv2.create_target_group(Name="tf-group", Tags=TAGS, **wanted, **CHECK)["TargetGroups"]
    arn = made["TargetGroupArn"]
    set_by_it = {
        "stickiness.enabled": "true",
        "stickiness.type": "lb_cookie",
        "stickiness.lb_cookie.duration_seconds": "3600",
        "deregistration_delay.timeout_seconds": "30",
    }
    elbv2.modify_target_group_attributes(
        TargetGroupArn=arn, Attributes=[{"Key": key, "Value": value} for key, value in set_by_it.items()]
    )
    found, attributes = read_target_group(elbv2, arn)
    assert (wanted | CHECK).items() <= found.items()
    assert (found["TargetGroupName"], found["IpAddressType"]) == ("tf-group", "ipv4")
    assert found["LoadBalancerArns"] == []
    assert found["HealthCheckTimeoutSeconds"] == 5
    assert (found["HealthCheckPath"], found["Matcher"]) == ("/", {"HttpCode": "200"})
    assert set_by_it.items() <= attributes.items()
    assert {
        "slow_start.duration_seconds",
        "load_balancing.algorithm.type",
        "load_balancing.algorithm.anomaly_mitigation",
        "load_balancing.cross_zone.enabled",
    } <= set(attributes)
    (tags,) = elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert tags["Tags"] == TAGS


def test_aws_lb_target_group_of_a_network_load_balancer(elbv2):
    check = {**CHECK, "HealthCheckProtocol": "TCP"}
    wanted = {"Port": 80, "Protocol": "TCP", "VpcId": VPC, "TargetType": "ip"}
    (made,) = elbv2.create_target_group(Name="tf-group", **wanted, **check)["TargetGroups"]
    found, attributes = read_target_group(elbv2, made["TargetGroupArn"])
    assert (wanted | check).items() <= found.items()
    assert not {"ProtocolVersion", "HealthCheckPath", "Matcher"} & set(found)
    assert (attributes["stickiness.enabled"], attributes["stickiness.type"]) == ("false", "source_ip")
    assert attributes["preserve_client_ip.enabled"] == "false"
    assert attributes["proxy_protocol_v2.enabled"] == "false"
    assert attributes["deregistration_delay.connection_termination.enabled"] == "false"


def test_aws_lb_target_group_changes_its_health_check(elbv2):
    """The provider sends the whole block, with what it had read before."""
    arn = group(elbv2)
    found, _ = read_target_group(elbv2, arn)
    sent = {key: found[key] for key in (*CHECK, "HealthCheckTimeoutSeconds", "HealthCheckPath", "Matcher")}
    sent |= {"HealthCheckPath": "/healthz", "UnhealthyThresholdCount": 4}
    elbv2.modify_target_group(TargetGroupArn=arn, **sent)
    assert sent.items() <= read_target_group(elbv2, arn)[0].items()


def test_a_target_group_is_destroyed_once_nobody_uses_it(elbv2, lb):
    """It tries again for as long as it reads this text."""
    arn = group(elbv2)
    (on,) = elbv2.create_listener(
        LoadBalancerArn=lb,
        Port=80,
        Protocol="HTTP",
        DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
    )["Listeners"]
    code, text = refusal(elbv2.delete_target_group, TargetGroupArn=arn)
    assert code == "ResourceInUse"
    assert "is currently in use by a listener or a rule" in text
    elbv2.delete_listener(ListenerArn=on["ListenerArn"])
    elbv2.delete_target_group(TargetGroupArn=arn)
    assert refusal(elbv2.describe_target_groups, TargetGroupArns=[arn])[0] == "TargetGroupNotFound"


def test_aws_lb_target_group_attachment_is_there_until_it_is_destroyed(elbv2):
    """What drains, or is not registered, is gone for it; what nobody uses is there."""
    arn = group(elbv2, TargetType="ip")
    target = {"Id": "10.0.0.7", "Port": 8080, "AvailabilityZone": "all"}

    def reason() -> str:
        request = {"TargetGroupArn": arn, "Targets": [target]}
        (found,) = elbv2.describe_target_health(**request)["TargetHealthDescriptions"]
        return str(found["TargetHealth"]["Reason"])

    assert reason() == "Target.NotRegistered"
    elbv2.register_targets(TargetGroupArn=arn, Targets=[target])
    assert reason() == "Target.NotInUse"
    elbv2.deregister_targets(TargetGroupArn=arn, Targets=[target])
    assert reason() in ("Target.DeregistrationInProgress", "Target.NotRegistered")


def test_what_was_destroyed_is_not_found(elbv2, lb):
    elbv2.delete_load_balancer(LoadBalancerArn=lb)
    assert refusal(elbv2.describe_load_balancers, LoadBalancerArns=[lb])[0] == "LoadBalancerNotFound"
    elbv2.delete_load_balancer(LoadBalancerArn=lb)

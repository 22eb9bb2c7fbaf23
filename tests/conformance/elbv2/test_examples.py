"""AWS's own examples, as botocore brings them: their requests are taken, and what they show is shown."""

import json
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from homeport.model.instance import Machine
from tests.conformance.ec2.words import DEFAULT_GROUP, SUBNETS, VPC
from tests.conformance.elbv2.words import alb, forward, group, listener, rule
from tests.conformance.world import World

LOADER = botocore.session.get_session().get_component("data_loader")
EXAMPLES = LOADER.load_service_model("elbv2", "examples-1")["examples"]
OTHERWISE = ("DescribeSSLPolicies", "DeleteTargetGroup")
"""The policy that AWS shows is older than its list; the target group that it deletes is one that is in use here."""
OURS = [
    example | {"operation": operation}
    for operation, examples in EXAMPLES.items()
    for example in examples
    if operation not in OTHERWISE
]
SECURE, INSTANCE = "server-certificate", "i-"
PLACES = {
    "subnet-b7d581c0": SUBNETS[0],
    "subnet-8360a9e7": SUBNETS[1],
    "sg-5943793c": DEFAULT_GROUP,
    "vpc-3ac0fb5f": VPC,
}
"""What stands for AWS's subnets, its security group and its VPC."""


@pytest.fixture
def named(elbv2: Any, world: World) -> dict[str, str]:
    """What stands for the things that the examples name, by the end of their ARNs."""
    tags = [{"Key": "project", "Value": "lima"}]
    made = alb(elbv2, "mine", Tags=tags)["LoadBalancerArn"]
    targets = group(elbv2, "mine")
    with world.store.read(world.now) as tx:
        machine = tx.all(Machine)[0].ec2_id
    elbv2.register_targets(TargetGroupArn=targets, Targets=[{"Id": machine}])
    certificate = world.client("acm").request_certificate(DomainName="example.com")["CertificateArn"]
    secure = {"Protocol": "HTTPS", "Port": 8443, "Certificates": [{"CertificateArn": certificate}]}
    on = listener(elbv2, made, forward(targets), Port=8080)["ListenerArn"]
    rules = [rule(elbv2, on, priority, forward(targets))["RuleArn"] for priority in (77, 78)]
    balancer = "app/my-load-balancer/50dc6c495c0c9188"
    return {
        f"loadbalancer/{balancer}": made,
        "targetgroup/my-targets/73e2d6bc24d8a067": targets,
        "targetgroup/my-new-targets/2453ed029918f21f": group(elbv2, "new"),
        "targetgroup/my-new-targets/3bb63f11dfb0faf9": group(elbv2, "newer"),
        "targetgroup/my-https-targets/2453ed029918f21f": group(elbv2, "https", Protocol="HTTPS", Port=443),
        f"listener/{balancer}/f2f7dc8efc522ab2": on,
        f"listener/{balancer}/0467ef3c8400ae65": listener(elbv2, made, forward(targets), **secure)[
            "ListenerArn"
        ],
        f"listener-rule/{balancer}/f2f7dc8efc522ab2/9683b2d02a6cabee": rules[0],
        f"listener-rule/{balancer}/f2f7dc8efc522ab2/1291d13826f405c3": rules[1],
        SECURE: certificate,
        INSTANCE: machine,
    }


def ours(value: Any, named: dict[str, str]) -> Any:
    """A request with our things in place of AWS's."""
    if isinstance(value, dict):
        return {key: ours(inner, named) for key, inner in value.items()}
    if isinstance(value, list):
        return [ours(inner, named) for inner in value]
    if isinstance(value, str) and f":{SECURE}/" in value:
        return named[SECURE]
    if isinstance(value, str) and value.startswith(INSTANCE):
        return named[INSTANCE]
    if isinstance(value, str) and value in PLACES:
        return PLACES[value]
    if isinstance(value, str) and value.startswith("arn:"):
        return named[value.split(":", 5)[5]]
    return value


def has(shown: Any, wanted: Any) -> bool:
    """Whether all members of `wanted` are in `shown`, which may have more."""
    if isinstance(wanted, dict):
        return isinstance(shown, dict) and all(
            key in shown and has(shown[key], wanted[key]) for key in wanted
        )
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        return isinstance(shown, list) and bool(shown) and has(shown[0], wanted[0])
    return True


@pytest.mark.parametrize("example", OURS, ids=[each["id"] for each in OURS])
def test_the_examples_of_aws(elbv2, named, example):
    request = ours(example.get("input", {}), named)
    answer = getattr(elbv2, xform_name(example["operation"]))(**request)
    assert has(answer, example.get("output", {})), json.dumps(answer, default=str)

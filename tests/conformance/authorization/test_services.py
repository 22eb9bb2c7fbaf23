"""Other services under policies: each says no in its own words, and yes to who may."""

from typing import Any

import pytest

from tests.conformance.elbv2.words import group
from tests.conformance.iam.words import ACCOUNT, allow, policy, role, trusting
from tests.conformance.world import World, refusal

BOB = f"User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform:"


def because(action: str) -> str:
    return f"because no identity-based policy allows the {action} action"


def client(world: World, service: str, *statements: dict[str, Any]) -> Any:
    return world.client(service, key=world.user(*statements))


CASES: list[tuple[str, str, dict[str, str], str, str]] = [
    ("acm", "list_certificates", {}, "acm:ListCertificates", "AccessDeniedException"),
    ("cloudwatch", "list_metrics", {}, "cloudwatch:ListMetrics", "AccessDenied"),
    (
        "elbv2",
        "describe_load_balancers",
        {},
        "elasticloadbalancing:DescribeLoadBalancers",
        "AccessDenied",
    ),
    (
        "servicediscovery",
        "list_namespaces",
        {},
        "servicediscovery:ListNamespaces",
        "AccessDeniedException",
    ),
]


@pytest.mark.parametrize(("service", "method", "members", "action", "code"), CASES)
def test_a_service_says_no_in_its_own_words(world, service, method, members, action, code):
    told = refusal(getattr(client(world, service, allow("sts:*")), method), **members)
    assert told == (code, f"{BOB} {action} {because(action)}")


@pytest.mark.parametrize(("service", "method", "members", "action", "code"), CASES)
def test_a_service_says_yes_to_who_may(world, service, method, members, action, code):
    del code
    assert getattr(client(world, service, allow(action)), method)(**members)


def test_ec2_says_that_the_operation_is_unauthorized(world):
    told = refusal(client(world, "ec2", allow("sts:*")).describe_vpcs)
    assert told == (
        "UnauthorizedOperation",
        (
            f"You are not authorized to perform this operation. {BOB} ec2:DescribeVpcs "
            f"{because('ec2:DescribeVpcs')}"
        ),
    )


def test_a_vpc_is_a_resource_of_what_is_made_in_it(world):
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    arn = f"arn:aws:ec2:us-east-1:{ACCOUNT}:vpc/{vpc}"
    group = {"GroupName": "g", "Description": "d", "VpcId": vpc}
    made = f"arn:aws:ec2:us-east-1:{ACCOUNT}:security-group/*"
    one = client(world, "ec2", allow("ec2:CreateSecurityGroup", made))
    code, text = refusal(one.create_security_group, **group)
    assert code == "UnauthorizedOperation"
    assert f"ec2:CreateSecurityGroup on resource: {arn} because" in text
    both = client(world, "ec2", allow("ec2:CreateSecurityGroup", [made, arn]))
    assert both.create_security_group(**group)["GroupId"].startswith("sg-")


def test_what_is_made_with_tags_needs_the_permission_to_tag(world):
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": "team", "Value": "blue"}]}]
    vpc = {"CidrBlock": "10.8.0.0/16", "TagSpecifications": tags}
    text = refusal(client(world, "ec2", allow("ec2:CreateVpc")).create_vpc, **vpc)[1]
    assert f"ec2:CreateTags on resource: arn:aws:ec2:us-east-1:{ACCOUNT}:vpc/* because" in text
    condition = {"StringEquals": {"ec2:CreateAction": "CreateVpc", "aws:RequestTag/team": "blue"}}
    may = client(world, "ec2", allow("ec2:CreateVpc"), allow("ec2:CreateTags", Condition=condition))
    assert may.create_vpc(**vpc)["Vpc"]["Tags"] == tags[0]["Tags"]


def test_a_target_group_is_known_by_its_arn_and_its_tags(world):
    elbv2 = world.client("elbv2")
    blue = group(elbv2, "blue", Tags=[{"Key": "team", "Value": "blue"}])
    green = group(elbv2, "green")
    condition = {"StringEquals": {"elasticloadbalancing:ResourceTag/team": "blue"}}
    may = client(world, "elbv2", allow("elasticloadbalancing:DeleteTargetGroup", Condition=condition))
    code, text = refusal(may.delete_target_group, TargetGroupArn=green)
    assert code == "AccessDenied"
    assert text.startswith(f"{BOB} elasticloadbalancing:DeleteTargetGroup on resource: {green} because")
    may.delete_target_group(TargetGroupArn=blue)


def test_iam_names_things_in_its_own_way(world):
    iam = world.client("iam")
    role(iam, Path="/x/")
    arn = policy(iam)
    no = client(world, "iam", allow("sts:*"))
    texts = {
        "iam:GetRole": (no.get_role, {"RoleName": "task"}, "role task"),
        "iam:GetPolicy": (no.get_policy, {"PolicyArn": arn}, f"policy {arn}"),
        "iam:ListRoles": (no.list_roles, {}, f"arn:aws:iam::{ACCOUNT}:role/"),
        "iam:ListPolicies": (no.list_policies, {}, "policy path /"),
        "iam:CreateRole": (
            no.create_role,
            {"RoleName": "new", "AssumeRolePolicyDocument": trusting()},
            f"arn:aws:iam::{ACCOUNT}:role/new",
        ),
    }
    for action, (method, members, shown) in texts.items():
        told = refusal(method, **members)
        assert told == ("AccessDenied", f"{BOB} {action} on resource: {shown} {because(action)}")


def test_a_role_is_known_by_its_path(world):
    role(world.client("iam"), Path="/x/")
    may = client(world, "iam", allow("iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/x/*"))
    assert may.get_role(RoleName="task")["Role"]["Path"] == "/x/"
    may = client(world, "iam", allow("iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/y/*"))
    assert refusal(may.get_role, RoleName="task")[0] == "AccessDenied"


def test_a_policy_that_is_attached_is_a_condition(world):
    iam = world.client("iam")
    role(iam)
    arn, other = policy(iam, "one"), policy(iam, "two")
    may = client(
        world,
        "iam",
        allow("iam:AttachRolePolicy", Condition={"ArnEquals": {"iam:PolicyARN": arn}}),
    )
    may.attach_role_policy(RoleName="task", PolicyArn=arn)
    assert refusal(may.attach_role_policy, RoleName="task", PolicyArn=other)[0] == "AccessDenied"


def test_who_calls_needs_no_permission_to_ask_who_they_are(world):
    told = client(world, "sts", allow("*", Effect="Deny")).get_caller_identity()
    assert told["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/bob"

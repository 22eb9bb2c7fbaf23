"""IAM's logic, on the examples of its User Guide ("Policy evaluation logic", "Policy elements")."""

import pytest

from homeport.plan.policy.evaluation import Denial
from tests.unit.plan.policy.documents import allow, allows, answer, deny, policy, question

TASK_SET = "arn:aws:ecs:us-east-1:123456789012:task-set/prod/web/ecs-svc/1"
SERVICE = "arn:aws:ecs:us-east-1:123456789012:service/prod/web"
DESCRIBE = question("ecs:DescribeServices", SERVICE)


def test_what_nothing_allows_is_denied_implicitly():
    assert answer(DESCRIBE) == Denial("identity-based policy", is_explicit=False)


def test_an_explicit_deny_wins_wherever_it_stands():
    told = Denial("identity-based policy", is_explicit=True)
    assert answer(DESCRIBE, policy(deny("ecs:*")), policy(allow())) == told
    assert answer(DESCRIBE, policy(allow()), policy(deny("ecs:*"))) == told
    assert answer(DESCRIBE, policy(allow(), deny("ecs:DescribeServices", SERVICE))) == told


@pytest.mark.parametrize(
    ("action", "is_meant"),
    [
        ("ecs:DescribeServices", True),
        ("ECS:describeservices", True),
        ("ecs:Describe*", True),
        ("ecs:*Services", True),
        ("ecs:DescribeService?", True),
        ("*", True),
        ("ecs:DescribeService", False),
        ("ecs:Describe", False),
        ("ec2:DescribeServices", False),
        ("ecs:DescribeServices?", False),
    ],
)
def test_actions_are_named_with_wildcards_and_in_any_case(action, is_meant):
    assert allows(DESCRIBE, policy(allow(action))) == is_meant


@pytest.mark.parametrize(
    ("resource", "is_meant"),
    [
        (SERVICE, True),
        ("*", True),
        ("arn:aws:ecs:us-east-1:123456789012:service/prod/*", True),
        ("arn:aws:ecs:*:*:service/*", True),
        ("arn:aws:ecs:us-east-1:123456789012:service/*/web", True),
        ("arn:aws:ecs:us-east-1:123456789012:service/prod/we?", True),
        ("arn:aws:ecs:us-east-?:123456789012:*", True),
        ("arn:aws:ecs:us-east-1:123456789012*", True),
        ("arn:aws:ecs:us-east-1:12345*", True),
        ("arn:aws:ecs:*", True),
        ("arn:aws:ec?*", True),
        ("arn:aws:ecs:us-east-1:123456789012:service/PROD/web", False),
        ("arn:aws:ecs:eu-west-1:*:service/prod/web", False),
        ("arn:aws:ecs:us-east-1:12345678901*:service/prod", False),
        ("arn:aws:ecs:us-east-1:123456789012:service/prod", False),
        ("arn:aws:s3:::service/prod/web", False),
    ],
)
def test_resources_are_named_part_by_part(resource, is_meant):
    assert allows(DESCRIBE, policy(allow("ecs:*", resource))) == is_meant


def test_an_action_without_a_resource_needs_all_resources():
    listing = question("ecs:ListClusters")
    assert allows(listing, policy(allow("ecs:*")))
    assert not allows(listing, policy(allow("ecs:*", "arn:aws:ecs:us-east-1:123456789012:cluster/*")))


def test_not_action_means_everything_else():
    found = policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})
    assert allows(DESCRIBE, found)
    assert not allows(question("iam:CreateRole"), found)


def test_not_resource_means_everything_else():
    found = policy(
        {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:ecs:*:*:service/prod/*"}, allow()
    )
    assert allows(DESCRIBE, found)
    assert not allows(question("ecs:DescribeTaskSets", TASK_SET), found)


def test_a_boundary_gives_nothing_and_bounds_all():
    bounds = {"boundary": [policy(allow("ecs:Describe*"))]}
    assert allows(DESCRIBE, policy(allow()), **bounds)
    assert answer(DESCRIBE, **bounds) == Denial("identity-based policy", is_explicit=False)
    told = answer(question("ecs:DeleteService", SERVICE), policy(allow()), **bounds)
    assert told == Denial("permissions boundary", is_explicit=False)
    denying = {"boundary": [policy(deny("ecs:*"), allow())]}
    assert answer(DESCRIBE, policy(allow()), **denying) == Denial("permissions boundary", is_explicit=True)


def test_a_session_policy_narrows_further():
    bounds = {"boundary": [policy(allow("ecs:*"))], "session": [policy(allow("ecs:Describe*"))]}
    assert allows(DESCRIBE, policy(allow()), **bounds)
    told = answer(question("ecs:DeleteService", SERVICE), policy(allow()), **bounds)
    assert told == Denial("session policy", is_explicit=False)


def test_a_bound_without_a_policy_allows_nothing():
    assert answer(DESCRIBE, policy(allow()), boundary=[]) == Denial("permissions boundary", is_explicit=False)


def test_variables_stand_for_what_the_request_says():
    own = policy(allow("ecs:*", "arn:aws:ecs:*:*:service/${aws:PrincipalTag/team}/${aws:username}-*"))
    named = "arn:aws:ecs:us-east-1:123456789012:service/blue/bob-api"
    said = {"aws__username": "bob", "aws__principaltag/team": "blue"}
    assert allows(question("ecs:DeleteService", named, **said), own)
    assert not allows(question("ecs:DeleteService", named, **{**said, "aws__username": "eve"}), own)
    assert not allows(question("ecs:DeleteService", named, aws__username="bob"), own)


def test_a_wildcard_in_a_variables_value_is_a_character():
    own = policy(allow("ecs:*", "arn:aws:ecs:*:*:service/prod/${aws:username}"))
    said = {"aws__username": "*"}
    assert not allows(question("ecs:DescribeServices", SERVICE, **said), own)


def test_a_variable_may_have_a_default():
    own = policy(allow("ecs:*", "arn:aws:ecs:*:*:service/${aws:PrincipalTag/team, 'prod'}/*"))
    assert allows(DESCRIBE, own)


def test_older_policies_know_no_variables():
    own = policy(allow("ecs:*", "arn:aws:ecs:*:*:service/prod/${aws:username}"), version="2008-10-17")
    assert not allows(question("ecs:DescribeServices", SERVICE, aws__username="web"), own)


def test_special_characters_are_written_as_variables():
    own = policy(allow("ecs:*", "arn:aws:ecs:*:*:service/prod/${*}${?}${$}"))
    assert allows(question("ecs:DescribeServices", "arn:aws:ecs:a:b:service/prod/*?$"), own)
    assert not allows(DESCRIBE, own)


def test_an_unknown_variable_spares_nothing_by_being_unknown():
    found = policy(
        allow(), {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:ecs:*:*:service/${aws:username}/*"}
    )
    assert allows(DESCRIBE, found)

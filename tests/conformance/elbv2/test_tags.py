"""AddTags, RemoveTags, DescribeTags, and tags given at creation."""

from typing import Any

import pytest

from tests.conformance.elbv2.words import ARN, NOWHERE, alb, group, listener, rule
from tests.conformance.world import refusal

VALIDATION = "ValidationError"
TAGS = [{"Key": "Name", "Value": "mine"}, {"Key": "empty", "Value": ""}]


def tags(elbv2: Any, arn: str) -> list[dict[str, str]]:
    """The tags of one resource."""
    (found,) = elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert found["ResourceArn"] == arn
    return list(found["Tags"])


@pytest.fixture
def resources(elbv2: Any, balancer: str, http: str) -> list[str]:
    """One of each kind."""
    return [balancer, http, str(rule(elbv2, http, 1)["RuleArn"]), group(elbv2)]


def test_everything_has_tags(elbv2, resources):
    elbv2.add_tags(ResourceArns=resources, Tags=TAGS)
    found = elbv2.describe_tags(ResourceArns=resources)["TagDescriptions"]
    assert found == [{"ResourceArn": arn, "Tags": TAGS} for arn in resources]
    elbv2.remove_tags(ResourceArns=resources, TagKeys=["Name", "nope"])
    assert [tags(elbv2, arn) for arn in resources] == [TAGS[1:]] * 4


def test_what_has_no_tags_says_so(elbv2, resources):
    assert [tags(elbv2, arn) for arn in resources] == [[]] * 4


def test_a_tag_replaces_one_with_its_key(elbv2, balancer):
    elbv2.add_tags(ResourceArns=[balancer], Tags=TAGS)
    elbv2.add_tags(ResourceArns=[balancer], Tags=[{"Key": "Name", "Value": "other"}])
    assert tags(elbv2, balancer) == [{"Key": "Name", "Value": "other"}, TAGS[1]]


def test_tags_may_be_given_at_creation(elbv2):
    arn = alb(elbv2, "tagged", Tags=TAGS)["LoadBalancerArn"]
    on = listener(elbv2, arn, Tags=TAGS)["ListenerArn"]
    made = rule(elbv2, on, 1, Tags=TAGS)["RuleArn"]
    assert [tags(elbv2, each) for each in (arn, on, made)] == [TAGS] * 3


@pytest.mark.parametrize(
    ("arn", "error"),
    [
        (
            f"{ARN}:loadbalancer/app/web/{NOWHERE}",
            ("LoadBalancerNotFound", f"Load balancer '{ARN}:loadbalancer/app/web/{NOWHERE}' not found"),
        ),
        (
            f"{ARN}:targetgroup/web/{NOWHERE}",
            ("TargetGroupNotFound", f"Target groups '{ARN}:targetgroup/web/{NOWHERE}' not found"),
        ),
        (
            f"{ARN}:listener/app/web/{NOWHERE}/{NOWHERE}",
            ("ListenerNotFound", "One or more listeners not found"),
        ),
        (
            f"{ARN}:listener-rule/app/web/{NOWHERE}/{NOWHERE}/{NOWHERE}",
            ("RuleNotFound", "One or more rules not found"),
        ),
        ("web", (VALIDATION, "'web' is not a valid ARN")),
        (
            f"{ARN}:truststore/web/{NOWHERE}",
            (VALIDATION, f"'{ARN}:truststore/web/{NOWHERE}' is not a valid ARN"),
        ),
    ],
)
def test_tags_of_what_is_not_there(elbv2, arn, error):
    assert refusal(elbv2.describe_tags, ResourceArns=[arn]) == error
    assert refusal(elbv2.add_tags, ResourceArns=[arn], Tags=TAGS) == error
    assert refusal(elbv2.remove_tags, ResourceArns=[arn], TagKeys=["Name"]) == error


def test_one_that_is_not_there_leaves_the_others_as_they_were(elbv2, balancer):
    nowhere = f"{ARN}:loadbalancer/app/web/{NOWHERE}"
    refusal(elbv2.add_tags, ResourceArns=[balancer, nowhere], Tags=TAGS)
    assert tags(elbv2, balancer) == []


def test_an_arn_is_needed_and_twenty_are_the_most(elbv2, balancer):
    assert refusal(elbv2.describe_tags) == (VALIDATION, "An ARN must be specified")
    assert refusal(elbv2.describe_tags, ResourceArns=[]) == (VALIDATION, "An ARN must be specified")
    told = refusal(elbv2.describe_tags, ResourceArns=[balancer] * 21)
    assert told == (VALIDATION, "Cannot specify more than 20 resources")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([TAGS[0], TAGS[0]], "DuplicateTagKeys"),
        ([{"Key": "aws:mine", "Value": "x"}], VALIDATION),
        ([{"Key": f"k{number}", "Value": "x"} for number in range(51)], "TooManyTags"),
        ([{"Key": "k" * 129, "Value": "x"}], VALIDATION),
        ([{"Key": "k", "Value": "x" * 257}], VALIDATION),
        ([{"Key": "#", "Value": "x"}], VALIDATION),
        ([], VALIDATION),
    ],
)
def test_tags_that_are_none(elbv2, balancer, given, code):
    assert refusal(elbv2.add_tags, ResourceArns=[balancer], Tags=given)[0] == code
    assert refusal(alb, client=elbv2, name="other", Tags=given)[0] == code
    assert tags(elbv2, balancer) == []


def test_fifty_tags_are_the_most_also_in_parts(elbv2, balancer):
    for start in (0, 25):
        part = [{"Key": f"k{number}", "Value": "x"} for number in range(start, start + 25)]
        elbv2.add_tags(ResourceArns=[balancer], Tags=part)
    assert refusal(elbv2.add_tags, ResourceArns=[balancer], Tags=TAGS)[0] == "TooManyTags"

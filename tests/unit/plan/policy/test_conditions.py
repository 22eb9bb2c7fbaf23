"""Condition operators, one by one (IAM User Guide, "IAM JSON policy elements: Condition operators")."""

from typing import Any

import pytest

from tests.unit.plan.policy.documents import allow, allows, policy, question

CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/prod"


def holds(operator: str, value: Any, said: Any = None, key: str = "ecs:cluster") -> bool:
    """Whether a condition on a key is met when the request says so; None says nothing."""
    found = policy(allow(Condition={operator: {key: value}}))
    given = {} if said is None else {key.replace(":", "__"): said}
    return allows(question("ecs:RunTask", **given), found)


@pytest.mark.parametrize(
    ("operator", "value", "said", "expected"),
    [
        ("StringEquals", "blue", "blue", True),
        ("StringEquals", "blue", "Blue", False),
        ("StringEquals", ["green", "blue"], "blue", True),
        ("StringEquals", "bl*", "blue", False),
        ("StringNotEquals", "blue", "green", True),
        ("StringNotEquals", ["green", "blue"], "blue", False),
        ("StringEqualsIgnoreCase", "BLUE", "blue", True),
        ("StringNotEqualsIgnoreCase", "BLUE", "blue", False),
        ("StringLike", "bl*", "blue", True),
        ("StringLike", "b?ue", "blue", True),
        ("StringLike", "bl", "blue", False),
        ("StringNotLike", "gr*", "blue", True),
        ("ArnEquals", "arn:aws:ecs:*:*:cluster/prod", CLUSTER, True),
        ("ArnLike", "arn:aws:ecs:*:*:cluster/*", CLUSTER, True),
        ("ArnLike", "arn:aws:ecs:*:cluster/*", CLUSTER, False),
        ("ArnNotLike", "arn:aws:ecs:*:*:cluster/dev", CLUSTER, True),
        ("ArnNotEquals", CLUSTER, CLUSTER, False),
        ("NumericEquals", 256, "256.0", True),
        ("NumericNotEquals", "256", "512", True),
        ("NumericLessThan", "512", "256", True),
        ("NumericLessThanEquals", "256", "256", True),
        ("NumericGreaterThan", "256", "256", False),
        ("NumericGreaterThanEquals", "256", "256", True),
        ("NumericLessThan", "512", "many", False),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-11-25T08:00:00Z", True),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2026-11-25T08:00:00Z", False),
        ("DateLessThanEquals", "1767225600", "2026-01-01T00:00:00Z", True),
        ("DateEquals", "2026-01-01", "2026-01-01T00:00:00+00:00", True),
        ("DateNotEquals", "2026-01-01", "2026-01-02", True),
        ("DateGreaterThanEquals", "yesterday", "2026-01-02", False),
        ("Bool", "true", "true", True),
        ("Bool", True, "true", True),
        ("Bool", "False", "true", False),
        ("BinaryEquals", "QmxhY2s=", "QmxhY2s=", True),
        ("IpAddress", "203.0.113.0/24", "203.0.113.7", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.7", False),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
        ("IpAddress", "203.0.113.0/24", "not an address", False),
        ("NotIpAddress", "203.0.113.0/24", "203.0.114.7", True),
        ("Null", "true", None, True),
        ("Null", "false", None, False),
        ("Null", "false", "blue", True),
        ("Null", "true", "blue", False),
    ],
)
def test_what_an_operator_says(operator, value, said, expected):
    assert holds(operator, value, said) == expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringLike", False),
        ("ArnNotLike", True),
        ("NumericLessThan", False),
        ("StringEqualsIfExists", True),
        ("NumericLessThanIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
    ],
)
def test_a_key_that_the_request_does_not_have(operator, expected):
    assert holds(operator, "1") == expected


@pytest.mark.parametrize(
    ("operator", "said", "expected"),
    [
        ("ForAllValues:StringEquals", ("team", "stage"), True),
        ("ForAllValues:StringEquals", ("team", "other"), False),
        ("ForAnyValue:StringEquals", ("team", "other"), True),
        ("ForAnyValue:StringEquals", ("other",), False),
        ("ForAllValues:StringNotEquals", ("other",), True),
        ("ForAllValues:StringNotEquals", ("other", "team"), False),
        ("ForAnyValue:StringNotEquals", ("other", "team"), True),
    ],
)
def test_keys_of_many_values(operator, said, expected):
    assert holds(operator, ["team", "stage"], said, "aws:tagkeys") == expected


def test_all_conditions_must_be_met():
    both = policy(allow(Condition={"StringEquals": {"ecs:cluster": "a", "ecs:service": "b"}}))
    assert allows(question("ecs:RunTask", ecs__cluster="a", ecs__service="b"), both)
    assert not allows(question("ecs:RunTask", ecs__cluster="a", ecs__service="c"), both)


def test_keys_and_operators_are_the_same_in_any_case():
    assert holds("stringequals", "blue", "blue", "ECS:Cluster".lower())
    found = policy(allow(Condition={"STRINGEQUALS": {"ECS:Cluster": "blue"}}))
    assert allows(question("ecs:RunTask", ecs__cluster="blue"), found)


def test_a_variable_may_stand_in_a_condition():
    own = policy(allow(Condition={"StringEquals": {"aws:ResourceTag/owner": "${aws:username}"}}))
    said = {"aws__resourcetag/owner": "bob"}
    assert allows(question("ecs:StopTask", aws__username="bob", **said), own)
    assert not allows(question("ecs:StopTask", aws__username="eve", **said), own)
    assert not allows(question("ecs:StopTask", **said), own)

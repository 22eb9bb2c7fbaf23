"""What IAM refuses to keep, and what it says."""

import json
from typing import Any

import pytest

from homeport.plan.policy import document
from homeport.plan.policy.grammar import Malformed
from tests.unit.plan.policy.documents import allow, text

LEGACY = "The policy failed legacy parsing"
SYNTAX = "Syntax errors in policy."
VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."


def told(policy: str) -> str:
    with pytest.raises(Malformed) as caught:
        document.identity_policy(policy)
    return str(caught.value)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Effect": "Allow", "Resource": "*"}, "Policy statement must contain actions."),
        ({"Effect": "Allow", "Action": "*"}, "Policy statement must contain resources."),
        (allow(Principal="*"), "Policy document should not specify a principal."),
        (allow("DescribeClusters"), VENDOR),
        (allow("e s:x"), "Vendor e s is not valid"),
        (allow("ecs:"), SYNTAX),
        (allow(resource="cluster/prod"), 'Resource cluster/prod must be in ARN format or "*".'),
        (allow(resource="arn:aws:ecs:us-east-1:123456789012"), LEGACY),
        (allow(resource="arn:aws:ecs:*:service/prod/web"), LEGACY),
        (
            allow(resource="arn:homeport:ecs:::x"),
            'Partition "homeport" is not valid for resource "arn:homeport:ecs:::x".',
        ),
        (
            allow(resource="arn:aws:iam:us-east-1:123456789012:role/x"),
            "IAM resource arn:aws:iam:us-east-1:123456789012:role/x cannot contain region information.",
        ),
        (allow(Effect="Maybe"), SYNTAX),
        (allow(Colour="blue"), SYNTAX),
        (allow(NotAction="ecs:*"), SYNTAX),
        (allow(action=[1]), SYNTAX),
        (allow(Sid=1), SYNTAX),
        (allow(Condition=[]), SYNTAX),
        (allow(Condition={"StringSomething": {"ecs:cluster": "x"}}), SYNTAX),
        (allow(Condition={"NullIfExists": {"ecs:cluster": "true"}}), SYNTAX),
        (allow(Condition={"StringEquals": {"cluster": "x"}}), VENDOR),
        (allow(Condition={"StringEquals": {"ecs:cluster": {}}}), SYNTAX),
        (allow(Condition={"StringEquals": {"ecs:cluster": []}}), SYNTAX),
    ],
)
def test_a_statement_that_breaks_the_grammar(statement: dict[str, Any], expected: str):
    assert told(text(statement)) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("", "This policy contains invalid Json"),
        ("{", "This policy contains invalid Json"),
        ("[" * 100_000, "This policy contains invalid Json"),
        ("[]", SYNTAX),
        ("{}", SYNTAX),
        ('{"Version": "2012-10-17", "Statement": []}', SYNTAX),
        ('{"Version": "2012-10-17", "Statement": [1]}', SYNTAX),
        ('{"Version": "2021-01-01", "Statement": []}', "The policy must contain a valid version string"),
        (json.dumps({"Statement": [allow()], "Owner": "me"}), SYNTAX),
        (text(allow(Sid="a"), allow(Sid="a")), "Statement IDs (SID) in a single policy must be unique."),
    ],
)
def test_a_document_that_breaks_the_grammar(policy: str, expected: str):
    assert told(policy) == expected


TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
    "Action": "sts:AssumeRole",
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"Resource": "*"}, "Has prohibited field Resource"),
        ({"Principal": None}, "Missing required field Principal"),
        ({"Action": "ecs:RunTask"}, "AssumeRole policy may only specify STS AssumeRole actions."),
        ({"Principal": {"AWS": "bob"}}, 'Invalid principal in policy: "AWS":"bob"'),
        ({"Principal": {"Service": "here"}}, 'Invalid principal in policy: "Service":"here"'),
        ({"Principal": {"Nobody": "x"}}, SYNTAX),
        ({"Principal": {}}, SYNTAX),
    ],
)
def test_a_trust_policy_that_breaks_the_grammar(change: dict[str, Any], expected: str):
    statement = {key: value for key, value in {**TRUST, **change}.items() if value is not None}
    with pytest.raises(Malformed) as caught:
        document.trust_policy(text(statement))
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    "statement",
    [
        allow(["ecs:*", "iam:PassRole"], ["*"]),
        allow(Condition={"ForAllValues:StringEqualsIfExists": {"aws:TagKeys": ["a", "b"]}}),
        allow(Condition={"Bool": {"aws:SecureTransport": True}, "Null": {"aws:x": "true"}}),
        allow(Sid="AllowAll", resource="arn:aws:ecs:*"),
    ],
)
def test_what_keeps_to_the_grammar_is_taken(statement: dict[str, Any]):
    assert document.identity_policy(text(statement)).statements
    assert document.identity_policy(json.dumps({"Statement": statement})).statements

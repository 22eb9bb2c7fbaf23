"""Who may assume a role, by its trust policy."""

from typing import Any

import pytest

from homeport.plan.policy import document, trust
from homeport.plan.policy.trust import Principal
from tests.unit.plan.policy.documents import text

ACCOUNT = "123456789012"
BOB = f"arn:aws:iam::{ACCOUNT}:user/bob"
WHO = Principal((BOB,), ACCOUNT)


def trusts(*statements: dict[str, Any], who: Principal = WHO, **said: str) -> str | None:
    values = {key.replace("__", ":"): (value,) for key, value in said.items()}
    return trust.trusts(document.trust_policy(text(*statements)), who, trust.ASSUME, values)


def naming(principal: Any, **members: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **members}


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": BOB}, "principal"),
        ({"AWS": [f"arn:aws:iam::{ACCOUNT}:user/eve", BOB]}, "principal"),
        ({"AWS": "*"}, "principal"),
        ("*", "principal"),
        ({"AWS": ACCOUNT}, "account"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "account"),
        ({"AWS": "210987654321"}, None),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/bo"}, None),
        ({"Service": "ecs-tasks.amazonaws.com"}, None),
    ],
)
def test_whom_a_principal_means(principal, expected):
    assert trusts(naming(principal)) == expected


def test_a_denial_wins():
    assert trusts(naming("*"), naming({"AWS": BOB}, Effect="Deny")) == "denied"


def test_not_principal_means_everybody_else():
    spared = {"Effect": "Deny", "NotPrincipal": {"AWS": BOB}, "Action": "sts:AssumeRole"}
    assert trusts(naming("*"), spared) == "principal"
    eve = Principal((f"arn:aws:iam::{ACCOUNT}:user/eve",), ACCOUNT)
    assert trusts(naming("*"), spared, who=eve) == "denied"


def test_an_external_id_is_a_condition_like_others():
    statement = naming({"AWS": BOB}, Condition={"StringEquals": {"sts:ExternalId": "secret"}})
    assert trusts(statement) is None
    assert trusts(statement, sts__externalid="guess") is None
    assert trusts(statement, sts__externalid="secret") == "principal"


def test_another_action_of_sts_is_another_permission():
    assert trusts(naming("*", Action="sts:TagSession")) is None
    assert trusts(naming("*", Action="sts:*")) == "principal"


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"Service": "ecs-tasks.amazonaws.com"}, True),
        ({"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]}, True),
        ({"Service": "ecs.amazonaws.com"}, False),
        ({"AWS": "*"}, False),
    ],
)
def test_services_are_named_by_their_principals(principal, expected):
    policy = document.trust_policy(text(naming(principal)))
    assert trust.trusts_service(policy, "ecs-tasks.amazonaws.com", {}) == expected

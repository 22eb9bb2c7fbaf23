"""The policies that AWS manages: each is one that is understood, and found by its ARN only."""

import pytest

from homeport.api.authorization import managed
from homeport.plan.policy import document


@pytest.mark.parametrize("name", sorted(managed.policies()))
def test_a_policy_of_awss_can_be_evaluated(name):
    assert document.identity_policy(managed.policies()[name].text).statements


def test_a_policy_is_found_under_its_own_path():
    arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    assert managed.named(arn) == "AmazonECSTaskExecutionRolePolicy"
    assert managed.named("arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy") is None

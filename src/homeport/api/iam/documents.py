"""Policies that come in, checked: their grammar, and how long they may be. White space does not count."""

from homeport.api.iam import errors
from homeport.plan.policy import document
from homeport.plan.policy.grammar import Malformed

MOST_TRUST = 2048
MOST_INLINE = 10_240
MOST_MANAGED = 6144


def trust(text: str) -> str:
    """A trust policy. Raises MalformedPolicyDocument and LimitExceeded."""
    try:
        document.trust_policy(text)
    except Malformed as error:
        raise errors.malformed(str(error)) from None
    if size(text) > MOST_TRUST:
        raise errors.trust_too_long(MOST_TRUST)
    return text


def managed(text: str) -> str:
    """A managed policy. Raises MalformedPolicyDocument and LimitExceeded."""
    identity(text)
    if size(text) > MOST_MANAGED:
        raise errors.policy_too_long(MOST_MANAGED)
    return text


def identity(text: str) -> str:
    """A policy of whatever length. Raises MalformedPolicyDocument."""
    try:
        document.identity_policy(text)
    except Malformed as error:
        raise errors.malformed(str(error)) from None
    return text


def size(text: str) -> int:
    """How long it counts."""
    return sum(not character.isspace() for character in text)

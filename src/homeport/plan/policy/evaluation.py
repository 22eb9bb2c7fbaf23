"""IAM's logic: an explicit deny wins, then something must allow, within every bound that there is.

IAM User Guide, "Policy evaluation logic". The order of policies and of statements never counts.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from homeport.plan.policy import conditions
from homeport.plan.policy.document import Policy, Statement
from homeport.plan.policy.patterns import Pattern, Values

Bound: TypeAlias = Literal["identity-based policy", "permissions boundary", "session policy"]


class Question(Struct, frozen=True):
    """May this be done to this? `said` are the condition keys of the request, in lower case."""

    action: str
    resource: str
    said: Values


class Denial(Struct, frozen=True):
    """Why not: what denies it, or fails to allow it."""

    by: Bound
    is_explicit: bool


class Standing(Struct, frozen=True):
    """What somebody has been given: policies of their own, and the bounds that narrow them; None for no bound.

    A session can be narrowed by several policies together, which count as one.
    """

    policies: Sequence[Policy]
    boundary: Sequence[Policy] | None = None
    session: Sequence[Policy] | None = None


def decide(question: Question, standing: Standing) -> Denial | None:
    """Why the question is answered no; None when it is answered yes."""
    groups: list[tuple[Bound, Sequence[Policy]]] = [("identity-based policy", standing.policies)]
    if standing.boundary is not None:
        groups.append(("permissions boundary", standing.boundary))
    if standing.session is not None:
        groups.append(("session policy", standing.session))
    for by, policies in groups:
        if any(not statement.allows for statement in applying(question, policies)):
            return Denial(by, is_explicit=True)
    for by, policies in groups:
        if not any(statement.allows for statement in applying(question, policies)):
            return Denial(by, is_explicit=False)
    return None


def applying(question: Question, policies: Iterable[Policy]) -> Iterable[Statement]:
    """The statements that speak of the question."""
    for policy in policies:
        for statement in policy.statements:
            if _applies(statement, question):
                yield statement


def _applies(statement: Statement, question: Question) -> bool:
    is_named = any(names(pattern, question.action) for pattern in statement.actions)
    if is_named == statement.spares_actions:
        return False
    return _is_there(statement, question) and meets(statement, question.said)


def meets(statement: Statement, said: Values) -> bool:
    """Whether all conditions of a statement are met."""
    return all(conditions.holds(condition, said) for condition in statement.conditions)


def names(pattern: Pattern, action: str) -> bool:
    """Whether a pattern of a statement's actions means an action."""
    filled = pattern.filled({})
    return filled is not None and filled.matches_whatever_case(action)


def _is_there(statement: Statement, question: Question) -> bool:
    filled = [pattern.filled(question.said) for pattern in statement.resources]
    if statement.spares_resources and None in filled:
        return False  # What it spares is not known, so it speaks of nothing.
    meant = any(pattern is not None and pattern.matches_arn(question.resource) for pattern in filled)
    return meant != statement.spares_resources

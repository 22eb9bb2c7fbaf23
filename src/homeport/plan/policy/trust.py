"""Who may assume a role: its trust policy, asked for a principal of AWS's kind or for a service."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from homeport.plan.policy import evaluation
from homeport.plan.policy.document import Policy, Statement
from homeport.plan.policy.evaluation import Question
from homeport.plan.policy.patterns import Values

Trust: TypeAlias = Literal["principal", "account", "denied"]
"""Whether the very principal is trusted, or only its account, which must then let it; or it is denied explicitly."""

ASSUME = "sts:AssumeRole"


class Principal(Struct, frozen=True):
    """Who asks: the ARNs by which a policy may name them, and their account; `kind` is AWS or Service."""

    names: Sequence[str]
    account: str = ""
    kind: str = "AWS"


def trusts(policy: Policy, principal: Principal, action: str, said: Values) -> Trust | None:
    """How far the policy trusts somebody with an action; None when it does not speak of them."""
    question = Question(action, "*", said)
    statements = [found for found in policy.statements if _speaks_of(found, question)]
    found = [(statement, _names(statement, principal)) for statement in statements]
    if any(how is not None and not statement.allows for statement, how in found):
        return "denied"
    allowed = {how for statement, how in found if statement.allows}
    if "principal" in allowed:
        return "principal"
    return "account" if "account" in allowed else None


def trusts_service(policy: Policy, service: str, said: Values) -> bool:
    """Whether a service of AWS's, such as `ecs-tasks.amazonaws.com`, may assume the role."""
    return trusts(policy, Principal((service,), kind="Service"), ASSUME, said) == "principal"


def _speaks_of(statement: Statement, question: Question) -> bool:
    is_named = any(evaluation.names(pattern, question.action) for pattern in statement.actions)
    return is_named and evaluation.meets(statement, question.said)


def _names(statement: Statement, principal: Principal) -> Trust | None:
    """How the statement names somebody. `*` in an allowing statement means everybody by name, as a resource's does."""
    how = _how(statement, principal)
    if not statement.spares_principals:
        return how
    return "principal" if how is None else None


def _how(statement: Statement, principal: Principal) -> Trust | None:
    of_kind = [name for kind, name in statement.principals if kind in (principal.kind, "*")]
    if any(name == "*" or name in principal.names for name in of_kind):
        return "principal"
    account = (principal.account, f"arn:aws:iam::{principal.account}:root")
    return "account" if principal.account and any(name in account for name in of_kind) else None

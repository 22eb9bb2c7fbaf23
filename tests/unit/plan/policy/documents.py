"""Policies and questions for tests, in as few words as they can be said."""

import json
from typing import Any

from homeport.plan.policy import document
from homeport.plan.policy.document import Policy
from homeport.plan.policy.evaluation import Denial, Question, Standing, decide

VERSION = "2012-10-17"


def text(*statements: dict[str, Any], version: str = VERSION) -> str:
    """A policy of these statements, as JSON."""
    return json.dumps({"Version": version, "Statement": list(statements)})


def policy(*statements: dict[str, Any], version: str = VERSION) -> Policy:
    """The same, read."""
    return document.identity_policy(text(*statements, version=version))


def allow(action: Any = "*", resource: Any = "*", **members: Any) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **members}


def deny(action: Any = "*", resource: Any = "*", **members: Any) -> dict[str, Any]:
    """A statement that denies."""
    return allow(action, resource, **members) | {"Effect": "Deny"}


def question(action: str, resource: str = "*", **said: Any) -> Question:
    """A question; in the keys `__` stands for a colon and `_` for a dash."""
    values = {
        key.replace("__", ":").replace("_", "-").lower(): value if isinstance(value, tuple) else (value,)
        for key, value in said.items()
    }
    return Question(action, resource, values)


def answer(asked: Question, *policies: Policy, **bounds: Any) -> Denial | None:
    """Why not; None for yes."""
    return decide(asked, Standing(policies, **bounds))


def allows(asked: Question, *policies: Policy, **bounds: Any) -> bool:
    """Whether it is allowed."""
    return answer(asked, *policies, **bounds) is None

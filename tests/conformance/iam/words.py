"""Policies, and what is made with them, in few words."""

import json
from typing import Any

ACCOUNT = "123456789012"
EXECUTION = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
TASKS = "ecs-tasks.amazonaws.com"


def document(*statements: dict[str, Any]) -> str:
    """A policy of statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any = "ecs:*", resource: Any = "*", **members: Any) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **members}


def trusting(principal: Any = None, action: Any = "sts:AssumeRole", **members: Any) -> str:
    """A trust policy; of tasks unless told otherwise."""
    named = principal or {"Service": TASKS}
    return document({"Effect": "Allow", "Principal": named, "Action": action, **members})


def role(iam: Any, name: str = "task", trust: str | None = None, **members: Any) -> Any:
    """A new role."""
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust or trusting(), **members)["Role"]


def policy(iam: Any, name: str = "reader", *statements: dict[str, Any], **members: Any) -> str:
    """The ARN of a new managed policy, which allows ECS unless told otherwise."""
    text = document(*(statements or (allow(),)))
    return str(iam.create_policy(PolicyName=name, PolicyDocument=text, **members)["Policy"]["Arn"])

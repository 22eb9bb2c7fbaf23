"""Whether ECS may assume a role for a task: it is there, of the task's account, and trusts `ecs-tasks.amazonaws.com`.

What the role may do then is asked where its credentials are used, and whether the caller may pass it where it calls.
"""

from homeport.model import role
from homeport.model.role import Role
from homeport.plan.policy import document, trust
from homeport.shapes import ecs

PRINCIPAL = "ecs-tasks.amazonaws.com"
"""Who assumes the roles of tasks."""


def named(definition: ecs.TaskDefinition, overrides: ecs.TaskOverride | None) -> str | None:
    """The role that a task acts as: its override's, or its definition's; an ARN, or a name alone as ECS allows."""
    return (overrides and overrides.task_role_arn) or definition.task_role_arn


def id_of(text: str, account: str) -> str | None:
    """The record id of a role of the account; None for one of another."""
    of, name = role.named_by_arn(text, "role") or (account, text)
    return role.role_id(account, name) if of == account else None


def may_be(found: Role | None, text: str) -> bool:
    """Whether a role that was looked for by `text` may be assumed for a task."""
    if found is None or (text.startswith("arn:") and found.arn != text):
        return False
    # Documents were checked when they were kept.
    return trust.trusts_service(document.trust_policy(found.spec.trust), PRINCIPAL, {})


def refusal(text: str) -> str:
    """What RunTask and a service's events say about one that may not (seen on AWS)."""
    return (
        f"ECS was unable to assume the role '{text}' that was provided for this task. Please verify that the role being "
        "passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this "
        "role."
    )


def event(service: str, text: str) -> str:
    """The line of a service's events: `service` is its name."""
    return f"(service {service}) failed to launch a task with (error {refusal(text)})."

"""Which role a task acts as: what the network process needs to give out its credentials.

A role that is not there, or of another account, gives none; whether it may be assumed by tasks was asked by nobody, for
its trust policy is asked here. What the role may do is asked where its credentials are used.
"""

import msgspec

from homeport.model import role
from homeport.model.record import scope_of
from homeport.model.role import Role
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.plan.network import RoleTable
from homeport.store.tx import ReadTx

PRINCIPAL = "ecs-tasks.amazonaws.com"
"""Who assumes the roles of tasks."""


def task_role(tx: ReadTx, task: Task) -> RoleTable | None:
    """The role of a task: its override's, or its definition's (`taskRoleArn`)."""
    named = task.spec.overrides.task_role_arn if task.spec.overrides is not None else None
    if not named:
        definition = tx.get(TaskDefinition, task.spec.definition)
        named = None if definition is None else definition.spec.definition.task_role_arn
    return _table(tx, scope_of(task.id).account, named)


def execution_role(tx: ReadTx, task: Task) -> RoleTable | None:
    """The role with which a task's images and secrets are fetched: its override's, or its definition's."""
    named = task.spec.overrides.execution_role_arn if task.spec.overrides is not None else None
    if not named:
        definition = tx.get(TaskDefinition, task.spec.definition)
        named = None if definition is None else definition.spec.definition.execution_role_arn
    return _table(tx, scope_of(task.id).account, named)


def _table(tx: ReadTx, account: str, named: str | None) -> RoleTable | None:
    """The role by its ARN, or by its name alone, as ECS allows."""
    if not named:
        return None
    of, name = role.named_by_arn(named, "role") or (account, named)
    found = tx.get(Role, role.role_id(account, name)) if of == account else None
    if found is None or (named.startswith("arn:") and found.arn != named) or not _trusts_tasks(found):
        return None
    return RoleTable(arn=found.arn, unique_id=found.spec.unique_id)


def _trusts_tasks(found: Role) -> bool:
    """Whether ECS may assume it for a task. Documents were checked when they were kept."""
    statements = msgspec.json.decode(found.spec.trust).get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    return any(_lets_tasks_in(statement) for statement in listed)


def _lets_tasks_in(statement: dict[str, object]) -> bool:
    principal = statement.get("Principal")
    services = principal.get("Service", ()) if isinstance(principal, dict) else ()
    named = [services] if isinstance(services, str) else services
    return statement.get("Effect") == "Allow" and PRINCIPAL in named

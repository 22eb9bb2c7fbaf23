"""Which role a task acts as: what the network process needs to give out its credentials.

A role that is not there, of another account, or that does not trust tasks, gives none (`plan/assuming.py`). What the role
may do is asked where its credentials are used.
"""

from homeport.model.record import scope_of
from homeport.model.role import Role
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.plan import assuming
from homeport.plan.network import RoleTable
from homeport.store.tx import ReadTx


def task_role(tx: ReadTx, task: Task) -> RoleTable | None:
    """The role of a task: its override's, or its definition's (`taskRoleArn`)."""
    return _table(tx, scope_of(task.id).account, _named(tx, task))


def is_named(tx: ReadTx, task: Task, role: Role) -> bool:
    """Whether a task means to act as a role, whether that is there or not."""
    named = _named(tx, task)
    return named is not None and assuming.id_of(named, scope_of(task.id).account) == role.id


def _named(tx: ReadTx, task: Task) -> str | None:
    definition = tx.get(TaskDefinition, task.spec.definition)
    return None if definition is None else assuming.named(definition.spec.definition, task.spec.overrides)


def _table(tx: ReadTx, account: str, named: str | None) -> RoleTable | None:
    """The role by its ARN, or by its name alone, as ECS allows."""
    id = assuming.id_of(named, account) if named else None
    found = tx.get(Role, id) if id is not None else None
    if found is None or not assuming.may_be(found, named or ""):
        return None
    return RoleTable(arn=found.arn, unique_id=found.spec.unique_id)

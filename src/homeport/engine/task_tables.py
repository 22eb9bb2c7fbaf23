"""Rows of a task become what the network process tells it of itself (`plan/metadata/`): which rows those are."""

from homeport.engine import names
from homeport.engine.roles import task_role
from homeport.model.instance import Instance
from homeport.model.interface import Interface
from homeport.model.record import scope_of
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.model.vpc import Subnet, Vpc
from homeport.plan.metadata.task import task_table
from homeport.plan.metadata.view import TaskView
from homeport.plan.network import TaskTable
from homeport.store.tx import ReadTx


def task(installation: str, tx: ReadTx, id: str) -> TaskTable | None:
    """A task's; None once it has stopped."""
    found = tx.get(Task, id)
    if found is None or found.state.last == "STOPPED":
        return None
    definition = tx.get(TaskDefinition, found.spec.definition)
    if definition is None:
        return None
    state = found.state
    interface = tx.get(Interface, state.interface) if state.interface else None
    vpc = _default_vpc(tx, found) if interface is None else tx.get(Vpc, interface.spec.vpc)
    view = TaskView(
        task=found,
        definition=definition.spec.definition,
        installation=installation,
        role=task_role(tx, found),
        interface=interface,
        subnet=tx.get(Subnet, interface.spec.subnet) if interface else None,
        vpc=vpc,
        dhcp=names.options_of(tx, interface) if interface else None,
        instance=tx.get(Instance, state.instance) if state.instance else None,
    )
    return task_table(view)


def _default_vpc(tx: ReadTx, task: Task) -> Vpc | None:
    """Where the container instance would be."""
    vpcs = tx.owned(Vpc, scope_of(task.id).id)
    return next((vpc for vpc in vpcs if vpc.spec.is_default), None)

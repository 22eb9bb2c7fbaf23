"""Loads a task and its definition for the planner."""

import dataclasses

from msgspec.structs import replace

from homeport.engine import discovery, interface, target
from homeport.engine.desk import Desk
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.plan import task as planner
from homeport.plan.attachment import UNLINKED, TaskLink
from homeport.plan.effects import StartContainer, TaskPayload
from homeport.plan.environment import furnished
from homeport.plan.interface import pause_ref
from homeport.plan.payload import task_payload
from homeport.plan.plan import NO_PLAN, Plan
from homeport.plan.task import ALONE, TaskView


def plan(desk: Desk, id: str) -> Plan:
    """The next step of one task."""
    task = desk.tx.get(Task, id)
    if task is None:
        return NO_PLAN
    if task.state.last == "STOPPED":
        return planner.plan_stopped(task, desk.now, desk.options)
    definition = desk.tx.get(TaskDefinition, task.spec.definition)
    assert definition is not None, f"{task.spec.definition} was forgotten while {id} needs it"
    link = interface.of_task(desk, task)
    payload = task_payload(task, definition.spec.definition)
    if link.interface is not None:
        payload = replace(payload, pause=pause_ref(link.interface))
    view = _view(desk, task, payload, link)
    found = planner.plan_task(task, payload, desk.now, desk.options, view)
    if not desk.options.metadata or not any(isinstance(each, StartContainer) for each in found.effects):
        return found
    whole = furnished(payload, task, definition.spec.definition, desk.options)
    effects = tuple(
        StartContainer(each.ref, whole) if isinstance(each, StartContainer) else each
        for each in found.effects
    )
    return dataclasses.replace(found, effects=effects)


def _view(desk: Desk, task: Task, payload: TaskPayload, link: TaskLink) -> TaskView:
    task_set = desk.tx.get(TaskSet, task.owner)
    if task_set is None:
        return ALONE if link is UNLINKED else TaskView(link=link)
    has_others = task_set.spec.load_balancers or task_set.spec.service_registries
    if not has_others and link is UNLINKED:
        return ALONE
    return TaskView(
        targets=target.of_task(desk.tx, task, task_set, payload),
        registrations=discovery.of_task(desk.tx, task, task_set, payload),
        link=link,
    )

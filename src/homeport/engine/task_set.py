"""Loads a task set's service and tasks for the planner of replicas; `births.py` places what is missing."""

from homeport.engine import discovery, target
from homeport.engine.births import ALIVE, births
from homeport.engine.desk import Desk
from homeport.model.lifecycle import BEFORE_RUNNING
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.plan.plan import NO_PLAN, Plan
from homeport.plan.replicas import TaskSetView, plan_replicas
from homeport.plan.rollout import external


def plan(desk: Desk, id: str) -> Plan:
    """The next step of one task set."""
    task_set = desk.tx.get(TaskSet, id)
    service = None if task_set is None else desk.tx.get(Service, task_set.owner)
    if task_set is None or service is None or _is_under_way(desk, task_set, service):
        return NO_PLAN
    definition = desk.tx.get(TaskDefinition, task_set.spec.definition)
    assert definition is not None, f"{task_set.spec.definition} was forgotten while {id} needs it"
    view = TaskSetView(
        task_set,
        service,
        alive=[task for status in ALIVE for task in desk.tx.owned(Task, f"{id}#{status}")],
        ended=desk.tx.owned(Task, f"{id}#uncounted"),
        checked=_has_health_checks(definition),
        targets=target.of_set(desk.tx, task_set),
        discovered=discovery.is_well(desk.tx, task_set),
    )
    return plan_replicas(view, births(desk, task_set, service, definition), desk.now, desk.options)


def _is_under_way(desk: Desk, task_set: TaskSet, service: Service) -> bool:
    """Whether all that is wanted exists and some is still coming up: told by counts, without loading a task.

    A set of thousands is looked at whenever one of its tasks comes up; only the last of them changes anything.
    """
    counts = {status: desk.tx.count(Task, f"{task_set.id}#{status}") for status in ALIVE}
    pending = sum(count for status, count in counts.items() if status in BEFORE_RUNNING)
    computed = task_set.state.computed
    return (
        pending > 0
        and pending + counts["RUNNING"] == sum(counts.values()) == computed
        and computed == external.wanted(service, task_set)
        and not task_set.is_steady
        and desk.tx.count(Task, f"{task_set.id}#uncounted") == 0
        and desk.tx.count(Task, f"{task_set.id}#UNHEALTHY") == 0
        and not (task_set.spec.load_balancers and target.needs_a_look(desk.tx, task_set))
    )


def _has_health_checks(definition: TaskDefinition) -> bool:
    containers = definition.spec.definition.container_definitions or []
    return any(container.health_check and container.essential is not False for container in containers)

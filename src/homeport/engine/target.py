"""Loads targets for their planners: a task's, a task set's, and one that may have come to its end."""

from homeport.engine.desk import Desk
from homeport.engine.routes import user_of
from homeport.model import arn
from homeport.model.instance import ec2_id
from homeport.model.target_group import Target, TargetGroup
from homeport.model.task import Task
from homeport.model.task_set import TaskSet
from homeport.plan import targets as planner
from homeport.plan.balance import UNBALANCED, Balance, balance
from homeport.plan.effects import TaskPayload
from homeport.plan.plan import NO_PLAN, Plan
from homeport.plan.targets import NOWHERE, Attachment, TaskTargets
from homeport.store.tx import ReadTx

HEALTHS = ("initial", "healthy", "unhealthy", "draining")


def plan(desk: Desk, id: str) -> Plan:
    """The next step of one target."""
    row = desk.tx.get(Target, id)
    if row is None:
        return NO_PLAN
    task = None if row.state.task is None else desk.tx.get(Task, row.state.task)
    return planner.plan_target(
        row,
        desk.tx.get(TargetGroup, row.owner),
        is_used=row.is_draining and user_of(desk.tx, row.owner) is not None,
        is_orphan=row.state.task is not None and (task is None or task.state.last == "STOPPED"),
        now=desk.now,
    )


def of_task(tx: ReadTx, task: Task, task_set: TaskSet, payload: TaskPayload) -> TaskTargets:
    """What a task of a set has to do with load balancers."""
    if not task_set.spec.load_balancers:
        return NOWHERE
    attachments = _attachments(tx, task_set)
    places = planner.places(task, payload, attachments, ec2_id(task.state.machine or ""))
    rows = {place.id: tx.get(Target, place.id) for place in places}
    mine = tx.owned(Target, f"task:{task.id}")
    return TaskTargets(
        expected=len(attachments),
        places=places,
        rows={id: row for id, row in rows.items() if row is not None},
        mine=mine,
        used=_used(tx, mine),
    )


def of_set(tx: ReadTx, task_set: TaskSet) -> Balance:
    """A task set's standing with its load balancers."""
    if not task_set.spec.load_balancers:
        return UNBALANCED
    groups = [each.group.id for each in _attachments(tx, task_set)]
    rows = [row for health in HEALTHS for row in tx.owned(Target, f"{task_set.id}#{health}")]
    return balance([id for id in groups if user_of(tx, id) is not None], rows)


def needs_a_look(tx: ReadTx, task_set: TaskSet) -> bool:
    """Whether a target of a set is not well, or goes: told by counts, as long as tasks come up."""
    return any(tx.count(Target, f"{task_set.id}#{health}") for health in ("unhealthy", "draining"))


def _attachments(tx: ReadTx, task_set: TaskSet) -> list[Attachment]:
    """Its load balancers whose target groups are there. One that was deleted is nobody's business any more."""
    found = []
    for each in task_set.spec.load_balancers:
        group = tx.get(TargetGroup, arn.record_id(each.target_group_arn or ""))
        if group is not None:
            found.append(Attachment(group, each.container_name or "", each.container_port or 0))
    return found


def _used(tx: ReadTx, rows: list[Target]) -> dict[str, TargetGroup]:
    """The target groups of some targets that a load balancer uses."""
    groups = {row.owner: tx.get(TargetGroup, row.owner) for row in rows}
    return {id: group for id, group in groups.items() if group is not None and user_of(tx, id) is not None}

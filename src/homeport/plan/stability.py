"""When a task set is steady: all that is wanted runs and is healthy, and nothing else is on its way up.

AWS's definition (API reference, TaskSet.stabilityStatus): runningCount equals computedDesiredCount, pendingCount is
0, no task on a draining instance, all tasks healthy for whoever checks them.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from homeport.model.record import Time
from homeport.model.task import Task
from homeport.model.task_set import TaskSet
from homeport.plan import balance
from homeport.plan.balance import Balance


def is_settled(
    task_set: TaskSet, wanted: int, alive: Sequence[Task], targets: Balance, *, checked: bool
) -> bool:
    """Whether the set is as it should be. `wanted` is its computed count worked out anew from the service (a stale
    one settles nothing); `alive` all its tasks that are not STOPPED; `targets` its standing with load balancers;
    `checked` whether its definition has health checks that must pass.
    """
    if task_set.state.computed != wanted:
        return False
    running = [task for task in alive if task.state.last == "RUNNING"]
    pending = [task for task in alive if task.state.last in ("PROVISIONING", "PENDING", "ACTIVATING")]
    if pending or len(running) != wanted or any(task.is_stopping for task in running):
        return False
    if checked and not all(task.state.health == "HEALTHY" for task in running):
        return False
    return not targets.expected or all(balance.is_reached(task, targets) for task in running)


def with_steadiness(task_set: TaskSet, now: Time, *, settled: bool) -> TaskSet:
    """The set with its stabilityStatus, dated when it has changed."""
    if settled == task_set.is_steady:
        return task_set
    state = task_set.state
    if settled:
        state = replace(state, steady=True, settled_for=task_set.spec.unsettled_at, stability_at=now)
    else:
        state = replace(state, steady=False, stability_at=now)
    return replace(task_set, state=state)

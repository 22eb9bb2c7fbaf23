"""Tasks that run and are not well: which they are, until when they are left alone, and what is said of them.

Containers' own checks and load balancers' are told apart by their words only; the service's grace period holds for both
(API Reference, healthCheckGracePeriodSeconds). Replacing them is `replicas.py`'s.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from homeport.model.record import Time
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.model.task_set import TaskSet
from homeport.plan import balance
from homeport.plan.balance import Balance


@dataclass(frozen=True, slots=True)
class Illness:
    """`until` is the end of the grace period, `reason` the task's stoppedReason after it, `event` the whole message.

    `is_stillborn`: a load balancer never reached it, which counts as a start that failed.
    """

    task: Task
    until: Time
    reason: str
    event: str
    is_stillborn: bool = False


def illnesses(
    service: Service, task_set: TaskSet, alive: Sequence[Task], targets: Balance
) -> Iterator[Illness]:
    """Those of a task set's tasks, in their order."""
    grace_s = service.spec.health_check_grace_period_s or 0
    name = service.spec.name
    for task in alive:
        if task.state.health == "UNHEALTHY" and not task.is_stopping:
            # From its birth, if it did not come up because of it.
            until = (task.state.started_at or task.spec.created_at) + grace_s
            event = f"(service {name}) (task {task.hex}) failed container health checks."
            yield Illness(task, until, "Task failed container health checks", event)
            continue
        target = balance.failing(task, targets) if targets.by_task else None
        if target is not None:
            until = (task.state.started_at or task.spec.created_at) + grace_s
            event = f"(service {name}, taskSet {task_set.name}) {balance.complaint(task, target)}"
            reason = balance.stopped_reason(target)
            yield Illness(task, until, reason, event, balance.never_came_up(target))

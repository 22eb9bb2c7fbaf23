"""A task set behind load balancers: which of its tasks are reached, which have failed, and what is told of their targets.

A target counts only while a load balancer uses its target group. Whether it is well is ELB's word (`health.py`); tasks
are replaced by `replicas.py`, targets registered by `targets.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from homeport.model import arn
from homeport.model.record import Time
from homeport.model.target_group import Target
from homeport.model.task import Task
from homeport.plan import health
from homeport.plan.backoff import FAILED_CHECKS
from homeport.plan.targets import is_withdrawn

TOLD_AFTER_S = 0.1
"""How long after a registration it is told at the earliest: those that come at once are told at once."""


@dataclass(frozen=True, slots=True)
class Balance:
    """`expected`: the target groups in use of the set's load balancers, as often as they are named; `targets`: all of the set."""

    expected: Sequence[str] = ()
    targets: Sequence[Target] = ()
    by_task: Mapping[str, Sequence[Target]] = field(default_factory=dict)


UNBALANCED = Balance()


def balance(expected: Sequence[str], targets: Sequence[Target]) -> Balance:
    """A task set's standing with its load balancers."""
    by_task: dict[str, list[Target]] = defaultdict(list)
    for target in targets:
        if target.state.task is not None and target.owner in expected:
            by_task[target.state.task].append(target)
    return Balance(expected, targets, by_task)


def is_reached(task: Task, view: Balance) -> bool:
    """Whether every load balancer in use has a healthy target of the task."""
    if not view.expected:
        return True
    targets = view.by_task.get(task.id, ())
    well = sum(not target.is_draining and target.status == "healthy" for target in targets)
    return well >= len(view.expected)


def failing(task: Task, view: Balance) -> Target | None:
    """The first target of a RUNNING task that makes it one to be replaced: it fails its checks, or somebody took it out."""
    if task.state.last != "RUNNING" or task.is_stopping:
        return None
    return next((target for target in view.by_task.get(task.id, ()) if _fails(target)), None)


def _fails(target: Target) -> bool:
    if target.is_draining:
        return not is_withdrawn(target)
    return target.status == "unhealthy"


def never_came_up(target: Target) -> bool:
    """Whether it fails its checks and never passed them: such starts are slowed down (docs/decisions/0016)."""
    healthy_at = target.seen.healthy_at
    return not target.is_draining and (healthy_at is None or healthy_at <= target.registered_at)


def stopped_reason(target: Target) -> str:
    """Why a task is replaced, in AWS's words."""
    return f"{FAILED_CHECKS} in (target-group {arn.target_group_arn(target.owner)})"


def complaint(task: Task, target: Target) -> str:
    """The event of a failing target: AWS's own but for its subject."""
    said = health.health(target, is_used=True)
    reason = said.description or said.reason or "Health checks failed"
    return (
        f"(task {task.hex}) (instance {target.spec.target}) (port {target.spec.port}) is unhealthy in "
        f"(target-group {arn.target_group_arn(target.owner)}) due to (reason {reason})"
    )


def news(view: Balance, since: Time, until: Time) -> Iterator[str]:
    """What has come and gone in a span of time, `until` not in it: one line for each target group, as AWS's scheduler."""

    def is_new(date: Time | None) -> bool:
        return date is not None and since <= date < until

    came = Counter(target.owner for target in view.targets if is_new(target.state.registered_at))
    went = [target for target in view.targets if is_new(target.state.deregistered_at)]
    for group, count in came.items():
        yield f"registered {count} targets in (target-group {arn.target_group_arn(group)})"
    for group, count in Counter(target.owner for target in went).items():
        yield f"deregistered {count} targets in (target-group {arn.target_group_arn(group)})"
    if went:
        yield f"has begun draining connections on {len({target.state.task for target in went})} tasks."


def told_next_at(view: Balance, now: Time) -> Time | None:
    """When to look again for what has come or gone this very moment, and more of which may follow."""
    dates = (
        (target.state.registered_at or 0.0, target.state.deregistered_at or 0.0) for target in view.targets
    )
    return round(now + TOLD_AFTER_S, 3) if any(max(pair) >= now for pair in dates) else None

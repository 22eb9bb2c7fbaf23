"""A task set and its tasks: what is missing is started, what is too much is retired, what fails is waited for.

The count comes from `rollout/external.py`, the place of each task from `placement/`. Nothing is asked of containers
here: a task that is wanted no more is marked so, and `task.py` takes it down.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from homeport.model.record import Time
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.model.task_set import TaskSet, TaskSetState
from homeport.plan import backoff, balance, stability, strategy
from homeport.plan.balance import UNBALANCED, Balance
from homeport.plan.illness import illnesses
from homeport.plan.options import Options
from homeport.plan.plan import Event, Plan, earliest
from homeport.plan.rollout import external
from homeport.plan.task import stopped

TASKS_AN_EVENT = 10
"""ECS's scheduler starts about ten tasks a pass, so that its events never list more (seen on AWS)."""


@dataclass(frozen=True, slots=True)
class TaskSetView:
    """A task set: its service, its tasks that are not STOPPED, and the stopped ones that were not counted yet.

    `checked` says that its definition has health checks that must pass; `targets` is what load balancers say, and
    `discovered` that no registry knows a task of it to be unhealthy.
    """

    task_set: TaskSet
    service: Service
    alive: Sequence[Task]
    ended: Sequence[Task]
    checked: bool = False
    targets: Balance = UNBALANCED
    discovered: bool = True


@dataclass(frozen=True, slots=True)
class Births:
    """The tasks that could be placed, and why the rest could not: the event's whole message."""

    tasks: tuple[Task, ...]
    refusal: str | None = None


def plan_replicas(view: TaskSetView, births: Callable[[int], Births], now: Time, options: Options) -> Plan:
    """Bring the number of tasks to the computed count. `births(n)` places and makes up to n new tasks."""
    task_set = view.task_set
    is_leaving = task_set.spec.deleted_at is not None or view.service.spec.deleted_at is not None
    if is_leaving and not view.alive:
        return _gone(view)

    ill = list(illnesses(view.service, task_set, view.alive, view.targets))
    given_up = [each for each in ill if now >= each.until]
    failing = {each.task.id for each in given_up}
    kept = [task for task in view.alive if not task.is_stopping and task.id not in failing]
    surplus = _surplus(task_set, kept)
    state = backoff.after(task_set.state, view.ended, now, options)
    if any(each.is_stillborn for each in given_up):
        state = backoff.failed(state, now, options)
    missing = 0 if is_leaving else task_set.state.computed - len(kept)
    is_early = state.retry_at is not None and now < state.retry_at
    born = births(missing) if missing > 0 and not is_early else Births(())
    state, told = _with_refusal(view.service, state, born, now, options)

    settled = not is_leaving and not surplus and missing <= 0 and view.discovered
    settled = settled and stability.is_settled(
        task_set,
        external.wanted(view.service, task_set),
        view.alive,
        view.targets,
        checked=view.checked,
    )
    after = stability.with_steadiness(replace(task_set, state=state), now, settled=settled)
    after, impaired = _with_impairment(after, view.service, now, options)
    after, news = _with_news(after, view.targets, now)
    puts = (
        *((after,) if after != task_set else ()),
        *_counted(view.ended),
        *(_retired(each.task, each.reason) for each in given_up),
        *(_retired(task, f"Scaling activity initiated by (deployment {task_set.name})") for task in surplus),
        *born.tasks,
    )
    lines = [
        *_listed("has started", "tasks", born.tasks),
        *_listed("has stopped", "running tasks", [*(each.task for each in given_up), *surplus]),
        *news,
        *(["updated state to STEADY_STATE."] if after.is_steady and not task_set.is_steady else []),
    ]
    complaints = [Event(view.service.spec.incarnation, each.event) for each in given_up]
    return Plan(
        puts=puts,
        events=(*told, *impaired, *complaints, *(_event(view, line) for line in lines)),
        wake_at=earliest(
            _retry_at(after.state, missing - len(born.tasks), now, options),
            balance.told_next_at(view.targets, now),
            *(each.until for each in ill if each.until > now),
        ),
        why=f"{len(kept)} of {task_set.state.computed}: {len(born.tasks)} started, {len(surplus)} retired",
    )


def _gone(view: TaskSetView) -> Plan:
    """The end of a set that has drained; what was not told of its targets is told now."""
    lines = balance.news(view.targets, view.task_set.state.targets_told_until, float("inf"))
    return Plan(
        deletes=(view.task_set,),
        puts=tuple(_counted(view.ended)),
        events=tuple(_event(view, line) for line in lines),
        why="drained: gone",
    )


def _surplus(task_set: TaskSet, kept: Sequence[Task]) -> Sequence[Task]:
    """Whom to retire: those that the strategy has no share for, then those that do not run yet, of each the youngest."""
    computed = task_set.state.computed
    if len(kept) <= computed:
        return ()
    by_worth = sorted(kept, key=lambda t: (t.state.last != "RUNNING", t.spec.created_at, t.id))
    return strategy.to_keep(task_set.spec.capacity_provider_strategy, by_worth, computed)[computed:]


def _retired(task: Task, reason: str) -> Task:
    return replace(task, state=stopped(task.state, "ServiceSchedulerInitiated", reason))


def _counted(ended: Sequence[Task]) -> Iterator[Task]:
    for task in ended:
        yield replace(task, state=replace(task.state, counted=True))


def _with_refusal(
    service: Service, state: TaskSetState, born: Births, now: Time, options: Options
) -> tuple[TaskSetState, list[Event]]:
    """A refusal is told once, and again every six hours until it is resolved."""
    if born.refusal is None:
        return (replace(state, unplaced_told_at=None) if born.tasks else state), []
    if state.unplaced_told_at is not None and now < state.unplaced_told_at + options.repeat_event_s:
        return state, []
    return replace(state, unplaced_told_at=now), [Event(service.spec.incarnation, born.refusal)]


def _with_impairment(
    task_set: TaskSet, service: Service, now: Time, options: Options
) -> tuple[TaskSet, list[Event]]:
    """Starts that keep failing are told once, and again every six hours until one succeeds."""
    state = task_set.state
    if state.failures < backoff.IMPAIRED_AT:
        if state.impaired_told_at is None:
            return task_set, []
        return replace(task_set, state=replace(state, impaired_told_at=None)), []
    if state.impaired_told_at is not None and now < state.impaired_told_at + options.repeat_event_s:
        return task_set, []
    told = replace(task_set, state=replace(state, impaired_told_at=now))
    message = (
        f"(service {service.spec.name}) is unable to consistently start tasks successfully. "
        "For more information, see the Troubleshooting section."
    )
    return told, [Event(service.spec.incarnation, message)]


def _with_news(task_set: TaskSet, targets: Balance, now: Time) -> tuple[TaskSet, list[str]]:
    """What has come and gone of its targets since it was last told; what comes at this very moment may be more."""
    lines = list(balance.news(targets, task_set.state.targets_told_until, now))
    if not lines:
        return task_set, lines
    return replace(task_set, state=replace(task_set.state, targets_told_until=now)), lines


def _listed(verb: str, noun: str, tasks: Sequence[Task]) -> Iterator[str]:
    for start in range(0, len(tasks), TASKS_AN_EVENT):
        part = tasks[start : start + TASKS_AN_EVENT]
        yield f"{verb} {len(part)} {noun}: {' '.join(f'(task {task.hex})' for task in part)}."


def _event(view: TaskSetView, line: str) -> Event:
    """What a set says of itself, in the service's events."""
    service = view.service.spec
    return Event(service.incarnation, f"(service {service.name}, taskSet {view.task_set.name}) {line}")


def _retry_at(state: TaskSetState, missing: int, now: Time, options: Options) -> Time | None:
    """When to try again: at the end of the back-off, or a little later when there was no room."""
    if missing <= 0:
        return None
    if state.retry_at is not None and now < state.retry_at:
        return state.retry_at
    return now + options.retry_placement_s

"""A task's status and stop code, concluded from what was asked for and what was seen of its containers.

Docker's word "exited" does not make a task STOPPED: it is a fact in `seen`, and everything that follows from it is
concluded here, in one place, whatever else happens at the same time. What is asked of containers is in
`containers.py`.
"""

from dataclasses import dataclass
from dataclasses import replace as with_

from msgspec.structs import replace

from homeport.model.lifecycle import TASK_RANK, Health, TaskStatus, may_follow
from homeport.model.record import Record, Time
from homeport.model.task import Task, TaskState
from homeport.plan import attachment, containers, discovery, targets
from homeport.plan.attachment import UNLINKED, TaskLink
from homeport.plan.discovery import UNREGISTERED, TaskRegistrations
from homeport.plan.effects import Effect, RemoveContainer, TaskPayload
from homeport.plan.options import Options
from homeport.plan.plan import Plan, earliest
from homeport.plan.steps import Step, joined
from homeport.plan.targets import NOWHERE, TaskTargets


@dataclass(frozen=True, slots=True)
class TaskView:
    """What surrounds a task: load balancers, registries, its network interface. Most tasks have none of them."""

    targets: TaskTargets = NOWHERE
    registrations: TaskRegistrations = UNREGISTERED
    link: TaskLink = UNLINKED


ALONE = TaskView()


def plan_task(task: Task, payload: TaskPayload, now: Time, options: Options, view: TaskView = ALONE) -> Plan:
    """The next state of a task that is not STOPPED, and what to ask of its containers to get nearer to its goal."""
    state, effects = _restarted(task, payload, now)
    wanted = _with_facts(replace(task, state=_with_desire(replace(task, state=state), payload, now)), payload)
    wanted, claimed = _linked(wanted, view.link, now, options)
    is_up = all(containers.seen_of(wanted, name).status in containers.UP for name in payload.containers)
    step = _step(wanted, view, now, is_up=is_up)
    concluded = wanted
    for status in _path(wanted, payload, step, view.link, is_up=is_up):
        concluded = replace(concluded, state=_advanced(concluded.state, status, now))
    after, asked, wake_at = _onwards(concluded, payload, now, options)
    is_new = after != task
    why = f"{task.state.last} → {after.state.last}" if is_new else f"{after.state.last}, as it was"
    return Plan(
        puts=(
            *((after,) if is_new else ()),
            *step.puts,
            *(claimed or attachment.released(after, view.link, now)),
        ),
        deletes=step.deletes,
        effects=effects + asked,
        wake_at=earliest(step.wake_at, wake_at),
        why=why,
    )


def _onwards(
    task: Task, payload: TaskPayload, now: Time, options: Options
) -> tuple[Task, tuple[Effect, ...], Time | None]:
    """The task with what is asked of its containers in its present status, that, and when to look again."""
    if task.state.last == "STOPPED":
        return task, (), now + options.keep_stopped_s
    if task.state.last == "PROVISIONING":
        # Nothing is asked of containers that have nowhere to be yet.
        return task, (), attachment.given_up_at(task, options)
    following = _next(task, payload, now, options)
    state = replace(task.state, containers=dict(following.containers))
    return replace(task, state=state), following.effects, following.wake_at


def _linked(task: Task, link: TaskLink, now: Time, options: Options) -> tuple[Task, tuple[Record, ...]]:
    """The task with an interface if it needs one, or stopped because its own is of no use."""
    if task.spec.network is None:
        return task, ()
    failure = attachment.failure(task, link, now, options)
    if failure is not None:
        return replace(task, state=stopped(task.state, *failure)), ()
    if not attachment.needs(task):
        return task, ()
    offer = link.offer()
    if offer.refusal is not None:
        return replace(task, state=stopped(task.state, "TaskFailedToStart", offer.refusal)), ()
    state, puts = attachment.claimed(task, offer, now)
    return replace(task, state=state), puts


def _step(task: Task, view: TaskView, now: Time, *, is_up: bool) -> Step:
    """What load balancers and registries say. Of a task whose Spot capacity goes nobody waits for anything."""
    step = joined(
        targets.plan_targets(task, view.targets, now, is_up=is_up),
        discovery.plan_registrations(task, view.registrations, now, is_up=is_up),
    )
    if step.holds and task.spec.interrupted_at is not None:
        return with_(step, holds=False, wake_at=None)
    return step


def _next(task: Task, payload: TaskPayload, now: Time, options: Options) -> containers.Next:
    """What to ask of its containers. Nothing while they finish what they are asked by others."""
    if task.state.desired == "RUNNING":
        return containers.bring_up(task, payload, now)
    if task.state.last == "DEACTIVATING":
        return containers.Next(containers=task.state.containers)
    return containers.bring_down(task, payload, now, options)


def stopped(state: TaskState, code: str, reason: str) -> TaskState:
    """The state of a task that is wanted no more; the first reason stays."""
    if state.desired == "STOPPED":
        return state
    return replace(state, desired="STOPPED", stop_code=code, stopped_reason=reason)


def _restarted(task: Task, payload: TaskPayload, now: Time) -> tuple[TaskState, tuple[Effect, ...]]:
    """The state after restart policies, and the removal of the runs that they replace."""
    if task.is_stopping:
        return task.state, ()
    anew = containers.restarts(task, payload, now)
    if not anew:
        return task.state, ()
    removals = tuple(RemoveContainer(payload.ref(name), is_replaced=True) for name in anew)
    return replace(task.state, containers={**task.state.containers, **anew}), removals


def _with_desire(task: Task, payload: TaskPayload, now: Time) -> TaskState:
    """Whether the task is wanted any more, and why not."""
    state = task.state
    if state.desired == "STOPPED":
        return state
    if task.spec.stop_requested_at is not None:
        return stopped(state, "UserInitiated", task.spec.stop_reason or "Task stopped by user")
    if task.spec.interrupted_at is not None:
        return stopped(state, "SpotInterruption", "Your Spot Task was interrupted.")
    for name, definition in payload.containers.items():
        seen = containers.seen_of(task, name)
        if seen.status not in containers.DOWN or definition.essential is False:
            continue
        if seen.started_at is None and seen.exit_code is None:
            return stopped(state, "TaskFailedToStart", seen.reason or "Task failed to start")
        return stopped(state, "EssentialContainerExited", "Essential container in task exited")
    reason = containers.blocked(task, payload, now)
    return state if reason is None else stopped(state, "TaskFailedToStart", f"Task failed to start: {reason}")


def _with_facts(task: Task, payload: TaskPayload) -> Task:
    """The task with its health and the times of pulls, gathered from the containers."""
    seen = [containers.seen_of(task, name) for name in payload.containers]
    started = [s.pull_started_at for s in seen if s.pull_started_at is not None]
    ended = [s.pull_stopped_at for s in seen if s.pull_stopped_at is not None]
    state = task.state
    health = _health(task, payload)
    pull_started_at = min(started) if started else state.pull_started_at
    pull_stopped_at = max(ended) if len(ended) == len(seen) else state.pull_stopped_at
    if (health, pull_started_at, pull_stopped_at) == (
        state.health,
        state.pull_started_at,
        state.pull_stopped_at,
    ):
        return task
    state = replace(state, health=health, pull_started_at=pull_started_at, pull_stopped_at=pull_stopped_at)
    return replace(task, state=state)


def _health(task: Task, payload: TaskPayload) -> Health:
    """HEALTHY when every essential container that has a check is; UNHEALTHY when one is; else UNKNOWN."""
    found = [
        containers.seen_of(task, name).health
        for name, definition in payload.containers.items()
        if definition.health_check is not None and definition.essential is not False
    ]
    if not found or task.state.desired == "STOPPED":
        return task.state.health
    if "UNHEALTHY" in found:
        return "UNHEALTHY"
    return "HEALTHY" if all(health == "HEALTHY" for health in found) else "UNKNOWN"


def _path(
    task: Task, payload: TaskPayload, step: Step, link: TaskLink, *, is_up: bool
) -> tuple[TaskStatus, ...]:
    """The statuses that the task passes through now, in order; each of them is counted and dated."""
    last = task.state.last
    if task.state.desired == "STOPPED":
        if step.holds:
            return _forward(last, step.fall)
        if any(containers.may_exist(task, name) for name in payload.containers):
            return _forward(last, (*step.fall, "STOPPING"))
        end: tuple[TaskStatus, ...] = ("STOPPED",) if attachment.is_gone(task, link) else ()
        return _forward(last, (*step.fall, "STOPPING", "DEPROVISIONING", *end))
    if last == "PROVISIONING" and not attachment.is_ready(task, link):
        return ()
    return _forward(last, ("PENDING", *step.rise)) if is_up else _forward(last, ("PENDING",))


def _forward(last: TaskStatus, path: tuple[TaskStatus, ...]) -> tuple[TaskStatus, ...]:
    return tuple(
        status for status in path if may_follow(last, status) and TASK_RANK[status] != TASK_RANK[last]
    )


def _advanced(state: TaskState, status: TaskStatus, now: Time) -> TaskState:
    """One step forward, counted, with the date that belongs to it."""
    state = replace(state, last=status, version=state.version + 1)
    if status == "PENDING":
        return replace(state, connectivity_at=now)
    if status == "RUNNING":
        return replace(state, started_at=now)
    if status in ("DEACTIVATING", "STOPPING"):
        return replace(state, stopping_at=now if state.stopping_at is None else state.stopping_at)
    if status == "DEPROVISIONING":
        return replace(state, execution_stopped_at=now)
    return replace(state, stopped_at=now) if status == "STOPPED" else state


def plan_stopped(task: Task, now: Time, options: Options) -> Plan:
    """Its containers are kept for a while, to be looked at; then removed; at last the task is forgotten."""
    assert task.state.stopped_at is not None
    sweep_at = task.state.stopped_at + options.keep_stopped_s
    if now < sweep_at:
        return Plan(wake_at=sweep_at)
    effects = containers.clean_up(task)
    if effects:
        return Plan(effects=effects, why="removing what the stopped task left")
    forget_at = task.state.stopped_at + options.keep_task_s
    if now < forget_at:
        return Plan(wake_at=forget_at)
    return Plan(deletes=(task,), why="stopped long ago")

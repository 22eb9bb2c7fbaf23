"""A task's status and stop code, concluded from what was asked for and what was seen of its containers.

Docker's word "exited" does not make a task STOPPED: it is a fact in `seen`, and everything that follows from it is
concluded here, in one place, whatever else happens at the same time. What is asked of containers is in
`containers.py`.
"""

from msgspec.structs import replace

from homeport.model.lifecycle import TASK_RANK, Health, TaskStatus, may_follow
from homeport.model.record import Time
from homeport.model.task import Task, TaskState
from homeport.plan import containers
from homeport.plan.effects import Effect, RemoveContainer, TaskPayload
from homeport.plan.options import Options
from homeport.plan.plan import Plan


def plan_task(task: Task, payload: TaskPayload, now: Time, options: Options) -> Plan:
    """The next state of a task that is not STOPPED, and what to ask of its containers to get nearer to its goal."""
    state, effects = _restarted(task, payload, now)
    concluded = replace(task, state=_conclude(replace(task, state=state), payload, now))
    if concluded.state.last == "STOPPED":
        return _put(task, concluded, Plan(effects=effects, wake_at=now + options.keep_stopped_s))
    if concluded.state.desired == "RUNNING":
        step = containers.bring_up(concluded, payload, now)
    else:
        step = containers.bring_down(concluded, payload, now, options)
    decided = replace(concluded, state=replace(concluded.state, containers=dict(step.containers)))
    return _put(task, decided, Plan(effects=effects + step.effects, wake_at=step.wake_at))


def stopped(state: TaskState, code: str, reason: str) -> TaskState:
    """The state of a task that is wanted no more; the first reason stays."""
    if state.desired == "STOPPED":
        return state
    return replace(state, desired="STOPPED", stop_code=code, stopped_reason=reason)


def _put(before: Task, after: Task, plan: Plan) -> Plan:
    puts = () if after == before else (after,)
    why = f"{before.state.last} → {after.state.last}" if puts else f"{after.state.last}, as it was"
    return Plan(puts=puts, effects=plan.effects, wake_at=plan.wake_at, why=why)


def _restarted(task: Task, payload: TaskPayload, now: Time) -> tuple[TaskState, tuple[Effect, ...]]:
    """The state after restart policies, and the removal of the runs that they replace."""
    if task.is_stopping:
        return task.state, ()
    anew = containers.restarts(task, payload, now)
    if not anew:
        return task.state, ()
    removals = tuple(RemoveContainer(payload.ref(name), is_replaced=True) for name in anew)
    return replace(task.state, containers={**task.state.containers, **anew}), removals


def _conclude(task: Task, payload: TaskPayload, now: Time) -> TaskState:
    state = _with_desire(task, payload, now)
    task = replace(task, state=_with_facts(replace(task, state=state), payload))
    for status in _path(task, payload):
        task = replace(task, state=_advanced(task.state, status, now))
    return task.state


def _with_desire(task: Task, payload: TaskPayload, now: Time) -> TaskState:
    """Whether the task is wanted any more, and why not."""
    state = task.state
    if state.desired == "STOPPED":
        return state
    if task.spec.stop_requested_at is not None:
        return stopped(state, "UserInitiated", task.spec.stop_reason or "Task stopped by user")
    for name, definition in payload.containers.items():
        seen = containers.seen_of(task, name)
        if seen.status not in containers.DOWN or definition.essential is False:
            continue
        if seen.started_at is None and seen.exit_code is None:
            return stopped(state, "TaskFailedToStart", seen.reason or "Task failed to start")
        return stopped(state, "EssentialContainerExited", "Essential container in task exited")
    reason = containers.blocked(task, payload, now)
    return state if reason is None else stopped(state, "TaskFailedToStart", f"Task failed to start: {reason}")


def _with_facts(task: Task, payload: TaskPayload) -> TaskState:
    """Health and the times of pulls, gathered from the containers."""
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
        return state
    return replace(state, health=health, pull_started_at=pull_started_at, pull_stopped_at=pull_stopped_at)


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


def _path(task: Task, payload: TaskPayload) -> tuple[TaskStatus, ...]:
    """The statuses that the task passes through now, in order; each of them is counted and dated."""
    last = task.state.last
    if task.state.desired == "STOPPED":
        if any(containers.may_exist(task, name) for name in payload.containers):
            return _forward(last, ("STOPPING",))
        return _forward(last, ("STOPPING", "DEPROVISIONING", "STOPPED"))
    if all(containers.seen_of(task, name).status in containers.UP for name in payload.containers):
        return _forward(last, ("PENDING", "RUNNING"))
    return _forward(last, ("PENDING",))


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
    if status == "STOPPING":
        return replace(state, stopping_at=now)
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

"""A task's containers: in which order they come up and go down, and what to ask for next.

Up: an image may be pulled at once; a container starts when all that it depends on has met its condition (links and
volumesFrom count as START). Down: a container stops when all that depends on it is down. Nothing here decides about
the task as a whole (`task.py`).
"""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from homeport.model.container import ContainerSeen, ContainerState
from homeport.model.record import Time
from homeport.model.task import Task
from homeport.plan.effects import (
    ContainerRef,
    Effect,
    PullImage,
    RemoveContainer,
    StartContainer,
    StopContainer,
    TaskPayload,
)
from homeport.plan.options import Options
from homeport.plan.plan import earliest
from homeport.shapes import ecs

UNSEEN = ContainerSeen()
UP = frozenset({"RUNNING", "STOPPED", "REMOVED"})
DOWN = frozenset({"STOPPED", "REMOVED"})

INTERRUPTION_S = 120.0
"""What a task has from the interruption of its Spot capacity (Developer Guide, "Amazon ECS clusters for Fargate")."""


class Next(Struct, frozen=True, kw_only=True, gc=False):
    """What to ask for, the engine's notes about each container after asking, and when to look again."""

    effects: tuple[Effect, ...] = ()
    containers: Mapping[str, ContainerState]
    wake_at: Time | None = None


def seen_of(task: Task, name: str) -> ContainerSeen:
    """What was seen of the container's present attempt; nothing, if only an older one was seen."""
    seen = task.seen.containers.get(name)
    state = task.state.containers.get(name)
    if seen is None or (state is not None and seen.attempt != state.attempt):
        return UNSEEN
    return seen


def may_exist(task: Task, name: str) -> bool:
    """Whether a container may be there: its start was asked for, and it was not seen to be down since."""
    state = task.state.containers.get(name)
    return state is not None and state.asked_at is not None and seen_of(task, name).status not in DOWN


def needs(definition: ecs.ContainerDefinition) -> list[tuple[str, str]]:
    """(container, condition) pairs that must hold before this one starts."""
    found: list[tuple[str, str]] = [(d.container_name, d.condition) for d in definition.depends_on or []]
    found += [(link.split(":", 1)[0], "START") for link in definition.links or []]
    found += [(v.source_container, "START") for v in definition.volumes_from or [] if v.source_container]
    return found


def is_met(condition: str, seen: ContainerSeen) -> bool:
    """Whether a dependency has met its condition. START also holds when it has already stopped (as in ECS's agent)."""
    if condition == "START":
        return seen.status in UP
    if condition == "COMPLETE":
        return seen.status in DOWN
    if condition == "SUCCESS":
        return seen.status in DOWN and seen.exit_code == 0
    return seen.status == "RUNNING" and seen.health == "HEALTHY"


def cannot_be_met(condition: str, seen: ContainerSeen) -> bool:
    """Whether a dependency can never meet its condition any more."""
    if seen.status not in DOWN:
        return False
    never_ran = seen.started_at is None and seen.exit_code is None
    if condition == "HEALTHY":
        return True
    return never_ran if condition in ("START", "COMPLETE") else seen.exit_code != 0


def blocked(task: Task, payload: TaskPayload, now: Time) -> str | None:
    """Why a container of this task can never start: a dependency failed, or took longer than its startTimeout."""
    for name, definition in payload.containers.items():
        if seen_of(task, name).status in UP:
            continue
        for other, condition in needs(definition):
            seen = seen_of(task, other)
            if cannot_be_met(condition, seen):
                return f"container {name} depends on container {other}, which did not reach condition {condition}"
            limit = _start_by(task, payload, other)
            if limit is not None and now >= limit and not is_met(condition, seen):
                return (
                    f"container {name} gave up waiting for container {other} to reach condition {condition}"
                )
    return None


def bring_up(task: Task, payload: TaskPayload, now: Time) -> Next:
    """What to ask for while the task is wanted: pulls at once, starts in the order of dependsOn."""
    effects: list[Effect] = []
    containers = dict(task.state.containers)
    for name, definition in payload.containers.items():
        status = seen_of(task, name).status
        if status == "NONE":
            effects.append(PullImage(payload.ref(name), payload))
        elif status in ("PULLED", "CREATED") and _may_start(task, definition):
            effects.append(StartContainer(payload.ref(name), payload))
            state = containers.get(name, ContainerState())
            if state.asked_at is None:
                containers[name] = replace(state, asked_at=now)
    waits = [_start_by(task, payload, other) for d in payload.containers.values() for other, _ in needs(d)]
    later = [limit for limit in waits if limit is not None and limit > now]
    return Next(effects=tuple(effects), containers=containers, wake_at=earliest(*later))


def bring_down(task: Task, payload: TaskPayload, now: Time, options: Options) -> Next:
    """What to ask for while the task is to stop: SIGTERM in the reverse order of dependsOn, each with its grace."""
    effects: list[Effect] = []
    containers = dict(task.state.containers)
    up = {name for name in payload.containers if may_exist(task, name)}
    held = {other for name in up for other, _ in needs(payload.containers[name])}
    for name in payload.containers:
        if name not in up or name in held:
            continue
        state = containers.get(name, ContainerState())
        asked_at = now if state.stop_asked_at is None else state.stop_asked_at
        timeout = payload.containers[name].stop_timeout
        grace = options.stop_grace_s if timeout is None else float(timeout)
        if task.spec.interrupted_at is not None:
            grace = min(grace, INTERRUPTION_S)
        effects.append(StopContainer(payload.ref(name), max(0.0, asked_at + grace - now)))
        if state.stop_asked_at is None:
            containers[name] = replace(state, stop_asked_at=asked_at)
    return Next(effects=tuple(effects), containers=containers)


def clean_up(task: Task) -> tuple[Effect, ...]:
    """The removal of every container that may still be there."""
    return tuple(
        RemoveContainer(ContainerRef(task.id, name, state.attempt))
        for name, state in task.state.containers.items()
        if state.asked_at is not None and seen_of(task, name).status != "REMOVED"
    )


def restarts(task: Task, payload: TaskPayload, now: Time) -> dict[str, ContainerState]:
    """Containers that their restartPolicy starts anew, with their next attempt.

    A container must have run for restartAttemptPeriod (60 to 1800 s, 300 unless told) before it is restarted, and
    exit codes may be excepted (API reference, ContainerRestartPolicy).
    """
    found: dict[str, ContainerState] = {}
    for name, definition in payload.containers.items():
        policy, seen = definition.restart_policy, seen_of(task, name)
        if policy is None or not policy.enabled or seen.status not in DOWN or seen.started_at is None:
            continue
        ran_s = (now if seen.finished_at is None else seen.finished_at) - seen.started_at
        ignored = policy.ignored_exit_codes or []
        if seen.exit_code in ignored or ran_s < (policy.restart_attempt_period or 300):
            continue
        state = task.state.containers.get(name, ContainerState())
        found[name] = ContainerState(uuid=state.uuid, token=state.token, attempt=state.attempt + 1)
    return found


def _may_start(task: Task, definition: ecs.ContainerDefinition) -> bool:
    return all(is_met(condition, seen_of(task, other)) for other, condition in needs(definition))


def _start_by(task: Task, payload: TaskPayload, name: str) -> Time | None:
    """When a dependency's startTimeout is over; None while it was not started or has no limit."""
    state, definition = task.state.containers.get(name), payload.containers.get(name)
    if state is None or definition is None or state.asked_at is None or definition.start_timeout is None:
        return None
    return state.asked_at + definition.start_timeout

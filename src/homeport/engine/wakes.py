"""The causality of the system, in one table: which keys a change of a record wakes.

Wakes are hints. A turn recomputes from rows, so a wake too many costs time and changes nothing; `Engine.resync`
wakes everything that is unsettled, so a wake too few heals.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from homeport.engine.queue import Key
from homeport.model.cluster import Cluster
from homeport.model.instance import Machine
from homeport.model.record import Record
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.store.tx import Change


class Wake(NamedTuple):
    """A key, and whether it may be held off a little because many causes hit it."""

    key: Key
    soon: bool = False


def wakes(change: Change) -> Iterable[Wake]:
    """The keys that `change` wakes."""
    rule = RULES.get(type(change.record))
    return rule(change.before, change.after) if rule is not None else ()


def _task(before: Task | None, after: Task | None) -> Iterator[Wake]:
    """A task wakes itself, its task set when it counts differently there, and its definition when it is forgotten."""
    task = after or before
    assert task is not None
    if after is not None:
        yield Wake(Key("task", task.id))
    if "/ecs-svc/" in task.owner and _counts(before) != _counts(after):
        is_up = after is not None and after.state.last == "RUNNING" and not after.is_stopping
        yield Wake(Key("task_set", task.owner), soon=is_up)
    if after is None:
        yield Wake(Key("task_definition", task.spec.definition), soon=True)


def _counts(task: Task | None) -> tuple[object, ...] | None:
    """What a task set's planner reads of a task."""
    if task is None:
        return None
    return (task.state.last, task.state.desired, task.state.health, task.spec.stop_requested_at is None)


def _task_set(before: TaskSet | None, after: TaskSet | None) -> Iterator[Wake]:
    task_set = after or before
    assert task_set is not None
    yield Wake(Key("service", task_set.owner))
    if after is None:
        yield Wake(Key("task_definition", task_set.spec.definition))
    else:
        yield Wake(Key("task_set", task_set.id))


def _service(_: Service | None, after: Service | None) -> Iterator[Wake]:
    if after is not None:
        yield Wake(Key("service", after.id))


def _cluster(_: Cluster | None, after: Cluster | None) -> Iterator[Wake]:
    if after is not None and after.spec.deleted_at is not None:
        yield Wake(Key("cluster", after.id))


def _task_definition(_: TaskDefinition | None, after: TaskDefinition | None) -> Iterator[Wake]:
    if after is not None and after.spec.deleted_at is not None:
        yield Wake(Key("task_definition", after.id))


def _machine(_: Machine | None, after: Machine | None) -> Iterator[Wake]:
    if after is not None:
        yield Wake(Key("machine", after.id))


RULES: dict[type[Record], Callable[[Any, Any], Iterator[Wake]]] = {
    Cluster: _cluster,
    Machine: _machine,
    Service: _service,
    Task: _task,
    TaskDefinition: _task_definition,
    TaskSet: _task_set,
}

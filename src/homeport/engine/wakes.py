"""The causality of the system, in one table: which keys a change of a record wakes.

Wakes are hints. A turn recomputes from rows, so a wake too many costs time and changes nothing; `Engine.resync`
wakes everything that is unsettled, so a wake too few heals.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from homeport.engine.queue import Key
from homeport.model import arn
from homeport.model.cluster import Cluster
from homeport.model.instance import Machine
from homeport.model.interface import Interface
from homeport.model.load_balancer import Listener, Rule, target_groups
from homeport.model.namespace import DiscoveryInstance
from homeport.model.record import Record
from homeport.model.service import Service
from homeport.model.target_group import Target, TargetGroup
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.model.vpc import Subnet, Vpc
from homeport.store.tx import Change, ReadTx


class Wake(NamedTuple):
    """A key, and whether it may be held off a little because many causes hit it."""

    key: Key
    soon: bool = False


def wakes(tx: ReadTx, change: Change) -> Iterable[Wake]:
    """The keys that `change` wakes; `tx` sees it, for what must be looked up to be found."""
    kind = type(change.record)
    rule = RULES.get(kind)
    if rule is not None:
        return rule(change.before, change.after)
    search = SEARCHES.get(kind)
    if search is not None:
        return search(tx, change.before, change.after)
    groups = GROUPS_OF.get(kind)
    return () if groups is None else _waiting(tx, groups(change.before, change.after))


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
    return (task.state.last, task.state.desired, task.state.health, task.is_stopping)


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


def _target(before: Target | None, after: Target | None) -> Iterator[Wake]:
    """A target that goes wakes itself; the tasks that it stands for, or stood for, when it came or went; its task set
    when it counts differently there.
    """
    if after is not None and after.is_draining:
        yield Wake(Key("target", after.id))
    if _standing(before) != _standing(after):
        for one in (before, after):
            if one is not None and one.state.task is not None:
                yield Wake(Key("task", one.state.task))
    if _standing(before) != _standing(after) or _health(before) != _health(after):
        for one in (before, after):
            if one is not None and one.state.task_set is not None:
                yield Wake(Key("task_set", one.state.task_set), soon=True)


def _standing(target: Target | None) -> tuple[object, ...] | None:
    """What a task's planner reads of a target."""
    if target is None:
        return None
    return (target.state, target.is_draining, target.is_draining and target.seen.idle_at)


def _discovered(before: DiscoveryInstance | None, after: DiscoveryInstance | None) -> Iterator[Wake]:
    """An instance that stands for a task wakes its task set when it counts differently there."""
    for one in (before, after):
        if one is not None and one.state.task_set is not None and _told(before) != _told(after):
            yield Wake(Key("task_set", one.state.task_set), soon=True)


def _told(instance: DiscoveryInstance | None) -> str | None:
    return None if instance is None else instance.health


def _health(target: Target | None) -> str | None:
    return None if target is None else target.status


def _interface(tx: ReadTx, before: Interface | None, after: Interface | None) -> Iterator[Wake]:
    """An interface wakes itself, its task when that reads something else of it, its subnet when the pool has changed,
    and its VPC when it is the first to need the network, or may have been the last.
    """
    interface = after or before
    assert interface is not None
    if after is not None:
        yield Wake(Key("interface", after.id))
    if interface.state.task is not None and _link(before) != _link(after):
        yield Wake(Key("task", interface.state.task))
    if (before is not None and before.is_warm) and not (after is not None and after.is_warm):
        yield Wake(Key("subnet", interface.owner), soon=True)
    if before is None or after is None:
        vpc = tx.get(Vpc, interface.spec.vpc)
        if vpc is not None and (vpc.seen.bridge is None or vpc.spec.deleted_at is not None):
            yield Wake(Key("vpc", vpc.id))


def _link(interface: Interface | None) -> tuple[object, ...] | None:
    """What a task's planner reads of its interface."""
    if interface is None:
        return None
    return (interface.state.task, interface.pause.status, interface.seen.prepared_for)


def _vpc(tx: ReadTx, before: Vpc | None, after: Vpc | None) -> Iterator[Wake]:
    """A VPC wakes itself; whoever waits for its network, when that has come or cannot come; the spare interfaces that were
    told of names by other DHCP options.
    """
    if after is None:
        return
    yield Wake(Key("vpc", after.id))
    if before is not None and before.spec.dhcp_options != after.spec.dhcp_options:
        for interface in tx.owned(Interface, after.id):
            if interface.is_warm:
                yield Wake(Key("interface", interface.id))
    if before is not None and before.seen != after.seen:
        for interface in tx.owned(Interface, after.id):
            if interface.spec.purpose == "task" and interface.pause.status == "NONE":
                yield Wake(Key("interface", interface.id))
                if interface.state.task is not None:
                    yield Wake(Key("task", interface.state.task))


def _subnet(tx: ReadTx, before: Subnet | None, after: Subnet | None) -> Iterator[Wake]:
    """A subnet wakes its pool; when it goes, the pool goes."""
    if after is not None:
        yield Wake(Key("subnet", after.id), soon=before is not None)
        return
    assert before is not None
    for interface in tx.owned(Interface, f"{before.id}#warm"):
        yield Wake(Key("interface", interface.id))


def _of_listener(before: Listener | None, after: Listener | None) -> set[str]:
    old = set(target_groups(before.spec.default_actions)) if before is not None else set()
    return old ^ (set(target_groups(after.spec.default_actions)) if after is not None else set())


def _of_rule(before: Rule | None, after: Rule | None) -> set[str]:
    old = set(target_groups(before.spec.actions)) if before is not None else set()
    return old ^ (set(target_groups(after.spec.actions)) if after is not None else set())


def _of_group(before: TargetGroup | None, after: TargetGroup | None) -> set[str]:
    """A new delay or its end; nothing waits for a group that was not there."""
    if before is None or (after is not None and after.spec.attributes == before.spec.attributes):
        return set()
    return {arn.target_group_arn(before.id)}


def _waiting(tx: ReadTx, groups: Iterable[str]) -> Iterator[Wake]:
    """Whoever waits for targets of a group (an ARN) that another load balancer uses now, or none, or that is gone."""
    for group in sorted(groups):
        for target in tx.owned(Target, arn.record_id(group)):
            if target.is_draining:
                yield Wake(Key("target", target.id))
                if target.state.task is not None:
                    yield Wake(Key("task", target.state.task))
            if target.state.task_set is not None:
                yield Wake(Key("task_set", target.state.task_set), soon=True)


GROUPS_OF: dict[type[Record], Callable[[Any, Any], set[str]]] = {
    Listener: _of_listener,
    Rule: _of_rule,
    TargetGroup: _of_group,
}
"""The target groups that come into use or go out of it; other weights change nothing for whoever waits."""

SEARCHES: dict[type[Record], Callable[[ReadTx, Any, Any], Iterator[Wake]]] = {
    Interface: _interface,
    Subnet: _subnet,
    Vpc: _vpc,
}
"""Those that must look up whom they concern."""

RULES: dict[type[Record], Callable[[Any, Any], Iterator[Wake]]] = {
    Cluster: _cluster,
    DiscoveryInstance: _discovered,
    Machine: _machine,
    Service: _service,
    Target: _target,
    Task: _task,
    TaskDefinition: _task_definition,
    TaskSet: _task_set,
}

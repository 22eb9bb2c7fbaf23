"""Bugs planted on purpose: a simulator that has not caught a planted bug is decoration.

Each mutant replaces one function of the product while seeds are run, and is caught when a check fails. This is the
one place in the tests where the product is changed underneath itself.
"""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from msgspec.structs import replace

from homeport.engine import addresses, observe, room, strays, task_set
from homeport.engine.engine import Engine
from homeport.model.target_group import Target
from homeport.model.task_set import TaskSet
from homeport.plan import (
    attachment,
    backoff,
    balance,
    containers,
    discovery,
    interface,
    replicas,
    stability,
    steps,
    subnet,
    targets,
    vpc,
)
from homeport.plan.addresses import free_address
from homeport.plan.options import Options
from homeport.plan.plan import Plan
from tests.sim.simulate import FAILING, crash_loop, simulate

SEEDS = range(1, 61)


def _no_back_off(_: Any, __: Any) -> float:
    return 0.0


def _saw_no_failure(task: Any, _: Any) -> bool:
    return bool(task.state.stop_code == "TaskFailedToStart")


def _goes_back(_: Any, new: Any) -> Any:
    return new


def _stops_anew(task: Any, payload: Any, now: float, options: Options) -> Any:
    forgotten = {name: replace(state, stop_asked_at=None) for name, state in task.state.containers.items()}
    return _bring_down(replace(task, state=replace(task.state, containers=forgotten)), payload, now, options)


def _rounds_down(self: TaskSet, desired_count: int) -> int:
    return 0 if self.spec.deleted_at is not None else int(desired_count * self.spec.scale_percent / 100)


def _only_what_was_seen(task: Any, name: str) -> bool:
    return containers.seen_of(task, name).status == "RUNNING"


def _absent_at_once(task: Any, listed: Any) -> Iterator[Any]:
    for name, seen in task.seen.containers.items():
        if seen.status in ("NONE", "PULLED") and (task.state.containers[name].asked_at or 0) > 0:
            yield name, replace(seen, status="REMOVED", at=listed.at)


def _no_surplus(_: Any, __: Any) -> Any:
    return ()


def _keeps_stopping(task_set: Any, kept: Any) -> Any:
    computed = task_set.state.computed
    return kept[:1] if len(kept) == computed and computed > 2 else _surplus(task_set, kept)


def _any_attempt(task: Any, container: str) -> int:
    seen = task.seen.containers.get(container)
    return 0 if seen is None else seen.attempt


def _resync_of_services_only(self: Engine, now: float) -> None:
    self._followed = self._store.revision


def _does_not_wait(task: Any, view: Any, now: float) -> Any:
    return dataclasses.replace(_withdraw(task, view, now), holds=False)


def _by_container_port(_: Any, __: Any, attachment: Any) -> int:
    return int(attachment.port)


def _forgets_at_once(row: Any, *_: Any, **__: Any) -> Plan:
    return Plan(deletes=(row,)) if row.is_draining else Plan()


def _first_address(cidr: str, _: Any, after: Any = None) -> Any:
    return free_address(cidr, (), after and None)


def _ready_with_its_pause(task: Any, link: Any) -> bool:
    pause = None if link.interface is None else link.interface.pause
    return task.spec.network is None or (pause is not None and pause.status == "RUNNING")


def _sees_no_death(task: Any, link: Any, now: float, options: Options) -> Any:
    row = link.interface
    if row is not None and row.pause.status in containers.DOWN:
        alive = replace(row.seen, pause=replace(row.seen.pause, status="RUNNING"))
        link = dataclasses.replace(link, interface=replace(row, seen=alive))
    return _failure(task, link, now, options)


def _given_back_at_once(task: Any, link: Any, now: float) -> Any:
    row = link.interface
    if row is None or task.state.desired == "RUNNING" or row.state.released_at is not None:
        return ()
    return (replace(row, state=replace(row.state, released_at=now)),)


_failure = attachment.failure
_bring_down = containers.bring_down
_surplus = replicas._surplus
_withdraw = targets._withdraw

MUTANTS: dict[str, tuple[ModuleType | type, str, Any]] = {
    "no back-off": (backoff, "delay_s", _no_back_off),
    "a run that nobody saw was a good one": (backoff, "has_failed", _saw_no_failure),
    "a container's status goes back": (observe, "merged", _goes_back),
    "stopTimeout begins anew at each turn": (containers, "bring_down", _stops_anew),
    "counts are rounded down": (TaskSet, "wanted", _rounds_down),
    "a start that was not seen is not stopped": (containers, "may_exist", _only_what_was_seen),
    "absence from a list is believed of the young": (observe, "_gone", _absent_at_once),
    "what is gone is never noticed": (observe, "_gone", lambda *_: iter(())),
    "nobody is retired": (replicas, "_surplus", _no_surplus),
    "a task that is wanted is retired": (replicas, "_surplus", _keeps_stopping),
    "tasks that are stopping count": (replicas, "_counted", lambda _: iter(())),
    "room is never taken": (room, "_holds", lambda _: None),
    "strays are left alone for ever": (strays.Strays, "next_effects", lambda *_: iter(())),
    "steady whatever runs": (stability, "is_settled", lambda *_, **__: True),
    "nothing is looked at after a crash": (Engine, "resync", _resync_of_services_only),
    "a task with load balancers runs without a target": (
        targets,
        "plan_targets",
        lambda *_, **__: steps.NO_STEP,
    ),
    "a target leads to the container's port": (targets, "_port", _by_container_port),
    "SIGTERM comes with the deregistration": (targets, "_withdraw", _does_not_wait),
    "what drains is not waited for": (targets, "drained_at", lambda *_: 0.0),
    "a target is forgotten as soon as it is taken out": (targets, "plan_target", _forgets_at_once),
    "a target is never taken out": (targets, "_deregistered", lambda row, _: row),
    "a drained target is never forgotten": (targets, "plan_target", lambda *_, **__: Plan()),
    "an older task takes its port back": (targets, "_is_free", lambda *_: True),
    "steady whoever is reached": (balance, "is_reached", lambda *_: True),
    "the health of another target at the same place is believed": (
        Target,
        "status",
        property(lambda row: row.seen.status),
    ),
    "a task is found for ever": (discovery, "_withdraw", lambda *_: steps.NO_STEP),
    "an address is given twice": (addresses, "free_address", _first_address),
    "containers start before their interface is prepared": (attachment, "is_ready", _ready_with_its_pause),
    "a pause that dies is not noticed": (attachment, "failure", _sees_no_death),
    "an interface is never given back": (attachment, "released", lambda *_: ()),
    "an interface is given back while containers run": (attachment, "released", _given_back_at_once),
    "a row is forgotten while its pause runs": (interface, "_plan_end", lambda row: Plan(deletes=(row,))),
    "a warm pause that died is not replaced": (interface, "_plan_anew", lambda *_: Plan()),
    "nothing is kept warm": (subnet, "plan_subnet", lambda *_: Plan()),
    "a network is never asked for": (vpc, "plan_vpc", lambda *_, **__: Plan()),
    "nobody gives up waiting for an interface": (attachment, "given_up_at", lambda *_: float("inf")),
    "dependencies are not waited for": (containers, "_may_start", lambda *_: True),
    "a set with tasks coming up is never looked at again": (task_set, "_is_under_way", lambda *_: True),
}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The product with one bug."""
    where, attribute, bug = MUTANTS[name]
    sound = getattr(where, attribute)
    setattr(where, attribute, bug)
    try:
        yield
    finally:
        setattr(where, attribute, sound)


def caught(name: str) -> str | None:
    """What gave the mutant away: the seed and the sentence; None when it was not noticed."""
    with planted(name):
        try:
            for faults in FAILING:
                crash_loop(1, faults)
        except AssertionError as error:
            return f"the crash loop: {error}"
        for seed in SEEDS:
            try:
                simulate(seed)
            except AssertionError as error:
                return f"seed {seed}: {error}"
    return None

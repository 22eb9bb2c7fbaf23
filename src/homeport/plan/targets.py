"""A task's targets: registered once its containers run, taken out before they are stopped, waited for until they are drained.

A target row stands for one task at a time; of two that claim the same port of a machine the newer one has it. The user
may register and deregister the same rows by hand (`spec`): that is respected and never stops a task from stopping. What a
target's health means for its task set is in `balance.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from homeport.model.lifecycle import TASK_RANK
from homeport.model.record import Time
from homeport.model.target_group import Target, TargetGroup, TargetSpec, TargetState
from homeport.model.task import Task
from homeport.plan import containers
from homeport.plan.effects import TaskPayload
from homeport.plan.plan import Plan, earliest
from homeport.plan.steps import NO_STEP, Step

ENDS_IDLE = frozenset({"HTTP", "HTTPS"})
"""Deregistration ends early where the balancer can tell that nothing is under way (Application Load Balancers)."""


class Attachment(Struct, frozen=True, gc=False):
    """A load balancer of a task set: the port of a container that is to be a target, and the group it is to be in."""

    group: TargetGroup
    container: str
    port: int


class Place(Struct, frozen=True, gc=False):
    """Where a container's port can be reached; `id` is the target's that stands for it."""

    id: str
    group: str
    target: str
    port: int
    container: str


@dataclass(frozen=True, slots=True)
class TaskTargets:
    """What a task has to do with load balancers: nothing, most of the time.

    `expected` is how many places it will have, `places` are those that are known. `rows` are the targets that are at
    these places, whoever they stand for; `mine` those that stand for the task, `used` the target groups of them that
    a load balancer uses.
    """

    expected: int = 0
    places: Sequence[Place] = ()
    rows: Mapping[str, Target] = field(default_factory=dict)
    mine: Sequence[Target] = ()
    used: Mapping[str, TargetGroup] = field(default_factory=dict)


NOWHERE = TaskTargets()


def places(task: Task, payload: TaskPayload, attachments: Sequence[Attachment], instance: str) -> list[Place]:
    """Where the task can be reached: host ports that were seen, or the container's own at the address of the task's
    interface. `instance` is the EC2 id of its machine.
    """
    target = instance if task.spec.network is None else task.state.address
    if target is None:
        return []
    found = []
    for each in attachments:
        port = _port(task, payload, each)
        if port is not None:
            group = each.group.id
            found.append(Place(f"{group}/{target}:{port}", group, target, port, each.container))
    return found


def _port(task: Task, payload: TaskPayload, attachment: Attachment) -> int | None:
    seen = containers.seen_of(task, attachment.container)
    if seen.status not in containers.UP:
        return None
    if payload.network_mode in ("host", "awsvpc"):
        return attachment.port
    protocol = "udp" if attachment.group.spec.protocol == "UDP" else "tcp"
    return next(
        (
            binding.host_port
            for binding in seen.bindings
            if binding.container_port == attachment.port and binding.protocol == protocol
        ),
        None,
    )


def plan_targets(task: Task, view: TaskTargets, now: Time, *, is_up: bool) -> Step:
    """The targets' next step; `is_up`: whether all containers of the task run."""
    if view is NOWHERE:
        return NO_STEP
    if task.state.desired == "STOPPED":
        return _withdraw(task, view, now)
    if TASK_RANK[task.state.last] >= TASK_RANK["ACTIVATING"]:
        return Step(puts=_kept_up(task, view, now))
    if not view.expected:
        return NO_STEP
    if not is_up or len(view.places) < view.expected:
        # Its ports are not known yet; what is seen next wakes it.
        return Step(rise=())
    puts = tuple(_registered(place, view.rows.get(place.id), task, now) for place in view.places)
    return Step(puts=puts, rise=("ACTIVATING",), wake_at=now)


def _registered(place: Place, row: Target | None, task: Task, now: Time) -> Target:
    """The target of a task, in place of whatever it stood for before."""
    state = TargetState(task=task.id, task_set=task.owner, registered_at=now)
    if row is not None:
        return replace(row, state=state)
    return Target(
        id=place.id, owner=place.group, spec=TargetSpec(target=place.target, port=place.port), state=state
    )


def _kept_up(task: Task, view: TaskTargets, now: Time) -> tuple[Target, ...]:
    """A container that was started anew may have another port: the old target goes, the new one comes.

    What somebody took out by hand is not put back: whoever judges health sees to it. Nor is anything taken from another
    task, which came later.
    """
    here = {place.id for place in view.places}
    gone = (_deregistered(row, now) for row in view.mine if row.id not in here and not row.is_draining)
    come = (
        _registered(place, view.rows.get(place.id), task, now)
        for place in view.places
        if _is_free(view.rows.get(place.id), task)
    )
    return (*gone, *come)


def _is_free(row: Target | None, task: Task) -> bool:
    """Whether a running task may register what is at its place: nothing, another's that is on its way out, its own."""
    if row is None or row.state.task is None:
        return True
    if row.state.task == task.id:
        return is_withdrawn(row) and row.is_draining
    return row.is_draining


def is_withdrawn(row: Target) -> bool:
    """Whether the engine has taken out what it had registered."""
    state = row.state
    return state.deregistered_at is not None and state.deregistered_at >= (state.registered_at or 0.0)


def _deregistered(row: Target, now: Time) -> Target:
    return replace(row, state=replace(row.state, deregistered_at=now))


def _withdraw(task: Task, view: TaskTargets, now: Time) -> Step:
    """Take out what stands for the task, and wait until nobody needs it any more: a dead container nobody does."""
    alive = {place.id for place in view.places if containers.may_exist(task, place.container)}
    after = [row if row.is_draining or is_withdrawn(row) else _deregistered(row, now) for row in view.mine]
    puts = tuple(new for new, old in zip(after, view.mine, strict=True) if new is not old)
    if not view.mine or TASK_RANK[task.state.last] > TASK_RANK["DEACTIVATING"]:
        return Step(puts=puts)
    dates = [drained_at(row, view.used.get(row.owner)) for row in after if row.id in alive]
    later = [date for date in dates if date > now]
    return Step(puts=puts, fall=("DEACTIVATING",), holds=bool(later), wake_at=earliest(*later))


def drained_at(row: Target, group: TargetGroup | None) -> Time:
    """When a target that was taken out needs to be waited for no more. `group` is None where no load balancer uses it.

    The engine's own word counts from when it was given, also when the user has registered the target again since.
    """
    if group is None:
        return 0.0
    since = (row.state.deregistered_at or 0.0) if is_withdrawn(row) else row.deregistered_at
    if group.spec.protocol in ENDS_IDLE and row.seen.idle_at is not None and row.seen.idle_at >= since:
        return row.seen.idle_at
    return round(since + group.deregistration_delay_s, 3)


def plan_target(row: Target, group: TargetGroup | None, *, is_used: bool, is_orphan: bool, now: Time) -> Plan:
    """The end of a target: when it is drained it is forgotten, whoever took it out.

    `group` is None when it is gone. `is_orphan`: the task that it stands for is not there any more.
    """
    if group is None:
        return Plan(deletes=(row,), why="its target group is gone")
    if not row.is_draining:
        by_user = (row.spec.registered_at or 0.0) > (row.state.registered_at or 0.0)
        if not is_orphan or by_user or is_withdrawn(row):
            return Plan()
        return Plan(puts=(_deregistered(row, now),), wake_at=now, why="its task is gone: deregistered")
    date = drained_at(row, group if is_used else None)
    return Plan(deletes=(row,), why="drained") if now >= date else Plan(wake_at=date)

"""A task's registrations for service discovery: made once its containers run, taken back before they are stopped.

An instance row has the task's id for its name. The user may register over it and deregister it like any other: it is not
put back, and what is left of it goes with the task. Where a registry's service was deleted the task does without.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from homeport.model.lifecycle import TASK_RANK
from homeport.model.namespace import (
    DiscoveryHealth,
    DiscoveryInstance,
    DiscoveryInstanceSpec,
    DiscoveryInstanceState,
    DiscoveryService,
)
from homeport.model.record import Record, Time
from homeport.model.task import Task
from homeport.plan import containers
from homeport.plan.effects import TaskPayload
from homeport.plan.steps import NO_STEP, Step
from homeport.shapes import ecs

WITHDRAWN_S = 0.5
"""How long after its deregistration a task goes on: DNS has to hear of it, and whoever just asked has to connect."""
ANYWHERE = ("0.0.0.0", "::")  # noqa: S104  # what is published there is reached by loopback, too
LOOPBACK = "127.0.0.1"


class Registration(Struct, frozen=True, gc=False):
    """A registry of a task: the service, and the attributes that its instance is to have."""

    service: DiscoveryService
    attributes: dict[str, str]


class Bearings(Struct, frozen=True, kw_only=True, gc=False):
    """What is registered of a task besides its address: names and places, as AWS's attributes call them.

    `machine` is the address at which the machine is reached by its containers.
    """

    attributes: dict[str, str]
    machine: str = LOOPBACK


@dataclass(frozen=True, slots=True)
class TaskRegistrations:
    """What a task has to do with registries: nothing, most of the time.

    `expected` is how many registries it has whose services are there, `registrations` those for which its place is
    known. `mine` are the rows that stand for it, with their `services` by id; `is_checked`: whether its containers
    have health checks that count.
    """

    expected: int = 0
    registrations: Sequence[Registration] = ()
    mine: Sequence[DiscoveryInstance] = ()
    services: Mapping[str, DiscoveryService] = field(default_factory=dict)
    is_checked: bool = False


UNREGISTERED = TaskRegistrations()


def registrations(
    task: Task,
    payload: TaskPayload,
    registries: Sequence[tuple[ecs.ServiceRegistry, DiscoveryService]],
    bearings: Bearings,
) -> list[Registration]:
    """What is to be registered of a task, as far as it is known where it can be reached (docs/decisions/0031)."""
    found = []
    for registry, service in registries:
        place = _place(task, payload, registry, bearings)
        if place is not None:
            found.append(Registration(service, {**place, **bearings.attributes}))
    return found


def _place(
    task: Task, payload: TaskPayload, registry: ecs.ServiceRegistry, bearings: Bearings
) -> dict[str, str] | None:
    """Address and port; None while they are not known."""
    port = registry.port or registry.container_port
    if payload.network_mode == "awsvpc":
        return None if task.state.address is None else _reached(task.state.address, port)
    if payload.network_mode != "bridge":
        return _reached(bearings.machine, port)
    seen = containers.seen_of(task, registry.container_name or "")
    if seen.status not in containers.UP:
        return None
    if seen.address is not None:
        return _reached(seen.address, port)
    for binding in seen.bindings:
        if binding.container_port == port:
            return _reached(LOOPBACK if binding.bind_ip in ANYWHERE else binding.bind_ip, binding.host_port)
    return _reached(LOOPBACK, port)


def _reached(address: str, port: int | None) -> dict[str, str]:
    found = {"AWS_INSTANCE_IPV4": address}
    return found if port is None else {**found, "AWS_INSTANCE_PORT": str(port)}


def plan_registrations(task: Task, view: TaskRegistrations, now: Time, *, is_up: bool) -> Step:
    """The registrations' next step; `is_up`: whether all containers of the task run."""
    if view is UNREGISTERED:
        return NO_STEP
    if task.state.desired == "STOPPED":
        return _withdraw(task, view, now)
    if TASK_RANK[task.state.last] >= TASK_RANK["ACTIVATING"]:
        return Step(puts=tuple(_kept_up(task, view, now)))
    if not view.expected:
        return NO_STEP
    if not is_up or len(view.registrations) < view.expected:
        # Where it is is not known yet; what is seen next wakes it.
        return Step(rise=())
    puts = tuple(record for each in view.registrations for record in _registered(task, each, view, now))
    return Step(puts=puts, rise=("ACTIVATING",), wake_at=now)


def _registered(
    task: Task, wanted: Registration, view: TaskRegistrations, now: Time
) -> tuple[DiscoveryInstance, DiscoveryService]:
    """The new instance, in place of whatever had its name, and its service, whose instances are now others.

    A task without checks of its own is as well as it can be once its containers run; one with checks has yet to pass.
    """
    service = wanted.service
    health = _health(task, view)
    first = {"AWS_INIT_HEALTH_STATUS": health} if service.has_custom_health else {}
    state = DiscoveryInstanceState(
        task=task.id,
        task_set=task.owner,
        attributes={**wanted.attributes, **first},
        registered_at=now,
        health=health,
        health_at=now,
    )
    spec = DiscoveryInstanceSpec(namespace=service.owner)
    row = DiscoveryInstance(id=f"{service.id}/{task.hex}", owner=service.id, spec=spec, state=state)
    return row, _revised(service)


def _kept_up(task: Task, view: TaskRegistrations, now: Time) -> Iterator[Record]:
    """Tell how the task is, and where, when that has changed: a container that was started anew may be elsewhere."""
    wanted = {each.service.id: each.attributes for each in view.registrations}
    health = _health(task, view)
    for row in view.mine:
        state = row.state
        if health != state.health:
            state = replace(state, health=health, health_at=now)
        kept = {key: value for key, value in state.attributes.items() if key == "AWS_INIT_HEALTH_STATUS"}
        attributes = {**wanted.get(row.owner, state.attributes), **kept}
        if attributes != state.attributes:
            state = replace(state, attributes=attributes, registered_at=now)
            yield _revised(view.services[row.owner])
        if state is not row.state:
            yield replace(row, state=state)


def _health(task: Task, view: TaskRegistrations) -> DiscoveryHealth:
    return "HEALTHY" if not view.is_checked or task.state.health == "HEALTHY" else "UNHEALTHY"


def _withdraw(task: Task, view: TaskRegistrations, now: Time) -> Step:
    """Take out what stands for the task, and wait a moment for everybody to know: nobody waits for dead containers."""
    puts = tuple(_revised(view.services[row.owner]) for row in view.mine)
    rank = TASK_RANK[task.state.last]
    if rank > TASK_RANK["DEACTIVATING"] or not (view.mine or task.state.last == "DEACTIVATING"):
        return Step(puts=puts, deletes=tuple(view.mine))
    since = now if task.state.stopping_at is None else task.state.stopping_at
    until = round(since + WITHDRAWN_S, 3)
    is_alive = any(containers.may_exist(task, name) for name in task.state.containers)
    holds = is_alive and now < until
    return Step(
        puts=puts,
        deletes=tuple(view.mine),
        fall=("DEACTIVATING",),
        holds=holds,
        wake_at=until if holds else None,
    )


def _revised(service: DiscoveryService) -> DiscoveryService:
    """A service whose instances are not what they were."""
    return replace(service, state=replace(service.state, revised=service.state.revised + 1))

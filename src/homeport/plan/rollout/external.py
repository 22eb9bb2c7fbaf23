"""An EXTERNAL service: the user's hand is on the scale, and all that is left to plan is arithmetic and the telling.

computedDesiredCount follows the service's desired count and each set's scale; the service is steady when its sets
are; a deleted service comes to rest when nothing of it runs. minimumHealthyPercent and maximumPercent have no part
in it (seen on AWS). Tasks are `replicas.py`'s business.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from homeport.model.record import Time
from homeport.model.service import Service, ServiceState
from homeport.model.task_set import TaskSet
from homeport.plan.options import Options
from homeport.plan.plan import NO_PLAN, Event, Plan


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service and its task sets."""

    service: Service
    task_sets: Sequence[TaskSet]


def plan_rollout(view: ServiceView, now: Time, options: Options) -> Plan:
    """The task sets' computed counts, the service's steadiness, and its end once it is deleted."""
    service = view.service
    if service.status == "INACTIVE":
        return _plan_inactive(service, now, options)
    if service.spec.deleted_at is not None and not view.task_sets:
        ended = replace(service, state=ServiceState(inactive_at=now))
        return Plan(
            puts=(ended,), wake_at=now + options.keep_inactive_s, why="nothing of it is left: INACTIVE"
        )
    recounted = tuple(_recounted(view, now))
    if recounted:
        events = tuple(
            _recount_event(service, task_set) for task_set in recounted if _is_told(service, task_set)
        )
        # With the recount the service is steady no more, whatever its sets were: it will tell when it is again.
        return Plan(
            puts=(*recounted, *_unsettled(service)),
            events=events,
            why=f"{len(recounted)} task sets recounted",
        )
    return _plan_steadiness(view, now, options)


def wanted(service: Service, task_set: TaskSet) -> int:
    """A set's computedDesiredCount as it ought to be; none once the service is deleted."""
    return 0 if service.spec.deleted_at is not None else task_set.wanted(service.spec.desired_count)


def _recounted(view: ServiceView, now: Time) -> Iterator[TaskSet]:
    for task_set in view.task_sets:
        count = wanted(view.service, task_set)
        if count == task_set.state.computed:
            continue
        # A set that was steady is not any more; one that a call unsettled already keeps the call's date.
        stability_at = now if task_set.is_steady else task_set.state.stability_at
        yield replace(
            task_set,
            state=replace(
                task_set.state, computed=count, steady=False, changed_at=now, stability_at=stability_at
            ),
        )


def _is_told(service: Service, task_set: TaskSet) -> bool:
    """Draining is told by the call that asked for it."""
    return service.spec.deleted_at is None and task_set.spec.deleted_at is None


def _recount_event(service: Service, task_set: TaskSet) -> Event:
    return Event(
        service.spec.incarnation,
        f"(service {service.spec.name}) updated computedDesiredCount for taskSet {task_set.name}"
        f" to {task_set.state.computed}.",
    )


def _plan_steadiness(view: ServiceView, now: Time, options: Options) -> Plan:
    """Steady when there are sets, all of them steady, none of them going; told once, and again every six hours."""
    service, state = view.service, view.service.state
    steady = bool(view.task_sets) and all(task_set.is_steady for task_set in view.task_sets)
    if not steady:
        unsettled = _unsettled(service)
        return Plan(puts=unsettled) if unsettled else NO_PLAN
    if state.steady_told_at is not None and now < state.steady_told_at + options.repeat_event_s:
        return Plan(wake_at=state.steady_told_at + options.repeat_event_s)
    since = now if state.steady_since is None else state.steady_since
    told = replace(service, state=replace(state, steady_since=since, steady_told_at=now))
    event = Event(service.spec.incarnation, f"(service {service.spec.name}) has reached a steady state.")
    return Plan(puts=(told,), events=(event,), wake_at=now + options.repeat_event_s, why="steady")


def _unsettled(service: Service) -> tuple[Service, ...]:
    """The service without its steadiness, if it had any."""
    if service.state.steady_since is None:
        return ()
    return (replace(service, state=replace(service.state, steady_since=None, steady_told_at=None)),)


def _plan_inactive(service: Service, now: Time, options: Options) -> Plan:
    """An INACTIVE service can be described for a while, then it is forgotten."""
    assert service.state.inactive_at is not None
    forget_at = service.state.inactive_at + options.keep_inactive_s
    return Plan(deletes=(service,), why="inactive long ago") if now >= forget_at else Plan(wake_at=forget_at)

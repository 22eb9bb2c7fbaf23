"""Loads a task set's service, tasks and candidates for the planners of replicas and placement."""

from collections import Counter
from collections.abc import Callable

from homeport.engine import target
from homeport.engine.desk import Desk
from homeport.model.instance import Instance, Machine
from homeport.model.lifecycle import BEFORE_RUNNING, TASK_STATUSES
from homeport.model.service import Service
from homeport.model.task import Task, TaskSpec
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.plan.birth import new_task
from homeport.plan.placement import fit
from homeport.plan.placement.candidates import Candidate
from homeport.plan.placement.place import place, rules
from homeport.plan.plan import NO_PLAN, Plan
from homeport.plan.replicas import Births, TaskSetView, plan_replicas
from homeport.plan.rollout import external

ALIVE = tuple(status for status in TASK_STATUSES if status != "STOPPED")


def plan(desk: Desk, id: str) -> Plan:
    """The next step of one task set."""
    task_set = desk.tx.get(TaskSet, id)
    service = None if task_set is None else desk.tx.get(Service, task_set.owner)
    if task_set is None or service is None or _is_under_way(desk, task_set, service):
        return NO_PLAN
    definition = desk.tx.get(TaskDefinition, task_set.spec.definition)
    assert definition is not None, f"{task_set.spec.definition} was forgotten while {id} needs it"
    view = TaskSetView(
        task_set,
        service,
        alive=[task for status in ALIVE for task in desk.tx.owned(Task, f"{id}#{status}")],
        ended=desk.tx.owned(Task, f"{id}#uncounted"),
        checked=_has_health_checks(definition),
        targets=target.of_set(desk.tx, task_set),
    )
    return plan_replicas(view, _births(desk, task_set, service, definition), desk.now, desk.options)


def _is_under_way(desk: Desk, task_set: TaskSet, service: Service) -> bool:
    """Whether all that is wanted exists and some is still coming up: told by counts, without loading a task.

    A set of thousands is looked at whenever one of its tasks comes up; only the last of them changes anything.
    """
    counts = {status: desk.tx.count(Task, f"{task_set.id}#{status}") for status in ALIVE}
    pending = sum(count for status, count in counts.items() if status in BEFORE_RUNNING)
    computed = task_set.state.computed
    return (
        pending > 0
        and pending + counts["RUNNING"] == sum(counts.values()) == computed
        and computed == external.wanted(service, task_set)
        and not task_set.is_steady
        and desk.tx.count(Task, f"{task_set.id}#uncounted") == 0
        and desk.tx.count(Task, f"{task_set.id}#UNHEALTHY") == 0
        and not (task_set.spec.load_balancers and target.needs_a_look(desk.tx, task_set))
    )


def _has_health_checks(definition: TaskDefinition) -> bool:
    containers = definition.spec.definition.container_definitions or []
    return any(container.health_check and container.essential is not False for container in containers)


def _births(
    desk: Desk, task_set: TaskSet, service: Service, definition: TaskDefinition
) -> Callable[[int], Births]:
    """Places and makes up to n tasks of the set."""

    def births(wanted: int) -> Births:
        demand = desk.room.demand_of(desk.tx, definition.id)
        group = f"service:{service.spec.name}"
        rules_ = rules(
            definition.spec.definition,
            group,
            service.spec.placement_constraints,
            service.spec.placement_strategy,
        )
        placement = place(wanted, demand, _candidates(desk, service), rules_)
        spec = _task_spec(desk, task_set, service, definition)
        body, new_id = definition.spec.definition, desk.tx.new_id
        tasks = tuple(
            new_task(new_id(), task_set.id, spec, body, chosen.instance, new_id)
            for chosen in placement.instances
        )
        if placement.reason is None:
            return Births(tasks)
        closest = None if placement.closest is None else placement.closest.instance.hex
        return Births(tasks, fit.event(service.spec.name, placement.reason, closest))

    return births


def _candidates(desk: Desk, service: Service) -> list[Candidate]:
    instances = desk.tx.owned(Instance, service.spec.cluster)
    peers = _peers(desk, service) if len(instances) > 1 or service.spec.placement_constraints else Counter()
    found = []
    for instance in instances:
        machine = desk.tx.get(Machine, instance.spec.machine)
        if machine is not None:
            room = desk.room.free(desk.tx, machine.id)
            connected = machine.seen.connected
            found.append(
                Candidate(instance=instance, capacity=room, peers=peers[instance.id], connected=connected)
            )
    return found


def _peers(desk: Desk, service: Service) -> Counter[str | None]:
    """How many tasks of the service each instance has."""
    return Counter(
        task.state.instance
        for task_set in desk.tx.owned(TaskSet, service.id)
        for status in ALIVE
        for task in desk.tx.owned(Task, f"{task_set.id}#{status}")
    )


def _task_spec(desk: Desk, task_set: TaskSet, service: Service, definition: TaskDefinition) -> TaskSpec:
    return TaskSpec(
        cluster=task_set.spec.cluster,
        definition=definition.id,
        created_at=desk.now,
        group=f"service:{service.spec.name}",
        started_by=task_set.name,
        service=service.id,
        launch_type=task_set.spec.launch_type or "EC2",
        enable_execute_command=service.spec.enable_execute_command,
        tags=_tags(service, definition),
    )


def _tags(service: Service, definition: TaskDefinition) -> dict[str, str]:
    """A service's tasks carry managed tags and propagated ones; a task set's own tags go no further (seen on AWS)."""
    tags: dict[str, str] = {}
    if service.spec.propagate_tags == "SERVICE":
        tags = {k: v for k, v in service.spec.tags.items() if not k.startswith("aws:")}
    elif service.spec.propagate_tags == "TASK_DEFINITION":
        tags = {k: v for k, v in definition.spec.tags.items() if not k.startswith("aws:")}
    if service.spec.enable_ecs_managed_tags:
        cluster = service.spec.cluster.rsplit("/", 1)[1]
        tags |= {"aws:ecs:clusterName": cluster, "aws:ecs:serviceName": service.spec.name}
    return tags

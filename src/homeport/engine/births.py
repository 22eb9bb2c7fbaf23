"""Places and makes the tasks that a task set is missing: on the cluster's instances, or on Fargate.

How many are missing, and when they may be tried, is decided in `plan/replicas.py`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from homeport.engine.desk import Desk
from homeport.model.instance import Instance, Machine
from homeport.model.lifecycle import TASK_STATUSES
from homeport.model.record import scope_of
from homeport.model.role import Role
from homeport.model.service import Service
from homeport.model.task import Task, TaskSpec
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.plan import assuming, strategy
from homeport.plan.birth import new_task
from homeport.plan.placement import capacity, fit, hosts
from homeport.plan.placement.candidates import Candidate
from homeport.plan.placement.place import place, rules
from homeport.plan.replicas import Births

ALIVE = tuple(status for status in TASK_STATUSES if status != "STOPPED")


def births(
    desk: Desk, task_set: TaskSet, service: Service, definition: TaskDefinition
) -> Callable[[int], Births]:
    """Places and makes up to n tasks of the set."""
    role = assuming.named(definition.spec.definition, None)
    if role and not _may_be_assumed(desk, service, role):
        refused = Births((), assuming.event(service.spec.name, role))
        return lambda _: refused
    is_fargate = task_set.spec.launch_type == "FARGATE" or task_set.spec.capacity_provider_strategy
    born = _on_fargate if is_fargate else _on_instances
    return lambda wanted: born(desk, task_set, service, definition, wanted)


def _may_be_assumed(desk: Desk, service: Service, role: str) -> bool:
    """Whether the role that the tasks act as may be assumed for them; asked again each time, for roles come and go."""
    id = assuming.id_of(role, scope_of(service.id).account)
    return assuming.may_be(None if id is None else desk.tx.get(Role, id), role)


def _on_instances(
    desk: Desk, task_set: TaskSet, service: Service, definition: TaskDefinition, wanted: int
) -> Births:
    demand = desk.room.demand_of(desk.tx, definition.id)
    rules_ = rules(
        definition.spec.definition,
        f"service:{service.spec.name}",
        service.spec.placement_constraints,
        service.spec.placement_strategy,
    )
    placement = place(wanted, demand, _candidates(desk, service), rules_)
    spec = _task_spec(desk, task_set, service, definition)
    body, new_id = definition.spec.definition, desk.tx.new_id
    tasks = tuple(
        new_task(new_id(), task_set.id, spec, body, chosen.instance, new_id) for chosen in placement.instances
    )
    if placement.reason is None:
        return Births(tasks)
    closest = None if placement.closest is None else placement.closest.instance.hex
    return Births(tasks, fit.event(service.spec.name, placement.reason, closest))


def _on_fargate(
    desk: Desk, task_set: TaskSet, service: Service, definition: TaskDefinition, wanted: int
) -> Births:
    demand = capacity.on_fargate(desk.room.demand_of(desk.tx, definition.id))
    body, new_id = definition.spec.definition, desk.tx.new_id
    suitable = [
        (machine, desk.room.free(desk.tx, machine.id))
        for machine in desk.tx.owned(Machine, "machines")
        if hosts.suits(machine, body.runtime_platform)
    ]
    machines = hosts.hosts(wanted, demand, suitable)
    spec = _task_spec(desk, task_set, service, definition)
    of = _providers(desk, task_set, len(machines))
    tasks = tuple(
        new_task(new_id(), task_set.id, replace(spec, capacity_provider=provider), body, machine, new_id)
        for machine, provider in zip(machines, of, strict=True)
    )
    return Births(tasks, None if len(tasks) == wanted else hosts.event(service.spec.name))


def _providers(desk: Desk, task_set: TaskSet, count: int) -> Sequence[str | None]:
    """Whose capacity each new task is; nobody's by name where a launch type was asked for."""
    if not task_set.spec.capacity_provider_strategy:
        return [None] * count
    present = Counter(
        task.spec.capacity_provider or "" for task in _alive(desk, task_set) if not task.is_stopping
    )
    return strategy.split(task_set.spec.capacity_provider_strategy, present, count)


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
        for task in _alive(desk, task_set)
    )


def _alive(desk: Desk, task_set: TaskSet) -> Iterator[Task]:
    for status in ALIVE:
        yield from desk.tx.owned(Task, f"{task_set.id}#{status}")


def _task_spec(desk: Desk, task_set: TaskSet, service: Service, definition: TaskDefinition) -> TaskSpec:
    spec = task_set.spec
    return TaskSpec(
        cluster=spec.cluster,
        definition=definition.id,
        created_at=desk.now,
        group=f"service:{service.spec.name}",
        started_by=task_set.name,
        service=service.id,
        launch_type="FARGATE" if spec.capacity_provider_strategy else spec.launch_type or "EC2",
        platform_version=spec.platform_version,
        platform_family=spec.platform_family,
        network=spec.network,
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

"""Where the tasks of a RunTask go: on instances, as placement says, or on Fargate; and the failures of those that go nowhere."""

from collections.abc import Callable, Sequence
from functools import cache

from homeport.api.ecs import checks_run_task
from homeport.api.ecs.errors import tasks as errors
from homeport.model import arn
from homeport.model.instance import Instance, Machine
from homeport.model.task import Task, TaskSpec
from homeport.model.task_definition import TaskDefinition
from homeport.plan.placement import capacity, hosts
from homeport.plan.placement.candidates import Candidate, candidate
from homeport.plan.placement.capacity import Demand
from homeport.plan.placement.place import Placement, place, rules
from homeport.plan.placement.strategies import RUN_TASK_DEFAULT
from homeport.plan.strategy import split
from homeport.shapes import ecs
from homeport.store.tx import ReadTx

Seat = tuple[Instance | Machine, str | None]
"""Where one task goes, and the capacity provider that it is of."""


def on_instances(
    tx: ReadTx, request: ecs.RunTaskRequest, spec: TaskSpec, definition: ecs.TaskDefinition
) -> tuple[list[Seat], list[ecs.Failure]]:
    """Instances of the cluster. Raises InvalidParameterException when it has none."""
    candidates = _candidates(tx, spec.cluster, spec.group)
    if not candidates:
        raise errors.no_instances()
    rules_ = rules(
        definition,
        spec.group,
        request.placement_constraints or [],
        request.placement_strategy or RUN_TASK_DEFAULT,
    )
    demand = capacity.demand(definition, spec.overrides)
    placement = place(checks_run_task.count(request), demand, candidates, rules_)
    return [(chosen.instance, None) for chosen in placement.instances], _failures(placement)


def on_fargate(
    tx: ReadTx,
    request: ecs.RunTaskRequest,
    spec: TaskSpec,
    definition: ecs.TaskDefinition,
    strategy: Sequence[ecs.CapacityProviderStrategyItem],
) -> tuple[list[Seat], list[ecs.Failure]]:
    """Machines with room. One failure stands for all tasks that have none (seen on AWS)."""
    demand_of = _demands(tx)
    suitable = [
        (machine, capacity.free(machine, map(demand_of, tx.owned(Task, f"machine:{machine.id}"))))
        for machine in tx.owned(Machine, "machines")
        if hosts.suits(machine, definition.runtime_platform)
    ]
    wanted = checks_run_task.count(request)
    demand = capacity.on_fargate(capacity.demand(definition, spec.overrides))
    machines = hosts.hosts(wanted, demand, suitable)
    of: Sequence[str | None] = split(strategy, {}, len(machines)) if strategy else [None] * len(machines)
    failures = [] if len(machines) == wanted else [ecs.Failure(reason=hosts.UNAVAILABLE)]
    return list(zip(machines, of, strict=True)), failures


def _candidates(tx: ReadTx, cluster_id: str, group: str) -> list[Candidate]:
    """The cluster's instances with what their machines have left, whichever cluster took the rest."""
    demand_of = _demands(tx)
    found = []
    for instance in tx.owned(Instance, cluster_id):
        machine = tx.get(Machine, instance.spec.machine)
        if machine is None:
            continue
        held = tx.owned(Task, f"machine:{machine.id}")
        free = capacity.free(machine, map(demand_of, held))
        found.append(candidate(instance, machine, free, held, group))
    return found


def _demands(tx: ReadTx) -> Callable[[Task], Demand]:
    """What a task needs, reckoned once for all tasks of a definition that override nothing."""

    def reckoned(definition_id: str, overrides: ecs.TaskOverride | None = None) -> Demand:
        definition = tx.get(TaskDefinition, definition_id)
        return Demand() if definition is None else capacity.demand(definition.spec.definition, overrides)

    plain = cache(reckoned)

    def demand_of(task: Task) -> Demand:
        definition, overrides = task.spec.definition, task.spec.overrides
        found = plain(definition) if overrides is None else reckoned(definition, overrides)
        return capacity.of_task(task, found)

    return demand_of


def _failures(placement: Placement) -> list[ecs.Failure]:
    """One for each instance that could not take another task, as AWS lists them."""
    return [
        ecs.Failure(arn=arn.instance_arn(refused.instance.id), reason=reason)
        for refused, reason in placement.refusals
    ]

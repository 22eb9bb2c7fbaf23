"""Random small worlds: a cluster or two, a few EXTERNAL services, and users who never sit still."""

import random
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from homeport.model.cluster import Cluster, ClusterSpec
from homeport.model.instance import Instance, InstanceSpec
from homeport.model.record import R
from homeport.model.service import Service, ServiceSpec
from homeport.model.target_group import TargetGroup
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition, TaskDefinitionSpec
from homeport.model.task_set import TaskSet, TaskSetSpec
from homeport.shapes import ecs
from homeport.store.tx import WriteTx
from tests.sim import network, traffic
from tests.sim.registry import Registry
from tests.sim.world import MACHINE, START, Act, World

HAS_VPC = 0.6
"""The share of worlds with tasks that have addresses of their own."""
MODERN = 0.7
"""The share of definitions in such a world that are in awsvpc mode."""
SCOPE = "123456789012/us-east-1"


def cluster(name: str = "sim") -> Cluster:
    """A cluster."""
    return Cluster(id=f"{SCOPE}/{name}", owner=SCOPE, spec=ClusterSpec(name=name, created_at=START))


def instance(of: Cluster, machine: str = MACHINE, number: int = 0) -> Instance:
    """A machine's membership in a cluster."""
    spec = InstanceSpec(cluster=of.id, machine=machine, registered_at=START)
    return Instance(id=f"{of.id}/{number:032x}", owner=of.id, spec=spec)


def definition(family: str, containers: list[ecs.ContainerDefinition], revision: int = 1) -> TaskDefinition:
    """A task definition."""
    body = ecs.TaskDefinition(family=family, revision=revision, container_definitions=containers)
    spec = TaskDefinitionSpec(definition=body, registered_at=START, registered_by="sim")
    return TaskDefinition(id=f"{SCOPE}/{family}:{revision}", owner=f"{SCOPE}/{family}", spec=spec)


def service(of: Cluster, name: str, desired: int) -> Service:
    """An EXTERNAL service."""
    spec = ServiceSpec(
        cluster=of.id,
        name=name,
        incarnation=f"{of.id}/{name}/1",
        created_at=START,
        created_by="sim",
        desired_count=desired,
    )
    return Service(id=f"{of.id}/{name}", owner=of.id, spec=spec)


def task_set(of: Service, definition_id: str, number: str, scale: float, now: float = START) -> TaskSet:
    """A task set of a service."""
    spec = TaskSetSpec(
        cluster=of.spec.cluster,
        service=of.id,
        number=number,
        definition=definition_id,
        created_at=now,
        updated_at=now,
        unsettled_at=now,
        scale_percent=scale,
    )
    return TaskSet(id=f"{of.id}/ecs-svc/{number}", owner=of.id, spec=spec)


def container(name: str, **members: object) -> ecs.ContainerDefinition:
    """A container definition of 64 units and 64 MiB."""
    members = {"image": "busybox", "cpu": 64, "memory": 64, "essential": True, **members}
    return ecs.ContainerDefinition(name=name, **members)  # type: ignore[arg-type]


def random_containers(dice: random.Random) -> list[ecs.ContainerDefinition]:
    """One to three containers, some of which wait for another."""
    ports = [ecs.PortMapping(container_port=traffic.PORT, host_port=0, protocol="tcp")]
    app = container("app", stop_timeout=dice.choice([None, 2, 10]), port_mappings=ports)
    shape = dice.randrange(4)
    if shape == 0:
        return [app]
    if shape == 1:
        wait = ecs.ContainerDependency(container_name="side", condition=dice.choice(["START", "HEALTHY"]))
        check = ecs.HealthCheck(command=["CMD", "true"])
        return [replace(app, depends_on=[wait]), container("side", essential=False, health_check=check)]
    if shape == 2:
        policy = ecs.ContainerRestartPolicy(enabled=True, restart_attempt_period=60)
        again = replace(app, restart_policy=policy) if dice.random() < 0.5 else app
        return [again, container("restarted", essential=False, restart_policy=policy)]
    return [app, container("two"), container("three", essential=False, links=["app"])]


def found(acts: random.Random) -> tuple[Callable[[WriteTx], None], list[Act]]:
    """What there is at the start, and what users do in the two minutes after it."""
    home, registry = cluster(), Registry(acts)
    services = [service(home, f"s{n}", acts.randrange(5)) for n in range(acts.randint(1, 3))]
    services = [_with_grace(one, acts.choice([None, 0, 20])) for one in services]
    definitions = [definition(f"f{n}", random_containers(acts)) for n in range(2)]
    has_vpc = acts.random() < HAS_VPC
    if has_vpc:
        definitions = [network.in_vpc(one) if acts.random() < MODERN else one for one in definitions]
    balancer, groups = traffic.balancer(), traffic.random_groups(acts)
    groups += traffic.random_groups(acts, "ip", first=10) if has_vpc else []

    def begin(tx: WriteTx) -> None:
        for record in (home, instance(home), *definitions, *services, *(network.RECORDS if has_vpc else ())):
            tx.put(record)
        for record in (*registry.records, *groups):
            tx.put(record)
        if groups:
            tx.put(balancer)
            tx.put(traffic.listener(balancer, groups))
        for one in services:
            chosen = acts.choice(definitions)
            new = task_set(one, chosen.id, "1", acts.choice([0.0, 50.0, 100.0]))
            new = registry.registered(network.connected(new, chosen, pick := acts.random()), pick)
            fitting = traffic.fitting(new, groups)
            tx.put(traffic.attached(new, acts.choice(fitting)) if fitting else new)

    script = [
        Act(round(acts.uniform(0.0, 110.0), 3), name, run)
        for _ in range(acts.randint(3, 12))
        for name, run in [_random_act(acts, definitions, groups, registry)]
    ]
    if groups:
        script += [
            Act(round(acts.uniform(0.0, 110.0), 3), *traffic.random_act(acts))
            for _ in range(acts.randint(0, 8))
        ]
    if has_vpc:
        script += [
            Act(round(acts.uniform(0.0, 110.0), 3), *network.random_act(acts))
            for _ in range(acts.randint(0, 5))
        ]
    return begin, sorted([*script, *registry.script], key=lambda act: act.at_s)


def _with_grace(one: Service, grace_s: int | None) -> Service:
    return replace(one, spec=replace(one.spec, health_check_grace_period_s=grace_s))


def _random_act(
    dice: random.Random, definitions: list[TaskDefinition], groups: list[TargetGroup], registry: Registry
) -> tuple[str, Callable[[World, WriteTx], None]]:
    number = str(dice.randrange(10**9))
    chosen = dice.choice(definitions)
    scale, desired, pick = dice.choice([0.0, 25.0, 50.0, 100.0]), dice.randrange(7), dice.random()

    def create(world: World, tx: WriteTx) -> None:
        for one in _some(tx, Service, pick):
            if len(tx.owned(TaskSet, one.id)) < 5 and one.spec.deleted_at is None:
                new = task_set(one, chosen.id, number, scale, world.now)
                new = registry.registered(network.connected(new, chosen, pick), pick)
                there = [each for each in groups if tx.get(TargetGroup, each.id) is not None]
                fitting = [None, *traffic.fitting(new, there)]
                group = fitting[int(pick * len(fitting))]
                tx.put(new if group is None else traffic.attached(new, group))

    def rescale(world: World, tx: WriteTx) -> None:
        for one in _some(tx, TaskSet, pick):
            if one.spec.deleted_at is None:
                spec = replace(one.spec, scale_percent=scale, updated_at=world.now, unsettled_at=world.now)
                tx.put(replace(one, spec=spec))

    def resize(_: World, tx: WriteTx) -> None:
        for one in _some(tx, Service, pick):
            tx.put(replace(one, spec=replace(one.spec, desired_count=desired)))

    def drop(world: World, tx: WriteTx) -> None:
        for one in _some(tx, TaskSet, pick):
            spec = replace(one.spec, deleted_at=world.now, updated_at=world.now, unsettled_at=world.now)
            tx.put(replace(one, spec=spec))

    def stop(world: World, tx: WriteTx) -> None:
        for one in _some(tx, Task, pick):
            if one.spec.stop_requested_at is None:
                tx.put(
                    replace(one, spec=replace(one.spec, stop_requested_at=world.now, stop_reason="because"))
                )

    def kill(world: World, _: WriteTx) -> None:
        refs = sorted(world.runtime.containers, key=repr)
        if refs:
            world.runtime.kill(refs[int(pick * len(refs))], world.now)

    def remove(world: World, _: WriteTx) -> None:
        refs = sorted(world.runtime.containers, key=repr)
        if refs:
            del world.runtime.containers[refs[int(pick * len(refs))]]

    return dice.choice(
        [
            ("remove", remove),
            ("create", create),
            ("rescale", rescale),
            ("rescale", rescale),
            ("resize", resize),
            ("drop", drop),
            ("stop", stop),
            ("kill", kill),
            ("kill", kill),
        ]
    )


def _some(tx: WriteTx, kind: type[R], pick: float) -> Iterator[R]:
    """One of the records of a kind, if there are any."""
    records = tx.all(kind)
    if records:
        yield records[int(pick * len(records))]

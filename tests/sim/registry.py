"""A Cloud Map service for random worlds: some task sets register in it, and users meddle with what is registered.

Its dice are copies: worlds without it stay the worlds that they were.
"""

import random
from collections.abc import Callable
from itertools import groupby

from msgspec.structs import replace

from homeport.model import arn
from homeport.model.namespace import (
    DiscoveryInstance,
    DiscoveryService,
    DiscoveryServiceSpec,
    DnsRecord,
    Namespace,
    NamespaceSpec,
)
from homeport.model.record import Record
from homeport.model.task import Task
from homeport.model.task_set import TaskSet
from homeport.shapes import ecs
from homeport.store.tx import WriteTx
from tests.sim import traffic
from tests.sim.world import START, Act, World

SCOPE = "123456789012/us-east-1"
SHARE = 0.4
"""Of worlds with a registry; half of their task sets register in it."""
NAMESPACE = Namespace(
    id=f"{SCOPE}/ns-1",
    owner=SCOPE,
    spec=NamespaceSpec(name="sim", http_name="sim", kind="HTTP", created_at=START),
)
SERVICE = DiscoveryService(
    id=f"{SCOPE}/srv-1",
    owner=NAMESPACE.id,
    spec=DiscoveryServiceSpec(
        name="web", created_at=START, records=(DnsRecord("SRV", 1),), failure_threshold=1
    ),
)
GOING = ("STOPPING", "DEPROVISIONING", "STOPPED")


class Registry:
    """`records` and `script` of a world; nothing where there is none."""

    def __init__(self, acts: random.Random) -> None:
        dice = random.Random()
        dice.setstate(acts.getstate())
        self.records: tuple[Record, ...] = (NAMESPACE, SERVICE) if dice.random() < SHARE else ()
        count = dice.randint(0, 5) if self.records else 0
        self.script = [Act(round(dice.uniform(0.0, 110.0), 3), *_random_act(dice)) for _ in range(count)]

    def registered(self, task_set: TaskSet, pick: float) -> TaskSet:
        """The task set with a registry, or without one."""
        if not self.records or pick < 0.5:
            return task_set
        named = ecs.ServiceRegistry(
            registry_arn=arn.discovery_service_arn(SERVICE.id),
            container_name="app",
            container_port=traffic.PORT,
        )
        return replace(task_set, spec=replace(task_set.spec, service_registries=[named]))


def _random_act(dice: random.Random) -> tuple[str, Callable[[World, WriteTx], None]]:
    pick = dice.random()

    def deregister(_: World, tx: WriteTx) -> None:
        rows = tx.all(DiscoveryInstance)
        if rows:
            tx.delete(rows[int(pick * len(rows))])

    def tell(world: World, tx: WriteTx) -> None:
        rows = tx.all(DiscoveryInstance)
        if rows:
            row = rows[int(pick * len(rows))]
            tx.put(replace(row, spec=replace(row.spec, health="HEALTHY", health_at=world.now)))

    def close(_: World, tx: WriteTx) -> None:
        service = tx.get(DiscoveryService, SERVICE.id)
        if service is not None and not tx.count(DiscoveryInstance, service.id):
            tx.delete(service)

    return dice.choice([("deregister", deregister), ("tell", tell), ("close the registry", close)])


def never_found_when_going(world: World) -> None:
    """Nobody is told of a task any more when its containers may be stopped."""
    found: dict[str, str] = {}
    for _, changes in groupby(world.changes, key=lambda change: change.revision):
        going = []
        for change in changes:
            after, record = change.after, change.record
            if isinstance(record, DiscoveryInstance):
                found.pop(record.id, None)
                if after is not None and record.state.task is not None:
                    found[record.id] = record.state.task
            elif isinstance(after, Task) and after.state.last in GOING:
                going.append(after)
        for task in going:
            assert task.id not in found.values(), f"{task.id} is {task.state.last}, and still registered"


def registrations_at_rest(world: World) -> None:
    """Whoever is registered runs, and is as well as it is said to be; whoever runs unregistered was taken out by hand."""
    with world.store.read(world.now) as tx:
        for row in tx.all(DiscoveryInstance):
            task = tx.get(Task, row.state.task or "")
            assert task is not None and task.state.last == "RUNNING", f"{row.id} outlived its task"
            assert row.health == "HEALTHY" or task.state.health != "HEALTHY", f"{row.id} is said to be ill"

"""VPCs for random worlds: two subnets, one of them small, tasks with addresses of their own, and what befalls them."""

import random
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from homeport.model.record import R, Record
from homeport.model.security_group import GroupSpec, SecurityGroup
from homeport.model.task import Task, TaskNetwork
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.model.vpc import Subnet, SubnetSpec, Vpc, VpcSpec
from homeport.store.tx import WriteTx
from tests.sim.world import START, World

SCOPE = "123456789012/us-east-1"
VPC = Vpc(id=f"{SCOPE}/vpc-1", owner=SCOPE, spec=VpcSpec(cidr="10.0.0.0/16", created_at=START))
GROUP = SecurityGroup(
    id=f"{SCOPE}/sg-1",
    owner=VPC.id,
    spec=GroupSpec(name="default", description="", vpc=VPC.id, created_at=START),
)


def subnet(number: int, cidr: str) -> Subnet:
    """A subnet of the VPC."""
    spec = SubnetSpec(cidr=cidr, zone="us-east-1a", created_at=START)
    return Subnet(id=f"{SCOPE}/subnet-{number}", owner=VPC.id, spec=spec)


SUBNETS = (subnet(1, "10.0.1.0/28"), subnet(2, "10.0.2.0/24"))
RECORDS: tuple[Record, ...] = (VPC, *SUBNETS, GROUP)


def in_vpc(definition: TaskDefinition) -> TaskDefinition:
    """The definition in awsvpc mode."""
    body = replace(definition.spec.definition, network_mode="awsvpc")
    return replace(definition, spec=replace(definition.spec, definition=body))


def connected(task_set: TaskSet, definition: TaskDefinition, pick: float) -> TaskSet:
    """The task set with a network if its definition wants one: both subnets, or one; with public addresses, or none."""
    if definition.spec.definition.network_mode != "awsvpc":
        return task_set
    subnets = tuple(each.id for each in (SUBNETS if pick < 0.5 else SUBNETS[1:]))
    network = TaskNetwork(subnets=subnets, public=pick < 0.25)
    return replace(task_set, spec=replace(task_set.spec, network=network))


def random_act(dice: random.Random) -> tuple[str, Callable[[World, WriteTx], None]]:
    """Something that befalls tasks with addresses of their own."""
    pick, away_s = dice.random(), dice.choice([1.0, 30.0, 200.0])

    def desert(world: World, _: WriteTx) -> None:
        world.fabric.away_until = min(world.now + away_s, START + 115.0)

    def interrupt(world: World, tx: WriteTx) -> None:
        for one in _some(tx, Task, pick):
            if not one.is_stopping:
                tx.put(replace(one, spec=replace(one.spec, interrupted_at=world.now)))

    def suffocate(world: World, _: WriteTx) -> None:
        refs = sorted(world.runtime.sockets, key=repr)
        if refs:
            world.runtime.kill(refs[int(pick * len(refs))], world.now)

    return dice.choice(
        [("no network process", desert), ("interrupt", interrupt), ("kill a pause", suffocate)]
    )


def _some(tx: WriteTx, kind: type[R], pick: float) -> Iterator[R]:
    records = tx.all(kind)
    if records:
        yield records[int(pick * len(records))]

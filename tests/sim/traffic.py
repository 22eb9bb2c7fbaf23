"""Load balancers for random worlds: one with a listener, some target groups, and users who meddle with all of them."""

import random
from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from homeport.drivers.fake.balancer import Moods
from homeport.model import arn
from homeport.model.load_balancer import Listener, ListenerSpec, LoadBalancer, LoadBalancerSpec
from homeport.model.record import R
from homeport.model.target_group import HealthCheck, Target, TargetGroup, TargetGroupSpec
from homeport.model.task_set import TaskSet
from homeport.shapes import ecs, elbv2
from homeport.store.tx import WriteTx
from tests.sim.world import START, World

SCOPE = "123456789012/us-east-1"
DELAY = "deregistration_delay.timeout_seconds"
PORT = 80


def balancer() -> LoadBalancer:
    """A load balancer."""
    spec = LoadBalancerSpec(
        name="lb", number=f"{1:016x}", kind="application", created_at=START, address="127.77.0.1", vpc="vpc-1"
    )
    return LoadBalancer(id=f"{SCOPE}/app/lb/{1:016x}", owner=SCOPE, spec=spec)


def group(
    number: int, protocol: str = "HTTP", delay_s: int = 5, target_type: str = "instance"
) -> TargetGroup:
    """A target group, of instances if nothing else is said."""
    spec = TargetGroupSpec(
        name=f"g{number}",
        number=f"{number:016x}",
        target_type=target_type,
        created_at=START,
        protocol=protocol,
        port=PORT,
        vpc="vpc-1",
        health_check=HealthCheck(),
        attributes={DELAY: str(delay_s)},
    )
    return TargetGroup(id=f"{SCOPE}/g{number}/{number:016x}", owner=SCOPE, spec=spec)


def listener(of: LoadBalancer, groups: Sequence[TargetGroup]) -> Listener:
    """A listener that forwards to all of some groups."""
    spec = ListenerSpec(
        number=f"{2:016x}", port=80, protocol="HTTP", created_at=START, default_actions=[forward(groups)]
    )
    return Listener(id=f"{of.id}/{2:016x}", owner=of.id, spec=spec)


def forward(groups: Sequence[TargetGroup], weight: int = 1) -> elbv2.Action:
    """To each of the groups with the same weight."""
    tuples = [
        elbv2.TargetGroupTuple(target_group_arn=arn.target_group_arn(one.id), weight=weight) for one in groups
    ]
    return elbv2.Action(type="forward", forward_config=elbv2.ForwardActionConfig(target_groups=tuples))


def attached(task_set: TaskSet, group: TargetGroup) -> TaskSet:
    """The task set with a load balancer for its container `app`."""
    one = ecs.LoadBalancer(
        target_group_arn=arn.target_group_arn(group.id), container_name="app", container_port=PORT
    )
    return replace(task_set, spec=replace(task_set.spec, load_balancers=[one]))


def random_groups(dice: random.Random, target_type: str = "instance", first: int = 1) -> list[TargetGroup]:
    """None in some worlds, up to three in others."""
    return [
        group(number, dice.choice(["HTTP", "TCP"]), dice.choice([0, 3, 20]), target_type)
        for number in range(first, dice.choice([0, 1, 2, 2, 3]) + first)
    ]


def fitting(task_set: TaskSet, groups: Sequence[TargetGroup]) -> list[TargetGroup]:
    """The groups whose targets can be tasks of a set: addresses, where they have some of their own."""
    target_type = "instance" if task_set.spec.network is None else "ip"
    return [one for one in groups if one.spec.target_type == target_type]


def random_moods(dice: random.Random) -> Moods:
    """A data plane that is sound in some worlds only."""
    return Moods(flaps=dice.choice([0.0, 0.0, 0.3]), hangs=dice.choice([0.0, 0.3, 1.0]))


def random_act(dice: random.Random) -> tuple[str, Callable[[World, WriteTx], None]]:
    """Something that a user does to load balancers."""
    pick, weight, delay_s, share = dice.random(), dice.randrange(1, 9), dice.choice([0, 1, 30]), dice.random()

    def weigh(_: World, tx: WriteTx) -> None:
        """Attach and detach: some groups, perhaps none, with some weight."""
        groups = [one for one in tx.all(TargetGroup) if dice_of(one.id, share)]
        for one in tx.all(Listener):
            actions = [forward(groups, weight)] if groups else [elbv2.Action(type="fixed-response")]
            tx.put(replace(one, spec=replace(one.spec, default_actions=actions)))

    def attach(_: World, tx: WriteTx) -> None:
        for one in tx.all(Listener):
            actions = [forward(tx.all(TargetGroup), weight)]
            tx.put(replace(one, spec=replace(one.spec, default_actions=actions)))

    def delay(_: World, tx: WriteTx) -> None:
        for one in _some(tx, TargetGroup, pick):
            tx.put(replace(one, spec=replace(one.spec, attributes={DELAY: str(delay_s)})))

    def register(world: World, tx: WriteTx) -> None:
        for one in _some(tx, Target, pick):
            tx.put(replace(one, spec=replace(one.spec, registered_at=world.now)))

    def deregister(world: World, tx: WriteTx) -> None:
        for one in _some(tx, Target, pick):
            tx.put(replace(one, spec=replace(one.spec, deregistered_at=world.now)))

    def drop(_: World, tx: WriteTx) -> None:
        """Delete a target group that no load balancer uses any more."""
        groups = tx.all(TargetGroup)
        for one in _some(tx, TargetGroup, pick):
            rest = [each for each in groups if each.id != one.id]
            for each in tx.all(Listener):
                actions = [forward(rest)] if rest else [elbv2.Action(type="fixed-response")]
                tx.put(replace(each, spec=replace(each.spec, default_actions=actions)))
            for target in tx.owned(Target, one.id):
                tx.delete(target)
            tx.delete(one)

    return dice.choice(
        [
            ("weigh", weigh),
            ("attach", attach),
            ("attach", attach),
            ("delay", delay),
            ("register", register),
            ("deregister", deregister),
            ("deregister", deregister),
            ("drop group", drop),
        ]
    )


def dice_of(text: str, share: float) -> bool:
    """The same answer for the same text and share in every run."""
    return random.Random(f"{text} {share}").random() < 0.6


def _some(tx: WriteTx, kind: type[R], pick: float) -> Iterator[R]:
    records = tx.all(kind)
    if records:
        yield records[int(pick * len(records))]

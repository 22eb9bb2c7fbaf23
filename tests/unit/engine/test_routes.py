"""Tables that are followed are the tables that would be made anew, whatever has changed of the rows."""

import random

from msgspec.structs import replace

from homeport.engine.routes import Routes
from homeport.model import arn
from homeport.model.certificate import Certificate, CertificateSpec
from homeport.model.interface import Interface, InterfaceSpec
from homeport.model.load_balancer import Listener, ListenerSpec, Rule, RuleSpec
from homeport.model.record import Record
from homeport.model.target_group import Target, TargetSeen, TargetSpec
from homeport.model.vpc import Vpc, VpcSeen, VpcSpec
from homeport.plan.traffic import applied
from homeport.shapes import elbv2
from homeport.store.memory import MemoryStore
from tests.builders import SCOPE, T0, a_load_balancer, a_target_group, ids

BALANCER = a_load_balancer("web")
GROUPS = [
    replace(a_target_group(name), id=f"{SCOPE}/{name}/{number:016x}")
    for number, name in enumerate(("blue", "green", "red"), 2)
]
GROUPS[2] = replace(GROUPS[2], spec=replace(GROUPS[2].spec, target_type="ip"))
VPC = Vpc(id=f"{SCOPE}/vpc-1", owner=SCOPE, spec=VpcSpec(cidr="10.0.0.0/16", created_at=T0))
BRIDGED = replace(VPC, seen=VpcSeen(bridge="hp1"))
CERTIFICATE = Certificate(
    id=f"{SCOPE}/certificate/1",
    owner=SCOPE,
    spec=CertificateSpec(
        number="1",
        domain="a.example",
        body="a",
        private_key="b",
        chain=None,
        names=["a.example"],
        created_at=T0,
        kind="IMPORTED",
        not_before=T0,
        not_after=T0,
        serial="1",
        subject="a",
        issuer="a",
        key_algorithm="RSA_2048",
        signature_algorithm="SHA256WITHRSA",
    ),
)


def forward(group: Record) -> elbv2.Action:
    return elbv2.Action(type="forward", target_group_arn=arn.target_group_arn(group.id))


def a_listener(number: int, group: Record, *certificates: Certificate) -> Listener:
    spec = ListenerSpec(
        number=f"{number:016x}",
        port=8000 + number,
        protocol="HTTP",
        default_actions=[forward(group)],
        created_at=T0,
        certificates=[arn.certificate_arn(each.id) for each in certificates],
    )
    return Listener(id=f"{BALANCER.id}/{number:016x}", owner=BALANCER.id, spec=spec)


def a_rule(listener: Listener, number: int, group: Record) -> Rule:
    spec = RuleSpec(number=f"{number:016x}", created_at=T0, priority=number, actions=[forward(group)])
    return Rule(id=f"{listener.id}/{number:016x}", owner=listener.id, spec=spec)


def a_target(group: Record, port: int) -> Target:
    spec = TargetSpec(target="127.0.0.1", port=port, registered_at=T0)
    return Target(id=f"{group.id}/127.0.0.1:{port}", owner=group.id, spec=spec)


def an_interface(number: int) -> Interface:
    spec = InterfaceSpec(
        vpc=VPC.id,
        subnet=f"{SCOPE}/subnet-1",
        address=f"10.0.0.{number}",
        mac="02:42:0a:00:00:05",
        created_at=T0,
        purpose="balancer",
        balancer=BALANCER.id,
    )
    return Interface(id=f"{SCOPE}/eni-{number}", owner=spec.subnet, spec=spec)


def any_row(dice: random.Random) -> Record:
    """A row that something may have been done to."""
    group = dice.choice(GROUPS)
    listener = a_listener(dice.randint(1, 2), group, *([CERTIFICATE] if dice.random() < 0.5 else []))
    return dice.choice(
        [
            BALANCER,
            group,
            listener,
            a_rule(listener, dice.randint(3, 4), group),
            a_target(group, 8080),
            CERTIFICATE,
            an_interface(dice.randint(5, 6)),
        ]
    )


def test_what_is_followed_is_what_would_be_made_anew():
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    store = MemoryStore(ids())
    followed = Routes(store, "127.0.0.1")
    known = followed.whole(T0)
    for _ in range(400):
        row = dice.choice([VPC, BRIDGED]) if dice.random() < 0.1 else any_row(dice)
        with store.write("seen" if isinstance(row, Vpc) else "spec", T0) as tx:
            if dice.random() < 0.3 and not isinstance(row, Vpc):
                tx.delete(row)
            else:
                tx.put(row)
        if dice.random() < 0.6:
            known = applied(known, followed.follow(T0))
            assert known == followed.tables == Routes(store, "127.0.0.1").whole(T0)


def a_store(*rows: Record) -> MemoryStore:
    store = MemoryStore(ids())
    with store.write("spec", T0) as tx:
        for row in rows:
            tx.put(row)
    return store


def test_only_what_has_changed_is_told():
    blue, green = GROUPS[0], GROUPS[1]
    web, other = a_listener(1, blue), a_listener(2, green)
    store = a_store(BALANCER, blue, green, web, other)
    routes = Routes(store, "127.0.0.1")
    routes.whole(T0)
    assert not routes.follow(T0)
    with store.write("spec", T0) as tx:
        tx.put(a_rule(web, 3, green))
    delta = routes.follow(T0)
    assert (set(delta.listeners), set(delta.groups)) == ({web.id}, set())


def test_the_health_of_a_target_is_its_groups_alone():
    blue = GROUPS[0]
    target = a_target(blue, 8080)
    store = a_store(BALANCER, blue, a_listener(1, blue), target)
    routes = Routes(store, "127.0.0.1")
    routes.whole(T0)
    with store.write("seen", T0) as tx:
        tx.put(replace(target, seen=TargetSeen(status="healthy", at=T0 + 1)))
    delta = routes.follow(T0)
    assert (set(delta.listeners), set(delta.groups)) == (set(), {blue.id})


def test_a_load_balancer_stands_in_its_vpc_once_there_is_a_bridge_into_it():
    group = GROUPS[2]
    web = a_listener(1, group)
    store = a_store(BALANCER, group, web, VPC, an_interface(5), an_interface(6))
    routes = Routes(store, "127.0.0.1")
    before = routes.whole(T0)
    assert (before.listeners[web.id].inside, before.groups[group.id].source) == ((), None)
    with store.write("seen", T0) as tx:
        tx.put(BRIDGED)
    routes.follow(T0)
    table = routes.tables.listeners[web.id]
    assert (table.inside, table.bridge) == (("10.0.0.5", "10.0.0.6"), "hp1")
    assert routes.tables.groups[group.id].source == "10.0.0.5"


def test_targets_on_the_machine_are_asked_from_wherever_the_machine_asks():
    blue = GROUPS[0]
    store = a_store(BALANCER, blue, a_listener(1, blue), BRIDGED, an_interface(5))
    assert Routes(store, "127.0.0.1").whole(T0).groups[blue.id].source is None

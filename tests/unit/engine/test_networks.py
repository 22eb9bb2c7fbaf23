"""The tables of networks follow rows: after every commit they are what would be made anew."""

import random
from typing import Any

from msgspec.structs import replace

from homeport.engine.networks import Networks
from homeport.model.container import ContainerSeen
from homeport.model.interface import Interface, InterfaceSeen, InterfaceSpec, InterfaceState
from homeport.model.namespace import (
    DiscoveryInstance,
    DiscoveryInstanceSpec,
    DiscoveryService,
    DiscoveryServiceSpec,
    DnsRecord,
    Namespace,
    NamespaceSpec,
)
from homeport.model.record import Record
from homeport.model.role import Role, RoleSpec, role_id
from homeport.model.security_group import (
    GroupRule,
    GroupSpec,
    PrefixList,
    PrefixListSpec,
    RuleSpec,
    SecurityGroup,
)
from homeport.model.task import TaskState
from homeport.model.vpc import Vpc, VpcSeen, VpcSpec
from homeport.plan.network import Permission, applied
from homeport.store.memory import MemoryStore
from tests.builders import SCOPE, T0, a_load_balancer, a_task, a_task_definition, an_instance, ids

ACCOUNT = SCOPE.partition("/")[0]
OTHER = "999999999999/us-east-1"
NAMESPACE = "/var/run/docker/netns/0123456789ab"


def hexed(prefix: str, number: int, scope: str = SCOPE) -> str:
    return f"{scope}/{prefix}-{number:017x}"


def a_vpc(number: int = 1, scope: str = SCOPE, bridge: str | None = "hp0123456789ab") -> Vpc:
    spec = VpcSpec(cidr="172.31.0.0/16", created_at=T0, is_default=number == 1)
    return Vpc(id=hexed("vpc", number, scope), owner=scope, spec=spec, seen=VpcSeen(bridge=bridge))


VPC = a_vpc()
SEEN = InterfaceSeen(pause=ContainerSeen(status="RUNNING", runtime_id="p" * 64))
BALANCER = a_load_balancer()


def an_interface(number: int, seen: InterfaceSeen = InterfaceSeen(), **members: Any) -> Interface:
    state = InterfaceState(**{key: members.pop(key) for key in ("task", "public_address") if key in members})
    spec = InterfaceSpec(
        vpc=VPC.id,
        subnet=hexed("subnet", 1),
        address=f"172.31.0.{number}",
        mac=f"02:42:ac:1f:00:{number:02x}",
        created_at=T0,
        **members,
    )
    return Interface(id=hexed("eni", number), owner=spec.subnet, spec=spec, state=state, seen=seen)


def a_group(number: int) -> SecurityGroup:
    spec = GroupSpec(name=f"g{number}", description="", vpc=VPC.id, created_at=T0)
    return SecurityGroup(id=hexed("sg", number), owner=VPC.id, spec=spec)


def a_rule(number: int, of: SecurityGroup, is_egress: bool = False, **members: Any) -> GroupRule:
    spec = RuleSpec(is_egress=is_egress, created_at=T0, **{"protocol": "tcp", **members})
    return GroupRule(id=hexed("sgr", number), owner=of.id, spec=spec)


def a_prefix_list(number: int, *cidrs: str) -> PrefixList:
    spec = PrefixListSpec(name="list", created_at=T0, max_entries=9, entries=dict.fromkeys(cidrs, ""))
    return PrefixList(id=hexed("pl", number), owner=SCOPE, spec=spec)


def a_store(*rows: Record) -> MemoryStore:
    store = MemoryStore(ids())
    with store.write("spec", T0) as tx:
        for row in rows:
            tx.put(row)
    return store


NAMED = Namespace(
    id=f"{SCOPE}/ns-1",
    owner=SCOPE,
    spec=NamespaceSpec(name="shop.local", http_name="shop", kind="DNS_PRIVATE", created_at=T0, vpc=VPC.id),
)
TRUST = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "ecs-tasks.amazonaws.com"}}}'
)


def a_registry(number: int) -> DiscoveryService:
    spec = DiscoveryServiceSpec(name=f"web{number}", created_at=T0, records=(DnsRecord("A", 60),))
    return DiscoveryService(id=f"{SCOPE}/srv-{number}", owner=NAMED.id, spec=spec)


def a_registered(number: int, of: DiscoveryService) -> DiscoveryInstance:
    spec = DiscoveryInstanceSpec(
        namespace=NAMED.id, registered_at=T0, attributes={"AWS_INSTANCE_IPV4": f"10.0.0.{number}"}
    )
    return DiscoveryInstance(id=f"{of.id}/i{number}", owner=of.id, spec=spec)


def a_role(name: str) -> Role:
    spec = RoleSpec(name=name, unique_id="AROA" + "A" * 17, created_at=T0, trust=TRUST)
    return Role(id=role_id(ACCOUNT, name), owner=ACCOUNT, spec=spec)


def any_row(dice: random.Random) -> Record:
    group = a_group(dice.randint(1, 2))
    registry = a_registry(dice.randint(1, 2))
    return dice.choice(
        [
            a_vpc(2),
            group,
            a_rule(dice.randint(1, 3), group, from_port=80, to_port=80, cidr="0.0.0.0/0"),
            a_prefix_list(1, f"10.{dice.randint(0, 3)}.0.0/16"),
            BALANCER,
            an_interface(dice.randint(5, 6), purpose="balancer", balancer=BALANCER.id),
            an_interface(dice.randint(7, 9), groups=(group.id,)),
            an_interface(4, purpose="task", task=a_task().id, seen=dice.choice([SEEN, InterfaceSeen()])),
            a_task(
                state=TaskState(
                    last=dice.choice(["PENDING", "RUNNING", "STOPPED"]),
                    interface=dice.choice([None, hexed("eni", 4)]),
                )
            ),
            an_instance(tags={"rack": str(dice.randint(1, 2))}),
            NAMED,
            registry,
            a_registered(dice.randint(1, 3), registry),
            a_role(dice.choice(["worker", "other"])),
        ]
    )


def test_what_is_followed_is_what_would_be_made_anew():
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    # A task is born after its definition and its account's VPC.
    definition = a_task_definition()
    body = replace(definition.spec.definition, task_role_arn="worker")
    store = a_store(replace(definition, spec=replace(definition.spec, definition=body)), VPC)
    followed = Networks(store, ACCOUNT)
    known = followed.whole(T0)
    for _ in range(400):
        row = any_row(dice)
        with store.write("spec", T0) as tx:
            if tx.get(type(row), row.id) is not None:
                tx.delete(row)
            else:
                tx.put(row)
        if dice.random() < 0.6:
            known = applied(known, followed.follow(T0))
            assert known == followed.tables == Networks(store, ACCOUNT).whole(T0)


def test_only_what_has_changed_is_told():
    web, other = a_group(1), a_group(2)
    networks = Networks(a_store(VPC, web, other, an_interface(5)), ACCOUNT)
    networks.whole(T0)
    assert not networks.follow(T0)


def test_a_rule_is_its_groups_alone():
    web, other = a_group(1), a_group(2)
    store = a_store(VPC, web, other)
    networks = Networks(store, ACCOUNT)
    networks.whole(T0)
    with store.write("spec", T0) as tx:
        tx.put(a_rule(1, web, cidr="10.0.0.0/8", from_port=80, to_port=90))
        tx.put(a_rule(2, web, is_egress=True, protocol="-1", cidr6="::/0"))
        tx.put(a_rule(3, web, group=other.id, protocol="icmp", from_port=8))
    delta = networks.follow(T0)
    assert set(delta.groups) == {web.id}
    table = networks.tables.groups[web.id]
    assert table.ingress == (
        Permission(protocol="tcp", from_port=80, to_port=90, cidr="10.0.0.0/8"),
        Permission(protocol="icmp", from_port=8, group=other.id),
    )
    assert table.egress == (Permission(protocol="-1", cidr="::/0"),)


def test_a_vpc_is_told_of_once_its_bridge_is_there():
    row = a_vpc(bridge=None)
    store = a_store(row)
    networks = Networks(store, ACCOUNT)
    assert networks.whole(T0).vpcs == {}
    with store.write("seen", T0) as tx:
        tx.put(replace(row, seen=VpcSeen(bridge="hp1")))
    networks.follow(T0)
    found = networks.tables.vpcs[row.id]
    assert (found.bridge, found.resolver, found.is_default) == ("hp1", "172.31.0.2", True)


def test_a_vpc_without_dns_support_has_no_names():
    row = a_vpc()
    silent = replace(row, spec=replace(row.spec, dns_support=False))
    assert Networks(a_store(row), ACCOUNT).whole(T0).vpcs[row.id].has_names
    assert not Networks(a_store(silent), ACCOUNT).whole(T0).vpcs[row.id].has_names


def test_only_the_installations_own_account_has_the_default_vpc():
    other = a_vpc(scope=OTHER)
    assert not Networks(a_store(other), ACCOUNT).whole(T0).vpcs[other.id].is_default


def test_an_interface_has_a_namespace_while_its_pause_runs():
    seen = InterfaceSeen(pause=ContainerSeen(status="RUNNING", namespace=NAMESPACE))
    ended = InterfaceSeen(pause=ContainerSeen(status="STOPPED", namespace=NAMESPACE))
    rows = (an_interface(5, seen, task="t"), an_interface(6, ended))
    found = Networks(a_store(VPC, *rows), ACCOUNT).whole(T0).interfaces
    assert [found[each.id].namespace for each in rows] == [NAMESPACE, None]
    assert [found[each.id].task for each in rows] == ["t", ""]


def test_a_load_balancers_name_is_its_interfaces_addresses_inside_and_its_own_outside():
    rows = [an_interface(number, purpose="balancer", balancer=BALANCER.id) for number in (5, 6)]
    found = Networks(a_store(VPC, BALANCER, *rows), ACCOUNT).whole(T0).hosts[BALANCER.id]
    assert found.name == BALANCER.dns_name
    assert found.inside == ("172.31.0.5", "172.31.0.6")
    assert found.outside == (BALANCER.spec.address,)

"""Interfaces in the turn: which subnet and address a task gets, who is woken, and what absence means."""

from collections import Counter

import pytest
from msgspec.structs import replace

from homeport.engine.addresses import Addresses
from homeport.engine.engine import Engine
from homeport.engine.queue import Key, key_of
from homeport.model.container import ContainerSeen
from homeport.model.dhcp_options import DhcpOptions, DhcpOptionsSpec
from homeport.model.interface import Interface, InterfaceSeen
from homeport.model.record import Record
from homeport.model.security_group import GroupSpec, SecurityGroup
from homeport.model.task import Task, TaskNetwork
from homeport.model.vpc import Subnet, Vpc, VpcSeen
from homeport.plan.effects import ContainerRef, Effect, ProvideNetwork, StartPause
from homeport.plan.observations import (
    ContainerObserved,
    ContainersListed,
    EffectFailed,
    NetworkObserved,
)
from homeport.plan.options import Options
from homeport.store.memory import MemoryStore
from tests.builders import (
    DEFINITION,
    SCOPE,
    T0,
    a_cluster,
    a_machine,
    a_task,
    a_task_definition,
    an_instance,
    ids,
)
from tests.unit.plan.networks import SUBNET, VPC, an_interface

OTHER = replace(SUBNET, id=f"{SCOPE}/subnet-2", spec=replace(SUBNET.spec, cidr="10.0.2.0/28"))
GROUP = SecurityGroup(
    id=f"{SCOPE}/sg-1",
    owner=VPC.id,
    spec=GroupSpec(name="default", description="", vpc=VPC.id, created_at=T0),
)
NETWORKED = replace(VPC, seen=VpcSeen(bridge="hp1", at=T0))


def a_waiting_task(number: int, *subnets: Subnet, groups: tuple[str, ...] = (), public: bool = False) -> Task:
    network = TaskNetwork(
        subnets=tuple(each.id for each in subnets or (SUBNET,)), groups=groups, public=public
    )
    return a_task(number, machine="local", definition=DEFINITION, network=network)


class Shell:
    """An engine with tasks that want interfaces."""

    def __init__(self, *records: Record, vpc: Vpc = NETWORKED, warm_pauses: int = 0) -> None:
        self.store = MemoryStore(ids())
        with self.store.write("spec", T0) as tx:
            base = (a_cluster(), a_machine(), an_instance(), a_task_definition(), vpc, SUBNET, OTHER, GROUP)
            for record in (*base, *records):
                tx.put(record)
        self.engine = Engine(self.store, Options(warm_pauses=warm_pauses))
        self.engine.resync(T0)

    def asked(self, now: float = T0) -> list[Effect]:
        found: list[Effect] = []
        while True:
            turn = self.engine.turn(now)
            found += turn.effects
            if turn.wake_at is None or turn.wake_at > now:
                return found

    def interfaces(self) -> list[Interface]:
        with self.store.read(T0) as tx:
            return tx.all(Interface)

    def task(self, number: int) -> Task:
        with self.store.read(T0) as tx:
            found = tx.get(Task, a_task(number).id)
        assert found is not None
        return found


def test_tasks_of_one_owner_are_spread_over_their_subnets():
    shell = Shell(*(a_waiting_task(number, SUBNET, OTHER) for number in range(1, 7)))
    shell.asked()
    assert Counter(each.owner for each in shell.interfaces()) == {SUBNET.id: 3, OTHER.id: 3}


def test_each_has_an_address_of_its_own_and_the_default_group():
    shell = Shell(*(a_waiting_task(number, public=True) for number in range(1, 5)))
    shell.asked()
    found = shell.interfaces()
    assert [each.spec.address for each in found] == [f"10.0.1.{number}" for number in range(4, 8)]
    assert [each.state.public_address for each in found] == [f"198.18.0.{number}" for number in range(4, 8)]
    assert {each.groups for each in found} == {(GROUP.id,)}


def test_groups_that_are_given_are_the_only_ones():
    shell = Shell(a_waiting_task(1, groups=("sg-a", "sg-b")))
    shell.asked()
    assert shell.interfaces()[0].groups == ("sg-a", "sg-b")


def test_when_a_subnet_is_full_the_other_is_used_and_when_both_are_the_task_fails():
    shell = Shell(*(a_waiting_task(number, SUBNET, OTHER) for number in range(1, 24)))
    shell.asked()
    assert len(shell.interfaces()) == 22
    reasons = [shell.task(number).state.stopped_reason for number in range(1, 24)]
    assert len([reason for reason in reasons if reason and "InsufficientFreeAddresses" in reason]) == 1


def test_a_subnet_that_is_not_there_fails_the_task():
    shell = Shell(a_waiting_task(1, replace(SUBNET, id=f"{SCOPE}/subnet-gone")))
    shell.asked()
    assert "subnet 'subnet-gone': InvalidSubnetID.NotFound" in (shell.task(1).state.stopped_reason or "")


def test_a_warm_interface_is_claimed_before_a_new_one_is_made():
    warm = replace(an_interface(), seen=InterfaceSeen(pause=ContainerSeen(status="RUNNING")))
    shell = Shell(warm, a_waiting_task(1))
    assert shell.asked() == []
    (interface,) = shell.interfaces()
    assert (interface.id, interface.state.task) == (warm.id, shell.task(1).id)


def test_after_other_dhcp_options_spare_interfaces_go_and_tasks_get_new_ones():
    warm = replace(an_interface(), seen=InterfaceSeen(pause=ContainerSeen(status="RUNNING")))
    shell = Shell(warm)
    shell.asked()
    options = DhcpOptions(
        id=f"{SCOPE}/dopt-1",
        owner=SCOPE,
        spec=DhcpOptionsSpec(
            created_at=T0, options={"domain-name": ("corp.example",), "domain-name-servers": ("10.0.0.53",)}
        ),
    )
    with shell.store.write("spec", T0) as tx:
        tx.put(options)
        tx.put(replace(NETWORKED, spec=replace(NETWORKED.spec, dhcp_options="dopt-1")))
        tx.put(a_waiting_task(1))
    (start,) = [effect for effect in shell.asked() if isinstance(effect, StartPause)]
    assert (start.socket.servers, start.socket.search) == (("10.0.0.53",), ("corp.example",))
    assert [each.state.task for each in shell.interfaces()] == [shell.task(1).id]


def test_the_pool_is_filled_after_the_start_but_leaves_addresses_for_others():
    shell = Shell(a_waiting_task(1), warm_pauses=5)
    shell.asked()
    assert len(shell.interfaces()) == 1
    shell.asked(T0 + 2)
    # Eleven addresses, one of them the task's, eight left free.
    assert len(shell.interfaces()) == 3


def test_the_network_comes_first_and_its_coming_wakes_the_pause():
    shell = Shell(a_waiting_task(1), vpc=VPC)
    provide, *_ = shell.asked()
    assert isinstance(provide, ProvideNetwork)
    shell.engine.observe([NetworkObserved(VPC.id, "hp1", T0 + 1)], T0 + 1)
    shell.engine.performed(provide)
    assert [type(effect) for effect in shell.asked(T0 + 1)] == [StartPause]


def test_a_network_that_is_refused_fails_the_tasks_that_need_it():
    shell = Shell(a_waiting_task(1), vpc=VPC)
    provide, *_ = shell.asked()
    shell.engine.observe([NetworkObserved(VPC.id, None, T0 + 1, "it overlaps")], T0 + 1)
    shell.engine.performed(provide)
    shell.asked(T0 + 1)
    assert shell.task(1).state.stopped_reason == "ResourceInitializationError: it overlaps"


def test_an_effect_that_failed_is_asked_again_by_whoever_asked_for_it():
    shell = Shell(a_waiting_task(1))
    (start,) = shell.asked()
    shell.engine.observe([EffectFailed(start, "no answer", T0)], T0)
    shell.engine.performed(start)
    assert shell.asked() == []
    assert [effect.ref for effect in shell.asked(T0 + 0.5)] == [start.ref]


@pytest.mark.parametrize(
    ("id", "kind"), [("1/r/eni-1", "interface"), ("1/r/vpc-1", "vpc"), ("1/r/c/ab", "task")]
)
def test_a_ref_says_who_asks(id: str, kind: str):
    assert key_of(ContainerRef(id, "x")) == Key(kind, id)  # type: ignore[arg-type]


def test_a_pause_that_is_in_no_list_is_gone_and_its_task_fails():
    shell = Shell(a_waiting_task(1))
    (start,) = shell.asked()
    running = ContainerSeen(status="RUNNING", namespace="/n", started_at=T0, at=T0)
    shell.engine.observe([ContainerObserved(start.ref, running)], T0)
    shell.engine.performed(start)
    shell.engine.observe([ContainersListed("local", frozenset(), T0 + 5)], T0 + 5)
    shell.asked(T0 + 5)
    assert shell.task(1).state.stop_code == "TaskFailedToStart"


def test_a_network_that_is_in_no_list_is_gone_and_asked_for_again():
    shell = Shell(a_waiting_task(1))
    shell.asked()
    shell.engine.observe([ContainersListed("local", frozenset(), T0 + 5, frozenset())], T0 + 5)
    assert ProvideNetwork in [type(effect) for effect in shell.asked(T0 + 5)]


def test_a_pause_that_nobody_asks_for_is_a_stray():
    shell = Shell()
    ref = ContainerRef(f"{SCOPE}/eni-unknown", "pause")
    seen = ContainersListed("local", frozenset({ref}), T0)
    shell.engine.observe([seen], T0)
    assert not shell.asked(T0)
    shell.engine.observe([replace(seen, at=T0 + 61)], T0 + 61)
    assert [effect.ref for effect in shell.asked(T0 + 61)] == [ref]


def test_when_its_subnet_is_deleted_a_warm_interface_goes():
    shell = Shell(an_interface())
    shell.asked()
    with shell.store.write("spec", T0) as tx:
        tx.delete(SUBNET)
    shell.asked(T0 + 1)
    assert [each.state.released_at for each in shell.interfaces()] == [T0 + 1]


def test_what_is_given_back_is_given_out_last():
    addresses, store = Addresses(), MemoryStore(ids())
    with store.write("spec", T0) as tx:
        assert [addresses.private(tx, SUBNET) for _ in range(3)] == ["10.0.1.4", "10.0.1.5", "10.0.1.6"]
        assert addresses.left(tx, SUBNET) == 8


def test_the_last_address_is_given_once_and_then_none():
    addresses, store = Addresses(), MemoryStore(ids())
    with store.write("spec", T0) as tx:
        given = [addresses.private(tx, SUBNET) for _ in range(12)]
    assert len(set(given[:11])) == 11
    assert given[11] is None

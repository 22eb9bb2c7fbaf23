"""A VPC's container network, there and gone."""

from msgspec.structs import replace

from homeport.model.vpc import Vpc, VpcSeen, VpcState
from homeport.plan.effects import ProvideNetwork, RemoveNetwork
from homeport.plan.options import DEFAULTS
from homeport.plan.plan import Plan
from homeport.plan.vpc import plan_vpc
from tests.builders import T0
from tests.unit.plan.networks import VPC

THERE = VpcSeen(bridge="hp1", at=T0)
REFUSED = VpcSeen(trouble="pool overlaps", at=T0)
ASKED = VpcState(asked_at=T0)


def a_vpc(seen: VpcSeen = VpcSeen(), state: VpcState = ASKED, deleted_at: float | None = None) -> Vpc:
    return replace(VPC, seen=seen, state=state, spec=replace(VPC.spec, deleted_at=deleted_at))


def planned(vpc: Vpc, now: float = T0 + 1, *, is_used: bool = True) -> Plan:
    return plan_vpc(vpc, now, DEFAULTS, is_used=is_used)


def test_a_vpc_that_nothing_uses_has_no_network():
    assert not planned(VPC, is_used=False)


def test_its_network_is_asked_for_once_something_needs_it():
    plan = planned(VPC)
    (effect,) = plan.effects
    assert isinstance(effect, ProvideNetwork)
    assert (effect.network.cidr, effect.network.gateway, effect.network.resolver) == (
        "10.0.0.0/16",
        "10.0.0.1",
        "10.0.0.2",
    )
    assert [vpc.state.asked_at for vpc in plan.puts if isinstance(vpc, Vpc)] == [T0 + 1]


def test_a_network_that_is_there_is_left_alone_and_one_that_is_gone_is_asked_for_again():
    assert not planned(a_vpc(THERE))
    assert [type(effect) for effect in planned(a_vpc(VpcSeen(at=T0))).effects] == [ProvideNetwork]


def test_what_was_refused_is_tried_again_after_a_while():
    assert planned(a_vpc(REFUSED)) == Plan(wake_at=T0 + 30)
    plan = planned(a_vpc(REFUSED), T0 + 30)
    assert [type(effect) for effect in plan.effects] == [ProvideNetwork]
    assert [vpc.state.asked_at for vpc in plan.puts if isinstance(vpc, Vpc)] == [T0 + 30]
    assert "pool overlaps" in plan.why


def test_a_deleted_vpc_that_never_had_a_network_is_forgotten():
    vpc = a_vpc(state=VpcState(), deleted_at=T0)
    assert planned(vpc, is_used=False).deletes == (vpc,)


def test_a_deleted_vpc_waits_for_its_interfaces():
    assert not planned(a_vpc(THERE, deleted_at=T0))


def test_a_deleted_vpc_is_forgotten_only_once_its_network_was_seen_to_be_gone():
    plan = planned(a_vpc(THERE, deleted_at=T0 + 1), T0 + 2, is_used=False)
    assert [type(effect) for effect in plan.effects] == [RemoveNetwork]
    assert not plan.deletes
    (asked,) = [vpc for vpc in plan.puts if isinstance(vpc, Vpc)]
    unanswered = planned(asked, T0 + 3, is_used=False)
    assert [type(effect) for effect in unanswered.effects] == [RemoveNetwork]
    assert not unanswered.puts
    gone = replace(asked, seen=VpcSeen(at=T0 + 3))
    assert planned(gone, T0 + 4, is_used=False).deletes == (gone,)


def test_that_it_was_not_there_before_is_no_proof_that_it_is_gone():
    plan = planned(a_vpc(VpcSeen(at=T0), deleted_at=T0 + 1), T0 + 2, is_used=False)
    assert [type(effect) for effect in plan.effects] == [RemoveNetwork]
    assert not plan.deletes

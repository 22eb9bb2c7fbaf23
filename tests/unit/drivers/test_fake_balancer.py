"""The data plane of dice: what it says of targets, and when."""

from random import Random

from msgspec.structs import replace

from homeport.drivers.fake.balancer import CALM, FakeBalancer, Moods
from homeport.model.target_group import HealthCheck, TargetSeen
from homeport.plan.observations import TargetObserved
from homeport.plan.traffic import Delta, Endpoint, GroupTable, Tables

T0 = 1_700_000_000.0
EXACT = Moods(look_s=(2.0, 2.0), idle_s=(1.0, 1.0), flap_s=(5.0, 5.0))
ONE = Endpoint(id="g/i:80", host="127.0.0.1", port=80, registered_at=T0)


def group(*endpoints: Endpoint, balancer: str | None = "lb") -> GroupTable:
    return GroupTable(
        id="g",
        arn="arn",
        name="g",
        number="1",
        balancer=balancer,
        protocol="HTTP",
        check=HealthCheck(),
        endpoints=endpoints,
    )


def a_balancer(moods: Moods = EXACT, *endpoints: Endpoint) -> FakeBalancer:
    balancer = FakeBalancer(Random(1), moods)
    balancer.begin(Tables(groups={"g": group(*(endpoints or (ONE,)))}), T0)
    return balancer


def applied(balancer: FakeBalancer, now: float, *endpoints: Endpoint) -> None:
    balancer.apply(Delta(groups={"g": group(*endpoints)}), now)


def told(balancer: FakeBalancer, now: float) -> list[TargetSeen]:
    return [each.seen for each in balancer.due(now) if isinstance(each, TargetObserved)]


def test_a_target_is_healthy_after_a_while():
    balancer = a_balancer()
    assert (told(balancer, T0 + 1.9), balancer.next_at()) == ([], T0 + 2)
    assert told(balancer, T0 + 2) == [TargetSeen(status="healthy", at=T0 + 2)]


def test_a_target_that_answers_500_is_not():
    balancer = a_balancer()
    balancer.codes[80] = 500
    (seen,) = told(balancer, T0 + 2)
    assert (seen.status, seen.reason) == ("unhealthy", "Target.ResponseCodeMismatch")
    assert seen.description == "Health checks failed with these codes: [500]"


def test_a_target_that_answers_otherwise_than_before_is_looked_at_again():
    balancer = a_balancer()
    told(balancer, T0 + 2)
    balancer.codes[80] = 500
    assert told(balancer, T0 + 3) == []
    assert [seen.status for seen in told(balancer, T0 + 5)] == ["unhealthy"]


def test_a_port_that_nobody_listens_at_fails_its_checks():
    balancer = FakeBalancer(Random(1), EXACT, lambda _: False)
    balancer.begin(Tables(groups={"g": group(ONE)}), T0)
    assert [seen.reason for seen in told(balancer, T0 + 2)] == ["Target.FailedHealthChecks"]


def test_a_target_that_drains_is_idle_after_a_while():
    balancer = a_balancer()
    told(balancer, T0 + 2)
    applied(balancer, T0 + 3, replace(ONE, draining=True))
    assert told(balancer, T0 + 4) == [TargetSeen(status="healthy", at=T0 + 4, idle_at=T0 + 4)]


def test_one_that_hangs_never_is():
    balancer = a_balancer(replace(EXACT, hangs=1.0))
    applied(balancer, T0 + 3, replace(ONE, draining=True))
    assert (told(balancer, T0 + 900), balancer.next_at()) == ([], None)


def test_one_that_flaps_fails_and_recovers():
    balancer = a_balancer(replace(EXACT, flaps=1.0))
    statuses = [(seen.status, seen.at) for at in (2, 7, 9) for seen in told(balancer, T0 + at)]
    assert statuses == [("healthy", T0 + 2), ("unhealthy", T0 + 7), ("healthy", T0 + 9)]


def test_another_target_at_the_same_place_proves_itself_anew():
    balancer = a_balancer()
    told(balancer, T0 + 2)
    applied(balancer, T0 + 3, replace(ONE, registered_at=T0 + 3))
    assert told(balancer, T0 + 4) == []
    assert told(balancer, T0 + 5) == [TargetSeen(status="healthy", at=T0 + 5)]


def test_nobody_looks_at_the_targets_of_a_group_that_is_not_used():
    balancer = a_balancer(CALM)
    balancer.apply(Delta(groups={"g": group(ONE, balancer=None)}), T0)
    assert told(balancer, T0 + 10) == []


def test_whoever_begins_again_is_told_what_is_known():
    balancer = a_balancer()
    told(balancer, T0 + 2)
    balancer.begin(balancer.tables, T0 + 60)
    assert told(balancer, T0 + 60) == [TargetSeen(status="healthy", at=T0 + 60)]

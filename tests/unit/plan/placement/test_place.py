"""Which instances tasks go to, and why they go nowhere."""

from collections import Counter
from collections.abc import Sequence

import pytest

from homeport.plan.placement import fit
from homeport.plan.placement.candidates import Candidate
from homeport.plan.placement.capacity import Demand
from homeport.plan.placement.place import Placement, Rules, place, rules
from homeport.shapes import ecs
from tests.unit.plan.placement.worlds import a_candidate, a_definition

SMALL = Demand(128, 128)


def a_strategy(type_: str, field: str | None = None) -> ecs.PlacementStrategy:
    return ecs.PlacementStrategy(type=type_, field=field)  # type: ignore[arg-type]


def by_machine(placement: Placement) -> Counter[str]:
    return Counter(candidate.instance.spec.machine for candidate in placement.instances)


def placed(wanted: int, candidates: Sequence[Candidate], *strategies: ecs.PlacementStrategy) -> Counter[str]:
    return by_machine(place(wanted, SMALL, candidates, Rules(strategies=strategies)))


def test_without_instances_the_reason_says_so() -> None:
    assert place(1, SMALL, [], Rules()) == Placement(reason=fit.NO_INSTANCES)


def test_nothing_wanted_is_nothing_placed_and_nothing_wrong() -> None:
    assert place(0, SMALL, [a_candidate()], Rules()) == Placement()


def test_an_instance_is_filled_and_no_further() -> None:
    placement = place(10, SMALL, [a_candidate(cpu=300)], Rules())
    assert (len(placement.instances), placement.reason) == (2, "RESOURCE:CPU")


def test_what_is_not_asked_for_cannot_be_short() -> None:
    placement = place(1, Demand(0, 128), [a_candidate(cpu=-5)], Rules())
    assert placement.reason is None


def test_a_static_port_is_had_once_per_instance() -> None:
    demand = Demand(tcp=frozenset({80}))
    placement = place(3, demand, [a_candidate(0), a_candidate(1)], Rules())
    assert (by_machine(placement), placement.reason) == ({"m0": 1, "m1": 1}, "RESOURCE:PORTS")


def test_an_agent_that_does_not_answer_gets_nothing() -> None:
    assert place(1, SMALL, [a_candidate(connected=False)], Rules()).reason == "AGENT"


def test_another_processor_is_a_missing_attribute() -> None:
    arm = a_definition(runtime_platform=ecs.RuntimePlatform(cpu_architecture="ARM64"))
    assert place(1, SMALL, [a_candidate()], rules(arm, "g")).reason == "ATTRIBUTE"


def test_member_of_restricts() -> None:
    constraint = ecs.PlacementConstraint(type="memberOf", expression="attribute:stack == prod")
    found = rules(a_definition(), "g", [constraint])
    assert by_machine(place(4, SMALL, [a_candidate(0), a_candidate(1, stack="prod")], found)) == {"m1": 4}
    assert place(1, SMALL, [a_candidate(0)], found).reason == "MemberOf placement constraint unsatisfied."


def test_an_expression_that_cannot_be_understood_is_satisfied_nowhere() -> None:
    constraint = ecs.PlacementConstraint(type="memberOf", expression="what?")
    assert not place(1, SMALL, [a_candidate()], rules(a_definition(), "g", [constraint])).instances


def test_member_of_sees_the_tasks_that_were_just_placed() -> None:
    constraint = ecs.PlacementConstraint(type="memberOf", expression="runningTasksCount < 2")
    found = rules(a_definition(), "g", [constraint])
    assert by_machine(place(9, SMALL, [a_candidate(0), a_candidate(1, peers=1)], found)) == {"m0": 2, "m1": 1}


def test_distinct_instance_puts_one_task_of_the_group_on_each() -> None:
    constraint = ecs.PlacementConstraint(type="distinctInstance")
    candidates = [a_candidate(0), a_candidate(1), a_candidate(2, peers=1)]
    placement = place(3, SMALL, candidates, rules(a_definition(), "g", [constraint]))
    assert by_machine(placement) == {"m0": 1, "m1": 1}
    assert placement.reason == "DistinctInstance placement constraint unsatisfied."


def test_spread_over_instances_evens_out_what_was_uneven() -> None:
    candidates = [a_candidate(0, peers=2), a_candidate(1), a_candidate(2, peers=1)]
    assert placed(3, candidates, a_strategy("spread", "instanceId")) == {"m1": 2, "m2": 1}


def test_spread_over_an_attribute_evens_out_its_values() -> None:
    candidates = [a_candidate(0, zone="a"), a_candidate(1, zone="a"), a_candidate(2, zone="b")]
    assert placed(4, candidates, a_strategy("spread", "attribute:zone"))["m2"] == 2


def test_binpack_fills_the_fullest_first() -> None:
    candidates = [
        a_candidate(0, memory_mib=1024),
        a_candidate(1, memory_mib=256),
        a_candidate(2, memory_mib=512),
    ]
    assert placed(3, candidates, a_strategy("binpack", "memory")) == {"m1": 2, "m2": 1}


def test_the_second_strategy_decides_what_the_first_leaves_open() -> None:
    candidates = [a_candidate(0, zone="a"), a_candidate(1, cpu=512, zone="a"), a_candidate(2, zone="b")]
    spread_then_pack = (a_strategy("spread", "attribute:zone"), a_strategy("binpack", "cpu"))
    assert placed(4, candidates, *spread_then_pack) == {"m1": 2, "m2": 2}


def test_spreading_over_two_attributes_is_even_in_both() -> None:
    candidates = [a_candidate(n, zone="ab"[n % 2], rack=str(n // 2)) for n in range(8)]
    two = (a_strategy("spread", "attribute:zone"), a_strategy("spread", "attribute:rack"))
    assert set(placed(16, candidates, *two).values()) == {2}


def test_random_is_the_same_for_the_same_world_and_reaches_everyone() -> None:
    candidates = [a_candidate(n) for n in range(4)]
    first = placed(20, candidates, a_strategy("random"))
    assert first == placed(20, candidates, a_strategy("random"))
    assert len(first) == 4


def test_no_strategy_spreads_over_zones_and_then_over_instances() -> None:
    candidates = [a_candidate(n) for n in range(3)]
    assert by_machine(place(3, SMALL, candidates, rules(a_definition(), "g"))) == {"m0": 1, "m1": 1, "m2": 1}


def test_the_closest_match_is_the_one_that_failed_last() -> None:
    candidates = [a_candidate(0, connected=False), a_candidate(1, memory_mib=1), a_candidate(2, cpu=1)]
    placement = place(1, SMALL, candidates, Rules())
    assert placement.closest is candidates[2]
    assert [reason for _, reason in placement.refusals] == ["RESOURCE:CPU", "RESOURCE:MEMORY", "AGENT"]


@pytest.mark.parametrize(
    ("reason", "closest", "clause"),
    [
        (fit.NO_INSTANCES, None, "Reason: No Container Instances were found in your cluster. For more"),
        (
            "RESOURCE:CPU",
            "ab12",
            "The closest matching (container-instance ab12) has insufficient CPU units available.",
        ),
        ("AGENT", "ab12", '(container-instance ab12) encountered error "AGENT".'),
    ],
)
def test_a_services_event_tells_why(reason: fit.Reason, closest: str | None, clause: str) -> None:
    line = fit.event("shop", reason, closest)
    assert line.startswith("(service shop) was unable to place a task because no container instance met all")
    assert clause in line

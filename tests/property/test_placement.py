"""What holds of every placement: nothing is overcommitted, nothing left out, nothing left to chance."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from homeport.plan.placement import fit
from homeport.plan.placement.candidates import Candidate
from homeport.plan.placement.capacity import Demand
from homeport.plan.placement.place import Rules, place
from homeport.shapes import ecs
from tests.unit.plan.placement.worlds import a_candidate

PORTS = st.frozensets(st.sampled_from([80, 443]), max_size=1)
DEMANDS = st.builds(Demand, st.integers(0, 300), st.integers(0, 300), PORTS, PORTS)
STRATEGIES = st.lists(
    st.sampled_from(
        [
            ecs.PlacementStrategy(type="random"),
            ecs.PlacementStrategy(type="spread", field="instanceId"),
            ecs.PlacementStrategy(type="spread", field="attribute:zone"),
            ecs.PlacementStrategy(type="spread", field="attribute:rack"),
            ecs.PlacementStrategy(type="binpack", field="cpu"),
            ecs.PlacementStrategy(type="binpack", field="memory"),
        ]
    ),
    min_size=1,
    max_size=3,
).map(tuple)


@st.composite
def worlds(draw: st.DrawFn) -> list[Candidate]:
    sizes = draw(
        st.lists(st.tuples(*[st.integers(0, 1000)] * 2, st.integers(0, 3), st.booleans()), max_size=8)
    )
    return [
        a_candidate(n, cpu, memory_mib, peers, connected=up, zone="ab"[n % 2], rack=str(n % 3))
        for n, (cpu, memory_mib, peers, up) in enumerate(sizes)
    ]


@given(worlds(), DEMANDS, st.integers(0, 40), STRATEGIES, st.booleans())
def test_no_instance_is_given_more_than_it_has(
    world: list[Candidate],
    demand: Demand,
    wanted: int,
    strategies: tuple[ecs.PlacementStrategy, ...],
    distinct: bool,
) -> None:
    placement = place(wanted, demand, world, Rules(strategies=strategies, distinct=distinct))
    taken = Counter(candidate.instance.id for candidate in placement.instances)
    for candidate in world:
        tasks = taken[candidate.instance.id]
        assert tasks * demand.cpu <= candidate.capacity.cpu or not tasks
        assert tasks * demand.memory_mib <= candidate.capacity.memory_mib or not tasks
        assert tasks <= 1 or not (demand.tcp or demand.udp)
        assert candidate.connected or not tasks
        assert tasks + candidate.peers <= 1 or not tasks or not distinct


@given(worlds(), DEMANDS, st.integers(0, 40), STRATEGIES)
def test_all_are_placed_unless_no_instance_can_take_one_more(
    world: list[Candidate], demand: Demand, wanted: int, strategies: tuple[ecs.PlacementStrategy, ...]
) -> None:
    placement = place(wanted, demand, world, Rules(strategies=strategies))
    left = {candidate.instance.id: candidate.capacity for candidate in world if candidate.connected}
    for candidate in placement.instances:
        left[candidate.instance.id] = left[candidate.instance.id].take(demand)
    room = any(fit.shortage(demand, capacity) is None for capacity in left.values())
    assert len(placement.instances) == wanted or not room
    assert (placement.reason is None) == (len(placement.instances) == wanted)
    assert not placement.refusals or len(placement.refusals) == len(world)


@given(worlds(), DEMANDS, st.integers(0, 40), STRATEGIES)
def test_the_same_world_gives_the_same_answer_in_any_order(
    world: list[Candidate], demand: Demand, wanted: int, strategies: tuple[ecs.PlacementStrategy, ...]
) -> None:
    rules = Rules(strategies=strategies)
    there = Counter(candidate.instance.id for candidate in place(wanted, demand, world, rules).instances)
    back = Counter(candidate.instance.id for candidate in place(wanted, demand, world[::-1], rules).instances)
    assert there == back


@given(worlds(), DEMANDS, st.integers(1, 40), STRATEGIES)
def test_placing_again_what_could_not_be_placed_places_nothing(
    world: list[Candidate], demand: Demand, wanted: int, strategies: tuple[ecs.PlacementStrategy, ...]
) -> None:
    rules = Rules(strategies=strategies)
    first = place(wanted, demand, world, rules)
    left = {candidate.instance.id: candidate for candidate in world}
    for chosen in first.instances:
        before = left[chosen.instance.id]
        left[chosen.instance.id] = Candidate(
            instance=before.instance,
            capacity=before.capacity.take(demand),
            peers=before.peers + 1,
            connected=before.connected,
        )
    missing = wanted - len(first.instances)
    assert place(missing, demand, list(left.values()), rules).instances == ()

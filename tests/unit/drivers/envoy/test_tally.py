"""From Envoy's statistics to samples. The names are as a real Envoy writes them (tests/integration/envoy/test_meter.py)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.drivers.envoy import names
from homeport.drivers.envoy.hosts import Host
from homeport.drivers.envoy.ledger import Bin, Changes
from homeport.drivers.envoy.places import Places
from homeport.drivers.envoy.tally import Tally, bound
from homeport.model.sample import BOUNDS_MS, COUNTS, STATES, Sample
from homeport.plan.traffic import Endpoint, GroupTable, ListenerTable
from tests.unit.drivers.envoy.traffic import a_group, a_listener, a_target, balancer, news

LISTENER = names.listener(a_listener())
GROUP = names.cluster(a_group())
NAMES = STATES | COUNTS


class World:
    """A tally of these tables."""

    def __init__(self, *tables: ListenerTable | GroupTable) -> None:
        places = Places()
        places.follow(news(*(tables or (a_listener(), a_group()))))
        self.tally = Tally(places, status)

    def samples(
        self,
        counts: dict[str, int] | None = None,
        *,
        waited: dict[str, dict[Bin, int]] | None = None,
        states: dict[str, int] | None = None,
        hosts: tuple[Host, ...] = (),
    ) -> dict[str, Sample]:
        found = self.tally.samples(5.0, Changes(counts or {}, waited or {}, states or {}), hosts)
        assert all(set(sample.values) <= NAMES for sample in found)
        return {sample.of: sample for sample in found}

    def values(self, of: str, counts: dict[str, int], **more: dict[str, int]) -> dict[str, float]:
        return self.samples(counts, **more)[of].values  # type: ignore[arg-type]


def status(endpoint: Endpoint):
    return endpoint.status


def answered(code: int, flags: str = "-", group: str = "", at: str = LISTENER, route: str = LISTENER) -> str:
    return f"elb.answered.at.{at}.route.{route}.code.{code}.flags.{flags}.group.{group}"


def waited(code: int = 200, group: str = GROUP) -> str:
    return f"target.waited.group.{group}.code.{code}"


def test_there_is_a_sample_of_all_that_is_used_also_when_nothing_has_happened():
    world = World(a_listener(), a_group(1), a_group(2, balancer=None))
    assert world.samples() == {
        balancer(1): Sample(at=5.0, of=balancer(1)),
        a_group().id: Sample(at=5.0, of=a_group().id),
    }


def test_answers_of_targets_are_their_groups_and_the_load_balancers():
    found = World().samples(
        waited={
            waited(200): {(85.0, 1.0): 3},
            waited(503): {(1200.0, 100.0): 1},
            waited(404): {(0.0, 0.0): 1},
        }
    )
    for of in (a_group().id, balancer(1)):
        values = found[of].values
        assert values.pop("latency_sum_ms") == pytest.approx(3 * 0.0855 + 1.25)
        assert values == {"requests": 5, "target_2xx": 3, "target_5xx": 1, "target_4xx": 1}
        assert found[of].latency_ms == ((0.5, 4), (1.5, 1))


def test_a_load_balancer_has_what_all_its_groups_have():
    world = World(a_listener(), a_group(1), a_group(2), a_group(3, balancer=balancer(9)))
    groups = [names.cluster(a_group(number)) for number in (1, 2, 3)]
    found = world.samples(waited={waited(group=group): {(85.0, 1.0): 4} for group in groups})
    assert found[balancer(1)].values["requests"] == 8
    assert found[balancer(1)].latency_ms == ((0.5, 8),)


@pytest.mark.parametrize(
    ("code", "flags", "value", "has_target"),
    [
        (502, "UF", "elb_502", True),
        (504, "UF", "elb_504", True),
        (502, "UC", "elb_502", True),
        (502, "UPE", "elb_502", True),
        (504, "UT", "elb_504", True),
        (504, "SI", "elb_504", True),
        (503, "UH", "elb_503", False),
    ],
)
def test_what_is_answered_in_a_targets_place_is_the_load_balancers(code, flags, value, has_target):
    found = World().samples({answered(code, flags, GROUP): 2})
    requests = {"requests": 2.0} if has_target else {}
    assert found[balancer(1)].values == {"elb_5xx": 2, value: 2, **requests}
    assert found[a_group().id].values == requests


@pytest.mark.parametrize(("code", "flags"), [(500, "-"), (404, "-"), (503, "UPE"), (200, "UC"), (200, "DC")])
def test_what_a_target_answered_is_no_answer_of_the_load_balancer(code, flags):
    assert World().values(balancer(1), {answered(code, flags, GROUP): 2}) == {}


def test_redirects_and_fixed_responses_are_told_apart():
    found = World().values(balancer(1), {answered(301): 2, answered(418): 3, answered(503): 1})
    assert found == {
        "redirects": 2,
        "fixed_responses": 4,
        "elb_3xx": 2,
        "elb_4xx": 3,
        "elb_5xx": 1,
        "elb_503": 1,
    }


def test_fixed_responses_of_success_are_what_else_was_answered_directly():
    counts = {f"http.{LISTENER}.rq_direct_response": 10, answered(301): 2, answered(418): 3}
    assert World().values(balancer(1), counts)["fixed_responses"] == 3 + 5


def test_a_fixed_response_that_is_logged_in_the_next_second_is_counted_once():
    world = World()
    direct = f"http.{LISTENER}.rq_direct_response"
    first = world.values(balancer(1), {direct: 3, answered(418): 1})
    second = world.values(balancer(1), {answered(418): 2})
    third = world.values(balancer(1), {direct: 2})
    assert [each.get("fixed_responses", 0) for each in (first, second, third)] == [3, 2, 0]


def test_a_request_that_met_no_route_is_the_listeners():
    found = World().values(balancer(1), {answered(400, "DPE", route=""): 1})
    assert found == {"elb_4xx": 1}


def test_a_client_that_left_before_there_was_an_answer_is_a_4xx():
    found = World().values(balancer(1), {answered(0, "DC", GROUP): 1})
    assert found == {"elb_4xx": 1, "requests": 1}


def test_connections_and_bytes_are_clients():
    found = World().values(
        balancer(1),
        {
            f"http.{LISTENER}.downstream_cx_total": 3,
            f"http.{LISTENER}.downstream_cx_rx_bytes_total": 100,
            f"http.{LISTENER}.downstream_cx_tx_bytes_total": 900,
            f"listener.{LISTENER}.downstream_cx_overflow": 1,
            f"listener.inside_{LISTENER.removeprefix('listener_')}.ssl.connection_error": 2,
            f"listener.{LISTENER}.ssl.fail_verify_error": 1,
        },
        states={f"http.{LISTENER}.downstream_cx_active": 5},
    )
    assert found == {
        "new_connections": 3,
        "bytes": 1000,
        "active_connections": 5,
        "rejected_connections": 1,
        "tls_errors": 3,
    }


def test_connections_to_targets_are_their_groups():
    found = World().values(
        a_group().id,
        {
            f"cluster.{GROUP}.upstream_cx_total": 3,
            f"cluster.{GROUP}.upstream_cx_connect_fail": 1,
            f"cluster.{GROUP}.upstream_cx_rx_bytes_total": 10,
        },
        states={f"cluster.{GROUP}.upstream_cx_active": 2},
    )
    assert found == {
        "new_connections": 3,
        "active_connections": 2,
        "target_connection_errors": 1,
        "bytes": 10,
    }


def test_a_shared_ports_connections_are_divided_as_requests_are():
    world = World(a_listener(1, of=1), a_listener(2, of=2), a_group(1), a_group(2, balancer=balancer(2)))
    shared = {"http.shared_80_http.downstream_cx_total": 10}
    groups = [names.cluster(a_group(number)) for number in (1, 2)]
    both = world.samples(
        shared, waited={waited(group=groups[0]): {(1.0, 1.0): 3}, waited(group=groups[1]): {(1.0, 1.0): 7}}
    )
    later = world.samples(shared)
    for found in (both, later):
        assert [found[balancer(of)].values["new_connections"] for of in (1, 2)] == [3, 7]


def test_a_shared_ports_connections_are_the_oldests_before_anybody_asked_anything():
    world = World(a_listener(1, of=1), a_listener(2, of=2))
    found = world.samples({"http.shared_80_http.downstream_cx_total": 10})
    assert [found[balancer(of)].values.get("new_connections", 0) for of in (1, 2)] == [10, 0]


def test_on_a_shared_port_the_route_says_who_answered():
    second = a_listener(2, of=2)
    world = World(a_listener(1, of=1), second)
    name = answered(418, at="shared_80_http", route=names.listener(second))
    found = world.samples({name: 4, "http.shared_80_http.rq_direct_response": 4})
    assert found[balancer(2)].values == {"elb_4xx": 4, "fixed_responses": 4}
    assert found[balancer(1)].values == {}


def test_flows_of_a_network_load_balancer():
    listener = a_listener(protocol="TCP")
    forward, ended = names.forward(listener), f"flow.ended.at.{LISTENER}.client."
    found = World(listener, a_group(protocol="TCP")).values(
        balancer(1),
        {
            f"tcp.{LISTENER}.downstream_cx_total": 9,
            f"tcp.{LISTENER}.downstream_cx_rx_bytes_total": 50,
            f"cluster.{forward}.upstream_cx_total": 8,
            f"{ended}RemoteReset.target.Normal": 1,
            f"{ended}LocalReset.target.RemoteReset": 2,
            f"{ended}LocalReset.target.Normal": 3,
            f"{ended}Normal.target.Normal": 2,
        },
        states={f"cluster.{forward}.upstream_cx_active": 4},
    )
    assert found == {
        "new_connections": 9,
        "bytes": 50,
        "active_connections": 4,
        "client_resets": 1,
        "target_resets": 2,
        "elb_resets": 3,
    }


def test_flows_of_udp():
    found = World(a_listener(protocol="UDP"), a_group(protocol="UDP")).values(
        balancer(1),
        {f"udp.{LISTENER}.downstream_sess_total": 2, f"udp.{LISTENER}.downstream_sess_rx_bytes": 7},
        states={f"udp.{LISTENER}.downstream_sess_active": 1},
    )
    assert found == {"new_connections": 2, "bytes": 7, "active_connections": 1}


def test_flows_to_targets_of_a_network_load_balancer_are_what_their_rows_have_more_than_before():
    listener, group = a_listener(protocol="TCP"), a_group(protocol="TCP")
    world = World(listener, group)
    row = Host(
        cluster=names.forward(listener), zone=group.number, address="127.0.0.1", port=1, connections=5, open=2
    )
    more = Host(
        cluster=row.cluster, zone=row.zone, address="127.0.0.1", port=1, connections=8, open=1, failed=1
    )
    new = Host(cluster=row.cluster, zone=row.zone, address="127.0.0.1", port=2, connections=4, open=4)
    world.tally.begin([row])
    assert world.samples(hosts=(more, new))[group.id].values == {
        "active_connections": 5,
        "new_connections": 7,
        "target_connection_errors": 1,
    }


def test_targets_that_drain_are_neither_healthy_nor_unhealthy():
    targets = [
        a_target(1, status="healthy"),
        a_target(2, status="healthy"),
        a_target(3, status="unhealthy"),
        a_target(4, status="initial"),
        a_target(5, status="healthy", draining=True),
    ]
    assert World(a_group(1, *targets)).samples()[a_group().id].values == {"healthy": 2, "unhealthy": 1}


@given(st.floats(0, 1e8))
def test_a_bucket_holds_what_is_at_most_its_bound(milliseconds):
    found = bound(milliseconds)
    place = BOUNDS_MS.index(found)
    assert milliseconds <= found * 1.000001 or found == BOUNDS_MS[-1]
    assert place == 0 or milliseconds > BOUNDS_MS[place - 1]


@given(
    st.dictionaries(st.integers(1, 4), st.integers(0, 500), min_size=1),
    st.integers(0, 1000),
)
def test_however_a_shared_port_is_divided_nothing_is_lost(requests, connections):
    numbers = range(1, 5)
    world = World(
        *(a_listener(number, of=number) for number in numbers),
        *(a_group(number, balancer=balancer(number)) for number in numbers),
    )
    bins = {
        waited(group=names.cluster(a_group(number))): {(1.0, 1.0): count}
        for number, count in requests.items()
    }
    found = world.samples({"http.shared_80_http.downstream_cx_total": connections}, waited=bins)
    parts = [found[balancer(number)].values.get("new_connections", 0) for number in numbers]
    assert sum(parts) == connections
    assert min(parts) >= 0

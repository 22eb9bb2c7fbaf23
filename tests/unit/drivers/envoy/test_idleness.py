"""Which draining targets have nothing left to do."""

from msgspec.structs import replace

from homeport.drivers.envoy import names
from homeport.drivers.envoy.hosts import Host, hosts
from homeport.drivers.envoy.idleness import Idleness
from homeport.plan.traffic import Endpoint
from tests.unit.drivers.envoy.traffic import a_group, a_target, news

TARGET = a_target(8080, draining=True)
QUIET = Host(
    cluster=names.cluster(a_group()), address="127.0.0.1", port=8080, is_draining=True, requests=7, active=0
)
BUSY = replace(QUIET, active=1)


def watching(*targets: Endpoint, **members: object) -> Idleness:
    idleness = Idleness()
    idleness.follow(news(a_group(1, *targets, **members)))
    return idleness


def in_turn(idleness: Idleness, *readings: Host | None) -> list[list[str]]:
    return [idleness.idle([] if each is None else [each]) for each in readings]


def test_a_target_that_is_quiet_twice_is_idle_once():
    assert in_turn(watching(TARGET), QUIET, QUIET, QUIET) == [[], [TARGET.id], []]


def test_a_request_that_is_under_way_is_waited_for():
    assert in_turn(watching(TARGET), QUIET, BUSY, BUSY, QUIET, QUIET) == [[], [], [], [], [TARGET.id]]


def test_a_request_that_came_and_went_in_between_is_noticed():
    more = replace(QUIET, requests=8)
    assert in_turn(watching(TARGET), QUIET, more, more) == [[], [], [TARGET.id]]


def test_envoy_must_know_that_the_target_drains():
    early = replace(QUIET, is_draining=False)
    assert in_turn(watching(TARGET), early, early, QUIET, QUIET) == [[], [], [], [TARGET.id]]


def test_a_target_that_envoy_does_not_know_has_nothing_to_do():
    assert in_turn(watching(TARGET), None, None) == [[], [TARGET.id]]


def test_a_target_that_does_not_drain_is_not_asked_for():
    idleness = watching(replace(TARGET, draining=False))
    assert (idleness.clusters, in_turn(idleness, QUIET, QUIET)) == (frozenset(), [[], []])


def test_targets_of_network_load_balancers_wait_till_the_end():
    assert watching(TARGET, protocol="TCP").clusters == frozenset()


def test_envoy_is_asked_only_as_long_as_somebody_has_to_know():
    idleness = watching(TARGET)
    assert idleness.clusters == {names.cluster(a_group())}
    in_turn(idleness, QUIET, QUIET)
    assert idleness.clusters == frozenset()


def test_a_target_that_came_back_and_drains_again_is_told_again():
    idleness = watching(TARGET)
    in_turn(idleness, QUIET, QUIET)
    idleness.follow(news(a_group(1, replace(TARGET, draining=False, registered_at=2.0))))
    idleness.follow(news(a_group(1, replace(TARGET, registered_at=2.0))))
    assert in_turn(idleness, QUIET, QUIET) == [[], [TARGET.id]]


def test_what_cannot_be_read_says_nothing():
    assert hosts(b"<html>") is None


def test_a_row_of_envoys_is_read():
    body = b"""{"cluster_statuses": [{"name": "forward_1", "added_via_api": true, "host_statuses": [{
        "address": {"socket_address": {"address": "10.0.0.7", "port_value": 80}},
        "stats": [{"name": "cx_connect_fail"}, {"name": "cx_total", "value": "17"}, {"name": "rq_total", "value": "9"},
            {"type": "GAUGE", "name": "cx_active", "value": "3"}, {"type": "GAUGE", "name": "rq_active", "value": "1"}],
        "health_status": {"eds_health_status": "DRAINING"}, "weight": 1, "locality": {"zone": "00ff"}}]}]}"""
    assert hosts(body) == [
        Host(
            cluster="forward_1",
            zone="00ff",
            address="10.0.0.7",
            port=80,
            is_draining=True,
            requests=9,
            active=1,
            connections=17,
            open=3,
        )
    ]

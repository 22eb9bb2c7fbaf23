"""What a change makes anew, and what keeps its very bytes."""

from msgspec.structs import replace

from homeport.drivers.envoy import names
from homeport.drivers.envoy.render.place import Place
from homeport.drivers.envoy.render.renderer import Renderer
from homeport.drivers.envoy.resources import CLUSTERS, ENDPOINTS, LISTENERS, ROUTES, Resources
from homeport.plan.traffic import Delta, Fixed, GroupTable, ListenerTable, Stickiness
from tests.integration.envoy.room import a_group, a_listener, to

BLUE, GREEN = a_group(1, 8001, 8002), a_group(2, 8003)
FIRST = a_listener(to((BLUE, 90), (GREEN, 10)), number=1, port=80)
SECOND = a_listener(to((BLUE, 1)), number=2, port=80)
FLOW = a_listener(to((replace(BLUE, protocol="TCP"), 1)), number=3, port=90, protocol="TCP")


def a_renderer(*tables: ListenerTable | GroupTable) -> Renderer:
    renderer = Renderer(Place(logs="/logs"))
    renderer.apply(delta(*tables))
    return renderer


def delta(*tables: ListenerTable | GroupTable) -> Delta:
    return Delta(
        listeners={each.id: each for each in tables if isinstance(each, ListenerTable)},
        groups={each.id: each for each in tables if isinstance(each, GroupTable)},
    )


def renewed(before: Resources, after: Resources) -> set[tuple[str, str]]:
    """What is not the same object any more, by the last word of its type and its name."""
    return {
        (kind.rsplit(".", 1)[1], name)
        for kind in (CLUSTERS, ENDPOINTS, LISTENERS, ROUTES)
        for name, body in after.of(kind).items()
        if before.of(kind).get(name) is not body
    }


def test_a_shift_of_weights_renews_the_routes_that_lead_there_and_nothing_else():
    renderer = a_renderer(BLUE, GREEN, FIRST, SECOND)
    before = renderer.resources()
    shifted = a_listener(to((BLUE, 10), (GREEN, 90)), number=1, port=80)
    renderer.apply(delta(shifted))
    assert renewed(before, renderer.resources()) == {
        ("RouteConfiguration", names.listener(FIRST)),
        ("RouteConfiguration", names.shared(80, "HTTP")),
    }


def test_a_targets_health_renews_its_target_groups_endpoints_alone():
    renderer = a_renderer(BLUE, GREEN, FIRST, SECOND)
    before = renderer.resources()
    renderer.set_health(BLUE.endpoints[0].id, "unhealthy")
    assert renewed(before, renderer.resources()) == {("ClusterLoadAssignment", names.cluster(BLUE))}


def test_a_targets_health_renews_the_endpoints_of_every_flow_to_it():
    renderer = a_renderer(replace(BLUE, protocol="TCP"), FLOW)
    before = renderer.resources()
    renderer.set_health(BLUE.endpoints[0].id, "unhealthy")
    assert renewed(before, renderer.resources()) == {("ClusterLoadAssignment", names.forward(FLOW))}


def test_stickiness_renews_the_routes_and_no_listener():
    renderer = a_renderer(BLUE, GREEN, FIRST)
    before = renderer.resources()
    renderer.apply(delta(replace(BLUE, stickiness=Stickiness(kind="lb_cookie"))))
    assert {kind for kind, _ in renewed(before, renderer.resources())} == {"RouteConfiguration"}


def test_health_of_a_target_that_is_in_no_table_renews_nothing():
    renderer = a_renderer(BLUE, FIRST)
    before = renderer.resources()
    renderer.set_health("123456789012/us-east-1/nobody/1/1.2.3.4:80", "unhealthy")
    assert not renewed(before, renderer.resources())


def test_a_target_that_was_registered_anew_is_what_its_table_says():
    renderer = a_renderer(BLUE, FIRST)
    before = renderer.resources()
    renderer.set_health(BLUE.endpoints[0].id, "unhealthy")
    first, *others = BLUE.endpoints
    renderer.apply(delta(replace(BLUE, endpoints=(replace(first, registered_at=9.0), *others))))
    assert renderer.resources().of(ENDPOINTS) == before.of(ENDPOINTS)


def test_what_is_gone_leaves_nothing_behind():
    renderer = a_renderer(BLUE, GREEN, FIRST, FLOW)
    renderer.resources()
    renderer.apply(
        Delta(
            listeners={FIRST.id: None, FLOW.id: None},
            groups={BLUE.id: None, GREEN.id: None},
        )
    )
    left = renderer.resources()
    assert [dict(left.of(kind)) for kind in (CLUSTERS, ENDPOINTS, LISTENERS, ROUTES)] == [{}, {}, {}, {}]


def test_what_cannot_be_rendered_stays_as_it_was_and_hurts_nobody_else():
    renderer = a_renderer(BLUE, GREEN, FIRST, FLOW)
    before = renderer.resources()
    impossible = a_listener(Fixed(status=-1), number=1, port=80)
    younger = a_listener(to((BLUE, 1)), number=4, port=81)
    renderer.apply(delta(impossible, younger))
    after = renderer.resources()
    assert after.of(ROUTES)[names.listener(FIRST)] is before.of(ROUTES)[names.listener(FIRST)]
    assert names.listener(younger) in after.of(ROUTES)

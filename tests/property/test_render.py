"""For any tables: every resource packs, whatever one names is there, rules keep their order and weights, and piece by piece
comes to the same as all at once.
"""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from homeport.drivers.envoy import names
from homeport.drivers.envoy.render.place import Place
from homeport.drivers.envoy.render.renderer import Renderer
from homeport.drivers.envoy.resources import CLASSES, CLUSTERS, ENDPOINTS, LISTENERS, ROUTES, Resources
from homeport.model.target_group import HealthCheck, TargetStatus
from homeport.plan.traffic import (
    Action,
    Condition,
    Delta,
    Endpoint,
    Fixed,
    Forward,
    GroupTable,
    HttpOptions,
    ListenerTable,
    Redirect,
    Route,
    Stickiness,
    Tables,
    applied,
)

few = settings(max_examples=25)
"""Tables are large: drawing them takes longer than rendering them."""

SCOPE = "123456789012/us-east-1"
PLACE = Place(logs="/var/log/homeport", inside="172.17.0.1")
BALANCERS = 4
GROUPS = 4
STATUSES: tuple[TargetStatus, ...] = ("initial", "healthy", "unhealthy")
ALIKE = frozenset({"HTTP", "HTTPS"})

texts = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
group_ids = st.integers(0, GROUPS).map(lambda number: f"{SCOPE}/g{number}/{number:016x}")
"""One more than there ever are: rules may name target groups that are not there yet."""

conditions = st.one_of(
    st.builds(
        Condition,
        kind=st.sampled_from(["host", "path", "method"]),
        values=st.lists(texts, min_size=1, max_size=3).map(tuple),
    ),
    st.builds(
        Condition,
        kind=st.just("header"),
        name=st.sampled_from(["X-Kind", "user-agent"]),
        values=st.lists(texts, min_size=1, max_size=3).map(tuple),
    ),
    st.builds(
        Condition,
        kind=st.just("query"),
        pairs=st.lists(st.tuples(st.one_of(st.just(""), texts), texts), min_size=1, max_size=3).map(tuple),
    ),
    st.builds(
        Condition,
        kind=st.just("source"),
        values=st.lists(st.sampled_from(["10.0.0.0/8", "127.0.0.1/32", "2001:db8::/32"]), min_size=1).map(
            tuple
        ),
    ),
    st.just(Condition(kind="path", values=("^/api/[0-9]+$",), regex=True)),
)

actions: st.SearchStrategy[Action] = st.one_of(
    st.builds(
        Forward,
        groups=st.lists(
            st.tuples(group_ids, st.integers(0, 999)), min_size=1, max_size=3, unique_by=lambda each: each[0]
        ).map(tuple),
        sticky_s=st.one_of(st.none(), st.integers(1, 604_800)),
    ),
    st.builds(
        Redirect,
        status=st.sampled_from([301, 302]),
        host=st.sampled_from(["#{host}", "www.#{host}", "example.com"]),
        path=st.sampled_from(["/#{path}", "/new/#{path}", "/100%", "/x#{path}"]),
        query=st.sampled_from(["#{query}", "", "a=b&#{query}"]),
    ),
    st.builds(Fixed, status=st.sampled_from([200, 404, 503]), body=texts),
)


@st.composite
def listeners(draw: st.DrawFn, number: int) -> ListenerTable:
    """A listener of one of a few load balancers, on one of a few ports."""
    protocol = draw(st.sampled_from(["HTTP", "HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"]))
    owner = number % BALANCERS
    balancer = f"{SCOPE}/app/lb{owner}/{owner:016x}"
    default = Route(rule="default", action=draw(actions))
    rules: list[Route] = []
    if protocol in ALIKE:
        found = draw(st.lists(st.tuples(st.lists(conditions, max_size=3).map(tuple), actions), max_size=3))
        rules = [
            Route(rule=f"rule/{priority}", priority=priority, conditions=when, action=action)
            for priority, (when, action) in enumerate(found, start=1)
        ]
    options = HttpOptions(
        forwarded_for=draw(st.sampled_from(["append", "preserve", "remove"])),
        preserve_host=draw(st.booleans()),
        drop_invalid_headers=draw(st.booleans()),
        tls_headers=draw(st.booleans()),
        server_header=draw(st.booleans()),
        access_log=draw(st.sampled_from([None, f"bucket/lb{owner}.log"])),
    )
    return ListenerTable(
        id=f"{balancer}/{number:016x}",
        balancer=balancer,
        name=f"lb{owner}",
        number=f"{owner:016x}",
        dns_name=f"lb{owner}-{owner:016x}.elb.localhost",
        address=f"127.77.0.{owner + 1}",
        inside=draw(
            st.sampled_from(
                [(), (f"172.31.0.{5 + owner}",), (f"172.31.0.{5 + owner}", f"172.31.16.{5 + owner}")]
            )
        ),
        port=draw(st.sampled_from([80, 443, 8080])),
        protocol=protocol,
        routes=(*rules, default),
        created_at=float(owner),
        http=options,
    )


@st.composite
def groups(draw: st.DrawFn, number: int) -> GroupTable:
    """A target group with a few targets."""
    id = f"{SCOPE}/g{number}/{number:016x}"
    protocol = draw(st.sampled_from(["HTTP", "HTTP", "HTTPS", "TCP", "TLS", "UDP"]))
    kinds = ["lb_cookie", "app_cookie"] if protocol in ALIKE else ["source_ip"]
    kind: Any = draw(st.sampled_from([None, *kinds]))
    found = [
        Endpoint(
            id=f"{id}/10.0.0.{host}:80",
            host=f"10.0.0.{host}",
            port=80,
            status=draw(st.sampled_from(STATUSES)),
            draining=draw(st.booleans()),
        )
        for host in range(1, draw(st.integers(0, 3)) + 1)
    ]
    return GroupTable(
        id=id,
        arn=f"arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/g{number}/{number:016x}",
        name=f"g{number}",
        number=f"{number:016x}",
        balancer=f"{SCOPE}/app/lb0/{0:016x}",
        protocol=protocol,
        protocol_version=draw(st.sampled_from(["HTTP1", "HTTP2", "GRPC"])) if protocol in ALIKE else None,
        check=HealthCheck(),
        endpoints=tuple(found),
        algorithm=draw(st.sampled_from(["round_robin", "least_outstanding_requests", "weighted_random"])),
        slow_start_s=draw(st.sampled_from([0, 30])),
        stickiness=None if kind is None else Stickiness(kind=kind, cookie='my"app'),
        proxy_protocol=draw(st.booleans()),
    )


@st.composite
def tables(draw: st.DrawFn) -> Tables:
    """Some of a few listeners and of a few target groups."""
    numbers = st.lists(st.integers(0, GROUPS - 1), unique=True)
    some = [draw(listeners(number)) for number in draw(numbers)]
    others = [draw(groups(number)) for number in draw(numbers)]
    return Tables(listeners={each.id: each for each in some}, groups={each.id: each for each in others})


def between(before: Tables, after: Tables) -> Delta:
    """What leads from the ones to the others."""
    return Delta(
        listeners={**dict.fromkeys(before.listeners), **after.listeners},
        groups={**dict.fromkeys(before.groups), **after.groups},
    )


def rendered(found: Tables) -> Resources:
    """All at once."""
    renderer = Renderer(PLACE)
    renderer.apply(between(Tables(), found))
    return renderer.resources()


def read(found: Resources, kind: str) -> dict[str, Any]:
    """The resources of a type, as messages."""
    return {name: CLASSES[kind].FromString(body) for name, body in found.of(kind).items()}


def clusters_of(route: Any) -> list[tuple[str, int]]:
    """Where a route leads, with the weights."""
    if route.route.cluster:
        return [(route.route.cluster, 1)]
    return [(each.name, each.weight.value) for each in route.route.weighted_clusters.clusters]


@few
@given(tables())
def test_every_resource_is_found_under_its_own_name(found):
    result = rendered(found)
    for kind in (CLUSTERS, ENDPOINTS, LISTENERS, ROUTES):
        for name, message in read(result, kind).items():
            assert name == (message.cluster_name if kind == ENDPOINTS else message.name)


@few
@given(tables())
def test_every_cluster_that_a_route_names_is_there_and_has_its_endpoints(found):
    result = rendered(found)
    assert result.of(CLUSTERS).keys() == result.of(ENDPOINTS).keys()
    for table in read(result, ROUTES).values():
        named = [
            name for host in table.virtual_hosts for route in host.routes for name, _ in clusters_of(route)
        ]
        assert set(named) <= result.of(CLUSTERS).keys()


@few
@given(tables())
def test_every_listener_of_http_has_its_rules_in_order_and_the_default_one_last(found):
    result = read(rendered(found), ROUTES)
    for table in found.listeners.values():
        if table.protocol in ALIKE:
            (host,) = result[names.listener(table)].virtual_hosts
            assert len(host.routes) >= len(table.routes)
            assert not host.routes[-1].match.headers
            assert host.routes[-1].match.prefix == "/"


@few
@given(tables())
def test_weights_are_kept(found):
    result = read(rendered(found), ROUTES)
    for table in found.listeners.values():
        action = table.routes[-1].action
        if table.protocol not in ALIKE or not isinstance(action, Forward):
            continue
        (host,) = result[names.listener(table)].virtual_hosts
        routable = [
            (names.cluster(found.groups[id]), weight)
            for id, weight in action.groups
            if weight and id in found.groups and found.groups[id].protocol in ALIKE
        ]
        expected = [(routable[0][0], 1)] if len(routable) == 1 else routable
        assert clusters_of(host.routes[-1]) == expected


@few
@given(tables())
def test_a_shared_route_table_tells_its_members_apart_and_leaves_no_host_out(found):
    for name, table in read(rendered(found), ROUTES).items():
        if name.startswith("shared_"):
            domains = [domain for host in table.virtual_hosts for domain in host.domains]
            assert len(domains) == len(set(domains))
            assert "*" in domains


@few
@given(tables())
def test_no_two_listeners_claim_the_same_place(found):
    places = [
        (
            listener.address.socket_address.address,
            listener.address.socket_address.port_value,
            listener.address.socket_address.protocol,
        )
        for listener in read(rendered(found), LISTENERS).values()
        if listener.name.startswith(("shared_", "inside_shared_"))
    ]
    assert len(places) == len(set(places))


@few
@given(tables())
def test_the_same_tables_again_change_no_byte(found):
    renderer = Renderer(PLACE)
    renderer.apply(between(Tables(), found))
    before = renderer.resources()
    renderer.apply(Delta(listeners=dict(found.listeners), groups=dict(found.groups)))
    after = renderer.resources()
    for kind in (CLUSTERS, ENDPOINTS, LISTENERS, ROUTES):
        assert {name: id(body) for name, body in after.of(kind).items()} == {
            name: id(body) for name, body in before.of(kind).items()
        }


@few
@given(st.lists(tables(), min_size=2, max_size=4))
def test_piece_by_piece_comes_to_the_same_as_all_at_once(steps):
    renderer = Renderer(PLACE)
    before = Tables()
    for step in steps:
        renderer.apply(between(before, step))
        renderer.resources()
        before = step
    last, fresh = renderer.resources(), rendered(before)
    for kind in (CLUSTERS, ENDPOINTS, LISTENERS, ROUTES):
        assert dict(last.of(kind)) == dict(fresh.of(kind))


@few
@given(tables(), st.data())
def test_what_was_seen_of_a_target_counts_as_if_its_table_said_so(found, data):
    known = [each.id for group in found.groups.values() for each in group.endpoints]
    seen: dict[str, TargetStatus] = {id: data.draw(st.sampled_from(STATUSES)) for id in known}
    renderer = Renderer(PLACE)
    renderer.apply(between(Tables(), found))
    renderer.resources()
    for id, status in seen.items():
        renderer.set_health(id, status)
    told = {
        id: replace(group, endpoints=tuple(replace(each, status=seen[each.id]) for each in group.endpoints))
        for id, group in found.groups.items()
    }
    assert dict(renderer.resources().of(ENDPOINTS)) == dict(
        rendered(applied(found, Delta(groups=dict(told)))).of(ENDPOINTS)
    )


@few
@given(tables())
def test_rules_and_weights_touch_no_listener(found):
    others = {
        id: replace(table, routes=(Route(rule="default", action=Fixed(status=200)),))
        for id, table in found.listeners.items()
    }
    before = rendered(found)
    after = rendered(applied(found, Delta(listeners=dict(others))))
    assert dict(before.of(LISTENERS)) == dict(after.of(LISTENERS))

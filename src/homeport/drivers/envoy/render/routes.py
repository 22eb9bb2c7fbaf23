"""A listener's rules, as the virtual host of a route table: in their order, the default one last.

All that may change while requests are under way is here, so that a change of rules or weights touches no listener.
"""

from collections.abc import Iterator, Mapping
from typing import assert_never

from homeport.drivers.envoy import names
from homeport.drivers.envoy.render import access_log, matches, redirects, replies, scripts, stickiness
from homeport.drivers.envoy.render.place import Fields
from homeport.plan.traffic import Fixed, Forward, GroupTable, ListenerTable, Redirect, Route

Groups = Mapping[str, GroupTable]
HTTP = frozenset({"HTTP", "HTTPS"})
DEFAULT_PORTS = frozenset({80, 443})
OF_ENVOY = ["x-envoy-internal", "x-envoy-external-address", "x-envoy-expected-rq-timeout-ms"]


def virtual_host(table: ListenerTable, groups: Groups, *, is_stripped: bool) -> Fields:
    """All of a listener's routes. `is_stripped`: whether the port was taken off the host before they are looked at."""
    options = table.http
    fields: Fields = {
        "name": names.listener(table),
        "domains": ["*"],
        "routes": list(_routes(table, groups, host=_host(table) if is_stripped else "")),
        "request_headers_to_add": list(_request_headers(table)),
        "request_headers_to_remove": [
            *OF_ENVOY,
            *(["x-forwarded-for"] if options.forwarded_for == "remove" else []),
        ],
    }
    if not options.server_header:
        fields["response_headers_to_remove"] = ["server"]
    if options.drop_invalid_headers:
        fields["typed_per_filter_config"] = scripts.of_a_route(scripts.script(is_strict=True))
    return fields


def _host(table: ListenerTable) -> str:
    """What a target is told: ELB adds its port where that is none of the usual ones."""
    return "" if table.port in DEFAULT_PORTS else f"%REQ(:AUTHORITY)%:{table.port}"


def _request_headers(table: ListenerTable) -> Iterator[Fields]:
    options = table.http
    if options.forwarded_for == "append":
        client = "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%"
        if not options.forwarded_for_port:
            client = "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%"
        yield {
            "header": {"key": "x-forwarded-for", "value": client},
            "append_action": "APPEND_IF_EXISTS_OR_ADD",
        }
    yield redirects.overwritten("x-forwarded-port", str(table.port))
    if options.tls_headers and table.protocol == "HTTPS":
        yield redirects.overwritten("x-amzn-tls-version", "%DOWNSTREAM_TLS_VERSION%")
        yield redirects.overwritten("x-amzn-tls-cipher-suite", "%DOWNSTREAM_TLS_CIPHER%")


def _routes(table: ListenerTable, groups: Groups, host: str) -> Iterator[Fields]:
    for route in table.routes:
        match = matches.match(route.conditions)
        extra = access_log.of_a_route(route) if table.http.access_log else {}
        for fields in _of_rule(table, groups, route, match):
            if host and "route" in fields:
                fields["route"]["host_rewrite"] = host
            yield {"name": names.listener(table), **fields, **extra}


def _of_rule(table: ListenerTable, groups: Groups, route: Route, match: Fields) -> Iterator[Fields]:
    match route.action:
        case Forward():
            yield from _forwards(table, groups, route, match)
        case Redirect():
            yield {"match": match, **redirects.route(table, route.action)}
        case Fixed():
            yield {"match": match, **_fixed(route.action)}
        case _:
            assert_never(route.action)


def _fixed(action: Fixed) -> Fields:
    response: Fields = {"status": action.status}
    if action.body:
        response["body"] = {"inline_string": action.body}
    return {
        "direct_response": response,
        "response_headers_to_add": [
            replies.NAMED,
            redirects.overwritten("content-type", action.content_type),
        ],
    }


def _forwards(table: ListenerTable, groups: Groups, route: Route, match: Fields) -> Iterator[Fields]:
    """First the clients that stay with a target group, then all others by weight."""
    assert isinstance(route.action, Forward)
    weighted = [
        (groups[id], weight) for id, weight in route.action.groups if weight and is_routable(groups, id)
    ]
    if not weighted:
        yield {"match": match, **_unavailable()}
        return
    sticky_s = route.action.sticky_s
    if sticky_s is None:
        yield {"match": match, **_to(table, weighted)}
        return
    for group, _ in weighted:
        yield {"match": stickiness.stays(match, route.rule, group), **_to(table, [(group, 1)])}
    cookies = {
        group.id: stickiness.group_cookies(route.rule, group, sticky_s, table) for group, _ in weighted
    }
    yield {"match": match, **_to(table, weighted, cookies)}


def is_routable(groups: Groups, id: str) -> bool:
    """Whether requests can be sent to a target group: it is there, and speaks HTTP."""
    found = groups.get(id)
    return found is not None and found.protocol in HTTP


def _unavailable() -> Fields:
    """ELB's answer where a rule leads nowhere: no target group, or none that has a weight."""
    return {
        "direct_response": {"status": 503, "body": {"inline_string": replies.page(503)}},
        "response_headers_to_add": [replies.NAMED, redirects.overwritten("content-type", "text/html")],
    }


def _to(
    table: ListenerTable,
    weighted: list[tuple[GroupTable, int]],
    cookies: Mapping[str, list[Fields]] | None = None,
) -> Fields:
    """To one target group or one of several. No time limit but that of silence."""
    action: Fields = {"timeout": "0s", "idle_timeout": f"{table.http.idle_timeout_s}s"}
    if by_address := stickiness.by_address([group for group, _ in weighted]):
        action["hash_policy"] = by_address
    clusters = [_cluster(group, table, (cookies or {}).get(group.id, [])) for group, _ in weighted]
    if len(clusters) == 1:
        only = clusters[0]
        return {"route": {**action, "cluster": only.pop("name")}, **only}
    entries = [{**fields, "weight": weight} for fields, (_, weight) in zip(clusters, weighted, strict=True)]
    return {"route": {**action, "weighted_clusters": {"clusters": entries}}}


def _cluster(group: GroupTable, table: ListenerTable, cookies: list[Fields]) -> Fields:
    fields: Fields = {"name": names.cluster(group)}
    if cookies:
        fields["response_headers_to_add"] = cookies
    if sticky := stickiness.of_a_target(group, table):
        fields["typed_per_filter_config"] = sticky
    return fields

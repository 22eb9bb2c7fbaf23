"""Target groups as clusters: how a target is chosen among its equals, and how it is spoken to."""

from collections.abc import Mapping
from typing import assert_never

from homeport.drivers.envoy import names
from homeport.drivers.envoy.render import access_log, tls
from homeport.drivers.envoy.render.connections import ADS
from homeport.drivers.envoy.render.place import Fields, extension, typed
from homeport.plan.traffic import Forward, GroupTable, ListenerTable

UNLIMITED = 1 << 30
CONNECT_S = 10
"""How long a target may take to accept (AWS, "HTTP 504")."""
IDLE_S = 60
HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
KIND = "kind"
"""What an endpoint of a `forward` cluster says of how it is spoken to, in its metadata."""


def group(table: GroupTable) -> Fields:
    """A target group of HTTP or HTTPS."""
    speaks_http2 = table.protocol_version in ("HTTP2", "GRPC")
    protocol = "http2_protocol_options" if speaks_http2 else "http_protocol_options"
    options = typed(
        "upstreams.http.v3.HttpProtocolOptions",
        common_http_protocol_options={"idle_timeout": f"{IDLE_S}s"},
        explicit_http_config={protocol: {}},
    )
    fields: Fields = {
        **_common(names.cluster(table), table.source),
        **_choice(table),
        **access_log.of_a_cluster(table),
        "typed_extension_protocol_options": {HTTP_OPTIONS: options},
    }
    if table.protocol == "HTTPS":
        fields["transport_socket"] = tls.upstream(alpn="h2" if speaks_http2 else None)
    return fields


def _common(name: str, source: str | None) -> Fields:
    """What all have in common. Envoy's own limits are out of the way, and its panic: whether to fail open is decided in
    endpoints.py.
    """
    bound = (
        {"upstream_bind_config": {"source_address": {"address": source, "port_value": 0}}} if source else {}
    )
    limits = dict.fromkeys(
        ("max_connections", "max_pending_requests", "max_requests", "max_retries"), UNLIMITED
    )
    return {
        "name": name,
        "type": "EDS",
        "eds_cluster_config": {"eds_config": ADS},
        "connect_timeout": f"{CONNECT_S}s",
        "circuit_breakers": {"thresholds": [limits]},
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
        **bound,
    }


def _choice(table: GroupTable) -> Fields:
    """How a target is chosen."""
    if table.stickiness is not None and table.stickiness.kind == "source_ip":
        return {"lb_policy": "MAGLEV"}
    match table.algorithm:
        case "round_robin":
            return {"lb_policy": "ROUND_ROBIN", **_slow_start(table)}
        case "least_outstanding_requests":
            # All of them are compared: two at random, as Envoy does by itself, are not the least outstanding.
            policy = extension(
                "envoy.load_balancing_policies.least_request",
                "load_balancing_policies.least_request.v3.LeastRequest",
                selection_method="FULL_SCAN",
            )
            return {"load_balancing_policy": {"policies": [{"typed_extension_config": policy}]}}
        case "weighted_random":
            return {"lb_policy": "RANDOM"}
        case _:
            assert_never(table.algorithm)


def _slow_start(table: GroupTable) -> Fields:
    if not table.slow_start_s:
        return {}
    aggression = {"default_value": 1.0, "runtime_key": "homeport.slow_start.aggression"}
    start = {"slow_start_window": f"{table.slow_start_s}s", "aggression": aggression}
    return {"round_robin_lb_config": {"slow_start_config": start}}


def forward(table: ListenerTable, groups: Mapping[str, GroupTable]) -> Fields:
    """All that a listener of TCP, TLS or UDP forwards to. What its target groups are is in the endpoints, so that
    connections stay when weights move.
    """
    found = [groups[id] for id, _ in forwarded(table) if id in groups]
    stickies = [each.stickiness for each in found]
    fields = _common(names.forward(table), next((each.source for each in found if each.source), None))
    fields["common_lb_config"]["locality_weighted_lb_config"] = {}
    by_address = any(kept is not None and kept.kind == "source_ip" for kept in stickies)
    return {
        **fields,
        "lb_policy": "MAGLEV" if by_address else "ROUND_ROBIN",
        "transport_socket_matches": [
            _socket("tls_proxy", _proxied(tls.upstream())),
            _socket("tls", tls.upstream()),
            _socket("proxy", _proxied(RAW)),
            {"name": "plain", "match": {}, "transport_socket": RAW},
        ],
    }


RAW = extension("envoy.transport_sockets.raw_buffer", "transport_sockets.raw_buffer.v3.RawBuffer")


def _socket(kind: str, socket: Fields) -> Fields:
    return {"name": kind, "match": {KIND: kind}, "transport_socket": socket}


def _proxied(socket: Fields) -> Fields:
    """A socket that begins with the client's address, in the proxy protocol's second version."""
    return extension(
        "envoy.transport_sockets.upstream_proxy_protocol",
        "transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport",
        config={"version": "V2"},
        transport_socket=socket,
    )


def kind(table: GroupTable) -> str:
    """How a target group's targets are spoken to, as `forward` tells it apart; "" for as they come."""
    words = [*(["tls"] if table.protocol == "TLS" else []), *(["proxy"] if table.proxy_protocol else [])]
    return "_".join(words)


def forwarded(table: ListenerTable) -> tuple[tuple[str, int], ...]:
    """The target groups of a listener of TCP, TLS or UDP, with their weights."""
    return next((route.action.groups for route in table.routes if isinstance(route.action, Forward)), ())

"""Listeners, each on an address of its own: what they are does not depend on rules, weights or targets."""

from collections.abc import Iterator, Sequence

from homeport.drivers.envoy import counting, names
from homeport.drivers.envoy.render import connections, tls
from homeport.drivers.envoy.render.place import Fields, Place, address, extension
from homeport.plan.traffic import ListenerTable

UDP_IDLE_S = 120
"""How long a flow of UDP is remembered (AWS, "Connection idle timeout")."""

SNI = extension("envoy.filters.listener.tls_inspector", "filters.listener.tls_inspector.v3.TlsInspector")
"""Looks for the name that a client asks for, where more depends on it than the certificate."""

SECURE = frozenset({"HTTPS", "TLS"})
HTTP = frozenset({"HTTP", "HTTPS"})


def own(table: ListenerTable, place: Place) -> Iterator[Fields]:
    """A listener on the load balancer's own addresses: this machine's, and those in its VPC."""
    yield from at(table.address, names.listener(table), table, place)
    for number, host in enumerate(table.inside):
        yield from at(host, names.inside(table, number), table, place)


def at(host: str, name: str, table: ListenerTable, place: Place) -> Iterator[Fields]:
    """A listener on some address; TCP_UDP is two."""
    if table.protocol in HTTP:
        manner = connections.own(table, names.listener(table), place)
        fields = listening(host, name, table, [chain(table, connections.filters(manner))])
        if table.protocol == "HTTPS" and table.http.access_log is not None:
            fields["listener_filters"] = [SNI]
        yield fields
        return
    if table.protocol != "UDP":
        yield listening(host, name, table, [chain(table, [_tcp(table)])])
    if table.protocol in ("UDP", "TCP_UDP"):
        yield _udp(host, names.udp(name), table)


def listening(host: str, name: str, table: ListenerTable, chains: Sequence[Fields]) -> Fields:
    """A listener of TCP, with what happens to a connection. On all its addresses it counts as the same."""
    return {
        "name": name,
        "stat_prefix": names.listener(table),
        "address": address(host, table.port),
        "filter_chains": list(chains),
    }


def chain(table: ListenerTable, filters: Sequence[Fields]) -> Fields:
    """What happens to a connection."""
    fields: Fields = {"name": names.listener(table), "filters": list(filters)}
    if table.protocol in SECURE:
        fields["transport_socket"] = tls.downstream(table)
    return fields


def _tcp(table: ListenerTable) -> Fields:
    return extension(
        "envoy.filters.network.tcp_proxy",
        "filters.network.tcp_proxy.v3.TcpProxy",
        stat_prefix=names.listener(table),
        cluster=names.forward(table),
        idle_timeout=f"{table.idle_timeout_s}s",
        access_log=[counting.flows(names.listener(table))],
        # Asked only where a target group is sticky; always here, so that becoming so changes no listener.
        hash_policy=[{"source_ip": {}}],
    )


def _udp(host: str, name: str, table: ListenerTable) -> Fields:
    route = extension("route", "filters.udp.udp_proxy.v3.Route", cluster=names.forward(table))
    proxy = extension(
        "envoy.filters.udp_listener.udp_proxy",
        "filters.udp.udp_proxy.v3.UdpProxyConfig",
        stat_prefix=names.listener(table),
        matcher={"on_no_match": {"action": route}},
        idle_timeout=f"{UDP_IDLE_S}s",
        hash_policies=[{"source_ip": True}],
    )
    return {
        "name": name,
        "stat_prefix": names.listener(table),
        "address": address(host, table.port, "UDP"),
        "udp_listener_config": {},
        "listener_filters": [proxy],
    }

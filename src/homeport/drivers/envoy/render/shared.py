"""Addresses on which all load balancers listen together, because every `*.localhost` leads there.

HTTP is told apart by host and HTTPS by SNI; who names none is the oldest's. What cannot be told apart is the oldest's
alone, and so is a port on which load balancers disagree about the protocol.
"""

from collections.abc import Iterable, Iterator, Sequence

from homeport.drivers.envoy import names
from homeport.drivers.envoy.render import access_log, connections, listeners
from homeport.drivers.envoy.render.place import Fields, Place
from homeport.plan.traffic import ListenerTable


def members(tables: Iterable[ListenerTable]) -> list[ListenerTable]:
    """Those that share a port, the oldest load balancer first."""
    ordered = sorted(tables, key=lambda table: (table.created_at, table.balancer, table.id))
    if not ordered:
        return []
    oldest = ordered[0]
    if oldest.protocol not in listeners.HTTP:
        return [oldest]
    return [table for table in ordered if table.protocol == oldest.protocol]


def everywhere(tables: Sequence[ListenerTable], place: Place) -> Iterator[Fields]:
    """The listeners of a port on all addresses that are shared."""
    port, protocol = tables[0].port, tables[0].protocol
    for host, name in (
        (place.shared, names.shared(port, protocol)),
        (place.inside, names.shared_inside(port, protocol)),
    ):
        if host:
            yield from _sharing(host, name, tables, place)


def _sharing(host: str, name: str, tables: Sequence[ListenerTable], place: Place) -> Iterator[Fields]:
    """The listeners of a port on an address that is shared by `tables`."""
    oldest = tables[0]
    if oldest.protocol == "HTTP":
        manner = connections.Manner(
            prefix=routes_name(oldest),
            routes=routes_name(oldest),
            table=oldest,
            is_stripped=connections.is_stripped(tables),
            log=tuple(access_log.logs(tables, place)),
        )
        filters = connections.filters(manner)
        fields = listeners.listening(host, name, oldest, [listeners.chain(oldest, filters)])
        yield {**fields, "stat_prefix": routes_name(oldest)}
    elif oldest.protocol == "HTTPS":
        yield _by_sni(host, name, tables, place)
    else:
        yield from listeners.at(host, name, oldest, place)


def routes_name(table: ListenerTable) -> str:
    """The route table of a port's HTTP on whatever shared address, and the prefix of its statistics."""
    return names.shared(table.port, table.protocol)


def _by_sni(host: str, name: str, tables: Sequence[ListenerTable], place: Place) -> Fields:
    """A chain for each, found by its own name and by those of its certificates that no older one has."""
    chains = []
    taken: set[str] = set()
    for table in tables:
        manner = connections.own(table, names.listener(table), place)
        chain = listeners.chain(table, connections.filters(manner))
        certified = {name.lower() for pair in table.key_pairs for name in pair.names}
        known = {table.dns_name.lower(), *certified} - taken
        taken |= known
        chains.append({**chain, "filter_chain_match": {"server_names": sorted(known)}})
    fields = listeners.listening(host, name, tables[0], chains)
    fields["stat_prefix"] = routes_name(tables[0])
    fields["default_filter_chain"] = {
        key: value for key, value in chains[0].items() if key != "filter_chain_match"
    } | {"name": "default"}
    fields["listener_filters"] = [listeners.SNI]
    return fields


def domains(tables: Sequence[ListenerTable]) -> list[list[str]]:
    """By what hosts each is meant: its own name, and any other for the oldest."""
    return [
        [table.dns_name.lower(), "*"] if table is tables[0] else [table.dns_name.lower()] for table in tables
    ]

"""What Envoy refuses, as sentences for people: of which listener, why, and what to do instead."""

from collections.abc import Iterable, Iterator, Mapping

from homeport.drivers.envoy import names
from homeport.drivers.envoy.convergence import LEADS_TO, Key
from homeport.drivers.envoy.ports import Port, port_of
from homeport.drivers.envoy.resources import CLUSTERS, ENDPOINTS, LISTENERS, ROUTES, Resources
from homeport.plan.traffic import GroupTable, ListenerTable, Tables, groups_of

FIRST_FREE = 1024
"""The first port that needs no root where nothing else is said."""

CHECKED = "Proto constraint validation failed"


def troubles(tables: Tables, wanted: Resources, refused: Mapping[Key, str]) -> dict[str, str]:
    """By listener id, what keeps it from what it was asked to do; nothing for one that is well."""
    found: dict[str, list[str]] = {}
    for (kind, name), words in sorted(refused.items()):
        for table, sentence in _told(tables, wanted, (kind, name), words):
            said = found.setdefault(table.id, [])
            if sentence not in said:
                said.append(sentence)
    return {id: " ".join(sentences) for id, sentences in found.items()}


def _told(tables: Tables, wanted: Resources, key: Key, words: str) -> Iterator[tuple[ListenerTable, str]]:
    kind, name = key
    listeners = tables.listeners.values()
    if kind == LISTENERS:
        body = wanted.of(LISTENERS).get(name)
        if body is not None:
            yield from _not_listening(listeners, port_of(body), words)
    elif kind == ROUTES and not words.startswith(LEADS_TO):
        for table in listeners:
            if name in (names.listener(table), names.shared(table.port, table.protocol)):
                yield (
                    table,
                    f"Its rules stay as they were before: Envoy refuses the new ones: {_brief(words)}.",
                )
    elif kind in (CLUSTERS, ENDPOINTS):
        for table in listeners:
            group = _led_to(table, tables.groups, name)
            if group is not None:
                yield (
                    table,
                    f"What leads to target group {group} stays as it was before: Envoy refuses it: {_brief(words)}.",
                )


def _not_listening(
    listeners: Iterable[ListenerTable], port: Port, words: str
) -> Iterator[tuple[ListenerTable, str]]:
    """A load balancer's own addresses are its own; any other is shared by all that listen on the port."""
    meant = [table for table in listeners if table.port == port.number]
    own = [table for table in meant if port.host in (table.address, *table.inside)]
    why = _why(port, words)
    for table in own:
        yield table, f"It does not listen on {port.host}:{port.number}: {why}"
    for table in [] if own else meant:
        sentence = (
            f"Its name does not lead to it, because nothing of ours listens on {port.host}:{port.number}, which load "
            f"balancers share: {why} Its own address is {table.address}:{table.port}."
        )
        yield table, sentence


def _why(port: Port, words: str) -> str:
    if "Address already in use" in words:
        return "another process has that port. Stop it, or use another port; it is tried again every few seconds."
    if "Permission denied" in words:
        return (
            f"this system keeps ports below {FIRST_FREE} for root. Use a port from {FIRST_FREE} on, or allow it: "
            f"sysctl -w net.ipv4.ip_unprivileged_port_start={port.number}."
        )
    if "Cannot assign requested address" in words:
        return f"that is no address of this machine. On macOS: sudo ifconfig lo0 alias {port.host} up."
    return f"Envoy refuses it: {_brief(words)}."


def _brief(words: str) -> str:
    """On one line, without the resource that Envoy shows beside what is wrong with it."""
    return " ".join((CHECKED + words.split(CHECKED, 1)[-1] if CHECKED in words else words).split()).rstrip(
        "."
    )


def _led_to(table: ListenerTable, groups: Mapping[str, GroupTable], cluster: str) -> str | None:
    """The name of the target group that a listener reaches by a cluster."""
    found = [groups[id] for id in groups_of(table) if id in groups]
    if cluster == names.forward(table):
        return ", ".join(group.name for group in found)
    return next((group.name for group in found if names.cluster(group) == cluster), None)

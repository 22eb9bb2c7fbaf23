"""A zone, indexed by name: which records stand at each of its names, following the rules of Cloud Map.

An instance's records exist while it is registered; a service without instances has no name. Who of several is shown is
chosen by the routing policy, in `choice.py`.
"""

from collections.abc import Iterator

from msgspec import Struct

from homeport.plan.network import Answer, NameTable, RecordType, Routing, ZoneTable

SRV_PRIORITY = 1
SRV_WEIGHT = 1
"""As Cloud Map writes them (Cloud Map API reference, DnsRecord)."""


class Value(Struct, frozen=True, gc=False):
    """One record's data as text, and whether the instance behind it is known to be unwell.

    `is_alias`: the text is a load balancer's name, whose addresses stand for it; they depend on who asks.
    """

    text: str
    healthy: bool = True
    is_alias: bool = False


class Records(Struct, frozen=True, gc=False):
    """The records of one type at a name."""

    ttl_s: int
    routing: Routing
    values: tuple[Value, ...]


class Node(Struct, frozen=True, gc=False):
    """What stands at a name, by type; nothing at one that only others lie below."""

    records: dict[RecordType, Records] = {}


EMPTY = Node()


class Zone(Struct, frozen=True, gc=False):
    """An indexed zone: `nodes` by full name, in lower case and without a final dot."""

    table: ZoneTable
    name: str
    nodes: dict[str, Node]

    def is_seen_by(self, vpc: str | None) -> bool:
        """Whether a VPC (a record id) sees it; the machine, None, sees all.

        A public one is seen by its own account's: on AWS nobody would be delegated what others have registered.
        """
        if vpc is None or self.table.vpcs is None:
            return vpc is None or vpc.partition("/")[0] == self.table.id.partition("/")[0]
        return vpc in self.table.vpcs


def zone(table: ZoneTable) -> Zone:
    """The index of a zone."""
    name = table.name.lower().rstrip(".")
    nodes: dict[str, Node] = {name: EMPTY}
    for each in table.names:
        owner = f"{each.name.lower()}.{name}"
        for at, node in _nodes(each, owner):
            nodes[at] = Node(records={**nodes.get(at, EMPTY).records, **node.records})
    for at in [above for owner in nodes for above in _between(owner, name)]:
        nodes.setdefault(at, EMPTY)
    return Zone(table, name, nodes)


def _between(owner: str, zone: str) -> Iterator[str]:
    """The names between an owner and its zone: they exist, with nothing at them (RFC 8020)."""
    above = owner.partition(".")[2]
    while above.endswith(f".{zone}"):
        yield above
        above = above.partition(".")[2]


def _nodes(table: NameTable, owner: str) -> Iterator[tuple[str, Node]]:
    """The node of a service, and the one of each of its instances that an SRV record points to."""
    found = {kind: _records(table, kind, ttl_s, owner) for kind, ttl_s in table.records}
    records = {kind: each for kind, each in found.items() if each.values}
    if records:
        yield owner, Node(records=records)
    ttl_s = dict(table.records).get("SRV")
    if ttl_s is None:
        return
    for answer in table.answers:
        own: dict[RecordType, Records] = {}
        if answer.ipv4:
            own["A"] = Records(ttl_s, "MULTIVALUE", (Value(answer.ipv4),))
        if answer.ipv6:
            own["AAAA"] = Records(ttl_s, "MULTIVALUE", (Value(answer.ipv6),))
        if own:
            yield f"{answer.id.lower()}.{owner}", Node(records=own)


def _records(table: NameTable, kind: RecordType, ttl_s: int, owner: str) -> Records:
    found = (_value(answer, kind, owner) for answer in table.answers)
    return Records(ttl_s, table.routing, tuple(value for value in found if value is not None))


def _value(answer: Answer, kind: RecordType, owner: str) -> Value | None:
    if kind == "A" and answer.alias is not None:
        return Value(answer.alias.lower().rstrip("."), answer.healthy, is_alias=True)
    text = _text(answer, kind, owner)
    return None if text is None else Value(text, answer.healthy)


def _text(answer: Answer, kind: RecordType, owner: str) -> str | None:
    if kind == "A":
        return answer.ipv4
    if kind == "AAAA":
        return answer.ipv6
    if kind == "CNAME":
        return None if answer.cname is None else f"{answer.cname.rstrip('.')}."
    if answer.port is None:
        return None
    return f"{SRV_PRIORITY} {SRV_WEIGHT} {answer.port} {answer.id}.{owner}."

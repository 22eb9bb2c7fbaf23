"""Where each name is found: Cloud Map's zones, load balancers, and the private names of addresses.

One directory for all askers; a `View` says who asks. It knows no packets.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from msgspec import Struct
from msgspec.structs import replace

from homeport.drivers.network.dns import records
from homeport.drivers.network.dns.private import PrivateNames
from homeport.drivers.network.dns.records import EMPTY, Node, Records, Value, Zone
from homeport.plan.network import Delta, HostTable, Tables, VpcTable, applied

LOCALHOST = "localhost"
LOOPBACK = Node(
    records={
        "A": Records(60, "MULTIVALUE", (Value("127.0.0.1"),)),
        "AAAA": Records(60, "MULTIVALUE", (Value("::1"),)),
    }
)
OTHER_ENDS = ((".localhost", ".internal"),)
"""Some programs (curl, browsers) do not even ask for names under `localhost`; so each has a second one."""

PRIVATE = (".ec2.internal", ".compute.internal")
REVERSE = ".in-addr.arpa"
PRIVATE_TTL_S = 60


class View(Struct, frozen=True, gc=False):
    """Who asks: from inside of a VPC (its record id, None for the machine), or from outside."""

    vpc: str | None
    inside: bool


class Found(Struct, frozen=True, gc=False):
    """`node` is None where the name does not exist. `zone` and `soa_ttl_s` say who is to blame. `pointer` is what a
    reverse name points to.
    """

    zone: str
    node: Node | None
    soa_ttl_s: int = 15
    pointer: str | None = None


class Directory:
    """Follows the tables; every change of names makes a new `revision`."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.revision = 0
        self._zones: dict[str, Zone] = {}
        self._by_name: dict[str, list[Zone]] = {}
        self._hosts: dict[str, HostTable] = {}
        self._private = PrivateNames()
        self._blocks: list[tuple[IPv4Network, VpcTable]] = []

    def follow(self, delta: Delta) -> None:
        """Take over what has changed."""
        before = self.tables
        self.tables = applied(before, delta)
        renamed = [
            id
            for id, table in delta.interfaces.items()
            if self._private.follow(before.interfaces.get(id), table)
        ]
        if delta.vpcs or delta.zones or delta.hosts or renamed:
            self.revision += 1
        if delta.vpcs:
            self._blocks = [(IPv4Network(each.cidr), each) for each in self.tables.vpcs.values()]
        if delta.zones:
            self._index_zones()
        if delta.hosts:
            self._hosts = {name: host for host in self.tables.hosts.values() for name in _names(host)}

    def find(self, view: View, name: str) -> Found | None:
        """What stands at a name (in lower case, without a final dot); None when it is not ours to say."""
        if name == LOCALHOST:
            return Found(LOCALHOST, LOOPBACK)
        host = self._hosts.get(name)
        if host is not None:
            return Found(name.partition(".")[2], _node(host, view))
        found = self._in_zones(view, name)
        if found is not None:
            return found
        if name.endswith(REVERSE):
            return self._reverse(name)
        for end in PRIVATE:
            if name.endswith(end) or name == end[1:]:
                return Found(end[1:], self._at_private(name))
        return Found(LOCALHOST, None) if name.endswith(f".{LOCALHOST}") else None

    def vpc_of(self, address: str) -> VpcTable | None:
        """The VPC that an address belongs to."""
        asker = IPv4Address(address)
        return next((vpc for block, vpc in self._blocks if asker in block), None)

    def is_in(self, vpc: str, address: str) -> bool:
        """Whether an address belongs to a VPC (a record id)."""
        asker = IPv4Address(address)
        return any(table.id == vpc and asker in block for block, table in self._blocks)

    def _index_zones(self) -> None:
        for id, table in self.tables.zones.items():
            known = self._zones.get(id)
            if known is None or known.table is not table:
                self._zones[id] = records.zone(table)
        for id in [id for id in self._zones if id not in self.tables.zones]:
            del self._zones[id]
        self._by_name = {}
        for zone in sorted(self._zones.values(), key=lambda each: each.table.created_at):
            self._by_name.setdefault(zone.name, []).append(zone)

    def _in_zones(self, view: View, name: str) -> Found | None:
        """The nearest zone that the asker sees. Of namesakes, which only the machine sees, the first that knows it."""
        for suffix in _suffixes(name):
            zones = [zone for zone in self._by_name.get(suffix, ()) if zone.is_seen_by(view.vpc)]
            if zones:
                zone = next((each for each in zones if name in each.nodes), zones[0])
                return Found(zone.name, self._resolved(zone.nodes.get(name), view), zone.table.soa_ttl_s)
        return None

    def _resolved(self, node: Node | None, view: View) -> Node | None:
        """A node with the addresses of load balancers instead of their names."""
        own = None if node is None else node.records.get("A")
        if node is None or own is None or not any(value.is_alias for value in own.values):
            return node
        values: list[Value] = []
        for value in own.values:
            host = self._hosts.get(value.text) if value.is_alias else None
            if host is not None:
                values += (Value(address, value.healthy) for address in _addresses(host, view))
            elif not value.is_alias:
                values.append(value)
        return Node(records={**node.records, "A": replace(own, values=tuple(values))})

    def _at_private(self, name: str) -> Node | None:
        address = self._private.address(name)
        if address is None:
            return EMPTY if f".{name}" in PRIVATE else None
        return Node(records={"A": Records(PRIVATE_TTL_S, "MULTIVALUE", (Value(address),))})

    def _reverse(self, name: str) -> Found | None:
        """The name of an address of a VPC; of others somebody else knows."""
        labels = name.removesuffix(REVERSE).split(".")
        try:
            address = str(IPv4Address(".".join(reversed(labels))))
        except ValueError:
            return None
        if self.vpc_of(address) is None:
            return None
        zone = f"{'.'.join(labels[-2:])}{REVERSE}"
        pointer = self._private.name(address)
        return Found(zone, None if pointer is None else EMPTY, PRIVATE_TTL_S, pointer)


def _suffixes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.partition(".")[2]


def _names(host: HostTable) -> Iterator[str]:
    name = host.name.lower().rstrip(".")
    yield name
    for end, other in OTHER_ENDS:
        if name.endswith(end):
            yield name.removesuffix(end) + other


def _addresses(host: HostTable, view: View) -> tuple[str, ...]:
    return (host.inside or host.outside) if view.inside else (host.outside or host.inside)


def _node(host: HostTable, view: View) -> Node:
    values = tuple(Value(address) for address in _addresses(host, view))
    return Node(records={"A": Records(host.ttl_s, "MULTIVALUE", values)}) if values else EMPTY

"""Security groups as nftables: what a namespace's table must say, from the groups of its interface.

Pure, and whole: the rules of an interface follow from its groups and its VPC alone, so interfaces with the same ones
share a `Policy`. Who is in a group is a set of its own beside the rules, because it changes with every task.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network

from msgspec import Struct

from homeport.plan.addresses import ENDPOINT, INSTANCE_METADATA, RESOLVER
from homeport.plan.network import GroupTable, Permission, PrefixListTable

TABLE = "homeport"
ANY_PORT = (0, 65_535)
NUMBERS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}


class Policy(Struct, frozen=True, gc=False):
    """The rules of a namespace. `groups` are those whose members they name: sets that have to be there."""

    input: tuple[str, ...]
    output: tuple[str, ...]
    groups: tuple[str, ...] = ()
    prefixes: tuple[tuple[str, tuple[str, ...]], ...] = ()


def policy(
    groups: Iterable[GroupTable], lists: Mapping[str, PrefixListTable], resolver: str | None
) -> Policy:
    """The union of some groups' rules, and what is always allowed, and never."""
    found = list(groups)
    ingress = dict.fromkeys(each for group in found for each in group.ingress)
    egress = dict.fromkeys(each for group in found for each in group.egress)
    named = dict.fromkeys(each.prefix_list for each in (*ingress, *egress) if each.prefix_list is not None)
    prefixes = tuple(
        (set_name(id, version), cidrs)
        for id in named
        if id in lists
        for version in (4, 6)
        if (cidrs := _of_version(lists[id].cidrs, version))
    )
    sets = {name for name, _ in prefixes}
    return Policy(
        input=tuple(line for each in ingress for line in _lines(each, "saddr", sets)),
        output=(*_resolvers(resolver), *(line for each in egress for line in _lines(each, "daddr", sets))),
        groups=tuple(sorted({each.group for each in (*ingress, *egress) if each.group is not None})),
        prefixes=prefixes,
    )


def script(wanted: Policy, members: Mapping[str, Iterable[str]], doors: Mapping[int, int]) -> str:
    """A namespace's table as a whole, for `nft -f`: it takes the place of the one before in one transaction, and
    connections that are tracked go on.

    `doors`: ports of the endpoint, and where each is listened at.
    """
    lines = [no_script(TABLE).strip(), f"table inet {TABLE} {{"]
    lines += [
        f"set {set_name(group)} {{ type ipv4_addr;{_elements(members.get(group, ()))} }}"
        for group in wanted.groups
    ]
    for name, cidrs in wanted.prefixes:
        kind = "ipv6_addr" if name.endswith("v6") else "ipv4_addr"
        lines.append(f"set {name} {{ type {kind}; flags interval; auto-merge;{_elements(cidrs)} }}")
    lines += [
        "chain input { type filter hook input priority filter; policy drop;",
        "ct state established,related accept",
        'iifname "lo" accept',
        "icmp type destination-unreachable icmp code frag-needed accept",
        "icmpv6 type { packet-too-big, nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept",
        *wanted.input,
        "}",
        "chain output { type filter hook output priority filter; policy drop;",
        f"ip daddr {INSTANCE_METADATA} drop",
        "ct state established,related accept",
        'oifname "lo" accept',
        "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept",
        *wanted.output,
        "}",
        *_doors("output", doors),
        "}",
    ]
    return "\n".join(lines) + "\n"


def door_script(table: str, doors: Mapping[int, int]) -> str:
    """The machine's own table for tasks in bridge and host mode: it leads to the endpoint, and filters nothing."""
    lines = [no_script(table).strip(), f"table inet {table} {{"]
    lines += [*_doors("prerouting", doors), *_doors("output", doors), "}"]
    return "\n".join(lines) + "\n"


def no_script(table: str) -> str:
    """No such table any more, whether there was one or not."""
    return f"add table inet {table}\ndelete table inet {table}\n"


def _doors(hook: str, doors: Mapping[int, int]) -> Iterator[str]:
    """Who asks the endpoint at a port gets where it is listened: at that port itself, containers listen everywhere."""
    yield f"chain to_endpoint_{hook} {{ type nat hook {hook} priority -100;"
    for port, door in doors.items():
        yield f"ip daddr {ENDPOINT} tcp dport {port} dnat ip to {ENDPOINT}:{door}"
    yield "}"


def set_name(id: str, version: int | None = None) -> str:
    """The name of the set of a group's members, or of a prefix list's blocks of one family."""
    last = re.sub(r"[^0-9A-Za-z-]", "_", id.rsplit("/", 1)[-1])
    return last if version is None else f"{last}.v{version}"


def _elements(values: Iterable[str]) -> str:
    told = ", ".join(sorted(values))
    return f" elements = {{ {told} }}" if told else ""


def _resolvers(resolver: str | None) -> Iterator[str]:
    addresses = ", ".join(each for each in (RESOLVER, resolver) if each is not None)
    for protocol in ("udp", "tcp"):
        yield f"ip daddr {{ {addresses} }} {protocol} dport 53 accept"


def _of_version(cidrs: Iterable[str], version: int) -> tuple[str, ...]:
    return tuple(cidr for cidr in cidrs if ip_network(cidr, strict=False).version == version)


def _lines(permission: Permission, side: str, sets: set[str]) -> Iterator[str]:
    """One rule for each set or block of the peer."""
    what = _traffic(permission)
    for peer in _peers(permission, side, sets):
        yield " ".join(filter(None, (peer, what, "accept")))


def _peers(permission: Permission, side: str, sets: set[str]) -> Iterator[str]:
    if permission.group is not None:
        yield f"ip {side} @{set_name(permission.group)}"
    elif permission.prefix_list is not None:
        for version, word in ((4, "ip"), (6, "ip6")):
            name = set_name(permission.prefix_list, version)
            if name in sets:
                yield f"{word} {side} @{name}"
    elif permission.cidr is not None:
        block = ip_network(permission.cidr, strict=False)
        word = "ip" if block.version == 4 else "ip6"
        everything = f"meta nfproto ipv{block.version}"
        yield f"{word} {side} {block}" if block.prefixlen else everything


def _traffic(permission: Permission) -> str:
    """The protocol and what of it: ports, or type and code. AWS: -1 is all of them."""
    protocol = NUMBERS.get(permission.protocol, permission.protocol)
    first, last = permission.from_port, permission.to_port
    match protocol:
        case "-1":
            return ""
        case "tcp" | "udp":
            if first == -1 or (first, last) == ANY_PORT:
                return f"meta l4proto {protocol}"
            return f"{protocol} dport {first}" if first == last else f"{protocol} dport {first}-{last}"
        case "icmp" | "icmpv6":
            if first == -1:
                return "meta l4proto icmp" if protocol == "icmp" else "meta l4proto ipv6-icmp"
            code = "" if last == -1 else f" {protocol} code {last}"
            return f"{protocol} type {first}{code}"
        case _:
            return f"meta l4proto {int(protocol)}"

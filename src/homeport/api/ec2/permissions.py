"""IpPermissions of a request as rules: one for each peer, checked and in the form that AWS keeps them in.

Which rules there are already, and what becomes of these, is `group_rules.py`'s.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, TypeAlias, TypeVar

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import groups, lists
from homeport.api.ec2.errors import security_groups as errors
from homeport.model.record import Time
from homeport.model.security_group import RuleSpec, SecurityGroup
from homeport.shapes import ec2
from homeport.store.tx import ReadTx

DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")
NAMES = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
PORTS = ("tcp", "udp")
ICMP = ("icmp", "icmpv6")
LAST_PROTOCOL, LAST_PORT, LAST_TYPE = 255, 65535, 255
ANY = -1
Direction: TypeAlias = Literal["ingress", "egress"]
N = TypeVar("N", IPv4Network, IPv6Network)
Key: TypeAlias = tuple[bool, str, int, int, str | None, str | None, str | None, str | None]


def rules(
    tx: ReadTx, caller: Caller, group: SecurityGroup, given: Sequence[ec2.IpPermission], direction: Direction
) -> list[RuleSpec]:
    """The rules that a request's permissions stand for, each once.

    Raises InvalidParameterValue, MissingParameter, InvalidGroup.NotFound and InvalidPrefixListID.NotFound.
    """
    found = [
        rule for each in given for rule in _peers(tx, caller, group, each, _base(each, direction, tx.now))
    ]
    if len({key(rule) for rule in found}) < len(found):
        raise errors.rule_repeated()
    return found


def key(rule: RuleSpec) -> Key:
    """What makes two rules of a group the same: everything but description and tags."""
    peer = (rule.cidr, rule.cidr6, rule.group, rule.prefix_list)
    return (rule.is_egress, rule.protocol, rule.from_port, rule.to_port, *peer)


def _base(given: ec2.IpPermission, direction: Direction, now: Time) -> RuleSpec:
    """A rule without a peer yet."""
    protocol, first, last = traffic(given.ip_protocol, given.from_port, given.to_port)
    return RuleSpec(
        is_egress=direction == "egress", protocol=protocol, from_port=first, to_port=last, created_at=now
    )


def traffic(protocol: str | None, first: int | None, last: int | None) -> tuple[str, int, int]:
    """A protocol and its ports, or type and code, as AWS keeps them.

    Raises InvalidParameterValue and MissingParameter.
    """
    if not protocol:
        raise errors.protocol_missing()
    name = NAMES.get(protocol, protocol.lower())
    if name in PORTS:
        return (name, *_ports(first, last))
    if name in ICMP:
        return (name, *_icmp(name, first, last))
    if name != "-1" and not (re.fullmatch(r"[0-9]{1,3}", name) and int(name) <= LAST_PROTOCOL):
        raise errors.protocol_unknown(protocol)
    return name, ANY, ANY


def _ports(first: int | None, last: int | None) -> tuple[int, int]:
    if first is None or last is None:
        raise errors.ports_missing()
    for end, port in (("from", first), ("to", last)):
        if not 0 <= port <= LAST_PORT:
            raise errors.port_out_of_range(end, port)
    if first > last:
        raise errors.ports_reversed(first, last)
    return first, last


def _icmp(name: str, kind: int | None, code: int | None) -> tuple[int, int]:
    """ICMPv6 may leave both out (API Reference, IpPermission)."""
    if name == "icmpv6" and kind is None and code is None:
        return ANY, ANY
    if kind is None or code is None:
        raise errors.icmp_missing()
    for noun, number in (("type", kind), ("code", code)):
        if not ANY <= number <= LAST_TYPE:
            raise errors.icmp_out_of_range(noun, number)
    if kind == ANY and code != ANY:
        raise errors.icmp_code_of_all_types(code)
    return kind, code


def _peers(
    tx: ReadTx, caller: Caller, group: SecurityGroup, given: ec2.IpPermission, base: RuleSpec
) -> list[RuleSpec]:
    """A rule for each peer of a permission."""
    found = [
        *(_with(base, each.description, cidr=cidr(each.cidr_ip)) for each in given.ip_ranges or ()),
        *(_with(base, each.description, cidr6=cidr6(each.cidr_ipv6)) for each in given.ipv6_ranges or ()),
        *(
            _with(base, each.description, prefix_list=prefix_list(tx, caller, each.prefix_list_id or ""))
            for each in given.prefix_list_ids or ()
        ),
        *(
            _with(base, each.description, group=_pair(tx, caller, group, each))
            for each in given.user_id_group_pairs or ()
        ),
    ]
    if not found:
        raise errors.peer_missing()
    return found


def _with(base: RuleSpec, text: str | None, **peer: str) -> RuleSpec:
    return replace(base, description=description(text), **peer)


def description(text: str | None) -> str | None:
    """A rule's description; blank is none. Raises InvalidParameterValue."""
    if not DESCRIPTION.fullmatch(text or ""):
        raise errors.rule_description_invalid()
    return text or None


def cidr(text: str | None) -> str:
    """An IPv4 block in its canonical form: host bits are cleared. Raises InvalidParameterValue."""
    return _block(IPv4Network, text)


def cidr6(text: str | None) -> str:
    """The same for IPv6."""
    return _block(IPv6Network, text)


def _block(kind: Callable[[str, bool], N], text: str | None) -> str:
    try:
        # Python would take netmasks in other notations, and an address alone.
        if not re.fullmatch(r"[0-9A-Fa-f.:]+/[0-9]{1,3}", text or ""):
            raise errors.cidr_malformed(text or "")
        return str(kind(text or "", False))  # noqa: FBT003 (ipaddress's own `strict`, positional)
    except ValueError:
        raise errors.cidr_malformed(text or "") from None


def _pair(tx: ReadTx, caller: Caller, group: SecurityGroup, given: ec2.UserIdGroupPair) -> str:
    """The record id of the group that a pair names."""
    if given.user_id and given.user_id != caller.account and not given.group_id:
        raise errors.owner_not_built()
    if given.group_id:
        return peer_group(tx, caller, group, given.group_id)
    if not given.group_name:
        raise errors.peer_missing()
    return _same_network(group, groups.named(tx, caller, given.group_name)).id


def peer_group(tx: ReadTx, caller: Caller, group: SecurityGroup, id: str) -> str:
    """The record id of a group that a rule of `group` may refer to. Raises InvalidGroup.NotFound."""
    return _same_network(group, groups.one(tx, caller, id)).id


def prefix_list(tx: ReadTx, caller: Caller, id: str) -> str:
    """The record id of a prefix list. Raises InvalidPrefixListID.NotFound."""
    return lists.one(tx, caller, id).id


def _same_network(group: SecurityGroup, peer: SecurityGroup) -> SecurityGroup:
    if peer.spec.vpc != group.spec.vpc:
        raise errors.other_network()
    return peer


def shown(rule: RuleSpec) -> str:
    """A rule in the words of an error: `peer: 1.2.3.4/32, TCP, from port: 80, to port: 80, ALLOW`."""
    reference = rule.group or rule.prefix_list or ""
    peer = rule.cidr or rule.cidr6 or reference.rsplit("/", 1)[-1]
    return ", ".join((f"peer: {peer}", *_words(rule), "ALLOW"))


def _words(rule: RuleSpec) -> Iterable[str]:
    if rule.protocol in PORTS:
        return (rule.protocol.upper(), f"from port: {rule.from_port}", f"to port: {rule.to_port}")
    if rule.protocol in ICMP:
        kind, code = ("ALL" if number == ANY else number for number in (rule.from_port, rule.to_port))
        return (rule.protocol.upper(), f"type: {kind}", f"code: {code}")
    return ("ALL" if rule.protocol == "-1" else f"protocol: {rule.protocol}",)

"""What Envoy's statistics say, in the words of a sample: who had how many of what. Pure.

A target's answers come from one logger, the balancer's own from another (`counting.py`), so that neither is worked out
by taking the one from the other.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from homeport.drivers.envoy.ledger import Changes
from homeport.drivers.envoy.places import Places

Fact: TypeAlias = tuple[str, str, float]
"""The record id of a load balancer or target group, one of a sample's values, and how many of it."""

FAILURES: Mapping[str, frozenset[int]] = {
    "DPE": frozenset({400}),
    "DT": frozenset({408, 504}),
    "LR": frozenset({502, 503}),
    "NC": frozenset({503}),
    "NR": frozenset({404, 503}),
    "OM": frozenset({503}),
    "SI": frozenset({408, 504}),
    "UC": frozenset({502, 503}),
    "UF": frozenset({502, 503, 504}),
    "UH": frozenset({503}),
    "UMSDR": frozenset({502, 504}),
    "UO": frozenset({503}),
    "UPE": frozenset({502}),
    "UR": frozenset({502, 503}),
    "URX": frozenset({502, 503}),
    "UT": frozenset({504}),
}
"""Envoy's flags, and what it answers under them in a target's place. Any other code under such a flag is a target's, whose
answer broke off later.
"""

UNCHOSEN = frozenset({"NC", "UH", "UO"})
"""Flags of requests that no target was chosen for. ELB counts the others only (`RequestCount`)."""

SINGLED_OUT = frozenset({500, 502, 503, 504})
RESET = "RemoteReset"
OURS = "LocalReset"

_WAITED = re.compile(r"target\.waited\.group\.(?P<group>[^.]*)\.code\.(?P<code>\d+)")
_ANSWERED = re.compile(
    r"elb\.answered\.at\.(?P<at>[^.]*)\.route\.(?P<route>[^.]*)\.code\.(?P<code>\d+)"
    r"\.flags\.(?P<flags>[^.]*)\.group\.(?P<group>[^.]*)"
)
_ENDED = re.compile(r"flow\.ended\.at\.(?P<at>[^.]*)\.client\.(?P<client>[^.]*)\.target\.(?P<target>[^.]*)")
_CLUSTER = re.compile(r"cluster\.(?P<cluster>[^.]+)\.upstream_cx_(?P<what>\w+)")

OF_A_CLUSTER = {
    "total": "new_connections",
    "active": "active_connections",
    "connect_fail": "target_connection_errors",
    "rx_bytes_total": "bytes",
    "tx_bytes_total": "bytes",
}
OF_A_FORWARD = {"active": "active_connections", "connect_fail": "target_connection_errors"}
"""The rest of a network load balancer is counted where its clients come in."""


def of_targets(changes: Changes, places: Places) -> Iterator[Fact]:
    """What targets answered, and how long that took in milliseconds: a bin's middle, which is 5 % off at most."""
    for name, bins in changes.bins.items():
        found = _WAITED.fullmatch(name)
        group = None if found is None else places.group(found["group"])
        if found is None or group is None:
            continue
        count = sum(bins.values())
        yield group.id, "requests", count
        yield group.id, f"target_{found['code'][0]}xx", count
        waited = sum(count * (lower + width / 2) for (lower, width), count in bins.items())
        yield group.id, "latency_sum_ms", waited / 1000


def waits(changes: Changes, places: Places) -> Iterator[tuple[str, float, int]]:
    """A target group's record id, an upper bound in milliseconds, and how many answers fell below it."""
    for name, bins in changes.bins.items():
        found = _WAITED.fullmatch(name)
        group = None if found is None else places.group(found["group"])
        if group is not None:
            for (lower, width), count in bins.items():
                yield group.id, (lower + width) / 1000, count


def of_balancers(changes: Changes, places: Places) -> Iterator[Fact]:
    """What was answered in targets' place, by redirects and by fixed responses that are no success."""
    for name, count in changes.counts.items():
        found = _ANSWERED.fullmatch(name)
        if found is None:
            continue
        code, flags = int(found["code"]), frozenset(found["flags"].split(","))
        is_failure = any(code in FAILURES.get(flag, ()) for flag in flags)
        if found["group"] and not is_failure and code:
            continue  # A target's.
        group = places.group(found["group"])
        if group is not None and not flags & UNCHOSEN:
            yield group.id, "requests", count
        balancer = places.answerer(found["at"], found["route"])
        if balancer is None:
            continue
        # Without a code the client was gone before there was one: ELB's 460.
        yield balancer, f"elb_{code // 100 or 4}xx", count
        if code in SINGLED_OUT:
            yield balancer, f"elb_{code}", count
        if _is_direct(found["group"], code, is_failure=is_failure):
            yield balancer, "redirects" if code // 100 == 3 else "fixed_responses", count


def direct(changes: Changes) -> Iterator[tuple[str, int]]:
    """By the prefix of a connection manager: how many redirects and fixed responses the above has seen."""
    for name, count in changes.counts.items():
        if (found := _ANSWERED.fullmatch(name)) is not None:
            code = int(found["code"])
            is_failure = any(code in FAILURES.get(flag, ()) for flag in found["flags"].split(","))
            if _is_direct(found["group"], code, is_failure=is_failure):
                yield found["at"], count


def _is_direct(group: str, code: int, *, is_failure: bool) -> bool:
    return not group and code > 0 and not is_failure


def of_flows(changes: Changes, places: Places) -> Iterator[Fact]:
    """By whom connections of TCP were reset."""
    for name, count in changes.counts.items():
        found = _ENDED.fullmatch(name)
        for balancer in places.sharers(found["at"])[:1] if found is not None else ():
            assert found is not None
            if found["client"] == RESET:
                yield balancer, "client_resets", count
            if found["target"] == RESET:
                yield balancer, "target_resets", count
            elif found["client"] == OURS:
                yield balancer, "elb_resets", count


def of_clusters(changes: Changes, places: Places) -> Iterator[Fact]:
    """Connections to targets: those of target groups, and those of network load balancers."""
    states = {name: state for name, state in changes.states.items() if state}
    for name, count in (*changes.counts.items(), *states.items()):
        found = _CLUSTER.fullmatch(name)
        if found is None:
            continue
        if (group := places.group(found["cluster"])) is not None and found["what"] in OF_A_CLUSTER:
            yield group.id, OF_A_CLUSTER[found["what"]], count
        elif (balancer := places.forward(found["cluster"])) and found["what"] in OF_A_FORWARD:
            yield balancer, OF_A_FORWARD[found["what"]], count

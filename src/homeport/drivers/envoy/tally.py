"""A second's facts added up to samples, one for each load balancer and each target group that is used.

It remembers what the next second needs: how a shared port's connections were divided, and how many connections each target
of a network load balancer had had.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from homeport.drivers.envoy import facts
from homeport.drivers.envoy.facts import Fact
from homeport.drivers.envoy.hosts import Host
from homeport.drivers.envoy.ledger import Changes
from homeport.drivers.envoy.places import Places
from homeport.model.record import Time
from homeport.model.sample import BOUNDS_MS, Sample
from homeport.model.target_group import TargetStatus
from homeport.plan.traffic import Endpoint

_CLIENTS = re.compile(r"(?:http|tcp|udp|listener)\.(?P<at>[^.]+)\.(?P<what>.+)")
OF_CLIENTS = {
    "downstream_cx_active": "active_connections",
    "downstream_cx_total": "new_connections",
    "downstream_cx_rx_bytes_total": "bytes",
    "downstream_cx_tx_bytes_total": "bytes",
    "downstream_sess_active": "active_connections",
    "downstream_sess_total": "new_connections",
    "downstream_sess_rx_bytes": "bytes",
    "downstream_sess_tx_bytes": "bytes",
    "downstream_cx_overflow": "rejected_connections",
    "downstream_global_cx_overflow": "rejected_connections",
    "ssl.connection_error": "tls_errors",
}
DIRECT = "rq_direct_response"

SUMMED = frozenset({"requests", *(f"target_{digit}xx" for digit in "2345"), "latency_sum_ms"})
"""What a load balancer has as much of as its target groups have together."""

BUSY = frozenset({"requests", "elb_3xx", "elb_4xx", "elb_5xx"})
FAILED_HANDSHAKE = "ssl.fail_"


class Tally:
    """`status` says what is known of a target's health."""

    def __init__(self, places: Places, status: Callable[[Endpoint], TargetStatus]) -> None:
        self._places = places
        self._status = status
        self._shares: dict[tuple[str, ...], Counter[str]] = {}
        self._unseen: Counter[str] = Counter()
        self._hosts: dict[tuple[str, str, str, int], Host] = {}

    def begin(self, hosts: Sequence[Host]) -> None:
        """What these have had so far is not the next second's."""
        self._hosts = {host.key: host for host in hosts}

    def samples(self, at: Time, changes: Changes, hosts: Sequence[Host] | None) -> list[Sample]:
        """What happened until `at`, since it was asked last."""
        values: defaultdict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for of, name, amount in self._facts(changes, hosts):
            values[of][name] += amount
        bins = self._bins(changes)
        return [
            Sample(
                at=at,
                of=of,
                values={name: amount for name, amount in values[of].items() if amount},
                latency_ms=tuple(sorted(bins[of].items())) if of in bins else (),
            )
            for of in self._places.used
        ]

    def _facts(self, changes: Changes, hosts: Sequence[Host] | None) -> Iterator[Fact]:
        places = self._places
        answered = [*facts.of_targets(changes, places), *facts.of_balancers(changes, places)]
        answered += list(_summed(answered, places))
        self._share(answered)
        yield from answered
        yield from facts.of_flows(changes, places)
        yield from facts.of_clusters(changes, places)
        yield from self._of_clients(changes)
        yield from self._of_successes(changes)
        if hosts is not None:
            yield from self._of_hosts(hosts)
        yield from self._of_health()

    def _bins(self, changes: Changes) -> Mapping[str, Counter[float]]:
        """How long was waited, for target groups and for the load balancers that use them."""
        found: defaultdict[str, Counter[float]] = defaultdict(Counter)
        users = self._places.users
        for group, upper, count in facts.waits(changes, self._places):
            bucket = bound(upper)
            found[group][bucket] += count
            found[users[group]][bucket] += count
        return found

    def _share(self, answered: Iterable[Fact]) -> None:
        """How busy each load balancer was: what a port that several share has of connections is divided like that."""
        busy: Counter[str] = Counter()
        for of, name, amount in answered:
            if name in BUSY:
                busy[of] += int(amount)
        for sharers in self._places.shared.values():
            if any(busy[of] for of in sharers):
                self._shares[tuple(sharers)] = Counter({of: busy[of] for of in sharers})

    def _divided(self, place: str, amount: int) -> Iterator[tuple[str, int]]:
        """Among those that a listener's statistics may be about; the oldest has what is left over."""
        sharers = self._places.sharers(place)
        shares = self._shares.get(tuple(sharers), Counter()) if len(sharers) > 1 else Counter()
        whole = sum(shares[of] for of in sharers)
        left = amount
        for of in sharers[1:]:
            part = amount * shares[of] // whole if whole else 0
            left -= part
            yield of, part
        if sharers:
            yield sharers[0], left

    def _of_clients(self, changes: Changes) -> Iterator[Fact]:
        """Connections of clients."""
        states = {name: state for name, state in changes.states.items() if state}
        for name, amount in (*changes.counts.items(), *states.items()):
            found = _CLIENTS.fullmatch(name)
            value = None if found is None else OF_CLIENTS.get(found["what"])
            if found is not None and found["what"].startswith(FAILED_HANDSHAKE):
                value = "tls_errors"
            if found is not None and value is not None:
                for of, part in self._divided(found["at"], amount):
                    yield of, value, part

    def _of_successes(self, changes: Changes) -> Iterator[Fact]:
        """Fixed responses of 2xx, which no logger sees: what Envoy answered directly, and was not seen as anything else."""
        for name, count in changes.counts.items():
            if (found := _CLIENTS.fullmatch(name)) is not None and found["what"] == DIRECT:
                self._unseen[found["at"]] += count
        for place, count in facts.direct(changes):
            self._unseen[place] -= count
        for place, count in self._unseen.items():
            if count > 0:
                self._unseen[place] = 0
                for of, part in self._divided(place, count):
                    yield of, "fixed_responses", part

    def _of_hosts(self, hosts: Sequence[Host]) -> Iterator[Fact]:
        """Connections to the targets of network load balancers."""
        before, self._hosts = self._hosts, {host.key: host for host in hosts}
        for key, host in self._hosts.items():
            group = self._places.groups.get(host.zone)
            if group is None:
                continue
            known = before.get(key, Host())
            yield group.id, "active_connections", host.open
            yield group.id, "new_connections", _grown(host.connections, known.connections)
            yield group.id, "target_connection_errors", _grown(host.failed, known.failed)

    def _of_health(self) -> Iterator[Fact]:
        for group in self._places.groups.values():
            found = Counter(self._status(each) for each in group.endpoints if not each.draining)
            yield group.id, "healthy", found["healthy"]
            yield group.id, "unhealthy", found["unhealthy"]


def _summed(answered: Iterable[Fact], places: Places) -> Iterator[Fact]:
    """What load balancers have of it."""
    for of, name, amount in answered:
        if name in SUMMED and (balancer := places.users.get(of)) is not None:
            yield balancer, name, amount


def _grown(now: int, before: int) -> int:
    """The difference of a counter, which may have begun anew."""
    return now - before if now >= before else now


@lru_cache(maxsize=4096)
def bound(milliseconds: float) -> float:
    """The upper bound of the bucket that a bin with this upper bound falls into."""
    place = bisect_left(BOUNDS_MS, milliseconds * (1 - 1e-9))
    return BOUNDS_MS[min(place, len(BOUNDS_MS) - 1)]

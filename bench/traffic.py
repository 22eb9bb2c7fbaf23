"""Traffic through Homeport's load balancers, beside direct, a bare Envoy and nginx; how soon ModifyListener takes hold; and
whether weights are kept.

All proxies stand before the same origin and are measured in turns. Run: `python -m bench.traffic`.
"""

import contextlib
import http.client
import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from msgspec import Struct

from bench import proxies
from bench.proxies import Rate
from demo.server import Server, free_port
from demo.shop import until

CONNECTIONS = 32
FLIPS = 40
OTHERS, A_BALANCER = 1_000, 100
WEIGHTED = 10_000
WEIGHT = 90
FOUND_WITHIN_S = 10.0
PAIRS = {"Homeport ALB": "bare Envoy, HTTP", "Homeport NLB": "bare Envoy, TCP"}
"""Load balancers, and what somebody would set up by hand in their place."""


class Here(Struct, frozen=True):
    """A client of ELB, and where load balancers stand: two subnets of the default VPC."""

    elb: Any
    vpc: str
    subnets: Sequence[str]


class Traffic(Struct, frozen=True):
    """`busy` and `alone`: each way's median rate and latency at 32 connections and at one. `of_bare`: a load balancer's
    rate by that of the bare Envoy beside it, the median of all rounds at 32 connections. `flip_ms`: medians from
    ModifyListener's answer to the first answer of the new side, alone and with `OTHERS` target groups besides.
    `share`: percent that the heavy side of 90/10 had of `WEIGHTED` requests; `failed`: requests that failed anywhere.
    """

    busy: Mapping[str, Rate]
    alone: Mapping[str, Rate]
    of_bare: Mapping[str, float]
    flip_ms: float
    crowded_flip_ms: float
    share: float
    failed: int


class Balancer:
    """A load balancer of Homeport's before one or two origins, made through AWS's API."""

    def __init__(self, here: Here, kind: str, name: str) -> None:
        self.here, self.elb = here, here.elb
        self.kind = kind
        self.port = free_port()
        found = here.elb.create_load_balancer(Name=name, Type=kind, Subnets=here.subnets)["LoadBalancers"][0]
        self.arn, self.host = found["LoadBalancerArn"], found["DNSName"]
        self.groups: list[str] = []
        self.listener = ""

    def listen(self, *origins: int) -> None:
        """A target group for each origin, and a listener with all weight on the first."""
        protocol = "HTTP" if self.kind == "application" else "TCP"
        for number, origin in enumerate(origins):
            self.groups.append(target_group(self.here, f"{self.host[:12]}-{number}", protocol, origin))
        made = self.elb.create_listener(
            LoadBalancerArn=self.arn,
            Protocol=protocol,
            Port=self.port,
            DefaultActions=self._forward(1, *([0] * (len(origins) - 1))),
        )
        self.listener = made["Listeners"][0]["ListenerArn"]
        for group in self.groups:
            until(lambda group=group: self._is_healthy(group), "a healthy target")  # type: ignore[misc]

    def weigh(self, *weights: int) -> None:
        """ModifyListener."""
        self.elb.modify_listener(ListenerArn=self.listener, DefaultActions=self._forward(*weights))

    def _forward(self, *weights: int) -> list[dict[str, Any]]:
        groups = [
            {"TargetGroupArn": arn, "Weight": weight}
            for arn, weight in zip(self.groups, weights, strict=True)
        ]
        return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]

    def _is_healthy(self, group: str) -> bool:
        found = self.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return all(target["TargetHealth"]["State"] == "healthy" for target in found)


def _here(server: Server) -> Here:
    found = server.client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])[
        "Subnets"
    ][:2]
    return Here(server.client("elbv2"), found[0]["VpcId"], [subnet["SubnetId"] for subnet in found])


def target_group(here: Here, name: str, protocol: str, port: int) -> str:
    """A target group with one target on loopback; its ARN."""
    arn: str = here.elb.create_target_group(
        Name=name, Protocol=protocol, Port=port, VpcId=here.vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    here.elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": "127.0.0.1", "Port": port}])
    return arn


def measure(rounds: int = 4, seconds: float = 3.0) -> Traffic:
    """Everything. Raises RuntimeError when something does not come up."""
    with _server() as server, proxies.origin("blue") as blue, proxies.origin("green") as green:
        here = _here(server)
        alb, nlb = Balancer(here, "application", "alb"), Balancer(here, "network", "nlb")
        alb.listen(blue, green)
        nlb.listen(blue)
        with (
            proxies.nginx(blue) as nginx,
            proxies.envoy_http(blue) as http_,
            proxies.envoy_tcp(blue) as tcp,
        ):
            ways = {
                "direct": (blue, "localhost"),
                "nginx": (nginx, "localhost"),
                "bare Envoy, HTTP": (http_, "localhost"),
                "Homeport ALB": (alb.port, alb.host),
                "bare Envoy, TCP": (tcp, "localhost"),
                "Homeport NLB": (nlb.port, "localhost"),
            }
            rounds_busy = _turns(ways, CONNECTIONS, 2 * rounds, seconds / 2)
            rounds_alone = _turns(ways, 1, rounds, seconds / 2)
        flip_ms = _flips(alb)
        share, failed = _weights(alb)
        _crowd(here, blue)
        crowded_ms = _flips(alb)
    busy = {name: _median(rates) for name, rates in rounds_busy.items()}
    alone = {name: _median(rates) for name, rates in rounds_alone.items()}
    of_bare = {mine: _ratio(rounds_busy[mine], rounds_busy[bare]) for mine, bare in PAIRS.items()}
    failed += sum(rate.failed for rate in (*busy.values(), *alone.values()))
    return Traffic(busy, alone, of_bare, flip_ms, crowded_ms, share, failed)


@contextlib.contextmanager
def _server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="homeport-bench-") as folder:
        server = Server(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()
            server.down()


def _turns(
    ways: Mapping[str, tuple[int, str]], connections: int, rounds: int, seconds: float
) -> dict[str, list[Rate]]:
    """Each way's rates, round by round, measured in turns: the machine's slow moments are everybody's."""
    found: dict[str, list[Rate]] = {name: [] for name in ways}
    names = list(ways)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            port, host = ways[name]
            found[name].append(proxies.wrk(port, connections, max(1.0, seconds), host))
    return found


def _median(rates: Sequence[Rate]) -> Rate:
    return Rate(
        median(one.rate for one in rates),
        median(one.p50_ms for one in rates),
        sum(one.failed for one in rates),
    )


def _ratio(mine: Sequence[Rate], bare: Sequence[Rate]) -> float:
    """The median of the rounds' own ratios: a round is short, and both had it alike."""
    return median(one.rate / other.rate for one, other in zip(mine, bare, strict=True))


class Watch:
    """Asks without a pause, and remembers when each side's answers came."""

    def __init__(self, port: int, host: str) -> None:
        self.answers: list[tuple[float, str]] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._ask, args=(port, host), daemon=True)
        self._thread.start()

    def first(self, word: str, since: float) -> float:
        """When the first answer of a side came after `since`. Raises RuntimeError."""
        deadline = time.perf_counter() + FOUND_WITHIN_S
        start = len(self.answers)
        while time.perf_counter() < deadline:
            for at, said in self.answers[max(0, start - 200) :]:
                if said == word and at >= since:
                    return at
            time.sleep(0.0005)
        raise RuntimeError(f"no answer of {word} within {FOUND_WITHIN_S:.0f} s")

    def stop(self) -> None:
        """Ask no more."""
        self._stopping.set()
        self._thread.join(10)

    def _ask(self, port: int, host: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while not self._stopping.is_set():
            connection.request("GET", "/", headers={"Host": host})
            said = connection.getresponse().read().decode().split()[0]
            self.answers.append((time.perf_counter(), said))


def _flips(alb: Balancer) -> float:
    """The median over all flips, in milliseconds from ModifyListener's answer; 0 when the new side answered before."""
    watch = Watch(alb.port, alb.host)
    spent = []
    try:
        for turn in range(FLIPS):
            word = "green" if turn % 2 == 0 else "blue"
            asked_at = time.perf_counter()
            alb.weigh(*((0, 1) if word == "green" else (1, 0)))
            answered_at = time.perf_counter()
            spent.append(max(0.0, watch.first(word, asked_at) - answered_at))
            time.sleep(0.05)
    finally:
        watch.stop()
    alb.weigh(1, 0)
    return median(spent) * 1000


def _weights(alb: Balancer) -> tuple[float, int]:
    """Percent of the heavy side, and failed requests."""
    alb.weigh(WEIGHT, 100 - WEIGHT)
    time.sleep(0.5)
    counts: Counter[str] = Counter()
    connection = http.client.HTTPConnection("127.0.0.1", alb.port, timeout=10)
    for _ in range(WEIGHTED):
        connection.request("GET", "/", headers={"Host": alb.host})
        answer = connection.getresponse()
        body = answer.read().decode()
        counts[body.split()[0] if answer.status == 200 else "failed"] += 1
    connection.close()
    alb.weigh(1, 0)
    return 100 * counts["blue"] / WEIGHTED, counts["failed"]


def _crowd(here: Here, origin: int) -> None:
    """A thousand other target groups, all in use: a hundred rules on each of ten load balancers."""
    for number in range(OTHERS // A_BALANCER):
        other = Balancer(here, "application", f"other{number}")
        other.listen(origin)
        for rule in range(A_BALANCER - 1):
            arn = target_group(here, f"g-{number}-{rule}", "HTTP", origin)
            here.elb.create_rule(
                ListenerArn=other.listener,
                Priority=rule + 1,
                Conditions=[{"Field": "path-pattern", "Values": [f"/{rule}/*"]}],
                Actions=[{"Type": "forward", "TargetGroupArn": arn}],
            )


if __name__ == "__main__":
    print(json.dumps(msgspec.to_builtins(measure()), indent=2))

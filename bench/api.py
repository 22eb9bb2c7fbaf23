"""Throughput and latency of five operations, of all servers in turns, so that a slow minute of the machine hits all.

The same requests for all. How many are sent depends on how fast a server is: each round lasts about as long for
every server. What a server does not know is None, and not a failure.
"""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from msgspec import Struct

from bench.client import Result, load
from bench.requests import Client, Refused, ask, signed
from bench.servers import Server

CLUSTER = "bench"
SHOWN = "shown"
SETS_SHOWN = 3
SETS_A_SERVICE = 5
FEWEST, MOST = 64, 12_000
PROBE = 192
BODY = {
    "family": "bench",
    "networkMode": "bridge",
    "containerDefinitions": [
        {
            "name": "web",
            "image": "busybox",
            "cpu": 64,
            "memory": 64,
            "essential": True,
            "environment": [{"name": "COLOUR", "value": "blue"}],
            "portMappings": [{"containerPort": 80, "hostPort": 0}],
        }
    ],
}


class Row(Struct, frozen=True):
    """One operation over so many connections: by server, the medians of its rounds, or None when it does not know it."""

    operation: str
    connections: int
    results: Mapping[str, Result | None]


class Effort(Struct, frozen=True):
    """How much to measure: seconds that a round lasts for each server, rounds, and numbers of connections."""

    round_s: float
    rounds: int
    connections: Sequence[int]


def measure(running: Sequence[Server], effort: Effort, say: Callable[[str], None]) -> list[Row]:
    """Every operation with every number of connections. Raises Refused when a server refuses what it knows."""
    rows = []
    shown = {server.name: _found(server.client) for server in running}
    for operation, prepare in OPERATIONS.items():
        for connections in effort.connections:
            say(f"{operation}, {connections} connections")
            found: dict[str, Result | None] = {}
            knowing = [one for one in running if shown[one.name] or operation not in OF_TASK_SETS]
            sizes = {one.name: _size(one, prepare, connections, effort.round_s) for one in knowing}
            rounds: dict[str, list[Result]] = {one.name: [] for one in knowing}
            for turn in range(effort.rounds):
                for one in knowing[turn % len(knowing) :] + knowing[: turn % len(knowing)]:
                    requests = prepare(one.client, sizes[one.name])
                    rounds[one.name].append(_checked(one, load(one.client.port, requests, connections)))
            found = {one.name: _median(rounds[one.name]) if one in knowing else None for one in running}
            rows.append(Row(operation, connections, found))
    return rows


def _found(client: Client) -> bool:
    """Make what is shown: a cluster, a revision, a service with three task sets; returns whether it knows task sets."""
    ask(client, "CreateCluster", {"clusterName": CLUSTER})
    ask(client, "RegisterTaskDefinition", BODY)
    service = {"cluster": CLUSTER, "serviceName": SHOWN, "desiredCount": 0}
    try:
        ask(client, "CreateService", {**service, "deploymentController": {"type": "EXTERNAL"}})
        for _ in range(SETS_SHOWN):
            ask(client, "CreateTaskSet", _task_set(SHOWN))
    except Refused:
        if not _shows(client):
            ask(client, "CreateService", {**service, "taskDefinition": "bench"})
        return False
    return True


def _shows(client: Client) -> bool:
    return bool(ask(client, "DescribeServices", {"cluster": CLUSTER, "services": [SHOWN]})["services"])


def _list_clusters(client: Client, count: int) -> list[bytes]:
    return [signed(client, "ListClusters", {})] * count


def _describe_services(client: Client, count: int) -> list[bytes]:
    return [signed(client, "DescribeServices", {"cluster": CLUSTER, "services": [SHOWN]})] * count


def _describe_task_sets(client: Client, count: int) -> list[bytes]:
    service = ask(client, "DescribeServices", {"cluster": CLUSTER, "services": [SHOWN]})["services"][0]
    ids = [task_set["id"] for task_set in service["taskSets"]]
    assert len(ids) == SETS_SHOWN
    body = {"cluster": CLUSTER, "service": SHOWN, "taskSets": ids}
    return [signed(client, "DescribeTaskSets", body)] * count


def _register(client: Client, count: int) -> list[bytes]:
    return [signed(client, "RegisterTaskDefinition", BODY)] * count


def _create_task_sets(client: Client, count: int) -> list[bytes]:
    """On services of their own, which are made here: AWS allows five sets to each."""
    numbers = range(_made.get(client.port, 0), _made.get(client.port, 0) + -(-count // SETS_A_SERVICE))
    _made[client.port] = numbers.stop
    services = [
        {
            "cluster": CLUSTER,
            "serviceName": f"s{number}",
            "desiredCount": 0,
            "deploymentController": {"type": "EXTERNAL"},
        }
        for number in numbers
    ]
    made = load(client.port, [signed(client, "CreateService", body) for body in services], 16)
    if made.failed:
        raise Refused(f"{made.failed} of CreateService, as with {made.sample!r}")
    requests = [signed(client, "CreateTaskSet", _task_set(str(body["serviceName"]))) for body in services]
    return (requests * SETS_A_SERVICE)[:count]


_made: dict[int, int] = {}
"""By port: how many services a server has for `CreateTaskSet`."""

OPERATIONS: dict[str, Callable[[Client, int], list[bytes]]] = {
    "ListClusters": _list_clusters,
    "DescribeTaskSets": _describe_task_sets,
    "DescribeServices": _describe_services,
    "CreateTaskSet": _create_task_sets,
    "RegisterTaskDefinition": _register,
}
OF_TASK_SETS = ("DescribeTaskSets", "CreateTaskSet")


def _task_set(service: str) -> dict[str, Any]:
    """Without a scale, which is none: moto answers 500 to any scale where there is no machine."""
    return {"cluster": CLUSTER, "service": service, "taskDefinition": "bench:1", "launchType": "EC2"}


def _size(
    server: Server, prepare: Callable[[Client, int], list[bytes]], connections: int, round_s: float
) -> int:
    """How many requests last about so long; also warms the server up."""
    probe = _checked(server, load(server.client.port, prepare(server.client, PROBE), connections))
    return int(min(MOST, max(FEWEST, probe.rate * round_s)))


def _checked(server: Server, result: Result) -> Result:
    if result.failed:
        raise Refused(f"{server.name} refused {result.failed} requests, as with {result.sample!r}")
    return result


def _median(rounds: Sequence[Result]) -> Result:
    return Result(
        median(one.rate for one in rounds),
        median(one.p50_ms for one in rounds),
        median(one.p99_ms for one in rounds),
        failed=0,
        sample=b"",
    )

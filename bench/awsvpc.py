"""How many tasks with addresses of their own a second come to run, beside a bare loop of pause and container.

Homeport is asked as anybody would ask it (RunTask of ten, awsvpc, until RUNNING), once with its pool of pauses warm and
once without one; the bare loop creates and starts the same two containers by the engine's API, and does nothing else.
In turns, so that a slow minute of the machine hits all. Run: `python -m bench.awsvpc`.
"""

import asyncio
import contextlib
import json
import secrets
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp

from demo.server import Server
from demo.shop import docker, until
from demo.tidy import tidy
from homeport.drivers.docker.launch import AT_ONCE
from tests import images

TASKS = 10
ROUNDS = 3
CLUSTER = "bench"
SUBNET = "10.214.0.0/24"
BASE = "http://engine/v1.41"


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Tasks a second: `warm`, `cold` and `bare`; `ratio` is warm by bare (the goal is 0.9)."""
    images.ensure_images()
    spent = {"warm": 0.0, "cold": 0.0, "bare": 0.0}
    with _serving(TASKS) as warm, _serving(0) as cold:
        for turn in range(rounds):
            order = [("warm", warm), ("cold", cold), ("bare", None)]
            for name, room in order[turn % 3 :] + order[: turn % 3]:
                spent[name] += asyncio.run(_bare()) if room is None else room.run()
    rates = {name: rounds * TASKS / seconds for name, seconds in spent.items()}
    return {**rates, "ratio": rates["warm"] / rates["bare"]}


class Room:
    """A server with a cluster and one subnet in which its tasks stand."""

    def __init__(self, server: Server, pauses: int) -> None:
        self._server = server
        self._pauses = pauses
        self._ecs = server.client("ecs")
        ec2 = server.client("ec2")
        self._subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        self._ecs.create_cluster(clusterName=CLUSTER)
        container = {"name": "web", "image": images.BUSYBOX, "command": ["sleep", "600"], "stopTimeout": 2}
        self._ecs.register_task_definition(
            family="bench",
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            containerDefinitions=[container],
        )
        # The API answers before the container engine is known.
        until(lambda: self.run(count=1) > 0, "room for a task", 120)

    def run(self, count: int = TASKS) -> float:
        """Seconds from asking until all of them run; then they are stopped, and the pool fills again. 0 without room."""
        begun = time.perf_counter()
        where = {"awsvpcConfiguration": {"subnets": [self._subnet]}}
        tasks = self._ecs.run_task(
            cluster=CLUSTER,
            launchType="FARGATE",
            taskDefinition="bench",
            count=count,
            networkConfiguration=where,
        )["tasks"]
        if len(tasks) < count:
            return 0.0
        arns = [each["taskArn"] for each in tasks]
        until(lambda: self._all(arns, "RUNNING"), "tasks to run", 120)
        spent_s = time.perf_counter() - begun
        for arn in arns:
            self._ecs.stop_task(cluster=CLUSTER, task=arn)
        until(lambda: self._all(arns, "STOPPED"), "tasks to stop", 120)
        until(lambda: self._warm() >= self._pauses, "pauses to be warm", 120)
        return spent_s

    def _all(self, arns: list[str], status: str) -> bool:
        found: list[dict[str, Any]] = self._ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]
        return all(each["lastStatus"] == status for each in found)

    def _warm(self) -> int:
        """The pauses that run and are nobody's yet."""
        label = f"label=homeport.installation={self._server.installation()}"
        return len(
            docker("ps", "-q", "--filter", label, "--filter", "label=homeport.container=pause").split()
        )


@contextlib.contextmanager
def _serving(pauses: int) -> Iterator[Room]:
    with tempfile.TemporaryDirectory(prefix="homeport-bench-") as folder:
        server = Server(Path(folder), "--warm-pauses", str(pauses))
        try:
            server.start()
            yield Room(server, pauses)
        finally:
            tidy(server)


async def _bare() -> float:
    """Seconds in which as many pauses, each with a container, are created and started."""
    network = f"homeport-bench-{secrets.token_hex(4)}"
    docker("network", "create", "--subnet", SUBNET, network)
    names = [f"{network}-{number}" for number in range(TASKS)]
    room = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(images.engine_socket())) as session:

        async def start(name: str, body: dict[str, Any]) -> None:
            async with session.post(f"{BASE}/containers/create?name={name}", json=body) as answer:
                answer.raise_for_status()
            async with session.post(f"{BASE}/containers/{name}/start") as answer:
                answer.raise_for_status()

        async def task(name: str) -> None:
            command = {"Image": images.BUSYBOX, "Cmd": ["sleep", "600"]}
            async with room:
                await start(f"{name}-pause", {**command, "HostConfig": {"NetworkMode": network}})
                shared = {"NetworkMode": f"container:{name}-pause"}
                await start(name, {**command, "HostConfig": shared})

        begun = time.perf_counter()
        try:
            await asyncio.gather(*map(task, names))
            return time.perf_counter() - begun
        finally:
            docker("rm", "-f", "-v", *names, *(f"{name}-pause" for name in names))
            docker("network", "rm", network)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))

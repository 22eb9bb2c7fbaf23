"""kill -9 of the server, the network process and the balancer process, at many moments of the life of tasks, names and
networks on a real engine: what runs goes on, what was begun is finished, and nothing is left in the end.

Moments are lines of the server's log, which says what it decides before it does it, and dice beyond. Elsewhere than in CI
each run throws others; a run that failed has printed its seed, which goes into CRASH_SEED.
"""

import os
import random
import secrets
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from demo.shop import docker, until
from homeport.drivers.apart import pid
from homeport.drivers.network.folder import Folder
from tests.integration.network import remains
from tests.integration.network.town import Town, container_of
from tests.integration.server.process import homeport

pytestmark = [pytest.mark.docker, pytest.mark.slow]

ROUNDS = 5
UP_LINES, DOWN_LINES, END_LINES = 26, 18, 10
"""So many lines the server writes while two tasks start or stop, and while a VPC is deleted."""

SETTLED_WITHIN_S = 60.0
PARTS = (
    ("server",),
    ("network", "server"),
    ("server", "network", "balancer"),
    ("balancer", "server"),
    ("network",),
    ("balancer", "network"),
)
STAYS = {
    "Cluster", "DiscoveryOperation", "Family", "GroupRule", "Home", "Instance", "InternetGateway", "Machine", "RouteTable",
    "SecurityGroup", "Service", "Subnet", "Task", "TaskDefinition", "Token", "Vpc",
}  # fmt: skip
"""Kinds of records that are there afterwards: the default VPC's, and what AWS shows for a while after its end."""


class Aftermath(Struct, frozen=True):
    """What a life of crashes has come to; `kept` are when those who stayed were started, in the beginning and at the end."""

    town: Town
    installation: str
    seed: int
    kept: tuple[dict[str, str], dict[str, str]]
    wanted: int
    stopped: list[dict[str, Any]]


class Life:
    """`dice` choose who dies, and when."""

    def __init__(self, town: Town, dice: random.Random) -> None:
        self.town = town
        self.installation = remains.installation(town.server.data)
        self._dice = dice
        self._turn = 0

    def strike(self, act: Callable[[], None], moment: float, settled: Callable[[], bool]) -> None:
        """Begin something, kill somebody at a moment of it (a line of the log), and have it finished nevertheless."""
        begin = self._lines()
        act()
        end = time.monotonic() + SETTLED_WITHIN_S
        while self._lines() < begin + moment and not settled():
            assert time.monotonic() < end, self.town.server.log
        # A throw, and no wait: what the line announced may not have begun, be under way, or be done.
        time.sleep(self._dice.random() ** 2 * 0.4)
        parts = PARTS[self._turn % len(PARTS)]
        self._turn += 1
        print(f"turn {self._turn}, at line {self._lines() - begin}: kill {', '.join(parts)}")
        for part in parts:
            self.town.kill(part)
        if "server" in parts:
            self.town.server.start()
        until(settled, f"turn {self._turn} to be finished after a crash", SETTLED_WITHIN_S)

    def moments(self, lines: int, count: int) -> Iterator[float]:
        """As many, one in each part of the way, in no order."""
        found = [lines * (part + self._dice.random()) / count for part in range(count)]
        self._dice.shuffle(found)
        return iter(found)

    def running(self) -> dict[str, str]:
        """When each running container was started, by the engine's id."""
        return {
            id: told for id, told in remains.containers(self.installation).items() if told.endswith("running")
        }

    def serves(self) -> bool:
        """Whether the load balancer lets one through to tasks that are registered under their name."""
        town = self.town
        if town.target_health() != ["healthy", "healthy"]:
            return False
        found = town.names.discover_instances(NamespaceName="town.local", ServiceName="web")["Instances"]
        addresses = sorted(each["Attributes"]["AWS_INSTANCE_IPV4"] for each in found)
        if addresses != sorted(town.address(arn) for arn in town.tasks()):
            return False
        url = f"http://{town.front_addresses()[0]}:{town.front_port}/"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read().startswith(b"blue")
        except OSError:
            return False

    def _lines(self) -> int:
        return self.town.server.log.count("homeport.engine:")


@pytest.fixture(scope="module", name="aftermath")
def _aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    data = tmp_path_factory.mktemp("crash") / "data"
    seed = 1 if "CI" in os.environ else int(os.environ.get("CRASH_SEED") or secrets.randbits(32))
    print(f"CRASH_SEED={seed}")
    town = Town(data, "--warm-pauses", "1", "--keep-stopped", "1")
    try:
        yield lived(town, seed)
    finally:
        town.server.stop()
        print(town.server.log)  # Shown where something failed.
        homeport("down", "--data", str(data))
        remains.swept(remains.installation(data))


def lived(town: Town, seed: int) -> Aftermath:
    """Build the town, have its shop opened and closed under crashes, and tear it down under crashes."""
    life = Life(town, random.Random(seed))
    town.build()
    resident = town.settle(town.define("resident"))
    before = of_a_task(town, resident, life.running())
    down = life.moments(DOWN_LINES, ROUNDS)
    for turn, moment in enumerate(life.moments(UP_LINES, ROUNDS)):
        running = life.running()
        act = (lambda: town.scale(100)) if turn else (lambda: town.open_shop(100))
        life.strike(act, moment, lambda: town.is_steady(2))
        assert running.items() <= life.running().items()
        until(life.serves, "the shop to serve")
        life.strike(lambda: town.scale(0), next(down), lambda: not town.tasks() and town.is_gone())
    after = of_a_task(town, resident, life.running())
    town.scale(100)
    until(lambda: town.is_steady(2), "the shop to be open once more")
    life.strike(town.close_shop, DOWN_LINES * 0.7, town.is_gone)
    stopped = [town.described(arn) for arn in town.tasks("STOPPED")]
    life.strike(town.tear_down, END_LINES * 0.5, lambda: not remains.networks(life.installation))
    return Aftermath(town, life.installation, seed, (before, after), 2 * (ROUNDS + 1), stopped)


def of_a_task(town: Town, arn: str, running: dict[str, str]) -> dict[str, str]:
    """When a task's container and its pause were started."""
    details = {each["name"]: each["value"] for each in town.described(arn)["attachments"][0]["details"]}
    pause = docker("ps", "-q", "--no-trunc", "--filter", f"name={details['networkInterfaceId']}").strip()
    return {id: running[id] for id in (container_of(arn), pause)}


def test_no_task_was_restarted_killed_or_started_for_nothing(aftermath: Aftermath):
    before, after = aftermath.kept
    assert before == after and len(before) == 2
    assert len(aftermath.stopped) == aftermath.wanted
    assert {task["stopCode"] for task in aftermath.stopped} == {"ServiceSchedulerInitiated"}


def test_no_container_network_address_route_or_rule_is_left(aftermath: Aftermath):
    town = aftermath.town
    until(lambda: not remains.containers(aftermath.installation), "all containers to be gone")
    assert remains.networks(aftermath.installation) == []
    assert remains.on_the_machine((f"{town.block}.",)) == []
    added = Folder.of(town.server.data).added
    until(lambda: town.block not in added.read_text(), "what was added to be forgotten")


def test_no_namespace_is_kept_alive(aftermath: Aftermath):
    def is_alone() -> bool:
        process = pid.recorded(Folder.of(aftermath.town.server.data).pid)
        return process is not None and not remains.namespaces(process.pid)

    until(is_alone, "the network process to have left all namespaces")


def test_no_record_is_left_but_of_what_is_there_or_shown_for_a_while(aftermath: Aftermath):
    data = aftermath.town.server.data
    found = remains.rows(data)
    assert found.keys() <= STAYS, found
    assert {kind: found[kind] for kind in ("Vpc", "Subnet", "SecurityGroup", "RouteTable")} == {
        "Vpc": 1,
        "Subnet": 3,
        "SecurityGroup": 1,
        "RouteTable": 1,
    }


def test_after_down_nothing_is_on_the_machine(aftermath: Aftermath):
    town = aftermath.town
    data: Path = town.server.data
    town.server.stop()
    print(homeport("down", "--data", str(data)).stdout)
    assert remains.on_the_machine((f"{town.block}.", remains.table(data))) == []
    assert (remains.processes(data), remains.sockets(data)) == ([], [])
    assert Folder.of(data).added.read_text() == "[]"

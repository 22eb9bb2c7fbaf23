"""Somebody else in the same VPC: a task of their own, from which the shop is looked for."""

import time
from typing import Any

from demo.place import NAME, NAMESPACE, Place
from demo.shop import CLUSTER, Shop, container, docker, until

FAMILY = "visitor"
WAITS_S = 1


class Visitor:
    """A FARGATE task with a shell; what is done in it is done with the container engine's `exec`."""

    def __init__(self, shop: Shop, place: Place) -> None:
        self._shop = shop
        self._place = place
        self._task = ""

    def arrive(self) -> str:
        """RunTask; returns the task's address."""
        self._shop.ecs.register_task_definition(
            family=FAMILY,
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            containerDefinitions=[
                {"name": FAMILY, "image": "homeport/busybox:test", "command": ["sleep", "3600"]}
            ],
        )
        where = {"subnets": self._place.subnets}
        self._task = self._shop.ecs.run_task(
            cluster=CLUSTER,
            launchType="FARGATE",
            taskDefinition=FAMILY,
            networkConfiguration={"awsvpcConfiguration": where},
        )["tasks"][0]["taskArn"]
        until(lambda: self._described()["lastStatus"] == "RUNNING", "the visitor to arrive")
        return address(self._described())

    def leave(self) -> None:
        """StopTask, and wait."""
        self._shop.ecs.stop_task(cluster=CLUSTER, task=self._task)
        until(lambda: self._described()["lastStatus"] == "STOPPED", "the visitor to leave")

    def looks_up(self) -> list[str]:
        """The addresses that the shop's name has for the visitor."""
        said = self._sh(f"nslookup -type=a {NAME}.{NAMESPACE} || true")
        answer = said.partition("Name:")[2]
        return sorted(line.split()[-1] for line in answer.splitlines() if line.startswith("Address"))

    def is_let_in(self, host: str, port: int) -> bool:
        """Whether a connection to an address comes about."""
        return self._sh(f"nc -w {WAITS_S} {host} {port} </dev/null && echo yes || echo no").endswith("yes")

    def asks(self, host: str, port: int, path: str = "/") -> str:
        """What is answered over HTTP."""
        said = self._sh(f'(printf "GET {path} HTTP/1.0\\r\\n\\r\\n"; sleep 1) | nc -w 5 {host} {port}')
        return said.partition("\n\n")[2].strip() or said

    def asks_who_it_is(self) -> str:
        """What the task metadata endpoint answers: the task's ARN is in it."""
        path = self._sh("echo ${ECS_CONTAINER_METADATA_URI_V4#http://169.254.170.2}/task")
        return self.asks("169.254.170.2", 80, path)

    @property
    def arn(self) -> str:
        """The task's."""
        return self._task

    def _described(self) -> dict[str, Any]:
        found: dict[str, Any] = self._shop.ecs.describe_tasks(cluster=CLUSTER, tasks=[self._task])["tasks"][0]
        return found

    def _sh(self, words: str) -> str:
        return docker("exec", container(self._task, FAMILY), "sh", "-c", words).replace("\r", "").strip()


def address(task: dict[str, Any]) -> str:
    """The private address of a task, as its attachment shows it."""
    details = {each["name"]: each["value"] for each in task["attachments"][0]["details"]}
    return str(details["privateIPv4Address"])


def settled(looks_up: Any, wanted: list[str], seconds: float = 20) -> list[str]:
    """What a name resolves to once it is what is wanted, or in the end."""
    deadline = time.monotonic() + seconds
    found: list[str] = looks_up()
    while found != wanted and time.monotonic() < deadline:
        time.sleep(0.2)
        found = looks_up()
    return found

"""The service of the story: what the API says of it, what its containers answer, and what the container engine says."""

import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from typing import Any

CLUSTER, SERVICE = "demo", "shop"
REVISIONS = {"blue": 1, "green": 2}


class Shop:
    """The service and its two colours; `ecs` is a boto3 client."""

    def __init__(self, ecs: Any) -> None:
        self.ecs = ecs

    def found(self) -> None:
        """A cluster, a revision for each colour, and an EXTERNAL service that wants four tasks."""
        self.ecs.create_cluster(clusterName=CLUSTER)
        for colour in REVISIONS:
            self.ecs.register_task_definition(
                family=SERVICE,
                containerDefinitions=[
                    {
                        "name": "web",
                        "image": f"homeport/web:{colour}",
                        "memory": 32,
                        "portMappings": [{"containerPort": 80}],
                        "stopTimeout": 2,
                    }
                ],
            )
        self.ecs.create_service(
            cluster=CLUSTER, serviceName=SERVICE, desiredCount=4, deploymentController={"type": "EXTERNAL"}
        )

    def service(self) -> dict[str, Any]:
        """DescribeServices."""
        found: dict[str, Any] = self.ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
        return found

    def create(self, colour: str, percent: float, target_group: str) -> dict[str, Any]:
        """CreateTaskSet behind a target group."""
        balancer = {"targetGroupArn": target_group, "containerName": "web", "containerPort": 80}
        made: dict[str, Any] = self.ecs.create_task_set(
            cluster=CLUSTER,
            service=SERVICE,
            externalId=colour,
            taskDefinition=f"{SERVICE}:{REVISIONS[colour]}",
            loadBalancers=[balancer],
            scale={"value": percent, "unit": "PERCENT"},
        )["taskSet"]
        return made

    def scale(self, colour: str, percent: float) -> None:
        """UpdateTaskSet."""
        scale = {"value": percent, "unit": "PERCENT"}
        id = self.task_sets()[colour]["id"]
        self.ecs.update_task_set(cluster=CLUSTER, service=SERVICE, taskSet=id, scale=scale)

    def promote(self, colour: str) -> None:
        """UpdateServicePrimaryTaskSet."""
        id = self.task_sets()[colour]["id"]
        self.ecs.update_service_primary_task_set(cluster=CLUSTER, service=SERVICE, primaryTaskSet=id)

    def delete(self, colour: str) -> dict[str, Any]:
        """DeleteTaskSet."""
        id = self.task_sets()[colour]["id"]
        gone: dict[str, Any] = self.ecs.delete_task_set(cluster=CLUSTER, service=SERVICE, taskSet=id)[
            "taskSet"
        ]
        return gone

    def task_sets(self) -> dict[str, dict[str, Any]]:
        """The service's task sets by external id (`blue`, `green`)."""
        return {each["externalId"]: each for each in self.service()["taskSets"]}

    def tasks(self, task_set: str | None = None) -> list[dict[str, Any]]:
        """Tasks that shall run: of one task set, or all."""
        only = {"startedBy": task_set} if task_set else {}
        arns = self.ecs.list_tasks(cluster=CLUSTER, **only)["taskArns"]
        if not arns:
            return []
        found: list[dict[str, Any]] = self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]
        return found

    def answers(self) -> Counter[str]:
        """What every running task answers over HTTP, counted by colour."""
        return Counter(colour(task) for task in self.tasks() if task["lastStatus"] == "RUNNING")

    def runtime_ids(self) -> set[str]:
        """The container ids of the tasks that run."""
        return {
            task["containers"][0]["runtimeId"] for task in self.tasks() if task["lastStatus"] == "RUNNING"
        }

    def until_steady(self, name: str, running: int, seconds: float = 60) -> dict[str, Any]:
        """Wait until a task set is STEADY_STATE with so many tasks."""
        until(lambda: self._is_steady(name, running), f"{name} to be steady with {running} tasks", seconds)
        return self.task_sets()[name]

    def _is_steady(self, name: str, running: int) -> bool:
        found = self.task_sets()[name]
        return (found["stabilityStatus"], found["runningCount"]) == ("STEADY_STATE", running)


def until(holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until something holds; RuntimeError when it takes too long."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {seconds:.0f} s for {what}, in vain")
        time.sleep(0.1)


def url(task: dict[str, Any]) -> str:
    """Where a task's port is published on this machine."""
    binding = task["containers"][0]["networkBindings"][0]
    return f"http://{binding['bindIP']}:{binding['hostPort']}/"


def curl(address: str) -> str:
    """What is answered there; tried again while the container's server is still coming up."""
    for attempt in range(50):
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                return str(answer.read().decode().strip())
        except OSError:
            if attempt == 49:
                raise
            time.sleep(0.1)
    raise AssertionError


def colour(task: dict[str, Any]) -> str:
    """The colour that a task answers with."""
    return curl(url(task)).split()[0]


def docker(*words: str) -> str:
    """What the container engine's own command line says."""
    return subprocess.check_output(["docker", *words], text=True)

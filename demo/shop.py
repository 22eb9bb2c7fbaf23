"""The service of the story: what the API says of it, what its containers answer, and what the container engine says of them."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from demo.place import Place

CLUSTER, SERVICE = "demo", "shop"
REVISIONS = {"blue": 1, "green": 2}


class Shop:
    """The service and its two colours; `ecs` is a boto3 client, `place` where its tasks stand."""

    def __init__(self, ecs: Any, place: Place) -> None:
        self.ecs = ecs
        self._place = place

    def found(self) -> None:
        """A cluster, a revision for each colour, and an EXTERNAL service that wants four tasks."""
        self.ecs.create_cluster(clusterName=CLUSTER)
        for colour in REVISIONS:
            self.ecs.register_task_definition(family=SERVICE, **self.definition(colour))
        self.ecs.create_service(
            cluster=CLUSTER, serviceName=SERVICE, desiredCount=4, deploymentController={"type": "EXTERNAL"}
        )

    def definition(self, colour: str) -> dict[str, Any]:
        """What a colour's tasks are."""
        container = {
            "name": "web",
            "image": f"homeport/web:{colour}",
            "portMappings": [{"containerPort": 80}],
            "stopTimeout": 2,
        }
        return {
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "256",
            "memory": "512",
            "containerDefinitions": [container],
        }

    def where(self) -> dict[str, Any]:
        """Where they stand, and how they are found."""
        place = {"subnets": self._place.subnets, "securityGroups": [self._place.groups["shop"]]}
        return {
            "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": place},
            "serviceRegistries": [{"registryArn": self._place.registry}],
        }

    def service(self) -> dict[str, Any]:
        """DescribeServices."""
        found: dict[str, Any] = self.ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
        return found

    def create(self, colour: str, percent: float, target_group: str) -> dict[str, Any]:
        """CreateTaskSet on Fargate, behind a target group, under a name."""
        balancer = {"targetGroupArn": target_group, "containerName": "web", "containerPort": 80}
        made: dict[str, Any] = self.ecs.create_task_set(
            cluster=CLUSTER,
            service=SERVICE,
            externalId=colour,
            taskDefinition=f"{SERVICE}:{REVISIONS[colour]}",
            loadBalancers=[balancer],
            scale={"value": percent, "unit": "PERCENT"},
            **self.where(),
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
        """The service's tasks that shall run: of one task set, or all."""
        only = {"startedBy": task_set} if task_set else {"serviceName": SERVICE}
        arns = self.ecs.list_tasks(cluster=CLUSTER, **only)["taskArns"]
        if not arns:
            return []
        found: list[dict[str, Any]] = self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]
        return found

    def addresses(self, colour: str) -> list[str]:
        """The private addresses of a colour's running tasks."""
        running = [task for task in self._of(colour) if task["lastStatus"] == "RUNNING"]
        return sorted(task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"] for task in running)

    def answers(self) -> Counter[str]:
        """What every running task answers over HTTP, asked from inside of it, counted by colour."""
        return Counter(colour(task["taskArn"]) for task in self.tasks() if task["lastStatus"] == "RUNNING")

    def containers(self) -> set[str]:
        """The container engine's ids of the tasks that run."""
        return {container(task["taskArn"], "web") for task in self.tasks() if task["lastStatus"] == "RUNNING"}

    def _of(self, colour: str) -> list[dict[str, Any]]:
        return self.tasks(self.task_sets()[colour]["id"])

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


def container(task: str, name: str) -> str:
    """The container engine's id of a task's container; "" when there is none."""
    labels = (f"com.amazonaws.ecs.task-arn={task}", f"com.amazonaws.ecs.container-name={name}")
    found = docker("ps", "-q", "--no-trunc", *(w for each in labels for w in ("--filter", f"label={each}")))
    return found.strip()


def colour(task: str) -> str:
    """The colour that a task answers with; asked again while its server is still coming up."""
    script = '(printf "GET / HTTP/1.0\\r\\n\\r\\n"; sleep 0.2) | nc -w 2 127.0.0.1 80 | tail -n 1'
    for _ in range(50):
        said = docker("exec", container(task, "web"), "sh", "-c", script).split()
        if said and said[0] in REVISIONS:
            return said[0]
        time.sleep(0.1)
    raise RuntimeError(f"{task} does not answer")


def docker(*words: str) -> str:
    """What the container engine's own command line says."""
    return subprocess.check_output(["docker", *words], text=True)

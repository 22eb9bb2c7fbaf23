"""PipeCD's deployments, call by call, as its controller sends them (clients.md §2): the strictest client we know."""

from typing import Any

import pytest

from tests.conformance.story import CONTAINER, STEADY
from tests.conformance.world import refusal

TAGS = [
    {"key": "pipecd-dev-managed-by", "value": "piped"},
    {"key": "pipecd-dev-application", "value": "shop"},
]
DEFINITION = {"family": "shop", "containerDefinitions": [CONTAINER]}
EXTERNAL = {"deploymentController": {"type": "EXTERNAL"}}


class Piped:
    """What the controller does, in its own steps."""

    def __init__(self, world: Any, ecs: Any) -> None:
        self.world = world
        self.ecs = ecs
        self.cluster = ecs.create_cluster(clusterName="prod")["cluster"]["clusterArn"]

    def register(self) -> str:
        return str(self.ecs.register_task_definition(**DEFINITION)["taskDefinition"]["taskDefinitionArn"])

    def service(self) -> Any:
        """Creates or updates the service, and sets its tags."""
        found = self.ecs.describe_services(cluster=self.cluster, services=["shop"])["services"]
        if not [each for each in found if each["status"] == "ACTIVE"]:
            return self.ecs.create_service(
                cluster=self.cluster, serviceName="shop", desiredCount=3, role="", tags=TAGS, **EXTERNAL
            )["service"]
        service = self.ecs.update_service(
            cluster=self.cluster, service="shop", enableExecuteCommand=False, propagateTags="SERVICE"
        )["service"]
        self.ecs.list_tags_for_resource(resourceArn=service["serviceArn"])
        self.ecs.tag_resource(resourceArn=service["serviceArn"], tags=TAGS)
        return service

    def create(self, service: Any, definition: str, percent: float) -> Any:
        """Creates a task set, and waits until it is steady."""
        task_set = self.ecs.create_task_set(
            cluster=service["clusterArn"],
            service=service["serviceArn"],
            taskDefinition=definition,
            scale={"unit": "PERCENT", "value": percent},
            tags=TAGS,
            launchType="EC2",
        )["taskSet"]
        self.world.settle()
        (found,) = self.describe(service, task_set["taskSetArn"])
        assert found["stabilityStatus"] == STEADY
        return found

    def describe(self, service: Any, *arns: str) -> Any:
        return self.ecs.describe_task_sets(
            cluster=service["clusterArn"],
            service=service["serviceArn"],
            taskSets=list(arns),
            include=["TAGS"],
        )["taskSets"]

    def promote(self, service: Any, task_set: Any) -> None:
        self.ecs.update_service_primary_task_set(
            cluster=service["clusterArn"],
            service=service["serviceArn"],
            primaryTaskSet=task_set["taskSetArn"],
        )

    def mine(self, service: Any) -> Any:
        """The task sets that it manages and that do not drain."""
        (found,) = self.ecs.describe_services(cluster=self.cluster, services=["shop"])["services"]
        arns = [each["taskSetArn"] for each in found["taskSets"] if each["status"] != "DRAINING"]
        return [each for each in self.describe(service, *arns) if TAGS[0] in each["tags"]] if arns else []

    def remove(self, service: Any, task_set: Any) -> None:
        """Deletes a set, without force, at whatever scale, and at once deregisters its definition."""
        deleted = self.ecs.delete_task_set(
            cluster=service["clusterArn"], service=service["serviceArn"], taskSet=task_set["taskSetArn"]
        )["taskSet"]
        assert deleted["status"] == "DRAINING"
        self.ecs.deregister_task_definition(taskDefinition=task_set["taskDefinition"])

    def is_stable(self) -> bool:
        (found,) = self.ecs.describe_services(cluster=self.cluster, services=["shop"])["services"]
        return found["pendingCount"] == 0 and found["runningCount"] >= found["desiredCount"]

    def sync(self) -> Any:
        """ECS_SYNC: the new set takes over, and the old ones go."""
        definition, service = self.register(), self.service()
        old = self.mine(service)
        task_set = self.create(service, definition, 100.0)
        self.promote(service, task_set)
        for each in old:
            self.remove(service, each)
        self.world.settle()
        return task_set


@pytest.fixture
def piped(world, ecs):
    """The controller with a cluster of its own."""
    return Piped(world, ecs)


def states(piped, service):
    return {each["id"]: (each["status"], each["runningCount"]) for each in piped.mine(service)}


def test_quick_sync_replaces_what_runs(piped):
    first = piped.sync()
    second = piped.sync()
    assert states(piped, piped.service()) == {second["id"]: ("PRIMARY", 3)}
    assert piped.is_stable()
    assert refusal(piped.remove, service=piped.service(), task_set=first)[0] == "TaskSetNotFoundException"


def test_recreate_deploys_while_no_task_is_wanted(piped):
    first = piped.sync()
    service = piped.ecs.update_service(cluster=piped.cluster, service="shop", desiredCount=0)["service"]
    second = piped.create(service, piped.register(), 100.0)
    assert (second["computedDesiredCount"], second["runningCount"]) == (0, 0)
    piped.promote(service, second)
    piped.remove(service, first)
    piped.ecs.update_service(cluster=piped.cluster, service="shop", desiredCount=3)
    piped.world.settle()
    assert states(piped, service) == {second["id"]: ("PRIMARY", 3)}
    assert piped.is_stable()


def test_a_canary_comes_before_the_new_primary_and_is_deleted_twice(piped):
    old = piped.sync()
    service = piped.service()
    canary = piped.create(service, piped.register(), 30.0)
    assert canary["computedDesiredCount"] == 1
    assert states(piped, service) == {old["id"]: ("PRIMARY", 3), canary["id"]: ("ACTIVE", 1)}

    new = piped.create(service, piped.register(), 100.0)
    piped.promote(service, new)
    piped.remove(service, old)
    piped.remove(service, canary)
    piped.remove(service, canary)
    piped.world.settle()
    assert states(piped, service) == {new["id"]: ("PRIMARY", 3)}


def test_blue_and_green_run_side_by_side_at_full_scale(piped):
    blue = piped.sync()
    service = piped.service()
    green = piped.create(service, piped.register(), 100.0)
    assert states(piped, service) == {blue["id"]: ("PRIMARY", 3), green["id"]: ("ACTIVE", 3)}
    piped.promote(service, green)
    piped.remove(service, blue)
    assert states(piped, service) == {green["id"]: ("PRIMARY", 3)}
    piped.world.settle()
    (found,) = piped.ecs.describe_services(cluster=piped.cluster, services=["shop"])["services"]
    assert [each["id"] for each in found["taskSets"]] == [green["id"]]
    assert found["taskDefinition"] == green["taskDefinition"]


def test_a_rollback_brings_the_old_definition_back(piped):
    first = piped.sync()
    failed = piped.create(piped.service(), piped.register(), 50.0)
    service = piped.service()
    old = piped.mine(service)
    again = piped.create(service, piped.register(), 100.0)
    piped.promote(service, again)
    for each in old:
        piped.remove(service, each)
    piped.world.settle()
    assert {first["id"], failed["id"]} == {each["id"] for each in old}
    assert states(piped, service) == {again["id"]: ("PRIMARY", 3)}


def test_live_state_is_read_by_the_id_of_the_task_set(piped):
    task_set = piped.sync()
    assert piped.ecs.list_services(cluster=piped.cluster, maxResults=100)["serviceArns"]
    arns = piped.ecs.list_tasks(cluster=piped.cluster, startedBy=task_set["id"])["taskArns"]
    tasks = piped.ecs.describe_tasks(cluster=piped.cluster, tasks=arns)["tasks"]
    assert [task["lastStatus"] for task in tasks] == ["RUNNING"] * 3
    assert all(task["createdAt"] for task in tasks)


def test_a_service_that_was_deleted_is_made_anew(piped):
    piped.sync()
    piped.ecs.delete_service(cluster=piped.cluster, service="shop", force=True)
    piped.world.settle()
    task_set = piped.sync()
    assert states(piped, piped.service()) == {task_set["id"]: ("PRIMARY", 3)}

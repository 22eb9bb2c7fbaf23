"""RunTask, StopTask, DescribeTasks, ListTasks."""

from typing import Any

import pytest
from msgspec.structs import replace

from homeport.api.ecs import task_definitions, tasks
from homeport.api.errors import ApiError
from homeport.model.container import Binding, ContainerSeen
from homeport.model.instance import Machine
from homeport.model.task import Task, TaskSeen
from tests.builders import CLUSTER, SCOPE, a_cluster, an_instance
from tests.unit.api.ecs.worlds import World, a_world

APP = {"name": "app", "image": "busybox", "memory": 128, "cpu": 100}
INSTANCE = f"arn:aws:ecs:us-east-1:123456789012:container-instance/default/{1:032x}"


def a_running_world(*containers: dict[str, Any], **members: Any) -> World:
    """A cluster with a family `web` to run."""
    world = a_world()
    world.call(
        task_definitions.register_task_definition,
        family="web",
        containerDefinitions=list(containers) or [APP],
        **members,
    )
    return world


def run(world: World, **members: Any) -> dict[str, Any]:
    return world.call(tasks.run_task, taskDefinition="web", **members)


def run_one(world: World, **members: Any) -> dict[str, Any]:
    (task,) = run(world, **members)["tasks"]
    return task


def refusal(world: World, **members: Any) -> str:
    with pytest.raises(ApiError) as caught:
        run(world, **members)
    return f"{caught.value.code}: {caught.value.message}"


def record_id(task: dict[str, Any]) -> str:
    return f"{CLUSTER}/{task['taskArn'].rsplit('/', 1)[1]}"


def listed(world: World, **members: Any) -> list[str]:
    arns: list[str] = world.call(tasks.list_tasks, **members)["taskArns"]
    return arns


def test_a_task_is_born_on_an_instance() -> None:
    world = a_running_world()
    task = run_one(world, startedBy="me")
    (container,) = task.pop("containers")
    assert task == {
        "attachments": [],
        "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
        "availabilityZone": "us-east-1a",
        "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/default",
        "connectivity": "CONNECTED",
        "connectivityAt": 1002.0,
        "containerInstanceArn": INSTANCE,
        "cpu": "100",
        "createdAt": 1002.0,
        "desiredStatus": "RUNNING",
        "enableExecuteCommand": False,
        "group": "family:web",
        "healthStatus": "UNKNOWN",
        "inferenceAccelerators": [],
        "lastStatus": "PROVISIONING",
        "launchType": "EC2",
        "memory": "128",
        "overrides": {"containerOverrides": [{"name": "app"}], "inferenceAcceleratorOverrides": []},
        "startedBy": "me",
        "tags": [],
        "taskArn": task["taskArn"],
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1",
        "version": 1,
    }
    assert container["containerArn"].startswith(task["taskArn"].replace(":task/", ":container/") + "/")
    assert {key: container[key] for key in ("name", "lastStatus", "cpu", "memory", "networkBindings")} == {
        "name": "app",
        "lastStatus": "PENDING",
        "cpu": "100",
        "memory": "128",
        "networkBindings": [],
    }


def test_what_was_seen_of_a_container_is_shown() -> None:
    world = a_running_world()
    task = run_one(world)
    seen = ContainerSeen(
        status="STOPPED",
        runtime_id="f" * 64,
        exit_code=137,
        reason="OutOfMemoryError: Container killed due to memory usage",
        image_digest="sha256:1",
        bindings=(Binding(bind_ip="0.0.0.0", container_port=80, host_port=32768),),
    )
    world.change("seen", Task, record_id(task), lambda t: replace(t, seen=TaskSeen(containers={"app": seen})))
    (described,) = world.call(tasks.describe_tasks, tasks=[task["taskArn"]])["tasks"]
    container = described["containers"][0]
    assert (container["lastStatus"], container["exitCode"]) == ("STOPPED", 137)
    assert container["networkBindings"] == [
        {"bindIP": "0.0.0.0", "containerPort": 80, "hostPort": 32768, "protocol": "tcp"}
    ]


def test_tasks_are_placed_until_nothing_is_left_and_the_rest_is_told() -> None:
    response = run(a_running_world(), count=9)
    assert len(response["tasks"]) == 8
    assert response["failures"] == [{"arn": INSTANCE, "reason": "RESOURCE:MEMORY"}]


def test_a_machine_is_not_overcommitted_by_two_clusters() -> None:
    world = a_running_world()
    run(world, count=8)
    instance = an_instance()
    other = f"{SCOPE}/other"
    world.put(
        a_cluster("other"),
        replace(instance, id=f"{other}/{2:032x}", owner=other, spec=replace(instance.spec, cluster=other)),
    )
    response = run(world, cluster="other")
    assert response["tasks"] == []
    assert response["failures"][0]["reason"] == "RESOURCE:MEMORY"


def test_a_stopped_agent_gets_no_tasks() -> None:
    world = a_running_world()
    world.change("seen", Machine, "local", lambda m: replace(m, seen=replace(m.seen, connected=False)))
    assert run(world)["failures"] == [{"arn": INSTANCE, "reason": "AGENT"}]


def test_a_cluster_without_instances_is_an_error() -> None:
    world = a_running_world()
    world.put(a_cluster("empty"))
    assert refusal(world, cluster="empty") == (
        "InvalidParameterException: No Container Instances were found in your cluster."
    )


def test_overrides_are_echoed_and_counted() -> None:
    world = a_running_world(APP, {**APP, "name": "side"})
    override = {"name": "app", "command": ["once"], "memory": 256}
    task = run_one(world, overrides={"containerOverrides": [override], "cpu": ".5 vCPU"})
    assert task["overrides"] == {
        "containerOverrides": [override, {"name": "side"}],
        "inferenceAcceleratorOverrides": [],
        "cpu": "512",
    }
    assert (task["cpu"], task["memory"], task["containers"][0]["memory"]) == ("512", "384", "256")


def test_tags_come_from_the_call_the_definition_and_aws() -> None:
    world = a_running_world(tags=[{"key": "team", "value": "blue"}, {"key": "tier", "value": "front"}])
    task = run_one(
        world,
        tags=[{"key": "team", "value": "green"}],
        propagateTags="TASK_DEFINITION",
        enableECSManagedTags=True,
    )
    assert {tag["key"]: tag["value"] for tag in task["tags"]} == {
        "team": "green",
        "tier": "front",
        "aws:ecs:clusterName": "default",
    }


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"count": 11}, "InvalidParameterException: count must be between 1 and 10."),
        ({"count": 0}, "InvalidParameterException: count must be between 1 and 10."),
        ({"group": "service:x"}, "InvalidParameterException: The task group cannot start with 'service:'."),
        ({"startedBy": "x" * 129}, "InvalidParameterException: startedBy can have at most 128"),
        ({"propagateTags": "SERVICE"}, "InvalidParameterException: propagateTags SERVICE"),
        (
            {"launchType": "EC2", "capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
            "InvalidParameterException: Specifying both a launch type and capacity provider strategy",
        ),
        (
            {"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
            "InvalidParameterException: The specified capacity provider strategy cannot contain",
        ),
        (
            {"launchType": "FARGATE"},
            "InvalidParameterException: Task definition does not support launch_type",
        ),
        ({"platformVersion": "1.4.0"}, "InvalidParameterException: The platform version must be null when"),
        (
            {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}},
            "InvalidParameterException: Network Configuration is not valid for the given networkMode",
        ),
        (
            {"overrides": {"containerOverrides": [{"name": "nope", "cpu": 1}]}},
            "InvalidParameterException: Override for container named nope is not a container in the",
        ),
        ({"overrides": {"cpu": "lots"}}, "InvalidParameterException: Invalid 'cpu' setting for task."),
        (
            {"placementStrategy": [{"type": "binpack", "field": "instanceId"}]},
            "InvalidParameterException: binpack field 'instanceId' is invalid.",
        ),
        (
            {"placementConstraints": [{"type": "distinctInstance", "expression": "x"}]},
            "InvalidParameterException: distinctInstance expression should not be specified.",
        ),
        (
            {"placementConstraints": [{"type": "memberOf", "expression": "x"}]},
            "InvalidParameterException: Invalid expression: unknown subject 'x'.",
        ),
        ({"cluster": "nope"}, "ClusterNotFoundException: Cluster not found."),
    ],
)
def test_what_is_wrong_with_a_call_is_told(members: dict[str, Any], text: str) -> None:
    assert refusal(a_running_world(), **members).startswith(text)


def test_an_inactive_definition_is_not_run() -> None:
    world = a_running_world()
    world.call(task_definitions.deregister_task_definition, taskDefinition="web:1")
    with pytest.raises(ApiError, match="ClientException: TaskDefinition is inactive"):
        world.call(tasks.run_task, taskDefinition="web:1")


def test_the_same_token_gives_the_same_tasks() -> None:
    world = a_running_world()
    first = run(world, clientToken="t", count=2)
    again = run(world, clientToken="t", count=2)
    assert [task["taskArn"] for task in again["tasks"]] == [task["taskArn"] for task in first["tasks"]]
    assert len(listed(world)) == 2


def test_the_same_token_for_another_request_is_a_conflict() -> None:
    world = a_running_world()
    run(world, clientToken="t")
    assert refusal(world, clientToken="t", count=2).startswith("ConflictException: ")


def test_a_stop_is_asked_for_once() -> None:
    world = a_running_world()
    arn = run_one(world)["taskArn"]
    first = world.call(tasks.stop_task, task=arn)["task"]
    assert (first["desiredStatus"], first["stopCode"], first["stoppedReason"]) == (
        "STOPPED",
        "UserInitiated",
        "Task stopped by user",
    )
    assert world.call(tasks.stop_task, task=arn, reason="again")["task"] == first


def test_a_reason_for_stopping_is_kept() -> None:
    world = a_running_world()
    task = run_one(world)
    stopped = world.call(tasks.stop_task, task=task["taskArn"].rsplit("/", 1)[1], reason="enough")["task"]
    assert stopped["stoppedReason"] == "enough"


@pytest.mark.parametrize(
    "text", ["f" * 32, "nope", "arn:aws:ecs:us-east-1:123456789012:task/default/" + "f" * 32]
)
def test_an_unknown_task_cannot_be_stopped(text: str) -> None:
    with pytest.raises(ApiError, match="InvalidParameterException: The referenced task was not found"):
        a_running_world().call(tasks.stop_task, task=text)


def test_unknown_tasks_are_failures() -> None:
    world = a_running_world()
    arn = run_one(world)["taskArn"]
    missing = "arn:aws:ecs:us-east-1:123456789012:task/default/" + "f" * 32
    response = world.call(tasks.describe_tasks, tasks=[arn, missing, "f" * 31 + "e"])
    assert [task["taskArn"] for task in response["tasks"]] == [arn]
    assert response["failures"] == [
        {"arn": missing, "reason": "MISSING"},
        {"arn": missing[:-1] + "e", "reason": "MISSING"},
    ]


def test_tags_are_described_only_when_they_are_asked_for() -> None:
    world = a_running_world()
    arn = run_one(world, tags=[{"key": "a", "value": "b"}])["taskArn"]
    assert world.call(tasks.describe_tasks, tasks=[arn])["tasks"][0]["tags"] == []
    included = world.call(tasks.describe_tasks, tasks=[arn], include=["TAGS"])
    assert included["tasks"][0]["tags"] == [{"key": "a", "value": "b"}]


def test_some_tasks_must_be_named() -> None:
    world = a_running_world()
    with pytest.raises(ApiError, match="InvalidParameterException: Tasks cannot be empty"):
        world.call(tasks.describe_tasks, tasks=[], cluster="nope")
    with pytest.raises(ApiError, match="at most 100"):
        world.call(tasks.describe_tasks, tasks=["x"] * 101)


def test_tasks_are_listed_by_what_is_wanted_of_them() -> None:
    world = a_running_world()
    kept, stopped = (task["taskArn"] for task in run(world, count=2)["tasks"])
    world.call(tasks.stop_task, task=stopped)
    assert listed(world) == [kept]
    assert listed(world, desiredStatus="STOPPED") == [stopped]
    assert listed(world, desiredStatus="PENDING") == []


@pytest.mark.parametrize(
    ("members", "is_listed"),
    [
        ({"family": "web"}, True),
        ({"family": "we"}, False),
        ({"startedBy": "me"}, True),
        ({"startedBy": "you"}, False),
        ({"startedBy": "me", "desiredStatus": "STOPPED"}, False),
        ({"launchType": "EC2"}, True),
        ({"launchType": "FARGATE"}, False),
        ({"containerInstance": INSTANCE}, True),
        ({"containerInstance": f"{1:032x}", "family": "web"}, True),
        ({"containerInstance": "cd" * 16}, False),
    ],
)
def test_filters_pick_tasks(members: dict[str, str], is_listed: bool) -> None:
    world = a_running_world()
    run_one(world, startedBy="me")
    assert len(listed(world, **members)) == is_listed


def test_started_by_is_the_only_filter() -> None:
    with pytest.raises(ApiError, match="InvalidParameterException: startedBy"):
        listed(a_running_world(), startedBy="me", family="web")


def test_an_unknown_service_cannot_be_listed() -> None:
    with pytest.raises(ApiError, match="ServiceNotFoundException: Service not found"):
        listed(a_running_world(), serviceName="nope")


def test_a_list_comes_in_pages() -> None:
    world = a_running_world()
    run(world, count=3)
    first = world.call(tasks.list_tasks, maxResults=2)
    second = world.call(tasks.list_tasks, maxResults=2, nextToken=first["nextToken"])
    assert len({*first["taskArns"], *second["taskArns"]}) == 3
    assert "nextToken" not in second

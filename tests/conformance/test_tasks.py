"""RunTask, StopTask, DescribeTasks, ListTasks, and a task's life as it is told."""

import re

import pytest

from homeport.model.instance import MachineSeen
from tests.conformance.story import CONTAINER, PORT_CONTAINER, Story
from tests.conformance.world import World, refusal

INVALID = "InvalidParameterException"
ARN = "arn:aws:ecs:us-east-1:123456789012"


def run(story, **members):
    """The one task that RunTask starts."""
    (task,) = story.ecs.run_task(**{"taskDefinition": "web", **members})["tasks"]
    return task


def described(story, arn, **members):
    (task,) = story.ecs.describe_tasks(tasks=[arn], **members)["tasks"]
    return task


def test_a_task_is_placed_before_the_answer(story):
    answer = story.ecs.run_task(taskDefinition="web")
    (task,) = answer["tasks"]
    assert answer["failures"] == []
    assert re.fullmatch(rf"{ARN}:task/default/[0-9a-f]{{32}}", task["taskArn"])
    assert task["containerInstanceArn"].startswith(f"{ARN}:container-instance/default/")
    assert task["taskDefinitionArn"] == story.green
    assert (task["desiredStatus"], task["group"], task["launchType"]) == ("RUNNING", "family:web", "EC2")
    assert task["lastStatus"] in ("PROVISIONING", "PENDING")
    assert (task["attachments"], task["tags"]) == ([], [])


def test_a_task_comes_up_and_is_dated(story):
    arn = run(story)["taskArn"]
    story.world.settle()
    task = described(story, arn)
    assert (task["lastStatus"], task["connectivity"]) == ("RUNNING", "CONNECTED")
    assert task["createdAt"] <= task["pullStartedAt"] <= task["pullStoppedAt"] <= task["startedAt"]
    assert task["version"] > 1
    (container,) = task["containers"]
    assert (container["name"], container["lastStatus"]) == ("app", "RUNNING")
    assert container["containerArn"].startswith(arn.replace(":task/", ":container/"))
    assert container["runtimeId"]
    assert task["attributes"] == [{"name": "ecs.cpu-architecture", "value": "x86_64"}]


def test_sizes_are_texts_and_overrides_list_every_container(story):
    task = run(story)
    (container,) = task["containers"]
    assert (container["cpu"], container["memory"]) == ("10", "16")
    assert task["overrides"] == {
        "containerOverrides": [{"name": "app"}],
        "inferenceAcceleratorOverrides": [],
    }


def test_dynamic_ports_are_told(story):
    arn = run(story, taskDefinition=story.register("port", containerDefinitions=[PORT_CONTAINER]))["taskArn"]
    story.world.settle()
    (container,) = described(story, arn)["containers"]
    (binding,) = container["networkBindings"]
    assert (binding["containerPort"], binding["protocol"]) == (8080, "tcp")
    assert binding["hostPort"] >= 32768
    assert container["networkInterfaces"] == []


def test_several_tasks_are_started_at_once(story):
    assert len(story.ecs.run_task(taskDefinition="web", count=10)["tasks"]) == 10


@pytest.mark.parametrize("count", [0, 11])
def test_a_count_out_of_range(story, count):
    answer = refusal(story.ecs.run_task, taskDefinition="web", count=count)
    assert answer == (INVALID, "count must be between 1 and 10.")


def test_what_has_no_room_is_told_as_a_failure_and_the_rest_runs():
    world = World(machine=MachineSeen(cpu=1024, memory_mib=40, connected=True))
    story = Story(world, world.client())
    answer = story.ecs.run_task(taskDefinition="web", count=3)
    assert len(answer["tasks"]) == 2
    assert {failure["reason"] for failure in answer["failures"]} == {"RESOURCE:MEMORY"}


def test_overrides_reach_the_task(story):
    overrides = {
        "containerOverrides": [
            {"name": "app", "command": ["sleep", "9"], "environment": [{"name": "A", "value": "b"}]}
        ]
    }
    task = run(story, overrides=overrides)
    assert task["overrides"]["containerOverrides"] == overrides["containerOverrides"]


def test_an_override_for_a_container_that_is_not_defined(story):
    overrides = {"containerOverrides": [{"name": "nope", "command": ["x"]}]}
    text = "Override for container named nope is not a container in the TaskDefinition."
    assert refusal(story.ecs.run_task, taskDefinition="web", overrides=overrides) == (INVALID, text)


@pytest.mark.parametrize(
    ("members", "code", "text"),
    [
        ({"cluster": "nope"}, "ClusterNotFoundException", "Cluster not found."),
        ({"taskDefinition": "nope"}, "ClientException", "TaskDefinition not found."),
        ({"launchType": "FARGATE"}, INVALID, "Task definition does not support launch_type FARGATE."),
        (
            {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["s-1"]}}},
            INVALID,
            "Network Configuration is not valid for the given networkMode of this task definition.",
        ),
        ({"group": "service:web"}, INVALID, "The task group cannot start with 'service:'."),
        ({"placementStrategy": [{"type": "random"}] * 6}, INVALID, "Maximum number of strategies is 5."),
    ],
)
def test_what_is_not_run(story, members, code, text):
    assert refusal(story.ecs.run_task, **{"taskDefinition": "web", **members}) == (code, text)


def test_awsvpc_without_a_network_configuration(story):
    story.register("vpc", networkMode="awsvpc")
    text = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
    assert refusal(story.ecs.run_task, taskDefinition="vpc") == (INVALID, text)


def test_an_inactive_definition_is_not_run(story):
    story.ecs.deregister_task_definition(taskDefinition="web:1")
    answer = refusal(story.ecs.run_task, taskDefinition="web:1")
    assert answer == ("ClientException", "TaskDefinition is inactive")


def test_a_task_is_stopped_with_the_reason_that_was_given(story):
    arn = run(story)["taskArn"]
    story.world.settle()
    asked = story.ecs.stop_task(task=arn, reason="enough")["task"]
    assert (asked["desiredStatus"], asked["lastStatus"]) == ("STOPPED", "RUNNING")
    story.world.settle()
    task = described(story, arn)
    assert (task["lastStatus"], task["stopCode"]) == ("STOPPED", "UserInitiated")
    assert task["stoppedReason"] == "enough"
    assert task["stoppingAt"] <= task["executionStoppedAt"] <= task["stoppedAt"]
    assert task["containers"][0]["exitCode"] == 143


def test_without_a_reason_the_user_stopped_it(story):
    arn = run(story)["taskArn"]
    story.ecs.stop_task(task=arn)
    story.world.settle()
    assert described(story, arn)["stoppedReason"] == "Task stopped by user"


def test_stopping_again_changes_nothing(story):
    arn = run(story)["taskArn"]
    story.world.settle()
    story.ecs.stop_task(task=arn, reason="first")
    story.ecs.stop_task(task=arn, reason="second")
    story.world.settle()
    assert story.ecs.stop_task(task=arn, reason="third")["task"]["stoppedReason"] == "first"


def test_a_task_that_is_not_there_is_not_stopped(story):
    answer = refusal(story.ecs.stop_task, task="0" * 32)
    assert answer == (INVALID, "The referenced task was not found.")


def test_a_container_that_exits_ends_its_task(story):
    arn = run(story)["taskArn"]
    story.world.settle()
    story.world.kill_container(arn)
    story.world.settle()
    task = described(story, arn)
    assert (task["lastStatus"], task["desiredStatus"]) == ("STOPPED", "STOPPED")
    assert task["stopCode"] == "EssentialContainerExited"
    assert task["stoppedReason"] == "Essential container in task exited"
    assert task["containers"][0]["exitCode"] == 1


def test_a_stopped_task_is_described_for_an_hour(story):
    arn = run(story)["taskArn"]
    story.ecs.stop_task(task=arn)
    story.world.settle()
    story.world.pass_time(3000)
    assert described(story, arn)["lastStatus"] == "STOPPED"
    story.world.pass_time(700)
    answer = story.ecs.describe_tasks(tasks=[arn])
    assert (answer["tasks"], answer["failures"]) == ([], [{"arn": arn, "reason": "MISSING"}])


def test_tasks_are_described_by_arn_or_id(story):
    arn = run(story)["taskArn"]
    assert described(story, arn.rsplit("/", 1)[1])["taskArn"] == arn


def test_describe_needs_tasks_a_hundred_at_most(story):
    assert refusal(story.ecs.describe_tasks, tasks=[]) == (INVALID, "Tasks cannot be empty.")
    assert refusal(story.ecs.describe_tasks, tasks=["x"] * 101)[0] == INVALID


def test_tags_are_told_to_whoever_asks(story):
    tags = [{"key": "a", "value": "b"}]
    arn = run(story, tags=tags, enableECSManagedTags=True)["taskArn"]
    assert described(story, arn)["tags"] == []
    found = described(story, arn, include=["TAGS"])["tags"]
    assert {tag["key"]: tag["value"] for tag in found} == {"a": "b", "aws:ecs:clusterName": "default"}


def test_a_definitions_tags_are_propagated(story):
    story.ecs.tag_resource(resourceArn=story.green, tags=[{"key": "a", "value": "b"}])
    arn = run(story, propagateTags="TASK_DEFINITION")["taskArn"]
    assert described(story, arn, include=["TAGS"])["tags"] == [{"key": "a", "value": "b"}]


@pytest.fixture
def mixed(story):
    """Four tasks of a set, one that was run by hand, and one that was stopped; ARNs by what they are."""
    id = story.create()["id"]
    mine = run(story, startedBy="me")["taskArn"]
    stopped = run(story, taskDefinition=story.register("batch"))["taskArn"]
    story.ecs.stop_task(task=stopped)
    story.world.settle()
    return {"set": id, "mine": mine, "stopped": stopped}


def listed(story, **filters):
    return story.ecs.list_tasks(**filters)["taskArns"]


def test_tasks_that_shall_run_are_listed_unless_others_are_asked_for(story, mixed):
    assert len(listed(story)) == 5
    assert listed(story, desiredStatus="STOPPED") == [mixed["stopped"]]
    assert listed(story, desiredStatus="PENDING") == []


def test_tasks_are_listed_by_every_filter(story, mixed):
    (instance,) = story.ecs.list_container_instances()["containerInstanceArns"]
    assert listed(story, startedBy="me") == [mixed["mine"]]
    assert len(listed(story, startedBy=mixed["set"])) == 4
    assert len(listed(story, serviceName="web")) == 4
    assert len(listed(story, family="web")) == 5
    assert listed(story, family="we") == []
    assert len(listed(story, launchType="EC2")) == 5
    assert listed(story, launchType="FARGATE") == []
    assert len(listed(story, containerInstance=instance)) == 5
    assert listed(story, family="batch", desiredStatus="STOPPED") == [mixed["stopped"]]


def test_started_by_stands_alone(story):
    answer = refusal(story.ecs.list_tasks, startedBy="me", family="web")
    assert answer == (INVALID, "startedBy cannot be combined with another filter.")


def test_tasks_of_what_is_not_there(story):
    assert refusal(story.ecs.list_tasks, cluster="nope")[0] == "ClusterNotFoundException"
    assert refusal(story.ecs.list_tasks, serviceName="nope")[0] == "ServiceNotFoundException"


def test_the_stock_waiters_see_tasks_run_and_stop(story):
    arn = run(story)["taskArn"]
    once = {"MaxAttempts": 1}
    story.world.settle()
    story.ecs.get_waiter("tasks_running").wait(tasks=[arn], WaiterConfig=once)
    story.ecs.stop_task(task=arn)
    story.world.settle()
    story.ecs.get_waiter("tasks_stopped").wait(tasks=[arn], WaiterConfig=once)


def test_a_container_with_a_health_check_makes_its_task_healthy(story):
    checked = {**CONTAINER, "healthCheck": {"command": ["CMD", "true"]}}
    arn = run(story, taskDefinition=story.register("checked", containerDefinitions=[checked]))["taskArn"]
    story.world.settle()
    assert described(story, arn)["healthStatus"] == "HEALTHY"
    plain = run(story)["taskArn"]
    story.world.settle()
    assert described(story, plain)["healthStatus"] == "UNKNOWN"

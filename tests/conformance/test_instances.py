"""ListContainerInstances and DescribeContainerInstances: the machine, as each cluster sees it."""

import pytest

from tests.conformance.story import CONTAINER
from tests.conformance.world import MACHINE, refusal

INVALID = "InvalidParameterException"


@pytest.fixture
def instance(ecs):
    """The ARN of the machine in the default cluster."""
    ecs.create_cluster()
    (arn,) = ecs.list_container_instances()["containerInstanceArns"]
    return arn


def described(ecs, arn, **members):
    (found,) = ecs.describe_container_instances(containerInstances=[arn], **members)["containerInstances"]
    return found


def numbers(resources):
    return {each["name"]: each.get("integerValue") for each in resources if each["type"] == "INTEGER"}


def test_the_machine_is_one_instance_in_every_cluster(ecs, instance):
    ecs.create_cluster(clusterName="other")
    (other,) = ecs.list_container_instances(cluster="other")["containerInstanceArns"]
    assert instance.startswith("arn:aws:ecs:us-east-1:123456789012:container-instance/default/")
    assert other.startswith("arn:aws:ecs:us-east-1:123456789012:container-instance/other/")


def test_an_instance_has_what_the_machine_has(ecs, instance):
    found = described(ecs, instance)
    assert (found["status"], found["agentConnected"]) == ("ACTIVE", True)
    assert numbers(found["registeredResources"]) == {"CPU": MACHINE.cpu, "MEMORY": MACHINE.memory_mib}
    assert found["registeredResources"] == found["remainingResources"]
    attributes = {each["name"]: each.get("value") for each in found["attributes"]}
    assert attributes["ecs.availability-zone"] == "us-east-1a"
    assert attributes["ecs.os-type"] == "linux"


def test_an_instance_offers_whatever_a_definition_that_runs_here_requires(story):
    (arn,) = story.ecs.list_container_instances()["containerInstanceArns"]
    first = {
        **CONTAINER,
        "memoryReservation": 8,
        "healthCheck": {"command": ["CMD", "true"]},
        "restartPolicy": {"enabled": True},
        "logConfiguration": {"logDriver": "json-file"},
    }
    second = {**CONTAINER, "name": "b", "dependsOn": [{"containerName": "app", "condition": "HEALTHY"}]}
    volume = {"name": "v", "dockerVolumeConfiguration": {"scope": "task"}}
    definition = story.register("rich", containerDefinitions=[first, second], volumes=[volume], cpu="256")
    registered = story.ecs.describe_task_definition(taskDefinition=definition)["taskDefinition"]
    required = {each["name"] for each in registered["requiresAttributes"]}
    offered = {each["name"] for each in described(story.ecs, arn)["attributes"]}
    assert len(required) > 5
    assert required <= offered


def test_the_health_of_an_instance_is_told_to_whoever_asks(ecs, instance):
    assert "healthStatus" not in described(ecs, instance)
    health = described(ecs, instance, include=["CONTAINER_INSTANCE_HEALTH"])["healthStatus"]
    assert health["overallStatus"] == "OK"
    assert [(check["type"], check["status"]) for check in health["details"]] == [("CONTAINER_RUNTIME", "OK")]


def test_tasks_take_resources_and_ports_away(story):
    (arn,) = story.ecs.list_container_instances()["containerInstanceArns"]
    port = {**CONTAINER, "portMappings": [{"containerPort": 80, "hostPort": 8088}]}
    definition = story.register("port", containerDefinitions=[port])
    story.ecs.run_task(taskDefinition=definition)
    found = described(story.ecs, arn)
    remaining = numbers(found["remainingResources"])
    assert remaining == {"CPU": MACHINE.cpu - 10, "MEMORY": MACHINE.memory_mib - 16}
    (ports,) = [each for each in found["remainingResources"] if each["name"] == "PORTS"]
    assert "8088" in ports["stringSetValue"]
    assert found["pendingTasksCount"] == 1
    story.world.settle()
    found = described(story.ecs, arn)
    assert (found["runningTasksCount"], found["pendingTasksCount"]) == (1, 0)


def test_the_machine_is_not_overcommitted_between_clusters(story):
    story.ecs.create_cluster(clusterName="other")
    (arn,) = story.ecs.list_container_instances(cluster="other")["containerInstanceArns"]
    story.ecs.run_task(taskDefinition="web")
    found = described(story.ecs, arn, cluster="other")
    assert numbers(found["remainingResources"])["CPU"] == MACHINE.cpu - 10
    assert found["pendingTasksCount"] == 0


def test_an_instance_is_named_by_arn_or_id(ecs, instance):
    assert described(ecs, instance.rsplit("/", 1)[1])["containerInstanceArn"] == instance


def test_describe_tells_what_is_missing(ecs, instance):
    answer = ecs.describe_container_instances(containerInstances=[instance, "0" * 32])
    assert [each["containerInstanceArn"] for each in answer["containerInstances"]] == [instance]
    missing = f"{instance.rsplit('/', 1)[0]}/{'0' * 32}"
    assert answer["failures"] == [{"arn": missing, "reason": "MISSING"}]


def test_an_arn_of_another_cluster_is_told_so(ecs, instance):
    ecs.create_cluster(clusterName="other")
    told = "Invalid identifier: Identifier is for cluster default. Your cluster is other"
    answer = refusal(ecs.describe_container_instances, cluster="other", containerInstances=[instance])
    assert answer == (INVALID, told)


def test_describe_needs_ids_a_hundred_at_most(ecs, instance):
    answer = refusal(ecs.describe_container_instances, containerInstances=[])
    assert answer == (INVALID, "Container instances cannot be empty.")
    assert refusal(ecs.describe_container_instances, containerInstances=["x"] * 101)[0] == INVALID


def test_instances_are_filtered_by_an_expression(ecs, instance):
    def found(filter):
        return ecs.list_container_instances(filter=filter)["containerInstanceArns"]

    assert found("attribute:ecs.os-type == linux") == [instance]
    assert found("attribute:ecs.os-type == windows") == []
    assert found("agentConnected == true") == [instance]
    assert found("runningTasksCount > 0") == []


def test_an_expression_that_is_none(ecs, instance):
    assert refusal(ecs.list_container_instances, filter="attribute:x ==")[0] == INVALID


@pytest.mark.parametrize(("status", "count"), [("ACTIVE", 1), ("DRAINING", 0), ("DEREGISTERING", 0)])
def test_instances_are_filtered_by_status(ecs, instance, status, count):
    assert len(ecs.list_container_instances(status=status)["containerInstanceArns"]) == count


def test_a_cluster_that_is_not_there(ecs):
    not_found = ("ClusterNotFoundException", "Cluster not found.")
    assert refusal(ecs.list_container_instances, cluster="nope") == not_found
    assert refusal(ecs.describe_container_instances, cluster="nope", containerInstances=["x"]) == not_found


def test_an_instance_has_tags(ecs, instance):
    tags = [{"key": "rack", "value": "seven"}]
    ecs.tag_resource(resourceArn=instance, tags=tags)
    assert described(ecs, instance)["tags"] == []
    assert described(ecs, instance, include=["TAGS"])["tags"] == tags

"""Tasks on FARGATE, from their task set or RunTask to their end: what they are given and what is shown of them."""

import re
from collections import Counter

import pytest

from homeport.model.instance import MachineSeen
from tests.conformance import ground as names
from tests.conformance.ground import Ground
from tests.conformance.story import Story
from tests.conformance.world import World, messages

STRATEGY = [
    {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
    {"capacityProvider": "FARGATE_SPOT", "weight": 2},
]


def details(task):
    """What a task's only attachment says, and the attachment."""
    (attachment,) = task["attachments"]
    return {each["name"]: each["value"] for each in attachment["details"]}, attachment


def described(ground, arn, **members):
    (found,) = ground.ecs.describe_tasks(tasks=[arn], **members)["tasks"]
    return found


def test_a_task_set_on_fargate_becomes_steady(ground):
    made = ground.create()
    assert (made["platformVersion"], made["platformFamily"]) == ("1.4.0", "Linux")
    ground.world.settle()
    found = ground.story.task_set(made["id"])
    assert (found["stabilityStatus"], found["runningCount"]) == ("STEADY_STATE", 2)


def test_a_task_on_fargate_is_on_no_instance(ground):
    ground.create()
    ground.world.settle()
    for task in ground.story.tasks():
        assert "containerInstanceArn" not in task
        assert (task["launchType"], task["platformVersion"], task["platformFamily"]) == (
            "FARGATE",
            "1.4.0",
            "Linux",
        )
        assert (task["cpu"], task["memory"]) == ("256", "512")
        assert task["availabilityZone"] == "us-east-1a"
        assert task["attributes"] == [{"name": "ecs.cpu-architecture", "value": "x86_64"}]
    (arn,) = ground.ecs.list_container_instances()["containerInstanceArns"]
    (instance,) = ground.ecs.describe_container_instances(containerInstances=[arn])["containerInstances"]
    assert instance["runningTasksCount"] == 0
    assert len(ground.ecs.list_tasks(launchType="FARGATE")["taskArns"]) == 2
    assert ground.ecs.list_tasks(launchType="EC2")["taskArns"] == []


def test_its_attachment_tells_of_its_interface_in_the_order_of_aws(ground):
    ground.create(25.0)
    ground.world.settle()
    (task,) = ground.story.tasks()
    found, attachment = details(task)
    assert (attachment["type"], attachment["status"]) == ("ElasticNetworkInterface", "ATTACHED")
    assert list(found) == [
        "subnetId",
        "networkInterfaceId",
        "macAddress",
        "privateDnsName",
        "privateIPv4Address",
    ]
    assert found["subnetId"] == names.SUBNETS[0]
    assert found["networkInterfaceId"].startswith("eni-")
    assert found["privateDnsName"] == f"ip-{found['privateIPv4Address'].replace('.', '-')}.ec2.internal"
    (container,) = task["containers"]
    assert container["networkInterfaces"] == [
        {"attachmentId": attachment["id"], "privateIpv4Address": found["privateIPv4Address"]}
    ]
    assert container["networkBindings"] == []


def test_its_containers_have_ids_of_fargates_form(ground):
    ground.create(25.0)
    ground.world.settle()
    (task,) = ground.story.tasks()
    hex = task["taskArn"].rsplit("/", 1)[1]
    assert re.fullmatch(rf"{hex}-[0-9]{{10}}", task["containers"][0]["runtimeId"])


def test_addresses_are_different_and_given_back(ground):
    made = ground.create(100.0)
    ground.world.settle()
    addresses = [details(task)[0]["privateIPv4Address"] for task in ground.story.tasks()]
    assert len(set(addresses)) == 4
    ground.story.delete(made["id"])
    ground.world.settle()
    for task in ground.story.tasks(desiredStatus="STOPPED"):
        found, attachment = details(task)
        assert (task["lastStatus"], attachment["status"]) == ("STOPPED", "DELETED")
        assert found["privateIPv4Address"] in addresses
    assert ground.ecs.describe_services(services=["web"])["services"][0]["taskSets"] == []


def test_a_task_on_an_instance_has_an_address_of_its_own_too(ground):
    ground.create(25.0, launchType="EC2")
    ground.world.settle()
    (task,) = ground.story.tasks()
    assert (task["launchType"], task["lastStatus"]) == ("EC2", "RUNNING")
    assert "containerInstanceArn" in task
    assert "platformVersion" not in task
    assert "ephemeralStorage" not in task
    assert details(task)[0]["privateIPv4Address"].startswith("10.77.")
    assert re.fullmatch("[0-9a-f]{64}", task["containers"][0]["runtimeId"])


def test_run_task_answers_before_there_is_an_interface(ground):
    answer = ground.run(count=2, group="batch")
    assert (len(answer["tasks"]), answer["failures"]) == (2, [])
    for task in answer["tasks"]:
        found, attachment = details(task)
        assert attachment["status"] == "PRECREATED"
        assert found == {"subnetId": names.SUBNETS[0]}
        assert (task["lastStatus"], task["group"]) == ("PROVISIONING", "batch")
        assert "connectivity" not in task
    ground.world.settle()
    assert [task["lastStatus"] for task in ground.story.tasks()] == ["RUNNING"] * 2


@pytest.mark.parametrize("asked", [None, "LATEST", "1.4.0", "1.3.0"])
def test_platform_versions_are_resolved(ground, asked):
    members = {} if asked is None else {"platformVersion": asked}
    (task,) = ground.run(**members)["tasks"]
    assert task["platformVersion"] == ("1.3.0" if asked == "1.3.0" else "1.4.0")


def test_overrides_may_make_a_task_larger(ground):
    overrides = {"cpu": "512", "memory": "1024", "ephemeralStorage": {"sizeInGiB": 30}}
    (task,) = ground.run(overrides=overrides)["tasks"]
    assert (task["cpu"], task["memory"]) == ("512", "1024")
    assert task["ephemeralStorage"] == task["fargateEphemeralStorage"] == {"sizeInGiB": 30}
    assert task["overrides"]["ephemeralStorage"] == {"sizeInGiB": 30}


def test_storage_is_the_definitions_or_twenty_gibibytes(ground):
    (task,) = ground.run()["tasks"]
    assert task["ephemeralStorage"] == {"sizeInGiB": 20}
    large = ground.register("large", ephemeralStorage={"sizeInGiB": 50})
    (task,) = ground.run(taskDefinition=large)["tasks"]
    assert task["ephemeralStorage"] == {"sizeInGiB": 50}


def test_a_strategy_shares_tasks_out(ground):
    far = ground.providers()
    made = ground.create(100.0, cluster=far, capacityProviderStrategy=STRATEGY)
    assert "launchType" not in made
    assert made["capacityProviderStrategy"] == [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 2},
    ]
    ground.world.settle()
    arns = ground.ecs.list_tasks(cluster=far)["taskArns"]
    tasks = ground.ecs.describe_tasks(cluster=far, tasks=arns)["tasks"]
    assert {task["launchType"] for task in tasks} == {"FARGATE"}
    counts = Counter(task["capacityProviderName"] for task in tasks)
    assert counts == {"FARGATE": 2, "FARGATE_SPOT": 2}


def test_a_base_is_a_minimum_also_when_tasks_become_fewer(ground):
    far = ground.providers()
    made = ground.create(100.0, cluster=far, capacityProviderStrategy=STRATEGY)
    ground.world.settle()
    scale = {"value": 25.0, "unit": "PERCENT"}
    ground.ecs.update_task_set(cluster=far, service="web", taskSet=made["id"], scale=scale)
    ground.world.settle()
    (arn,) = ground.ecs.list_tasks(cluster=far)["taskArns"]
    (task,) = ground.ecs.describe_tasks(cluster=far, tasks=[arn])["tasks"]
    assert task["capacityProviderName"] == "FARGATE"


def test_a_strategy_rules_a_run_task(ground):
    far = ground.providers()
    answer = ground.run(cluster=far, capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT"}])
    (task,) = answer["tasks"]
    assert (task["capacityProviderName"], task["launchType"]) == ("FARGATE_SPOT", "FARGATE")


def test_the_clusters_default_strategy_rules_where_nothing_is_named(ground):
    spot = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    far = ground.providers(defaultCapacityProviderStrategy=spot)
    at = {"cluster": far, "networkConfiguration": ground.network()}
    made = ground.story.create(ground.far, **at)
    assert made["capacityProviderStrategy"] == [{**spot[0], "base": 0}]
    (task,) = ground.ecs.run_task(taskDefinition=ground.far, **at)["tasks"]
    assert task["capacityProviderName"] == "FARGATE_SPOT"


@pytest.fixture
def small():
    """Ground on a machine with room for two tasks."""
    world = World(machine=MachineSeen(cpu=512, memory_mib=1024, connected=True))
    return Ground(Story(world, world.client()))


UNAVAILABLE = (
    "Capacity is unavailable at this time. Please try again later or in a different availability zone"
)


def test_what_has_no_room_fails(small):
    answer = small.run(count=3)
    assert len(answer["tasks"]) == 2
    assert answer["failures"] == [{"reason": UNAVAILABLE}]


def test_processors_are_nothing_to_run_out_of():
    world = World(machine=MachineSeen(cpu=256, memory_mib=8192, connected=True))
    ground = Ground(Story(world, world.client()))
    assert len(ground.run(count=8)["tasks"]) == 8
    world.settle()
    (arn,) = ground.ecs.list_container_instances()["containerInstanceArns"]
    (instance,) = ground.ecs.describe_container_instances(containerInstances=[arn])["containerInstances"]
    left = {
        each["name"]: each["integerValue"]
        for each in instance["remainingResources"]
        if "integerValue" in each
    }
    assert left["CPU"] == 256
    assert left["MEMORY"] == 8192 - 8 * 512


def test_what_has_no_room_is_told_in_the_services_events(small):
    small.create(100.0)
    small.world.settle()
    assert len(small.story.tasks()) == 2
    assert (
        f"(service web) was unable to place a task. Reason: {UNAVAILABLE}. "
        "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."
    ) in messages(small.ecs)


def test_a_processor_that_no_machine_has_is_no_capacity(ground):
    arm = ground.register("arm", runtimePlatform={"cpuArchitecture": "ARM64"})
    assert ground.run(taskDefinition=arm)["failures"] == [{"reason": UNAVAILABLE}]


def test_a_task_that_fails_for_its_container_gives_its_interface_back(ground):
    arn = ground.run()["tasks"][0]["taskArn"]
    ground.world.settle()
    ground.world.kill_container(arn)
    ground.world.settle()
    task = described(ground, arn)
    assert (task["lastStatus"], task["stopCode"]) == ("STOPPED", "EssentialContainerExited")
    assert details(task)[1]["status"] == "DELETED"

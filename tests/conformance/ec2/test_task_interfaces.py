"""The network interfaces of tasks, as users find them: by the task's attachment, and by its description."""

from typing import Any

import pytest

from tests.conformance.ec2.words import DEFAULT_GROUP, SUBNETS, group
from tests.conformance.world import World, refusal

TASK = {
    "family": "far",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "containerDefinitions": [{"name": "app", "image": "busybox"}],
}


@pytest.fixture
def run(world: World, ecs: Any) -> Any:
    """Run a task on FARGATE in the default VPC; what is given goes to its network configuration."""
    ecs.create_cluster()
    ecs.register_task_definition(**TASK)

    def run(**members: Any) -> dict[str, Any]:
        network = {"awsvpcConfiguration": {"subnets": SUBNETS[:1], **members}}
        (task,) = ecs.run_task(taskDefinition="far", launchType="FARGATE", networkConfiguration=network)[
            "tasks"
        ]
        world.settle()
        (found,) = ecs.describe_tasks(tasks=[task["taskArn"]])["tasks"]
        return dict(found)

    return run


def details(task: dict[str, Any]) -> dict[str, str]:
    (attachment,) = task["attachments"]
    return {each["name"]: each["value"] for each in attachment["details"]}


def test_the_interface_is_the_one_that_the_attachment_shows(ec2, run):
    task = run()
    assert task["lastStatus"] == "RUNNING"
    told = details(task)
    id = told["networkInterfaceId"]
    (found,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[id])["NetworkInterfaces"]
    assert found["PrivateIpAddress"] == told["privateIPv4Address"]
    assert (found["MacAddress"], found["SubnetId"]) == (told["macAddress"], told["subnetId"])
    assert found["PrivateDnsName"] == told["privateDnsName"]
    assert (found["Status"], found["RequesterManaged"]) == ("in-use", True)
    assert found["Groups"] == [{"GroupId": DEFAULT_GROUP, "GroupName": "default"}]
    attachment = task["attachments"][0]["id"]
    assert found["Description"] == f"arn:aws:ecs:us-east-1:123456789012:attachment/{attachment}"


def test_groups_and_a_public_address_are_those_that_were_asked_for(ec2, run):
    web = group(ec2)
    run(securityGroups=[web], assignPublicIp="ENABLED")
    (found,) = ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [web]}])[
        "NetworkInterfaces"
    ]
    assert found["Association"]["PublicIp"]
    assert refusal(ec2.delete_security_group, GroupId=web)[0] == "DependencyViolation"


def test_only_the_interface_of_the_task_is_shown_and_it_goes_with_it(ec2, ecs, world, run):
    task = run()
    assert len(ec2.describe_network_interfaces()["NetworkInterfaces"]) == 1
    ecs.stop_task(task=task["taskArn"])
    world.settle()
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []

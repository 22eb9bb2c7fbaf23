"""Task sets on FARGATE behind target groups of addresses: targets are the interfaces' addresses and containers' ports."""

from typing import Any

import pytest

from tests.conformance import ground as names
from tests.conformance.elbv2.words import alb, forward, group, listener
from tests.conformance.world import refusal

PORT = 8080


class Groups:
    """Two target groups of addresses, `blue` and `green`, which a load balancer uses."""

    def __init__(self, ground: Any) -> None:
        self.elbv2 = ground.world.client("elbv2")
        made = {name: group(self.elbv2, name, TargetType="ip", VpcId=names.VPC) for name in ("blue", "green")}
        self.blue, self.green = made["blue"], made["green"]
        for number, each in enumerate(made.values()):
            balancer = alb(self.elbv2, f"front{number}", Subnets=names.SUBNETS[:2])["LoadBalancerArn"]
            listener(self.elbv2, balancer, forward(each))
            self.elbv2.modify_target_group_attributes(
                TargetGroupArn=each,
                Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "1"}],
            )

    def targets(self, arn: str) -> dict[str, str]:
        """The health of each target by its address, all of them at the container's port."""
        found = self.elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        assert {each["Target"]["Port"] for each in found} <= {PORT}
        return {each["Target"]["Id"]: each["TargetHealth"]["State"] for each in found}


@pytest.fixture
def groups(ground):
    """Both."""
    return Groups(ground)


def attached(arn):
    return [{"targetGroupArn": arn, "containerName": "app", "containerPort": PORT}]


def addresses(ground, task_set):
    tasks = ground.story.tasks(startedBy=task_set["id"])
    return {task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"] for task in tasks}


def test_a_task_is_a_target_by_its_address_and_its_containers_port(ground, groups):
    made = ground.create(loadBalancers=attached(groups.blue))
    ground.world.settle()
    assert ground.story.task_set(made["id"])["stabilityStatus"] == "STEADY_STATE"
    assert groups.targets(groups.blue) == dict.fromkeys(addresses(ground, made), "healthy")
    assert len(groups.targets(groups.blue)) == 2


def test_green_takes_over_from_blue(ground, groups):
    blue = ground.create(loadBalancers=attached(groups.blue))
    green = ground.create(loadBalancers=attached(groups.green))
    ground.world.settle()
    ground.story.promote(green["id"])
    ground.story.delete(blue["id"])
    ground.world.settle()
    assert groups.targets(groups.blue) == {}
    assert groups.targets(groups.green) == dict.fromkeys(addresses(ground, green), "healthy")
    assert [each["id"] for each in ground.story.described()["taskSets"]] == [green["id"]]


def test_a_target_group_of_instances_for_tasks_with_an_address(ground, groups):
    arn = group(groups.elbv2, "red", VpcId=names.VPC)
    listener(
        groups.elbv2, alb(groups.elbv2, "other", Subnets=names.SUBNETS[:2])["LoadBalancerArn"], forward(arn)
    )
    assert refusal(ground.create, loadBalancers=attached(arn)) == (
        "InvalidParameterException",
        (
            f"The provided target group {arn} has target type instance, which is incompatible with the awsvpc "
            "network mode specified in the task definition."
        ),
    )

"""The role that a task acts as: it must be there, and trust tasks, or nothing is started."""

import json

import pytest

from homeport.model import role
from homeport.model.role import Role, RoleSpec
from tests.builders import T0
from tests.conformance.world import ACCOUNT, OTHER_ACCOUNT, messages, refusal

ARN = f"arn:aws:iam::{ACCOUNT}:role/app"


def refused(arn: str) -> str:
    return (
        f"ECS was unable to assume the role '{arn}' that was provided for this task. Please verify that the role being "
        "passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this "
        "role."
    )


def make_role(story, name="app", service="ecs-tasks.amazonaws.com"):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    spec = RoleSpec(
        name=name,
        unique_id="AROAEXAMPLE",
        created_at=T0,
        trust=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    with story.world.store.write("spec", story.world.now) as tx:
        tx.put(Role(id=role.role_id(ACCOUNT, name), owner=role.owner(ACCOUNT), spec=spec))


def test_a_task_acts_as_a_role_that_trusts_tasks(story):
    make_role(story)
    acting = story.register("acting", taskRoleArn="app")
    assert len(story.ecs.run_task(taskDefinition=acting)["tasks"]) == 1


@pytest.mark.parametrize("arn", [ARN, f"arn:aws:iam::{OTHER_ACCOUNT}:role/app"])
def test_a_role_that_is_not_there(story, arn):
    acting = story.register("acting", taskRoleArn=arn)
    answer = refusal(story.ecs.run_task, taskDefinition=acting)
    assert answer == ("ClientException", refused(arn))


def test_a_role_that_trusts_somebody_else(story):
    make_role(story, service="ec2.amazonaws.com")
    acting = story.register("acting", taskRoleArn=ARN)
    assert refusal(story.ecs.run_task, taskDefinition=acting) == ("ClientException", refused(ARN))


def test_a_role_of_the_same_name_under_another_path(story):
    make_role(story)
    other = f"arn:aws:iam::{ACCOUNT}:role/path/app"
    acting = story.register("acting", taskRoleArn=other)
    assert refusal(story.ecs.run_task, taskDefinition=acting) == ("ClientException", refused(other))


def test_an_override_names_another_role(story):
    make_role(story)
    overrides = {"taskRoleArn": ARN}
    (task,) = story.ecs.run_task(taskDefinition="web", overrides=overrides)["tasks"]
    assert task["overrides"]["taskRoleArn"] == ARN
    answer = refusal(story.ecs.run_task, taskDefinition="web", overrides={"taskRoleArn": f"{ARN}s"})
    assert answer == ("ClientException", refused(f"{ARN}s"))


def test_an_override_that_can_be_no_role(story):
    overrides = {"executionRoleArn": "arn:aws:s3:::bucket"}
    answer = refusal(story.ecs.run_task, taskDefinition="web", overrides=overrides)
    assert answer == ("ClientException", "Role is not valid")


def test_a_service_tells_that_its_role_cannot_be_assumed_and_goes_on_once_it_can(story):
    made = story.create(story.register("acting", taskRoleArn=ARN))
    story.world.settle()
    assert story.task_set(made["id"])["runningCount"] == 0
    assert f"(service web) failed to launch a task with (error {refused(ARN)})." in messages(story.ecs)
    make_role(story)
    story.world.settle()
    assert story.task_set(made["id"])["runningCount"] == 4

"""Every refusal of the task-set operations whose text is known, or was chosen (task-sets.md §2.3 to §2.5, §4)."""

import pytest

from homeport.model.service import Service
from tests import builders
from tests.conformance.world import refusal

INVALID = "InvalidParameterException"
AT = {"cluster": "default", "service": "web"}


def refused(story, **members):
    given = {**AT, "taskDefinition": "web:1", **members}
    return refusal(story.ecs.create_task_set, **given)


def test_a_cluster_that_is_not_there(story):
    assert refused(story, cluster="nope") == ("ClusterNotFoundException", "Cluster not found.")


def test_a_service_that_is_not_there(story):
    assert refused(story, service="nope") == ("ServiceNotFoundException", "Service not found.")


def test_a_service_that_was_deleted(story):
    story.ecs.delete_service(service="web", force=True)
    assert refused(story) == ("ServiceNotActiveException", "Service was not ACTIVE.")


@pytest.mark.parametrize("name", ["cluster", "service", "taskDefinition"])
def test_a_required_member_that_is_left_out(story, name):
    given = {**AT, "taskDefinition": "web:1"}
    del given[name]
    code, text = refusal(story.ecs.create_task_set, **given)
    assert (code, text.endswith("can not be blank.")) == (INVALID, True)


def test_the_sixth_task_set(story):
    for _ in range(5):
        story.create(percent=None)
    assert refused(story) == (
        INVALID,
        "5 deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.",
    )


def test_draining_task_sets_count_to_the_five(story):
    ids = [story.create()["id"] for _ in range(5)]
    story.world.settle()
    story.delete(ids[0])
    assert refused(story)[1].startswith("5 deployments exist on the service.")
    story.world.settle()
    assert story.create()["status"] == "ACTIVE"


def test_a_task_definition_that_is_blank(story):
    assert refused(story, taskDefinition="") == (INVALID, "Task Definition can not be blank.")
    assert refused(story, taskDefinition=" ") == (INVALID, "Family should not be null or empty.")


def test_a_task_definition_that_is_not_there(story):
    assert refused(story, taskDefinition="nope") == ("ClientException", "TaskDefinition not found.")


def test_a_task_definition_that_is_inactive(story):
    story.ecs.deregister_task_definition(taskDefinition="web:1")
    assert refused(story) == ("ClientException", "TaskDefinition is inactive")


@pytest.mark.parametrize("value", [-1.0, 100.1])
def test_a_scale_out_of_range(story, value):
    code, text = refused(story, scale={"value": value, "unit": "PERCENT"})
    assert (code, text) == (INVALID, "Scale value must be between 0 and 100.")


def test_a_scale_in_another_unit(story):
    code, text = refused(story, scale={"value": 1.0, "unit": "TASKS"})
    assert code == INVALID
    assert text.endswith("Member must satisfy enum value set: [PERCENT]")


def test_a_launch_type_that_aws_does_not_have(story):
    code, text = refused(story, launchType="MOON")
    assert code == INVALID
    assert "at 'launchType' failed to satisfy constraint: Member must satisfy enum value set:" in text


def test_tags_under_the_name_of_aws(story):
    answer = refused(story, tags=[{"key": "aws:mine", "value": "x"}])
    assert answer == (INVALID, "Tag keys and values cannot start with 'aws:'.")


def test_more_than_fifty_tags(story):
    code, text = refused(story, tags=[{"key": f"k{n}", "value": ""} for n in range(51)])
    assert (code, text.endswith("Member must have length less than or equal to 50")) == (INVALID, True)


def test_update_needs_a_scale(story):
    id = story.create()["id"]
    code, _ = refusal(story.ecs.update_task_set, **AT, taskSet=id)
    assert code == INVALID


@pytest.mark.parametrize("value", [-0.5, 101.0])
def test_update_refuses_a_scale_out_of_range(story, value):
    id = story.create()["id"]
    scale = {"value": value, "unit": "PERCENT"}
    answer = refusal(story.ecs.update_task_set, **AT, taskSet=id, scale=scale)
    assert answer == (INVALID, "Scale value must be between 0 and 100.")


def test_update_refuses_a_scale_without_a_value(story):
    id = story.create()["id"]
    answer = refusal(story.ecs.update_task_set, **AT, taskSet=id, scale={"unit": "PERCENT"})
    assert answer == (INVALID, "Scale value must be between 0 and 100.")


def test_update_refuses_a_draining_set(story):
    id = story.create()["id"]
    story.world.settle()
    story.delete(id)
    answer = refusal(story.scale, task_set=id, percent=1.0)
    assert answer == (INVALID, "The task set is DRAINING and cannot be changed.")


def test_a_draining_set_is_not_promoted(story):
    id = story.create()["id"]
    story.world.settle()
    story.delete(id)
    answer = refusal(story.promote, task_set=id)
    assert answer == (INVALID, "The task set is DRAINING and cannot be changed.")


def test_the_primary_is_not_deleted_without_force(story):
    id = story.create()["id"]
    story.promote(id)
    assert refusal(story.delete, task_set=id) == (INVALID, "Primary TaskSet cannot be deleted")
    story.scale(id, 0.0)
    assert refusal(story.delete, task_set=id) == (INVALID, "Primary TaskSet cannot be deleted")


def calls(story, task_set):
    """The four operations that name a task set, on one."""
    scale = {"value": 1.0, "unit": "PERCENT"}
    return {
        "UpdateTaskSet": lambda: story.ecs.update_task_set(**AT, taskSet=task_set, scale=scale),
        "UpdateServicePrimaryTaskSet": lambda: story.promote(task_set),
        "DeleteTaskSet": lambda: story.delete(task_set),
        "DescribeTaskSets": lambda: story.task_sets(task_set),
    }


@pytest.mark.parametrize("operation", ["UpdateTaskSet", "UpdateServicePrimaryTaskSet", "DeleteTaskSet"])
def test_a_task_set_that_is_not_there(story, operation):
    answer = refusal(calls(story, "ecs-svc/1")[operation])
    assert answer == ("TaskSetNotFoundException", "The specified task set was not found.")


@pytest.mark.parametrize(
    "operation", ["UpdateTaskSet", "UpdateServicePrimaryTaskSet", "DeleteTaskSet", "DescribeTaskSets"]
)
@pytest.mark.parametrize(
    "identifier", ["nonsense", "ecs-svc/x", "arn:aws:ecs:us-east-1:123456789012:task/default/0123"]
)
def test_what_is_no_identifier_of_a_task_set(story, operation, identifier):
    answer = refusal(calls(story, identifier)[operation])
    assert answer == (INVALID, "Task Set Identifier is invalid")


@pytest.mark.parametrize(
    "operation",
    ["CreateTaskSet", "UpdateTaskSet", "UpdateServicePrimaryTaskSet", "DeleteTaskSet", "DescribeTaskSets"],
)
def test_a_service_whose_deployments_are_not_the_users(story, operation):
    with story.world.store.write("spec", story.world.now) as tx:
        tx.delete(tx.get(Service, builders.SERVICE))
        tx.put(builders.a_service(controller="ECS"))
    every = calls(story, "ecs-svc/1") | {"CreateTaskSet": story.create}
    assert refusal(every[operation]) == (
        INVALID,
        "Amazon ECS only supports task set management on services configured to use external deployment controllers.",
    )


def test_a_deleted_set_is_gone_for_good(story):
    id = story.create()["id"]
    story.delete(id)
    story.world.settle()
    assert refusal(story.delete, task_set=id)[0] == "TaskSetNotFoundException"


@pytest.mark.parametrize("members", [{}, {"taskSets": []}])
def test_describe_without_ids_is_refused_before_anything_is_looked_up(story, members):
    answer = refusal(story.ecs.describe_task_sets, cluster="nope", service="nope", **members)
    assert answer == (INVALID, "TaskSets cannot be empty.")


def test_describe_on_an_inactive_service(story):
    story.ecs.delete_service(service="web", force=True)
    story.world.settle()
    answer = refusal(story.ecs.describe_task_sets, **AT, taskSets=["ecs-svc/1"])
    assert answer == ("ServiceNotActiveException", "Service was not ACTIVE.")


def test_a_set_of_another_service_is_not_found(story):
    id = story.create()["taskSetArn"]
    story.ecs.create_service(serviceName="other", desiredCount=0, deploymentController={"type": "EXTERNAL"})
    at = {"cluster": "default", "service": "other"}
    answer = story.ecs.describe_task_sets(**at, taskSets=[id])
    assert (answer["taskSets"], [each["reason"] for each in answer["failures"]]) == ([], ["MISSING"])
    assert refusal(story.ecs.delete_task_set, **at, taskSet=id)[0] == "TaskSetNotFoundException"

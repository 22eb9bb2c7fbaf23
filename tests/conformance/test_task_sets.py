"""The five operations on task sets, as they answer and as they settle (task-sets.md §2 to §5)."""

import re

import pytest

from tests.conformance.story import STEADY

AT = {"cluster": "default", "service": "web"}


def test_a_new_task_set_has_the_members_of_aws_in_their_order(story):
    task_set = story.create(percent=10.0)
    assert list(task_set) == [
        "id",
        "taskSetArn",
        "serviceArn",
        "clusterArn",
        "status",
        "taskDefinition",
        "computedDesiredCount",
        "pendingCount",
        "runningCount",
        "createdAt",
        "updatedAt",
        "launchType",
        "loadBalancers",
        "serviceRegistries",
        "scale",
        "stabilityStatus",
        "stabilityStatusAt",
        "tags",
    ]


def test_a_task_set_is_named_by_a_number_and_an_arn(story):
    task_set = story.create()
    assert re.fullmatch(r"ecs-svc/[0-9]{1,19}", task_set["id"])
    prefix = "arn:aws:ecs:us-east-1:123456789012"
    assert task_set["taskSetArn"] == f"{prefix}:task-set/default/web/{task_set['id']}"
    assert task_set["serviceArn"] == f"{prefix}:service/default/web"
    assert task_set["clusterArn"] == f"{prefix}:cluster/default"
    assert task_set["taskDefinition"] == f"{prefix}:task-definition/web:1"


def test_a_new_task_set_is_active_even_the_first_one(story):
    task_set = story.create()
    assert (task_set["status"], task_set["stabilityStatus"]) == ("ACTIVE", "STABILIZING")


def test_without_a_scale_nothing_runs_and_the_set_is_steady(story):
    task_set = story.create(percent=None)
    assert task_set["scale"] == {"value": 0.0, "unit": "PERCENT"}
    story.world.settle()
    found = story.task_set(task_set["id"])
    assert (found["stabilityStatus"], found["computedDesiredCount"], found["runningCount"]) == (STEADY, 0, 0)


def test_the_computed_count_follows_later_and_is_rounded_up(story):
    task_set = story.create(percent=30.0)
    assert task_set["computedDesiredCount"] == 0
    story.world.settle()
    found = story.task_set(task_set["id"])
    assert (found["computedDesiredCount"], found["runningCount"], found["pendingCount"]) == (2, 2, 0)
    assert found["updatedAt"] > found["createdAt"]
    assert found["stabilityStatus"] == STEADY


def test_external_id_and_tags_are_kept(story):
    tags = [{"key": "colour", "value": "blue"}]
    id = story.create(externalId="build-7", tags=tags)["id"]
    (with_tags,) = story.task_sets(id, include=["TAGS"])
    assert (with_tags["externalId"], with_tags["tags"]) == ("build-7", tags)


def test_tags_are_told_only_to_whoever_asks(story):
    id = story.create(tags=[{"key": "colour", "value": "blue"}])["id"]
    assert story.task_set(id)["tags"] == []


def test_a_task_set_has_no_external_id_unless_one_is_given(story):
    assert "externalId" not in story.create()


def test_the_request_of_2019_is_served(story):
    task_set = story.create(
        launchType="EC2",
        externalId="old",
        loadBalancers=[],
        serviceRegistries=[],
        clientToken="0" * 32,
    )
    assert task_set["launchType"] == "EC2"


@pytest.mark.parametrize("name", ["launchType", "platformVersion", "externalId", "clientToken"])
def test_an_empty_string_counts_as_absent(story, name):
    assert story.create(**{name: ""})["launchType"] == "EC2"


def test_an_empty_list_of_capacity_providers_counts_as_absent(story):
    assert story.create(capacityProviderStrategy=[])["launchType"] == "EC2"


def test_the_launch_type_external_places_on_the_machine(story):
    definition = story.register(requiresCompatibilities=["EXTERNAL"])
    id = story.create(definition, launchType="EXTERNAL")["id"]
    story.world.settle()
    found = story.task_set(id)
    assert (found["launchType"], found["runningCount"]) == ("EXTERNAL", 4)


@pytest.mark.parametrize("named", ["web", "web:2", "arn"])
def test_a_task_definition_is_named_by_family_revision_or_arn(story, named):
    assert story.create(story.green if named == "arn" else named)["taskDefinition"] == story.green


def test_cluster_service_and_task_set_may_be_arns(story):
    created = story.create(
        cluster="arn:aws:ecs:us-east-1:123456789012:cluster/default", service=story.service["serviceArn"]
    )
    answer = story.ecs.describe_task_sets(
        cluster=created["clusterArn"], service=created["serviceArn"], taskSets=[created["taskSetArn"]]
    )
    assert [found["id"] for found in answer["taskSets"]] == [created["id"]]


def test_update_answers_with_the_new_scale_and_the_old_count(story):
    id = story.create(percent=50.0)["id"]
    story.world.settle()
    updated = story.scale(id, 100.0)
    assert (updated["scale"]["value"], updated["computedDesiredCount"]) == (100.0, 2)
    assert updated["stabilityStatus"] == "STABILIZING"
    assert updated["updatedAt"] == updated["stabilityStatusAt"]
    story.world.settle()
    assert story.task_set(id)["runningCount"] == 4


def test_the_primary_may_be_scaled_to_nothing_and_stays_primary(story):
    id = story.create()["id"]
    story.promote(id)
    story.scale(id, 0.0)
    story.world.settle()
    found = story.task_set(id)
    assert (found["status"], found["runningCount"], found["stabilityStatus"]) == ("PRIMARY", 0, STEADY)


def test_promotion_needs_no_steady_state_and_makes_the_old_primary_active(story):
    blue, green = story.create()["id"], story.create(story.green)["id"]
    assert story.promote(blue)["status"] == "PRIMARY"
    assert story.promote(green)["status"] == "PRIMARY"
    assert story.task_set(blue)["status"] == "ACTIVE"


def test_promoting_the_primary_again_changes_nothing(story):
    id = story.create()["id"]
    story.promote(id)
    assert story.promote(id)["status"] == "PRIMARY"


def test_promotion_leaves_the_date_of_the_stability_alone(story):
    id = story.create()["id"]
    story.world.settle()
    before = story.task_set(id)
    after = story.promote(id)
    assert after["stabilityStatusAt"] == before["stabilityStatusAt"]
    assert after["stabilityStatus"] == STEADY
    assert after["updatedAt"] > before["updatedAt"]


def test_an_active_set_at_full_scale_is_deleted_without_force(story):
    id = story.create()["id"]
    story.world.settle()
    deleted = story.delete(id)
    assert (deleted["status"], deleted["stabilityStatus"]) == ("DRAINING", "STABILIZING")
    assert deleted["updatedAt"] == deleted["stabilityStatusAt"]
    assert deleted["runningCount"] == 4


def test_a_deleted_set_drains_and_is_gone_with_its_tasks(story):
    id = story.create()["id"]
    story.world.settle()
    story.delete(id)
    assert [found["status"] for found in story.described()["taskSets"]] == ["DRAINING"]
    story.world.settle()
    assert story.described()["taskSets"] == []
    assert story.ecs.list_tasks()["taskArns"] == []


def test_tasks_of_a_draining_set_are_not_pending(story):
    id = story.create()["id"]
    story.world.pass_time(0.01)
    assert story.described()["pendingCount"] == 4
    story.delete(id)
    assert (story.described()["pendingCount"], story.task_set(id)["pendingCount"]) == (0, 0)


def test_a_second_delete_of_a_draining_set_answers_the_same(story):
    id = story.create()["id"]
    story.world.settle()
    assert story.delete(id) == story.delete(id)


def test_the_primary_goes_with_force_and_the_service_has_none_then(story):
    id = story.create()["id"]
    story.promote(id)
    assert "taskDefinition" in story.described()
    assert story.delete(id, force=True)["status"] == "DRAINING"
    assert "taskDefinition" not in story.described()
    story.world.settle()
    assert "taskDefinition" not in story.described()


def test_describe_tells_what_is_there_and_what_is_missing(story):
    id = story.create()["id"]
    answer = story.ecs.describe_task_sets(**AT, taskSets=[id, "ecs-svc/1"])
    assert [found["id"] for found in answer["taskSets"]] == [id]
    missing = "arn:aws:ecs:us-east-1:123456789012:task-set/default/web/ecs-svc/1"
    assert answer["failures"] == [{"arn": missing, "reason": "MISSING"}]


def test_describe_answers_with_lists_also_when_they_are_empty(story):
    status, answer = story.world.post(
        "DescribeTaskSets", b'{"cluster":"default","service":"web","taskSets":["ecs-svc/1"]}'
    )
    assert (status, answer["taskSets"], len(answer["failures"])) == (200, [], 1)
    id = story.create()["id"]
    body = f'{{"cluster":"default","service":"web","taskSets":["{id}"]}}'
    assert story.world.post("DescribeTaskSets", body.encode())[1]["failures"] == []


def test_describe_names_a_set_once_however_often_it_is_asked_for(story):
    id = story.create()["id"]
    assert len(story.task_sets(id, id)) == 1

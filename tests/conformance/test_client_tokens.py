"""clientToken: the same request is done once, also by a server that has been restarted in between (task-sets.md §2.4)."""

from pathlib import Path

import pytest

from homeport.store.sqlite import SqliteStore
from tests.conformance.story import Story
from tests.conformance.world import World, dice_ids, refusal

INVALID = "InvalidParameterException"
EXTERNAL = {"deploymentController": {"type": "EXTERNAL"}}
AT = {"cluster": "default", "service": "web", "taskDefinition": "web:1"}
DAY_S = 86_400.0


def test_the_same_request_answers_with_the_same_task_set(story):
    first = story.create(clientToken="once")
    assert story.create(clientToken="once") == first
    assert len(story.described()["taskSets"]) == 1


def test_a_repeated_request_answers_with_the_set_as_it_is_now(story):
    id = story.create(clientToken="once")["id"]
    story.promote(id)
    assert story.create(clientToken="once")["status"] == "PRIMARY"


def test_another_request_with_the_token_is_an_error(story):
    story.create(clientToken="once")
    answer = refusal(story.create, percent=50.0, clientToken="once")
    assert answer == (INVALID, "Creation of TaskSet was not idempotent.")


def test_a_token_is_good_for_one_service(story):
    story.ecs.create_service(serviceName="other", desiredCount=0, **EXTERNAL)
    first = story.create(clientToken="once")
    assert story.create(clientToken="once", service="other")["id"] != first["id"]


def test_requests_without_a_token_are_different_requests(story):
    assert story.create()["id"] != story.create()["id"]


@pytest.mark.parametrize("token", ["x" * 37, "with space", "größer"])
def test_a_token_that_is_none_is_refused(story, token):
    code, text = refusal(story.create, clientToken=token)
    assert code == INVALID
    assert text == "clientToken can have at most 36 ASCII characters in the range 33 to 126."


@pytest.mark.parametrize("length", [1, 32, 36])
def test_tokens_of_2019_and_of_today_are_served(story, length):
    assert story.create(clientToken="x" * length)["status"] == "ACTIVE"


def test_a_repeated_create_service_answers_with_the_service(story):
    members = {"serviceName": "again", "desiredCount": 1, "clientToken": "once", **EXTERNAL}
    first = story.ecs.create_service(**members)["service"]
    assert story.ecs.create_service(**members)["service"] == first


def test_another_create_service_with_the_token_is_an_error(story):
    members = {"serviceName": "again", "clientToken": "once", **EXTERNAL}
    story.ecs.create_service(desiredCount=1, **members)
    answer = refusal(story.ecs.create_service, desiredCount=2, **members)
    assert answer == (INVALID, "Creation of service was not idempotent.")


def test_a_repeated_run_task_starts_nothing_new(story):
    token = "x" * 64
    first = story.ecs.run_task(taskDefinition="web", count=2, clientToken=token)["tasks"]
    second = story.ecs.run_task(taskDefinition="web", count=2, clientToken=token)["tasks"]
    assert [task["taskArn"] for task in second] == [task["taskArn"] for task in first]
    assert len(story.ecs.list_tasks()["taskArns"]) == 2


def test_another_run_task_with_the_token_is_told_the_tasks_of_the_first(story):
    started = story.ecs.run_task(taskDefinition="web", clientToken="once")["tasks"]
    with pytest.raises(story.ecs.exceptions.ConflictException) as caught:
        story.ecs.run_task(taskDefinition="web", count=2, clientToken="once")
    assert caught.value.response["resourceIds"] == [task["taskArn"] for task in started]


def test_a_run_task_token_has_64_characters_at_most(story):
    code, text = refusal(story.ecs.run_task, taskDefinition="web", clientToken="x" * 65)
    assert (code, "at most 64 ASCII characters" in text) == (INVALID, True)


def test_a_token_is_forgotten_after_a_day(story):
    first = story.create(percent=None, clientToken="once")
    story.world.pass_time(DAY_S + 700)
    assert story.create(percent=None, clientToken="once")["id"] != first["id"]


def test_a_token_outlives_the_server(tmp_path: Path):
    path = tmp_path / "homeport.db"
    store = SqliteStore.open(path, dice_ids(3))
    world = World(store)
    scale = {"value": 100.0, "unit": "PERCENT"}
    Story(world, world.client())
    created = world.client().create_task_set(**AT, scale=scale, clientToken="once")["taskSet"]
    store.flush()
    store.close()

    store = SqliteStore.open(path, dice_ids(4))
    world = World(store)
    again = world.client().create_task_set(**AT, scale=scale, clientToken="once")["taskSet"]
    other = refusal(world.client().create_task_set, **AT, clientToken="once")
    store.close()

    assert again["id"] == created["id"]
    assert other == (INVALID, "Creation of TaskSet was not idempotent.")

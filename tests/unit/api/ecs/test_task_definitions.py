"""The operations on task definitions."""

from typing import Any

import pytest

from homeport.api.ecs import task_definitions as operations
from homeport.api.errors import ApiError
from tests.unit.api.ecs.worlds import World, a_world

ARN = "arn:aws:ecs:us-east-1:123456789012:task-definition"
APP = {"name": "app", "image": "busybox", "memory": 64}


def register(world: World, family: str = "web", **members: Any) -> str:
    response = world.call(
        operations.register_task_definition, family=family, containerDefinitions=[APP], **members
    )
    arn: str = response["taskDefinition"]["taskDefinitionArn"]
    return arn


def deregister(world: World, text: str) -> dict[str, Any]:
    return world.call(operations.deregister_task_definition, taskDefinition=text)["taskDefinition"]


def listed(world: World, **members: Any) -> list[str]:
    arns: list[str] = world.call(operations.list_task_definitions, **members)["taskDefinitionArns"]
    return [arn.removeprefix(f"{ARN}/") for arn in arns]


def families(world: World, **members: Any) -> list[str]:
    found: list[str] = world.call(operations.list_task_definition_families, **members)["families"]
    return found


def test_revisions_count_up_within_a_family() -> None:
    world = a_world()
    assert [register(world), register(world), register(world, "job")] == [
        f"{ARN}/web:1",
        f"{ARN}/web:2",
        f"{ARN}/job:1",
    ]


def test_a_number_is_not_given_twice_even_when_its_definition_is_deleted() -> None:
    world = a_world()
    deregister(world, register(world))
    world.call(operations.delete_task_definitions, taskDefinitions=["web:1"])
    assert register(world) == f"{ARN}/web:2"


@pytest.mark.parametrize("text", ["web", "web:2", f"{ARN}/web:2", f"{ARN}/web"])
def test_a_definition_is_described_by_family_revision_or_arn(text: str) -> None:
    world = a_world()
    register(world)
    register(world)
    response = world.call(operations.describe_task_definition, taskDefinition=text)
    assert response["taskDefinition"]["revision"] == 2
    assert response["taskDefinition"]["status"] == "ACTIVE"
    assert "tags" not in response


def test_tags_are_told_only_when_they_are_asked_for() -> None:
    world = a_world()
    register(world, tags=[{"key": "team", "value": "blue"}])
    response = world.call(operations.describe_task_definition, taskDefinition="web", include=["TAGS"])
    assert response["tags"] == [{"key": "team", "value": "blue"}]


@pytest.mark.parametrize("text", ["nope", "web:9", f"{ARN}/web:9"])
def test_an_unknown_definition_cannot_be_described(text: str) -> None:
    world = a_world()
    register(world)
    with pytest.raises(ApiError, match="ClientException: Unable to describe task definition"):
        world.call(operations.describe_task_definition, taskDefinition=text)


def test_deregistering_twice_changes_nothing_and_is_no_error() -> None:
    world = a_world()
    arn = register(world)
    first = deregister(world, arn)
    assert first["status"] == "INACTIVE"
    assert deregister(world, arn) == first


def test_a_family_whose_newest_revision_is_inactive_is_described_by_the_one_before() -> None:
    world = a_world()
    register(world)
    deregister(world, register(world))
    assert (
        world.call(operations.describe_task_definition, taskDefinition="web")["taskDefinition"]["revision"]
        == 1
    )


def test_a_family_alone_cannot_be_deregistered() -> None:
    world = a_world()
    register(world)
    with pytest.raises(ApiError, match="ClientException: Invalid revision number"):
        deregister(world, "web")


def test_only_inactive_definitions_are_deleted() -> None:
    world = a_world()
    register(world)
    deregister(world, register(world))
    response = world.call(operations.delete_task_definitions, taskDefinitions=["web:1", "web:2", "web:9"])
    assert [found["status"] for found in response["taskDefinitions"]] == ["DELETE_IN_PROGRESS"]
    assert [(failure["arn"], failure["reason"].split(".")[0]) for failure in response["failures"]] == [
        (f"{ARN}/web:1", "The specified task definition is still in ACTIVE status"),
        ("web:9", "The specified task definition was not found"),
    ]


def test_at_most_ten_are_deleted_at_once() -> None:
    with pytest.raises(ApiError, match="at most 10"):
        a_world().call(operations.delete_task_definitions, taskDefinitions=[f"web:{n}" for n in range(11)])


def test_definitions_are_listed_by_family_name_and_number() -> None:
    world = a_world()
    for family in ["web", *["job"] * 10]:
        register(world, family)
    assert listed(world) == [*[f"job:{n}" for n in range(1, 11)], "web:1"]
    assert listed(world, sort="DESC")[:2] == ["web:1", "job:10"]
    assert listed(world, familyPrefix="web") == ["web:1"]
    assert listed(world, familyPrefix="we") == []


def test_definitions_are_listed_by_status() -> None:
    world = a_world()
    register(world)
    deregister(world, register(world))
    assert (listed(world), listed(world, status="INACTIVE")) == (["web:1"], ["web:2"])
    world.call(operations.delete_task_definitions, taskDefinitions=["web:2"])
    assert (listed(world, status="INACTIVE"), listed(world, status="DELETE_IN_PROGRESS")) == ([], ["web:2"])


def test_a_list_comes_in_pages() -> None:
    world = a_world()
    for _ in range(3):
        register(world)
    first = world.call(operations.list_task_definitions, maxResults=2)
    second = world.call(operations.list_task_definitions, maxResults=2, nextToken=first["nextToken"])
    assert [len(page["taskDefinitionArns"]) for page in (first, second)] == [2, 1]
    assert "nextToken" not in second


def test_families_are_listed_by_prefix_and_status() -> None:
    world = a_world()
    for family in ("web", "worker", "job"):
        register(world, family)
    deregister(world, "job:1")
    assert families(world) == ["job", "web", "worker"]
    assert families(world, familyPrefix="w") == ["web", "worker"]
    assert families(world, status="ACTIVE") == ["web", "worker"]
    assert families(world, status="INACTIVE") == ["job"]

"""RegisterTaskDefinition and the other operations on task definitions and their families."""

import pytest

from tests.conformance.story import CONTAINER, PORT_CONTAINER
from tests.conformance.world import refusal

ARN = "arn:aws:ecs:us-east-1:123456789012:task-definition"
CLIENT = "ClientException"


def register(ecs, family="web", **members):
    given = {"containerDefinitions": [CONTAINER], **members}
    return ecs.register_task_definition(family=family, **given)["taskDefinition"]


def test_revisions_are_counted_up(ecs):
    assert [register(ecs)["taskDefinitionArn"] for _ in range(2)] == [f"{ARN}/web:1", f"{ARN}/web:2"]
    assert register(ecs, "other")["revision"] == 1


def test_a_definition_is_answered_with_its_defaults(ecs):
    definition = register(ecs)
    assert (definition["status"], definition["family"]) == ("ACTIVE", "web")
    assert definition["compatibilities"] == ["EXTERNAL", "EC2"]
    assert (definition["volumes"], definition["placementConstraints"]) == ([], [])
    (container,) = definition["containerDefinitions"]
    assert container["essential"] is True
    lists = ("portMappings", "environment", "mountPoints", "volumesFrom")
    assert [container[name] for name in lists] == [[], [], [], []]
    assert definition["registeredBy"] == "arn:aws:iam::123456789012:root"


def test_port_mappings_are_filled_up(ecs):
    (container,) = register(ecs, containerDefinitions=[PORT_CONTAINER])["containerDefinitions"]
    assert container["portMappings"] == [{"containerPort": 8080, "hostPort": 0, "protocol": "tcp"}]


@pytest.mark.parametrize(
    ("named", "revision"), [("web", 2), ("web:1", 1), (f"{ARN}/web:1", 1), (f"{ARN}/web:2", 2)]
)
def test_a_definition_is_described_by_family_revision_or_arn(ecs, named, revision):
    register(ecs)
    register(ecs)
    assert ecs.describe_task_definition(taskDefinition=named)["taskDefinition"]["revision"] == revision


def test_tags_stand_beside_the_definition_for_whoever_asks(ecs):
    tags = [{"key": "a", "value": "b"}]
    answer = ecs.register_task_definition(family="web", containerDefinitions=[CONTAINER], tags=tags)
    assert answer["tags"] == tags
    assert not ecs.describe_task_definition(taskDefinition="web").get("tags")
    assert ecs.describe_task_definition(taskDefinition="web", include=["TAGS"])["tags"] == tags


@pytest.mark.parametrize("named", ["nope", "web:7", f"{ARN}/web:7"])
def test_a_definition_that_is_not_there(ecs, named):
    register(ecs)
    answer = refusal(ecs.describe_task_definition, taskDefinition=named)
    assert answer == (CLIENT, "Unable to describe task definition.")


def test_deregistering_makes_it_inactive_and_doing_so_again_is_no_error(ecs):
    register(ecs)
    first = ecs.deregister_task_definition(taskDefinition="web:1")["taskDefinition"]
    again = ecs.deregister_task_definition(taskDefinition="web:1")["taskDefinition"]
    assert (first["status"], again) == ("INACTIVE", first)
    assert "deregisteredAt" in first
    assert ecs.describe_task_definition(taskDefinition="web:1")["taskDefinition"]["status"] == "INACTIVE"


def test_a_family_names_its_newest_active_revision(ecs):
    register(ecs)
    register(ecs)
    ecs.deregister_task_definition(taskDefinition="web:2")
    assert ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]["revision"] == 1
    ecs.deregister_task_definition(taskDefinition="web:1")
    answer = refusal(ecs.describe_task_definition, taskDefinition="web")
    assert answer == (CLIENT, "Unable to describe task definition.")


def test_deregistering_needs_a_revision(ecs):
    register(ecs)
    assert refusal(ecs.deregister_task_definition, taskDefinition="web")[0] == CLIENT


def test_a_number_is_never_given_out_twice(ecs):
    register(ecs)
    ecs.deregister_task_definition(taskDefinition="web:1")
    ecs.delete_task_definitions(taskDefinitions=["web:1"])
    assert register(ecs)["revision"] == 2


def test_inactive_definitions_are_deleted_and_active_ones_are_not(ecs):
    register(ecs)
    register(ecs)
    ecs.deregister_task_definition(taskDefinition="web:1")
    answer = ecs.delete_task_definitions(taskDefinitions=["web:1", "web:2", "web:9"])
    assert [each["status"] for each in answer["taskDefinitions"]] == ["DELETE_IN_PROGRESS"]
    assert [each["arn"] for each in answer["failures"]] == [f"{ARN}/web:2", "web:9"]


def test_a_deleted_definition_is_kept_for_as_long_as_a_task_set_needs_it(story):
    id = story.create()["id"]
    story.ecs.deregister_task_definition(taskDefinition="web:1")
    story.ecs.delete_task_definitions(taskDefinitions=["web:1"])
    story.world.settle()
    found = story.ecs.describe_task_definition(taskDefinition="web:1")["taskDefinition"]
    assert found["status"] == "DELETE_IN_PROGRESS"
    assert story.task_set(id)["runningCount"] == 4


def test_a_deleted_definition_that_nobody_needs_is_forgotten(world, ecs):
    register(ecs)
    ecs.deregister_task_definition(taskDefinition="web:1")
    ecs.delete_task_definitions(taskDefinitions=["web:1"])
    world.settle()
    assert refusal(ecs.describe_task_definition, taskDefinition="web:1")[0] == CLIENT


def test_definitions_are_listed_by_family_status_and_order(ecs):
    for family in ("web", "web", "website"):
        register(ecs, family)
    ecs.deregister_task_definition(taskDefinition="web:1")
    assert ecs.list_task_definitions()["taskDefinitionArns"] == [f"{ARN}/web:2", f"{ARN}/website:1"]
    assert ecs.list_task_definitions(familyPrefix="web")["taskDefinitionArns"] == [f"{ARN}/web:2"]
    assert ecs.list_task_definitions(status="INACTIVE")["taskDefinitionArns"] == [f"{ARN}/web:1"]
    found = ecs.list_task_definitions(sort="DESC")["taskDefinitionArns"]
    assert found == [f"{ARN}/website:1", f"{ARN}/web:2"]


def test_families_are_listed_by_prefix_and_status(ecs):
    for family in ("web", "website", "batch"):
        register(ecs, family)
    ecs.deregister_task_definition(taskDefinition="batch:1")
    assert ecs.list_task_definition_families()["families"] == ["batch", "web", "website"]
    assert ecs.list_task_definition_families(familyPrefix="web")["families"] == ["web", "website"]
    assert ecs.list_task_definition_families(status="ACTIVE")["families"] == ["web", "website"]
    assert ecs.list_task_definition_families(status="INACTIVE")["families"] == ["batch"]


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"family": ""}, "Family should not be null or empty."),
        ({"containerDefinitions": []}, "Container list cannot be empty."),
        (
            {"containerDefinitions": [{**CONTAINER, "name": ""}]},
            "Container.name should not be null or empty.",
        ),
        (
            {"containerDefinitions": [{"name": "app", "image": "x"}]},
            "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.",
        ),
        (
            {"requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512"},
            "Fargate only supports network mode \u2018awsvpc\u2019.",
        ),
    ],
)
def test_what_aws_does_not_register(ecs, members, text):
    given = {"family": "web", "containerDefinitions": [CONTAINER], **members}
    assert refusal(ecs.register_task_definition, **given) == (CLIENT, text)

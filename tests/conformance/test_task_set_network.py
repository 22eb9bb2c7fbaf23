"""The subnets and security groups of a task set: what is refused, in AWS's words, and how the rest is shown."""

import pytest

from homeport.model.task_set import TaskSet
from tests.builders import SCOPE
from tests.conformance import ground as names
from tests.conformance.world import refusal

INVALID = "InvalidParameterException"
A, B, C = names.SUBNETS


def refused(ground, *subnets, **members):
    """The refusal of a task set on EC2 with this network."""
    given = {"cluster": "default", "service": "web", "taskDefinition": ground.far}
    return refusal(
        ground.ecs.create_task_set, **given, networkConfiguration=ground.network(*subnets, **members)
    )


def test_a_subnet_that_is_not_there(ground):
    assert refused(ground, "subnet-x") == (
        INVALID,
        (
            "Error retrieving subnet information for [subnet-x]: The subnet ID 'subnet-x' does not exist "
            "(ErrorCode: InvalidSubnetID.NotFound)"
        ),
    )


def test_all_subnets_are_named_and_the_one_that_is_not_there(ground):
    assert refused(ground, A, "subnet-x") == (
        INVALID,
        (
            f"Error retrieving subnet information for [{A}, subnet-x]: The subnet ID 'subnet-x' does not exist "
            "(ErrorCode: InvalidSubnetID.NotFound)"
        ),
    )


def test_a_security_group_that_is_not_there(ground):
    assert refused(ground, A, securityGroups=["sg-x"]) == (
        INVALID,
        (
            "Error retrieving security group information for [sg-x]: The security group 'sg-x' does not exist "
            "(ErrorCode: InvalidGroup.NotFound)"
        ),
    )


def test_more_than_sixteen_subnets(ground):
    assert refused(ground, *[A] * 17) == (INVALID, "subnets can have at most 16 items.")


def test_more_than_five_security_groups(ground):
    answer = refused(ground, A, securityGroups=[names.GROUP] * 6)
    assert answer == (INVALID, "security groups can have at most 5 items.")


def test_subnets_of_two_vpcs(ground):
    answer = refused(ground, A, names.OTHER_SUBNET)
    assert answer == (INVALID, "The subnets do not appear to belong to the same VPC.")


def test_a_security_group_of_another_vpc(ground):
    assert refused(ground, A, securityGroups=[names.GROUP, names.OTHER_GROUP]) == (
        INVALID,
        f"Security group {names.OTHER_GROUP} does not appear to belong to the same VPC as the input subnets.",
    )


@pytest.mark.parametrize("launch_type", ["EC2", "EXTERNAL"])
def test_a_public_address_without_fargate(ground, launch_type):
    answer = refusal(
        ground.create, launchType=launch_type, networkConfiguration=ground.network(assignPublicIp="ENABLED")
    )
    assert answer == (INVALID, "Assign public IP is not supported for this launch type.")


def test_a_subnet_of_another_account_is_not_there(ground):
    other = ground.world.client(account="210987654321")
    other.create_cluster()
    other.register_task_definition(
        family="far", networkMode="awsvpc", containerDefinitions=[{"name": "app", "image": "x", "memory": 16}]
    )
    code, text = refusal(other.run_task, taskDefinition="far", networkConfiguration=ground.network())
    assert (code, text.endswith("(ErrorCode: InvalidSubnetID.NotFound)")) == (INVALID, True)


def test_the_network_is_shown_as_it_was_asked_for_with_its_defaults(ground):
    made = ground.create(0.0, networkConfiguration=ground.network(B, A))
    expected = {
        "awsvpcConfiguration": {"subnets": [B, A], "securityGroups": [], "assignPublicIp": "DISABLED"}
    }
    assert made["networkConfiguration"] == expected
    assert ground.story.task_set(made["id"])["networkConfiguration"] == expected


def test_the_service_shows_the_network_of_its_primary(ground):
    made = ground.create(0.0, networkConfiguration=ground.network(A, securityGroups=[names.GROUP]))
    assert "networkConfiguration" not in ground.story.described()
    ground.story.promote(made["id"])
    service = ground.story.described()
    assert service["networkConfiguration"] == made["networkConfiguration"]
    assert (service["platformVersion"], service["platformFamily"]) == ("1.4.0", "Linux")
    assert service["launchType"] == "FARGATE"


def test_without_a_group_tasks_are_in_the_default_one(ground):
    made = ground.create(0.0)
    with ground.world.store.read(ground.world.now) as tx:
        record = tx.get(TaskSet, f"{SCOPE}/default/web/{made['id']}")
    assert record.spec.network.groups == (f"{SCOPE}/{names.DEFAULT_GROUP}",)


def test_external_tasks_may_have_an_address_of_their_own(ground):
    made = ground.create(launchType="EXTERNAL")
    assert made["launchType"] == "EXTERNAL"
    assert "platformVersion" not in made

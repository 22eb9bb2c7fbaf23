"""Spot capacity that is taken back: the task goes, another comes."""

import pytest

from homeport.server.interruption import NotInterrupted, interrupt

SPOT = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
SPOKEN = "is interrupted: SIGTERM now, SIGKILL within two minutes"


@pytest.fixture
def spot(ground):
    """ARNs of the two tasks of a task set on FARGATE_SPOT, which run."""
    far = ground.providers()
    ground.create(50.0, cluster=far, capacityProviderStrategy=SPOT)
    ground.world.settle()
    return ground.ecs.list_tasks(cluster=far)["taskArns"]


def described(ground, arn, cluster="far"):
    (found,) = ground.ecs.describe_tasks(cluster=cluster, tasks=[arn])["tasks"]
    return found


def test_an_interrupted_task_stops_and_is_replaced(ground, spot):
    gone, stays = spot
    assert interrupt(ground.world.store, gone, ground.world.now).endswith(SPOKEN)
    ground.world.settle()
    task = described(ground, gone)
    assert (task["lastStatus"], task["stopCode"]) == ("STOPPED", "SpotInterruption")
    assert task["stoppedReason"] == "Your Spot Task was interrupted."
    after = ground.ecs.list_tasks(cluster="far")["taskArns"]
    assert stays in after
    assert gone not in after
    assert len(after) == 2
    (new,) = set(after) - {stays}
    assert described(ground, new)["capacityProviderName"] == "FARGATE_SPOT"


def test_a_task_is_named_by_its_id_too(ground, spot):
    hex = spot[0].rsplit("/", 1)[1]
    assert interrupt(ground.world.store, hex, ground.world.now) == f"{hex} {SPOKEN}"
    assert described(ground, spot[0])["desiredStatus"] == "STOPPED"


def test_asked_again_it_changes_nothing(ground, spot):
    interrupt(ground.world.store, spot[0], ground.world.now)
    revision = ground.world.store.revision
    answer = interrupt(ground.world.store, spot[0], ground.world.now)
    assert answer.endswith("is on its way down already")
    assert ground.world.store.revision == revision


def test_what_has_stopped_is_not_interrupted(ground, spot):
    ground.ecs.stop_task(cluster="far", task=spot[0])
    ground.world.settle()
    with pytest.raises(NotInterrupted, match="has stopped already"):
        interrupt(ground.world.store, spot[0], ground.world.now)


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"launchType": "FARGATE"}, "its launch type is FARGATE"),
        ({"launchType": "EC2"}, "its launch type is EC2"),
        (
            {"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
            "its capacity provider is FARGATE",
        ),
    ],
)
def test_only_spot_capacity_is_taken_back(ground, members, why):
    ground.providers()
    (task,) = ground.run(cluster="far", **members)["tasks"]
    with pytest.raises(
        NotInterrupted, match=rf"\({why}\): only Spot capacity is taken back. To end the task"
    ):
        interrupt(ground.world.store, task["taskArn"], ground.world.now)
    assert described(ground, task["taskArn"])["desiredStatus"] == "RUNNING"


@pytest.mark.parametrize("text", ["0" * 32, "", "arn:aws:ecs:us-east-1:123456789012:cluster/far", "arn:"])
def test_a_task_that_is_not_there(ground, spot, text):
    with pytest.raises(NotInterrupted, match="give its id or its ARN"):
        interrupt(ground.world.store, text, ground.world.now)

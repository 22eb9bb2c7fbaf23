"""Two accounts in two regions share a server and a machine, and nothing else: every operation, from each to each."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conformance.story import CONTAINER, Story
from tests.conformance.world import ACCOUNT, OTHER_ACCOUNT, OTHER_REGION, REGION, SERVED, World

TENANTS = [(account, region) for account in (ACCOUNT, OTHER_ACCOUNT) for region in (REGION, OTHER_REGION)]
STRANGERS = TENANTS[1:]
EXTERNAL = {"deploymentController": {"type": "EXTERNAL"}}
SCALE = {"value": 0.0, "unit": "PERCENT"}
TAGS = [{"key": "stolen", "value": "yes"}]


class House:
    """What the first account has in its region, by ARN; `calls` are all operations on just that."""

    def __init__(self, story: Story) -> None:
        self.ecs = story.ecs
        self.task_set = story.create()
        story.promote(self.task_set["id"])
        story.world.settle()
        (self.task, *_) = story.ecs.list_tasks()["taskArns"]
        (self.instance,) = story.ecs.list_container_instances()["containerInstanceArns"]
        self.cluster = self.task_set["clusterArn"]
        self.service = self.task_set["serviceArn"]
        self.definition = story.blue
        story.ecs.put_account_setting(name="containerInsights", value="enhanced")

    def calls(self) -> dict[str, dict[str, Any]]:
        """The members of a request of every operation that names what is in the house."""
        at = {"cluster": self.cluster, "service": self.service}
        set_arn = self.task_set["taskSetArn"]
        cluster = {"cluster": self.cluster}
        return {
            "CreateCluster": {"clusterName": "mine"},
            "CreateService": {**cluster, "serviceName": "mine", **EXTERNAL},
            "CreateTaskSet": {**at, "taskDefinition": self.definition},
            "DeleteAccountSetting": {"name": "containerInsights"},
            "DeleteCluster": cluster,
            "DeleteService": {**at, "force": True},
            "DeleteTaskDefinitions": {"taskDefinitions": [self.definition]},
            "DeleteTaskSet": {**at, "taskSet": set_arn, "force": True},
            "DeregisterTaskDefinition": {"taskDefinition": self.definition},
            "DescribeCapacityProviders": cluster,
            "DescribeClusters": {"clusters": [self.cluster]},
            "DescribeContainerInstances": {**cluster, "containerInstances": [self.instance]},
            "DescribeServices": {**cluster, "services": [self.service]},
            "DescribeTaskDefinition": {"taskDefinition": self.definition},
            "DescribeTaskSets": {**at, "taskSets": [set_arn]},
            "DescribeTasks": {**cluster, "tasks": [self.task]},
            "ListAccountSettings": {},
            "ListClusters": {},
            "ListContainerInstances": cluster,
            "ListServices": cluster,
            "ListTagsForResource": {"resourceArn": self.service},
            "ListTaskDefinitionFamilies": {},
            "ListTaskDefinitions": {},
            "ListTasks": cluster,
            "PutAccountSetting": {"name": "containerInsights", "value": "enabled"},
            "PutAccountSettingDefault": {"name": "containerInsights", "value": "enabled"},
            "PutClusterCapacityProviders": {
                **cluster,
                "capacityProviders": ["FARGATE"],
                "defaultCapacityProviderStrategy": [],
            },
            "RegisterTaskDefinition": {"family": "web", "containerDefinitions": [CONTAINER]},
            "RunTask": {**cluster, "taskDefinition": self.definition},
            "StopTask": {**cluster, "task": self.task},
            "TagResource": {"resourceArn": self.service, "tags": TAGS},
            "UntagResource": {"resourceArn": self.service, "tagKeys": ["stolen"]},
            "UpdateCluster": cluster,
            "UpdateClusterSettings": {
                **cluster,
                "settings": [{"name": "containerInsights", "value": "enabled"}],
            },
            "UpdateService": {**at, "desiredCount": 0},
            "UpdateServicePrimaryTaskSet": {**at, "primaryTaskSet": set_arn},
            "UpdateTaskSet": {**at, "taskSet": set_arn, "scale": SCALE},
        }

    def seen(self) -> list[Any]:
        """All that its owner can see."""
        calls = self.calls()
        reads = [name for name in sorted(calls) if name.startswith(("Describe", "List"))]
        return [_answer(self.ecs, name, calls[name]) for name in reads]


@pytest.fixture
def house(story: Story) -> House:
    """The first account's."""
    return House(story)


def _answer(client: Any, operation: str, members: dict[str, Any]) -> Any:
    """What a call is answered with, an error as its code; without what differs from call to call."""
    call: Callable[..., Any] = getattr(client, _snake(operation))
    try:
        answer = call(**members)
    except ClientError as error:
        return error.response["Error"]["Code"]
    answer.pop("ResponseMetadata")
    return answer


def _snake(operation: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation)[1:]


def test_the_house_has_a_call_for_every_operation(house: House):
    assert house.calls().keys() == SERVED


@pytest.mark.parametrize(("account", "region"), STRANGERS)
def test_a_stranger_changes_nothing(world: World, house: House, account: str, region: str):
    before, stranger = house.seen(), world.client(account=account, region=region)
    changing = []
    for operation, members in house.calls().items():
        _answer(stranger, operation, members)
        changing += [operation] if house.seen() != before else []
    world.settle()
    assert changing == []
    assert house.seen() == before


@pytest.mark.parametrize(("account", "region"), STRANGERS)
def test_a_stranger_learns_nothing(world: World, house: House, account: str, region: str):
    """Whatever is answered has no more of the house in it than the stranger said itself."""
    stranger = world.client(account=account, region=region)
    tenant = f":{REGION}:{ACCOUNT}:"
    telling = []
    for operation, members in house.calls().items():
        told = str(_answer(stranger, operation, members)).split("'")
        telling += [operation for part in told if tenant in part and part not in str(members)]
    assert telling == []


@pytest.mark.parametrize(("account", "region"), STRANGERS)
def test_the_same_names_are_other_things_elsewhere(world: World, house: House, account: str, region: str):
    before = house.seen()
    there = Story(world, world.client(account=account, region=region))
    task_set = there.create()
    world.settle()
    assert task_set["taskSetArn"].startswith(f"arn:aws:ecs:{region}:{account}:task-set/default/web/")
    assert there.described()["runningCount"] == 4
    there.ecs.delete_service(service="web", force=True)
    world.settle()
    assert house.seen() == before

"""CreateService, UpdateService, DeleteService, DescribeServices, ListServices, with the EXTERNAL controller."""

import pytest

EXTERNAL = {"deploymentController": {"type": "EXTERNAL"}}
ARN = "arn:aws:ecs:us-east-1:123456789012"
PRIMARYS_MEMBERS = {"taskDefinition", "networkConfiguration", "platformVersion", "platformFamily"}


def test_a_new_service_has_the_members_of_aws(story):
    service = story.service
    assert service["serviceArn"] == f"{ARN}:service/default/web"
    assert service["clusterArn"] == f"{ARN}:cluster/default"
    assert (service["status"], service["desiredCount"], service["launchType"]) == ("ACTIVE", 4, "EC2")
    assert (service["runningCount"], service["pendingCount"]) == (0, 0)
    assert service["deploymentController"] == {"type": "EXTERNAL"}
    assert (service["schedulingStrategy"], service["propagateTags"]) == ("REPLICA", "NONE")
    assert service["enableECSManagedTags"] is False
    assert service["roleArn"].endswith(":role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
    percentages = service["deploymentConfiguration"]
    assert (percentages["maximumPercent"], percentages["minimumHealthyPercent"]) == (200, 100)


@pytest.mark.parametrize(
    "name",
    [
        "taskSets",
        "deployments",
        "loadBalancers",
        "serviceRegistries",
        "events",
        "placementConstraints",
        "placementStrategy",
    ],
)
def test_lists_are_there_when_they_are_empty(story, name):
    assert story.service[name] == []
    assert story.described()[name] == []


def test_a_new_service_has_nothing_of_a_task_set(story):
    assert story.service.keys().isdisjoint(PRIMARYS_MEMBERS)
    story.create()
    assert story.described().keys().isdisjoint(PRIMARYS_MEMBERS)


def test_a_promotion_copies_the_sets_members_to_the_service(story):
    story.promote(story.create()["id"])
    assert story.described()["taskDefinition"] == story.blue
    story.promote(story.create(story.green)["id"])
    service = story.described()
    assert (service["taskDefinition"], service["launchType"]) == (story.green, "EC2")
    assert service["desiredCount"] == 4


def test_the_primary_is_the_first_of_the_task_sets(story):
    story.create()
    green = story.create(story.green)["id"]
    story.promote(green)
    assert [each["status"] for each in story.described()["taskSets"]] == ["PRIMARY", "ACTIVE"]


def test_pipecds_create_service_is_served(story):
    service = story.ecs.create_service(
        cluster="default",
        serviceName="piped",
        desiredCount=2,
        deploymentConfiguration={"maximumPercent": 200, "minimumHealthyPercent": 0},
        enableECSManagedTags=True,
        enableExecuteCommand=True,
        placementConstraints=[],
        placementStrategy=[{"type": "spread", "field": "instanceId"}],
        platformVersion="",
        propagateTags="SERVICE",
        role="",
        schedulingStrategy="REPLICA",
        tags=[{"key": "pipecd-dev-managed-by", "value": "piped"}],
        **EXTERNAL,
    )["service"]
    assert (service["propagateTags"], service["enableECSManagedTags"]) == ("SERVICE", True)
    assert service["enableExecuteCommand"] is True
    assert service["deploymentConfiguration"]["minimumHealthyPercent"] == 0


def test_a_service_may_be_made_with_no_tasks_wanted(ecs):
    ecs.create_cluster()
    service = ecs.create_service(serviceName="web", **EXTERNAL)["service"]
    assert service["desiredCount"] == 0


def test_the_name_of_an_inactive_service_may_be_used_again_without_its_past(story):
    story.create()
    story.world.settle()
    story.ecs.delete_service(service="web", force=True)
    story.world.settle()
    service = story.ecs.create_service(serviceName="web", desiredCount=1, **EXTERNAL)["service"]
    assert (service["status"], service["events"], service["taskSets"]) == ("ACTIVE", [], [])


def test_a_new_desired_count_recounts_every_set(story):
    blue, green = story.create()["id"], story.create(story.green, percent=50.0)["id"]
    story.world.settle()
    updated = story.ecs.update_service(service="web", desiredCount=7)["service"]
    assert updated["desiredCount"] == 7
    story.world.settle()
    assert [story.task_set(id)["computedDesiredCount"] for id in (blue, green)] == [7, 4]
    assert story.described()["runningCount"] == 11


def test_what_may_be_updated(story):
    service = story.ecs.update_service(
        cluster="default",
        service="web",
        desiredCount=1,
        enableECSManagedTags=True,
        enableExecuteCommand=True,
        placementConstraints=[{"type": "distinctInstance"}],
        placementStrategy=[{"type": "binpack", "field": "memory"}],
        propagateTags="SERVICE",
    )["service"]
    assert (service["enableECSManagedTags"], service["enableExecuteCommand"]) == (True, True)
    assert service["placementConstraints"] == [{"type": "distinctInstance"}]
    assert service["placementStrategy"] == [{"type": "binpack", "field": "memory"}]
    assert service["propagateTags"] == "SERVICE"
    assert story.described()["desiredCount"] == 1


def test_an_update_leaves_alone_what_it_does_not_name_and_tells_no_tags(story):
    story.ecs.tag_resource(resourceArn=story.service["serviceArn"], tags=[{"key": "a", "value": "b"}])
    service = story.ecs.update_service(service="web", propagateTags="SERVICE")["service"]
    assert service["desiredCount"] == 4
    assert not service.get("tags")


def test_terraforms_destroy(story):
    id = story.create()["id"]
    story.world.settle()
    story.delete(id)
    story.world.settle()
    story.ecs.update_service(service="web", desiredCount=0)
    assert story.ecs.delete_service(service="web")["service"]["status"] == "DRAINING"
    story.world.settle()
    assert story.described()["status"] == "INACTIVE"


def test_a_forced_delete_stops_everything_that_runs(story):
    story.promote(story.create()["id"])
    story.create(story.green)
    story.world.settle()
    deleted = story.ecs.delete_service(service="web", force=True)["service"]
    assert deleted["status"] == "DRAINING"
    story.world.settle()
    service = story.described()
    assert (service["status"], service["runningCount"], service["taskSets"]) == ("INACTIVE", 0, [])
    assert story.ecs.list_tasks()["taskArns"] == []


def test_a_deleted_service_is_described_and_not_listed(story):
    story.create()
    story.world.settle()
    story.ecs.delete_service(service="web", force=True)
    assert story.described()["status"] == "DRAINING"
    assert story.ecs.list_services()["serviceArns"] == []


def test_an_inactive_service_is_forgotten_after_an_hour(story):
    story.ecs.delete_service(service="web", force=True)
    story.world.pass_time(3700)
    answer = story.ecs.describe_services(services=["web"])
    assert (answer["services"], answer["failures"][0]["reason"]) == ([], "MISSING")


def test_the_stock_waiter_sees_a_service_go_inactive(story):
    story.ecs.delete_service(service="web", force=True)
    story.world.settle()
    story.ecs.get_waiter("services_inactive").wait(services=["web"], WaiterConfig={"MaxAttempts": 1})


@pytest.mark.parametrize("named", ["web", "arn", "short arn"])
def test_a_service_is_named_by_name_or_arn(story, named):
    names = {"web": "web", "arn": story.service["serviceArn"], "short arn": f"{ARN}:service/web"}
    answer = story.ecs.describe_services(services=[names[named]])
    assert [each["serviceName"] for each in answer["services"]] == ["web"]
    assert answer["failures"] == []


def test_describe_tells_what_is_missing(story):
    answer = story.ecs.describe_services(services=["web", "nope"])
    assert [each["serviceName"] for each in answer["services"]] == ["web"]
    assert answer["failures"] == [{"arn": f"{ARN}:service/default/nope", "reason": "MISSING"}]


def test_describe_tells_tags_only_to_whoever_asks(story):
    tags = [{"key": "a", "value": "b"}]
    story.ecs.tag_resource(resourceArn=story.service["serviceArn"], tags=tags)
    assert not story.described().get("tags")
    assert story.described(include=["TAGS"])["tags"] == tags


def test_services_are_listed_by_launch_type_and_strategy(story):
    arns = [story.service["serviceArn"]]
    assert story.ecs.list_services()["serviceArns"] == arns
    assert story.ecs.list_services(launchType="EC2", schedulingStrategy="REPLICA")["serviceArns"] == arns
    assert story.ecs.list_services(launchType="FARGATE")["serviceArns"] == []
    assert story.ecs.list_services(schedulingStrategy="DAEMON")["serviceArns"] == []


def test_a_service_is_listed_by_the_launch_type_of_its_primary(story):
    definition = story.register("outside", requiresCompatibilities=["EXTERNAL"])
    story.promote(story.create(definition, launchType="EXTERNAL")["id"])
    assert story.described()["launchType"] == "EXTERNAL"
    assert story.ecs.list_services(launchType="EXTERNAL")["serviceArns"] == [story.service["serviceArn"]]
    assert story.ecs.list_services(launchType="EC2")["serviceArns"] == []


def test_a_services_tasks_carry_managed_and_propagated_tags(story):
    story.ecs.create_service(
        serviceName="tagged",
        desiredCount=1,
        enableECSManagedTags=True,
        propagateTags="SERVICE",
        tags=[{"key": "team", "value": "blue"}],
        **EXTERNAL,
    )
    story.create(service="tagged")
    story.world.settle()
    arns = story.ecs.list_tasks(serviceName="tagged")["taskArns"]
    (task,) = story.ecs.describe_tasks(tasks=arns, include=["TAGS"])["tasks"]
    assert {tag["key"]: tag["value"] for tag in task["tags"]} == {
        "team": "blue",
        "aws:ecs:clusterName": "default",
        "aws:ecs:serviceName": "tagged",
    }

"""Tasks that are found by name: registered with AWS's attributes, told apart by task set, healthy or not, gone in time."""

from typing import Any

import pytest

from homeport.model.instance import ec2_id
from tests.conformance.ground import SUBNETS, VPC, Ground
from tests.conformance.servicediscovery.words import SRV, A, created
from tests.conformance.story import CONTAINER, PORT_CONTAINER, STEADY, Story
from tests.conformance.world import World

CHECK = {"command": ["CMD-SHELL", "true"], "interval": 5, "retries": 1}


@pytest.fixture
def sd(world: World) -> Any:
    """The Cloud Map client of the first account."""
    return world.client("servicediscovery")


@pytest.fixture
def namespace(ground: Ground, sd: Any) -> str:
    """The id of a private namespace, `shop.local`, in the VPC of the ground."""
    return created(sd, sd.create_private_dns_namespace(Name="shop.local", Vpc=VPC))


def a_registry(sd: Any, namespace: str, records: Any = A, **members: Any) -> Any:
    """A new service `web` with custom health, as CreateService answers it."""
    config = {"DnsRecords": records}
    given = {"HealthCheckCustomConfig": {"FailureThreshold": 1}, **members}
    return sd.create_service(Name="web", NamespaceId=namespace, DnsConfig=config, **given)["Service"]


def found(sd: Any, health: str = "HEALTHY", **parameters: str) -> list[dict[str, Any]]:
    """What DiscoverInstances answers."""
    asked = {"NamespaceName": "shop.local", "ServiceName": "web", "HealthStatus": health}
    answer = sd.discover_instances(**asked, QueryParameters=parameters)
    return list(answer["Instances"])


def by_hand(sd: Any, service: str, id: str, **members: Any) -> None:
    """Somebody deregisters an instance by hand."""
    sd.deregister_instance(ServiceId=service, InstanceId=id, **members)


def addresses(ground: Ground, task_set: str) -> dict[str, str]:
    """The private addresses of a task set's tasks, by their ids."""
    tasks = ground.story.tasks(startedBy=task_set)
    return {
        task["taskArn"].rsplit("/", 1)[1]: next(
            detail["value"]
            for detail in task["attachments"][0]["details"]
            if detail["name"] == "privateIPv4Address"
        )
        for task in tasks
    }


def test_tasks_of_two_task_sets_are_told_apart_by_their_external_ids(
    ground: Ground, sd: Any, namespace: str
) -> None:
    registries = [{"registryArn": a_registry(sd, namespace)["Arn"]}]
    blue = ground.create(externalId="blue", serviceRegistries=registries)
    green = ground.create(externalId="green", serviceRegistries=registries)
    ground.world.settle()

    assert ground.story.task_set(blue["id"])["stabilityStatus"] == STEADY
    for task_set, name in ((blue, "blue"), (green, "green")):
        instances = found(sd, ECS_TASK_SET_EXTERNAL_ID=name)
        registered = {each["InstanceId"]: each["Attributes"]["AWS_INSTANCE_IPV4"] for each in instances}
        assert registered == addresses(ground, task_set["id"])
        assert len(registered) == 2


def test_a_task_on_fargate_is_registered_with_what_aws_registers(
    ground: Ground, sd: Any, namespace: str
) -> None:
    registry = a_registry(sd, namespace)
    ground.create(25.0, externalId="blue", serviceRegistries=[{"registryArn": registry["Arn"]}])
    ground.world.settle()
    (instance,) = found(sd)
    address = instance["Attributes"].pop("AWS_INSTANCE_IPV4")
    assert address.startswith("10.77.")
    assert instance["Attributes"] == {
        "AVAILABILITY_ZONE": "us-east-1a",
        "AWS_INIT_HEALTH_STATUS": "HEALTHY",
        "ECS_CLUSTER_NAME": "default",
        "ECS_SERVICE_NAME": "web",
        "ECS_TASK_DEFINITION_FAMILY": "far",
        "ECS_TASK_SET_EXTERNAL_ID": "blue",
        "REGION": "us-east-1",
    }


def test_a_task_on_ec2_says_on_which_instance_and_in_which_zone_it_is(
    ground: Ground, sd: Any, namespace: str
) -> None:
    registry = a_registry(sd, namespace, SRV)
    network = ground.network(SUBNETS[1])
    registries = [{"registryArn": registry["Arn"], "containerName": "app", "containerPort": 8080}]
    ground.create(25.0, launchType="EC2", networkConfiguration=network, serviceRegistries=registries)
    ground.world.settle()
    (instance,) = found(sd)
    attributes = instance["Attributes"]
    assert attributes["EC2_INSTANCE_ID"] == ec2_id("local")
    assert (attributes["AVAILABILITY_ZONE"], attributes["AWS_INSTANCE_PORT"]) == ("us-east-1b", "8080")
    assert "ECS_TASK_SET_EXTERNAL_ID" not in attributes


def test_a_port_of_the_registry_s_own_is_registered(ground: Ground, sd: Any, namespace: str) -> None:
    registry = a_registry(sd, namespace, SRV)
    ground.create(25.0, serviceRegistries=[{"registryArn": registry["Arn"], "port": 34567}])
    ground.world.settle()
    assert [each["Attributes"]["AWS_INSTANCE_PORT"] for each in found(sd)] == ["34567"]


def test_a_task_in_bridge_mode_is_registered_where_it_is_reached(
    story: Story, sd: Any, ground: Ground, namespace: str
) -> None:
    registry = a_registry(sd, namespace, SRV)
    definition = story.register("near", containerDefinitions=[PORT_CONTAINER])
    registries = [{"registryArn": registry["Arn"], "containerName": "app", "containerPort": 8080}]
    story.create(definition, 25.0, serviceRegistries=registries)
    story.world.settle()
    (instance,) = found(sd)
    (task,) = story.tasks()
    (binding,) = task["containers"][0]["networkBindings"]
    assert instance["Attributes"]["AWS_INSTANCE_IPV4"] == "127.0.0.1"
    assert instance["Attributes"]["AWS_INSTANCE_PORT"] == str(binding["hostPort"])


def test_a_task_is_activating_when_it_is_registered_and_deregistered_before_it_is_stopped(
    ground: Ground, sd: Any, namespace: str
) -> None:
    registry = a_registry(sd, namespace)
    task_set = ground.create(25.0, serviceRegistries=[{"registryArn": registry["Arn"]}])
    ground.world.settle()
    (task,) = ground.story.tasks()
    ground.ecs.stop_task(task=task["taskArn"])
    ground.world.pass_time(0.2)
    (going,) = ground.ecs.describe_tasks(tasks=[task["taskArn"]])["tasks"]
    assert going["lastStatus"] == "DEACTIVATING"
    assert [each["lastStatus"] for each in going["containers"]] == ["RUNNING"]
    assert task["taskArn"].rsplit("/", 1)[1] not in [each["InstanceId"] for each in found(sd, "ALL")]
    ground.world.settle()
    (gone,) = ground.ecs.describe_tasks(tasks=[task["taskArn"]])["tasks"]
    assert gone["lastStatus"] == "STOPPED"
    assert ground.story.task_set(task_set["id"])["stabilityStatus"] == STEADY


def test_nothing_of_a_deleted_task_set_is_left(ground: Ground, sd: Any, namespace: str) -> None:
    registry = a_registry(sd, namespace)
    task_set = ground.create(serviceRegistries=[{"registryArn": registry["Arn"]}])
    ground.world.settle()
    ground.story.delete(task_set["id"])
    ground.world.settle()
    assert found(sd, "ALL") == []
    sd.delete_service(Id=registry["Id"])
    sd.delete_namespace(Id=namespace)


def test_each_registration_is_a_new_revision(ground: Ground, sd: Any, namespace: str) -> None:
    registry = a_registry(sd, namespace)
    asked = {"NamespaceName": "shop.local", "ServiceName": "web"}
    before = sd.discover_instances_revision(**asked)["InstancesRevision"]
    task_set = ground.create(serviceRegistries=[{"registryArn": registry["Arn"]}])
    ground.world.settle()
    there = sd.discover_instances_revision(**asked)["InstancesRevision"]
    ground.story.scale(task_set["id"], 0.0)
    ground.world.settle()
    assert before < there < sd.discover_instances_revision(**asked)["InstancesRevision"]


def test_a_task_is_healthy_once_its_containers_are(ground: Ground, sd: Any, namespace: str) -> None:
    registry = a_registry(sd, namespace)
    ground.far = ground.register(containerDefinitions=[{**CONTAINER, "healthCheck": CHECK}])
    task_set = ground.create(25.0, serviceRegistries=[{"registryArn": registry["Arn"]}])
    ground.world.settle()
    (instance,) = found(sd)
    assert instance["HealthStatus"] == "HEALTHY"
    assert ground.story.task_set(task_set["id"])["stabilityStatus"] == STEADY


def test_a_task_set_is_not_steady_while_a_task_is_not_well(ground: Ground, sd: Any, namespace: str) -> None:
    registry = a_registry(sd, namespace)
    task_set = ground.create(25.0, serviceRegistries=[{"registryArn": registry["Arn"]}])
    ground.world.settle()
    (instance,) = found(sd)
    there = {"ServiceId": registry["Id"], "InstanceId": instance["InstanceId"]}
    seen = []
    for status in ("UNHEALTHY", "HEALTHY"):
        sd.update_instance_custom_health_status(**there, Status=status)
        ground.world.settle()
        seen.append(ground.story.task_set(task_set["id"])["stabilityStatus"])
    assert seen == ["STABILIZING", STEADY]


def test_a_task_that_is_deregistered_by_hand_goes_on_and_stops(
    ground: Ground, sd: Any, namespace: str
) -> None:
    registry = a_registry(sd, namespace)
    task_set = ground.create(25.0, serviceRegistries=[{"registryArn": registry["Arn"]}])
    ground.world.settle()
    (instance,) = found(sd)
    by_hand(sd, registry["Id"], instance["InstanceId"])
    ground.world.settle()
    assert found(sd, "ALL") == []
    assert [task["lastStatus"] for task in ground.story.tasks()] == ["RUNNING"]
    assert ground.story.task_set(task_set["id"])["stabilityStatus"] == STEADY
    ground.story.delete(task_set["id"])
    ground.world.settle()
    assert ground.story.task_sets(task_set["id"]) == []


def test_a_task_that_is_registered_over_by_hand_is_taken_out_all_the_same(
    ground: Ground, sd: Any, namespace: str
) -> None:
    registry = a_registry(sd, namespace)
    task_set = ground.create(25.0, serviceRegistries=[{"registryArn": registry["Arn"]}])
    ground.world.settle()
    (instance,) = found(sd)
    mine = {"AWS_INSTANCE_IPV4": "10.9.9.9"}
    there = {"ServiceId": registry["Id"], "InstanceId": instance["InstanceId"]}
    sd.register_instance(**there, Attributes=mine)
    assert [each["Attributes"] for each in found(sd)] == [mine]
    ground.story.delete(task_set["id"])
    ground.world.settle()
    assert found(sd, "ALL") == []


def test_a_service_that_goes_while_tasks_come_up_keeps_none_from_running(
    ground: Ground, sd: Any, namespace: str
) -> None:
    registry = a_registry(sd, namespace)
    task_set = ground.create(serviceRegistries=[{"registryArn": registry["Arn"]}])
    sd.delete_service(Id=registry["Id"])
    ground.world.settle()
    assert ground.story.task_set(task_set["id"])["stabilityStatus"] == STEADY
    ground.story.delete(task_set["id"])
    ground.world.settle()
    assert ground.story.task_sets(task_set["id"]) == []


def test_without_custom_health_nobody_says_how_a_task_is(ground: Ground, sd: Any, namespace: str) -> None:
    config = {"DnsRecords": A}
    registry = sd.create_service(Name="web", NamespaceId=namespace, DnsConfig=config)["Service"]
    ground.create(25.0, serviceRegistries=[{"registryArn": registry["Arn"]}])
    ground.world.settle()
    (instance,) = found(sd)
    assert instance["HealthStatus"] == "UNKNOWN"
    assert "AWS_INIT_HEALTH_STATUS" not in instance["Attributes"]


def test_a_killed_task_makes_room_for_another_name(ground: Ground, sd: Any, namespace: str) -> None:
    registry = a_registry(sd, namespace)
    ground.create(25.0, serviceRegistries=[{"registryArn": registry["Arn"]}])
    ground.world.settle()
    (before,) = found(sd)
    (task,) = ground.story.tasks()
    ground.world.kill_container(task["taskArn"])
    ground.world.settle()
    (after,) = found(sd)
    assert after["InstanceId"] != before["InstanceId"]

"""Where a task set may run and what it may hang on: the refusals of CreateTaskSet."""

from typing import Any

import pytest

from tests.conformance.story import PORT_CONTAINER
from tests.conformance.world import refusal

INVALID = "InvalidParameterException"
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/blue/0123456789abcdef"
REGISTRY = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-0123456789abcdef"
SUBNETS = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
FARGATE_STRATEGY = [{"capacityProvider": "FARGATE", "weight": 1}]


def refused(story, **members):
    given = {"cluster": "default", "service": "web", "taskDefinition": "web:1", **members}
    return refusal(story.ecs.create_task_set, **given)


def balancer(**members):
    return [{"targetGroupArn": GROUP, "containerName": "app", "containerPort": 8080, **members}]


@pytest.fixture
def vpc(story):
    """A task definition that may run on FARGATE."""
    return story.register(
        "vpc", networkMode="awsvpc", requiresCompatibilities=["EC2", "FARGATE"], cpu="256", memory="512"
    )


def test_fargate_for_a_definition_that_is_not_made_for_it(story):
    text = "Task definition does not support launch_type FARGATE."
    assert refused(story, launchType="FARGATE") == (INVALID, text)


def test_a_platform_version_on_ec2(story):
    text = "The platform version must be null when specifying an EC2 launch type."
    assert refused(story, platformVersion="1.4.0") == (INVALID, text)


def test_a_platform_version_that_aws_does_not_have(story, vpc):
    answer = refused(
        story,
        taskDefinition=vpc,
        launchType="FARGATE",
        platformVersion="9.9.9",
        networkConfiguration=SUBNETS,
    )
    assert answer == ("PlatformUnknownException", "The specified platform does not exist.")


def test_a_launch_type_and_a_strategy(story):
    text = (
        "Specifying both a launch type and capacity provider strategy is not supported. "
        "Remove one and try again."
    )
    assert refused(story, launchType="EC2", capacityProviderStrategy=FARGATE_STRATEGY) == (INVALID, text)


def test_a_provider_that_the_cluster_does_not_have(story):
    text = (
        "The specified capacity provider strategy cannot contain a capacity provider that is not associated with "
        "the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and "
        "try again."
    )
    assert refused(story, capacityProviderStrategy=FARGATE_STRATEGY) == (INVALID, text)


def test_a_provider_that_does_not_exist(story):
    text = "The specified capacity provider was not found. Specify a valid capacity provider and try again."
    strategy = [{"capacityProvider": "mine", "weight": 1}]
    assert refused(story, capacityProviderStrategy=strategy) == (INVALID, text)


@pytest.fixture
def fargate_cluster(story):
    """A cluster with both of Fargate's providers and a service."""
    story.ecs.create_cluster(clusterName="far", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    story.ecs.create_service(
        cluster="far", serviceName="web", desiredCount=1, deploymentController={"type": "EXTERNAL"}
    )
    return "far"


def test_a_strategy_with_two_bases(story, fargate_cluster, vpc):
    strategy = [{"capacityProvider": name, "weight": 1, "base": 1} for name in ("FARGATE", "FARGATE_SPOT")]
    code, text = refused(
        story, cluster=fargate_cluster, taskDefinition=vpc, capacityProviderStrategy=strategy
    )
    assert code == INVALID
    assert text.startswith(
        "There are multiple capacity providers in the specified capacity provider strategy with a base value defined"
    )


def test_a_strategy_without_weights(story, fargate_cluster, vpc):
    strategy = [{"capacityProvider": "FARGATE", "weight": 0}]
    code, text = refused(
        story, cluster=fargate_cluster, taskDefinition=vpc, capacityProviderStrategy=strategy
    )
    assert code == INVALID
    assert text.startswith(
        "There are no capacity providers in the capacity provider strategy with a weight value greater than zero"
    )


def test_awsvpc_without_a_network_configuration(story, vpc):
    text = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
    assert refused(story, taskDefinition=vpc) == (INVALID, text)


def test_a_network_configuration_without_awsvpc(story):
    text = "Network Configuration is not valid for the given networkMode of this task definition."
    assert refused(story, networkConfiguration=SUBNETS) == (INVALID, text)


def test_awsvpc_without_subnets(story, vpc):
    nothing: Any = {"awsvpcConfiguration": {"subnets": []}}
    answer = refused(story, taskDefinition=vpc, networkConfiguration=nothing)
    assert answer == (INVALID, "subnets can not be empty.")


def test_two_load_balancers(story):
    code, text = refused(story, loadBalancers=[*balancer(), *balancer()])
    assert (code, text.startswith("CreateTaskSet cannot have more than 1 l")) == (INVALID, True)


def test_a_load_balancer_without_a_container(story):
    assert refused(story, loadBalancers=balancer(containerName="")) == (
        INVALID,
        "Container Name can not be blank.",
    )


def test_a_load_balancer_for_a_container_that_is_not_defined(story):
    text = "The container nope does not exist in the task definition."
    assert refused(story, loadBalancers=balancer(containerName="nope")) == (INVALID, text)


def test_a_load_balancer_for_a_port_that_is_not_mapped(story):
    text = "The container app did not have a container port 8080 defined."
    assert refused(story, loadBalancers=balancer()) == (INVALID, text)


def test_a_load_balancer_by_name_and_by_target_group(story):
    text = "loadBalancerName and targetGroupArn cannot both be specified"
    assert refused(story, loadBalancers=balancer(loadBalancerName="classic")) == (INVALID, text)


def test_a_target_group_that_does_not_exist_its_name_left_blank(story):
    story.register("ported", containerDefinitions=[PORT_CONTAINER])
    answer = refused(story, taskDefinition="ported", loadBalancers=balancer(loadBalancerName=""))
    assert answer == (INVALID, f"The target group {GROUP} does not exist.")


def test_two_registries(story):
    answer = refused(story, serviceRegistries=[{"registryArn": REGISTRY}] * 2)
    assert answer == (INVALID, "service registries can have at most 1 items.")


def test_a_registry_for_bridge_tasks_without_a_container(story):
    text = (
        "When specifying 'host' or 'bridge' for networkMode, values for 'containerName' and 'containerPort' must be "
        f"specified from the task definition. Registry: {REGISTRY}"
    )
    assert refused(story, serviceRegistries=[{"registryArn": REGISTRY}]) == (INVALID, text)

"""What an EXTERNAL service may not be given, and what may not be done to it (task-sets.md §1)."""

import pytest

from tests.conformance.world import refusal

EXTERNAL = {"deploymentController": {"type": "EXTERNAL"}}
INVALID = "InvalidParameterException"
NOT_FOUND = ("ServiceNotFoundException", "Service not found.")
NOT_ACTIVE = ("ServiceNotActiveException", "Service was not ACTIVE.")


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"taskDefinition": "web"}, "TaskDefinition must be blank."),
        ({"taskDefinition": ""}, "Family should not be null or empty."),
        (
            {"loadBalancers": [{"targetGroupArn": "arn:x", "containerName": "app", "containerPort": 80}]},
            "LoadBalancers must be empty or null.",
        ),
        (
            {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["s-1"]}}},
            "NetworkConfiguration must be null.",
        ),
        ({"launchType": "FARGATE"}, "LaunchType must be blank."),
        ({"platformVersion": "1.4.0"}, "PlatformVersion must be blank."),
        (
            {"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
            "CapacityProviderStrategy must be empty or null.",
        ),
        ({"serviceRegistries": [{"registryArn": "arn:x"}]}, "ServiceRegistries must be empty or null."),
        (
            {"healthCheckGracePeriodSeconds": 60},
            "Health check grace period is only valid for services configured to use load balancers",
        ),
        (
            {"schedulingStrategy": "DAEMON"},
            "The DAEMON scheduling strategy is not supported with the EXTERNAL deployment controller.",
        ),
        (
            {
                "deploymentConfiguration": {
                    "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                    "maximumPercent": 200,
                }
            },
            "The deployment circuit breaker is not supported for services with an EXTERNAL deployment controller.",
        ),
        (
            {"deploymentConfiguration": {"strategy": "BLUE_GREEN"}},
            "The BLUE_GREEN deployment strategy is not supported for services with an EXTERNAL deployment controller.",
        ),
        (
            {"serviceConnectConfiguration": {"enabled": True}},
            "Service Connect is not supported for services with an EXTERNAL deployment controller.",
        ),
        ({"desiredCount": -1}, "desiredCount cannot be negative."),
        (
            {"placementStrategy": [{"type": "random"}] * 6},
            "Maximum number of strategies is 5.",
        ),
    ],
)
def test_what_an_external_service_may_not_be_given(story, members, text):
    answer = refusal(story.ecs.create_service, serviceName="other", **EXTERNAL, **members)
    assert answer == (INVALID, text)


@pytest.mark.parametrize("members", [{}, {"deploymentController": {"type": "CODE_DEPLOY"}}])
def test_other_controllers_are_not_built_yet(story, members):
    code, text = refusal(story.ecs.create_service, serviceName="other", taskDefinition="web", **members)
    assert code == "UnsupportedFeatureException"
    assert "deployment controller yet" in text


@pytest.mark.parametrize("name", ["", "with space", "x" * 256])
def test_a_service_name_that_is_none(story, name):
    assert refusal(story.ecs.create_service, serviceName=name, **EXTERNAL)[0] == INVALID


def test_a_name_that_is_taken(story):
    text = "Creation of service was not idempotent."
    assert refusal(story.ecs.create_service, serviceName="web", desiredCount=1, **EXTERNAL) == (INVALID, text)
    story.create()
    story.world.settle()
    story.ecs.delete_service(service="web", force=True)
    assert story.described()["status"] == "DRAINING"
    assert refusal(story.ecs.create_service, serviceName="web", desiredCount=1, **EXTERNAL) == (INVALID, text)


def test_a_cluster_that_is_not_there(ecs):
    answer = refusal(ecs.create_service, cluster="nope", serviceName="web", **EXTERNAL)
    assert answer == ("ClusterNotFoundException", "Cluster not found.")


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({"taskDefinition": "web:2"}, "task definition"),
        ({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["s-1"]}}}, "network parameters"),
        (
            {"loadBalancers": [{"targetGroupArn": "arn:x", "containerName": "app", "containerPort": 80}]},
            "load balancers",
        ),
        ({"serviceRegistries": [{"registryArn": "arn:x"}]}, "service registries"),
        ({"platformVersion": "1.4.0"}, "platform version"),
        ({"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]}, "capacity provider strategy"),
    ],
)
def test_what_may_not_be_updated(story, members, what):
    text = f"Unable to update {what} on services with an EXTERNAL deployment controller."
    assert refusal(story.ecs.update_service, service="web", **members) == (INVALID, text)


def test_a_grace_period_needs_a_primary_with_a_load_balancer(story):
    text = "Health check grace period is only valid for services configured to use load balancers"
    answer = refusal(story.ecs.update_service, service="web", healthCheckGracePeriodSeconds=60)
    assert answer == (INVALID, text)


def test_an_update_of_a_service_that_is_not_there(story):
    answer = refusal(story.ecs.update_service, service="nope", desiredCount=1)
    assert answer == NOT_FOUND


def test_an_update_of_a_deleted_service(story):
    story.ecs.delete_service(service="web", force=True)
    assert refusal(story.ecs.update_service, service="web", desiredCount=1) == NOT_ACTIVE
    story.world.settle()
    assert refusal(story.ecs.update_service, service="web", desiredCount=1) == NOT_ACTIVE


def test_a_service_that_wants_tasks_is_not_deleted_without_force(story):
    text = "The service cannot be stopped while it is scaled above 0."
    assert refusal(story.ecs.delete_service, service="web") == (INVALID, text)


def test_a_service_that_is_not_there_is_not_deleted(story):
    answer = refusal(story.ecs.delete_service, service="nope")
    assert answer == NOT_FOUND


def test_describe_needs_names_ten_at_most(story):
    assert refusal(story.ecs.describe_services, services=[]) == (INVALID, "Services cannot be empty.")
    assert refusal(story.ecs.describe_services, services=[f"s{n}" for n in range(11)])[0] == INVALID

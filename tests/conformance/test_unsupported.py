"""What Homeport does not serve yet says so, and whatever it serves is served for a reason."""

import json

import pytest

from tests.conformance.world import SERVED, SESSION

ALL = set(SESSION.client("ecs", region_name="us-east-1").meta.service_model.operation_names)
ISSUE = """
    CreateCluster DescribeClusters ListClusters UpdateCluster UpdateClusterSettings DeleteCluster
    PutClusterCapacityProviders DescribeCapacityProviders
    RegisterTaskDefinition DescribeTaskDefinition ListTaskDefinitions ListTaskDefinitionFamilies
    DeregisterTaskDefinition DeleteTaskDefinitions
    CreateService UpdateService DeleteService DescribeServices ListServices
    CreateTaskSet UpdateTaskSet UpdateServicePrimaryTaskSet DescribeTaskSets DeleteTaskSet
    RunTask StopTask DescribeTasks ListTasks
    DescribeContainerInstances ListContainerInstances
    TagResource UntagResource ListTagsForResource
    ListAccountSettings PutAccountSetting PutAccountSettingDefault DeleteAccountSetting
"""


def test_the_operations_of_the_issue_are_served():
    assert set(ISSUE.split()) == SERVED


@pytest.mark.parametrize("operation", sorted(ALL - SERVED))
@pytest.mark.parametrize("body", [{}, {"cluster": "default", "service": "web", "unknown": [1]}])
def test_every_other_operation_says_that_it_is_not_supported(world, operation, body):
    status, answer = world.post(operation, json.dumps(body).encode())
    assert (status, answer["__type"]) == (400, "UnsupportedFeatureException")
    assert answer["message"] == f"Homeport does not serve {operation} yet."


def test_an_operation_that_aws_does_not_have_is_unknown(world):
    status, answer = world.post("MakeCoffee", b"{}")
    assert (status, answer["__type"]) == (400, "UnknownOperationException")

"""CreateCluster, DescribeClusters, ListClusters, UpdateCluster, UpdateClusterSettings, DeleteCluster."""

from typing import Any

import pytest

from tests.conformance.world import refusal

INVALID = "InvalidParameterException"
NOT_FOUND = ("ClusterNotFoundException", "Cluster not found.")
ARN = "arn:aws:ecs:us-east-1:123456789012:cluster"


def test_a_cluster_without_a_name_is_the_default_one(ecs):
    cluster = ecs.create_cluster()["cluster"]
    assert (cluster["clusterName"], cluster["clusterArn"]) == ("default", f"{ARN}/default")
    assert cluster["status"] == "ACTIVE"


def test_a_new_cluster_has_the_machine_and_nothing_else(ecs):
    cluster = ecs.create_cluster(clusterName="one")["cluster"]
    counts = ("runningTasksCount", "pendingTasksCount", "activeServicesCount")
    assert cluster["registeredContainerInstancesCount"] == 1
    assert [cluster[count] for count in counts] == [0, 0, 0]
    assert (cluster["capacityProviders"], cluster["defaultCapacityProviderStrategy"]) == ([], [])
    assert cluster["settings"] == [{"name": "containerInsights", "value": "disabled"}]


def test_a_cluster_that_is_there_is_answered_as_it_is(ecs):
    first = ecs.create_cluster(clusterName="one", tags=[{"key": "a", "value": "b"}])["cluster"]
    assert ecs.create_cluster(clusterName="one")["cluster"] == first


def test_the_same_request_again_is_answered_as_the_first(ecs):
    request = {
        "clusterName": "one",
        "tags": [{"key": "a", "value": "b"}],
        "settings": [{"name": "containerInsights", "value": "enhanced"}],
        "configuration": {"executeCommandConfiguration": {"logging": "NONE"}},
        "capacityProviders": ["FARGATE"],
        "defaultCapacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}],
        "serviceConnectDefaults": {"namespace": "inner"},
    }
    first = ecs.create_cluster(**request)["cluster"]
    assert ecs.create_cluster(**request)["cluster"] == first


@pytest.mark.parametrize(
    "other",
    [
        {"tags": [{"key": "a", "value": "c"}]},
        {"settings": [{"name": "containerInsights", "value": "enabled"}]},
        {"configuration": {"executeCommandConfiguration": {"logging": "NONE"}}},
        {"capacityProviders": ["FARGATE"]},
        {"defaultCapacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}]},
        {"serviceConnectDefaults": {"namespace": "inner"}},
    ],
    ids=lambda members: next(iter(members)),
)
def test_another_request_for_a_cluster_that_is_there_is_refused_and_changes_nothing(ecs, other):
    first = ecs.create_cluster(clusterName="one", tags=[{"key": "a", "value": "b"}])["cluster"]
    assert refusal(ecs.create_cluster, clusterName="one", **other) == (
        INVALID,
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
    )
    assert ecs.create_cluster(clusterName="one")["cluster"] == first


@pytest.mark.parametrize("name", ["with space", "x" * 256, "a/b"])
def test_a_name_that_is_none(ecs, name):
    told = (INVALID, rf"Cluster must match ^[a-zA-Z0-9\-_]{{1,255}}$, but was {name}")
    assert refusal(ecs.create_cluster, clusterName=name) == told
    assert refusal(ecs.describe_clusters, clusters=[name]) == told
    assert refusal(ecs.list_services, cluster=name) == told


def test_the_account_says_what_new_clusters_watch(ecs):
    ecs.put_account_setting_default(name="containerInsights", value="enhanced")
    cluster = ecs.create_cluster(clusterName="one")["cluster"]
    assert cluster["settings"] == [{"name": "containerInsights", "value": "enhanced"}]
    chosen = [{"name": "containerInsights", "value": "disabled"}]
    assert ecs.create_cluster(clusterName="two", settings=chosen)["cluster"]["settings"] == chosen


def test_fargates_providers_and_a_strategy_are_kept(ecs):
    strategy = [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}]
    cluster = ecs.create_cluster(
        clusterName="far",
        capacityProviders=["FARGATE", "FARGATE_SPOT"],
        defaultCapacityProviderStrategy=strategy,
    )["cluster"]
    assert cluster["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert cluster["defaultCapacityProviderStrategy"] == strategy


def test_a_provider_that_does_not_exist(ecs):
    text = "The specified capacity provider was not found. Specify a valid capacity provider and try again."
    assert refusal(ecs.create_cluster, capacityProviders=["mine"]) == (INVALID, text)


def test_a_default_strategy_of_providers_that_the_cluster_does_not_have(ecs):
    strategy = [{"capacityProvider": "FARGATE", "weight": 1}]
    code, text = refusal(ecs.create_cluster, defaultCapacityProviderStrategy=strategy)
    assert code == INVALID
    assert text.startswith(
        "The specified capacity provider strategy cannot contain a capacity provider that is not"
    )


def test_clusters_are_described_by_name_or_arn(ecs):
    ecs.create_cluster(clusterName="one")
    ecs.create_cluster(clusterName="two")
    answer = ecs.describe_clusters(clusters=["one", f"{ARN}/two"])
    assert [each["clusterName"] for each in answer["clusters"]] == ["one", "two"]
    assert answer["failures"] == []


def test_describe_without_names_is_about_the_default_cluster(ecs):
    answer = ecs.describe_clusters()
    assert answer["clusters"] == []
    assert answer["failures"] == [{"arn": f"{ARN}/default", "reason": "MISSING"}]
    ecs.create_cluster()
    assert [each["clusterName"] for each in ecs.describe_clusters()["clusters"]] == ["default"]


def test_describe_tells_what_is_missing(ecs):
    assert ecs.describe_clusters(clusters=["nope"])["failures"] == [
        {"arn": f"{ARN}/nope", "reason": "MISSING"}
    ]


def test_a_blank_among_the_names_is_no_cluster(ecs):
    ecs.create_cluster()
    assert refusal(ecs.describe_clusters, clusters=["default", ""]) == (INVALID, "Clusters can not be blank.")


def test_a_hundred_clusters_are_described_at_most(ecs):
    answer = refusal(ecs.describe_clusters, clusters=[f"c{number}" for number in range(101)])
    assert answer == (INVALID, "clusters can have at most 100 items.")


def test_the_larger_members_are_told_to_whoever_asks(ecs):
    tags = [{"key": "a", "value": "b"}]
    configuration = {"executeCommandConfiguration": {"logging": "DEFAULT"}}
    ecs.create_cluster(clusterName="one", tags=tags, configuration=configuration)
    (plain,) = ecs.describe_clusters(clusters=["one"])["clusters"]
    assert (plain["tags"], plain["settings"], plain["statistics"]) == ([], [], [])
    assert "configuration" not in plain
    wanted = ["TAGS", "SETTINGS", "STATISTICS", "CONFIGURATIONS", "ATTACHMENTS"]
    (whole,) = ecs.describe_clusters(clusters=["one"], include=wanted)["clusters"]
    assert (whole["tags"], whole["configuration"]) == (tags, configuration)
    assert whole["settings"] == [{"name": "containerInsights", "value": "disabled"}]
    assert {"name": "runningEC2TasksCount", "value": "0"} in whole["statistics"]


def test_a_cluster_counts_its_tasks_and_services(story):
    story.create()
    (cluster,) = story.ecs.describe_clusters()["clusters"]
    assert cluster["activeServicesCount"] == 1
    story.world.settle()
    (cluster,) = story.ecs.describe_clusters(include=["STATISTICS"])["clusters"]
    assert (cluster["runningTasksCount"], cluster["pendingTasksCount"]) == (4, 0)
    assert {"name": "runningEC2TasksCount", "value": "4"} in cluster["statistics"]


def test_statistics_are_told_by_launch_type(story):
    story.promote(story.create(launchType="EXTERNAL")["id"])
    story.world.settle()
    story.ecs.run_task(taskDefinition="web")
    story.ecs.create_service(serviceName="idle", deploymentController={"type": "EXTERNAL"})
    (cluster,) = story.ecs.describe_clusters(include=["STATISTICS"])["clusters"]
    counts = {each["name"]: each["value"] for each in cluster["statistics"]}
    assert {name: count for name, count in counts.items() if count != "0"} == {
        "pendingEC2TasksCount": "1",
        "runningExternalTasksCount": "4",
        "activeEC2ServiceCount": "1",
        "activeExternalServiceCount": "1",
    }


def test_active_clusters_are_listed(ecs):
    assert ecs.list_clusters()["clusterArns"] == []
    for name in ("one", "two", "three"):
        ecs.create_cluster(clusterName=name)
    ecs.delete_cluster(cluster="two")
    assert sorted(ecs.list_clusters()["clusterArns"]) == [f"{ARN}/one", f"{ARN}/three"]


def test_an_update_changes_what_it_names(ecs):
    ecs.create_cluster(clusterName="one")
    configuration = {"executeCommandConfiguration": {"logging": "NONE"}}
    cluster = ecs.update_cluster(
        cluster="one",
        settings=[{"name": "containerInsights", "value": "enabled"}],
        configuration=configuration,
        serviceConnectDefaults={"namespace": "inner"},
    )["cluster"]
    assert cluster["settings"] == [{"name": "containerInsights", "value": "enabled"}]
    assert cluster["configuration"] == configuration
    assert cluster["serviceConnectDefaults"] == {"namespace": "inner"}
    again = ecs.update_cluster(cluster="one")["cluster"]
    assert again["settings"] == [{"name": "containerInsights", "value": "enabled"}]


def test_settings_are_updated(ecs):
    ecs.create_cluster(clusterName="one")
    settings = [{"name": "containerInsights", "value": "enhanced"}]
    assert ecs.update_cluster_settings(cluster="one", settings=settings)["cluster"]["settings"] == settings
    assert ecs.update_cluster_settings(cluster="one", settings=[])["cluster"]["settings"] == settings


def test_a_setting_that_is_none(ecs):
    ecs.create_cluster()
    for value in ("maybe", ""):
        settings = [{"name": "containerInsights", "value": value}]
        told = (INVALID, "Invalid setting 'value'")
        assert refusal(ecs.update_cluster_settings, cluster="default", settings=settings) == told
        assert refusal(ecs.create_cluster, clusterName="new", settings=settings) == told


@pytest.mark.parametrize("operation", ["update_cluster", "update_cluster_settings", "delete_cluster"])
def test_a_cluster_that_is_not_there(ecs, operation):
    settings: dict[str, Any] = {"settings": []} if operation == "update_cluster_settings" else {}
    assert refusal(getattr(ecs, operation), cluster="nope", **settings) == NOT_FOUND


def test_a_deleted_cluster_is_inactive_for_an_hour_and_then_forgotten(world, ecs):
    ecs.create_cluster(clusterName="one")
    assert ecs.delete_cluster(cluster="one")["cluster"]["status"] == "INACTIVE"
    (cluster,) = ecs.describe_clusters(clusters=["one"])["clusters"]
    assert (cluster["status"], cluster["registeredContainerInstancesCount"]) == ("INACTIVE", 0)
    assert refusal(ecs.list_services, cluster="one") == NOT_FOUND
    world.pass_time(3700)
    assert ecs.describe_clusters(clusters=["one"])["clusters"] == []


def test_a_deleted_cluster_may_be_made_again(ecs):
    ecs.create_cluster(clusterName="one", tags=[{"key": "a", "value": "b"}])
    ecs.delete_cluster(cluster="one")
    cluster = ecs.create_cluster(clusterName="one")["cluster"]
    assert (cluster["status"], cluster["tags"]) == ("ACTIVE", [])
    assert cluster["registeredContainerInstancesCount"] == 1


def test_a_cluster_with_services_is_not_deleted(story):
    answer = refusal(story.ecs.delete_cluster, cluster="default")
    assert answer == (
        "ClusterContainsServicesException",
        "The Cluster cannot be deleted while Services are active.",
    )


def test_a_cluster_with_tasks_is_not_deleted(story):
    story.ecs.delete_service(service="web", force=True)
    story.world.settle()
    story.ecs.run_task(taskDefinition="web")
    answer = refusal(story.ecs.delete_cluster, cluster="default")
    assert answer == (
        "ClusterContainsTasksException",
        "The Cluster cannot be deleted while Tasks are active.",
    )

"""Which of Fargate's providers a cluster may use: PutClusterCapacityProviders and DescribeCapacityProviders."""

from tests.conformance.world import refusal

SPOT = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
ARN = "arn:aws:ecs:us-east-1:123456789012:capacity-provider/"


def put(ecs, *names, strategy=(), cluster="default"):
    return ecs.put_cluster_capacity_providers(
        cluster=cluster, capacityProviders=list(names), defaultCapacityProviderStrategy=list(strategy)
    )["cluster"]


def test_a_cluster_is_given_providers_and_a_default_strategy(story):
    made = put(story.ecs, "FARGATE", "FARGATE_SPOT", strategy=SPOT)
    assert made["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert made["defaultCapacityProviderStrategy"] == SPOT
    (found,) = story.ecs.describe_clusters(clusters=["default"])["clusters"]
    assert (found["capacityProviders"], found["status"]) == (["FARGATE", "FARGATE_SPOT"], "ACTIVE")


def test_what_it_had_is_replaced(story):
    put(story.ecs, "FARGATE_SPOT", strategy=SPOT)
    made = put(story.ecs, "FARGATE")
    assert (made["capacityProviders"], made["defaultCapacityProviderStrategy"]) == (["FARGATE"], [])


def test_a_task_set_may_use_them_then(ground):
    put(ground.ecs, "FARGATE_SPOT")
    made = ground.create(0.0, capacityProviderStrategy=SPOT)
    assert made["capacityProviderStrategy"] == [{**SPOT[0], "base": 0}]


def test_a_provider_that_does_not_exist(story):
    text = "The specified capacity provider was not found. Specify a valid capacity provider and try again."
    answer = refusal(
        story.ecs.put_cluster_capacity_providers,
        cluster="default",
        capacityProviders=["mine"],
        defaultCapacityProviderStrategy=[],
    )
    assert answer == ("InvalidParameterException", text)


def test_a_default_strategy_of_other_providers(story):
    code, text = refusal(
        story.ecs.put_cluster_capacity_providers,
        cluster="default",
        capacityProviders=["FARGATE"],
        defaultCapacityProviderStrategy=SPOT,
    )
    assert code == "InvalidParameterException"
    assert text.startswith(
        "The specified capacity provider strategy cannot contain a capacity provider that is not"
    )


def test_a_provider_in_use_stays(ground):
    put(ground.ecs, "FARGATE_SPOT")
    made = ground.create(0.0, capacityProviderStrategy=SPOT)
    members = {"cluster": "default", "capacityProviders": [], "defaultCapacityProviderStrategy": []}
    assert refusal(ground.ecs.put_cluster_capacity_providers, **members) == (
        "ResourceInUseException",
        "The specified capacity provider is in use and cannot be removed.",
    )
    ground.story.delete(made["id"])
    ground.world.settle()
    assert put(ground.ecs)["capacityProviders"] == []


def test_a_cluster_that_is_not_there(ecs):
    members = {"cluster": "nope", "capacityProviders": [], "defaultCapacityProviderStrategy": []}
    answer = refusal(ecs.put_cluster_capacity_providers, **members)
    assert answer == ("ClusterNotFoundException", "Cluster not found.")


def test_fargates_providers_are_described(ecs):
    found = ecs.describe_capacity_providers()
    assert found["failures"] == []
    assert [each["name"] for each in found["capacityProviders"]] == ["FARGATE", "FARGATE_SPOT"]
    assert found["capacityProviders"][0] == {
        "capacityProviderArn": f"{ARN}FARGATE",
        "name": "FARGATE",
        "status": "ACTIVE",
        "tags": [],
    }


def test_they_are_described_by_name_or_arn_and_others_are_missing(ecs):
    found = ecs.describe_capacity_providers(capacityProviders=[f"{ARN}FARGATE_SPOT", "mine"])
    assert [each["name"] for each in found["capacityProviders"]] == ["FARGATE_SPOT"]
    assert found["failures"] == [{"arn": f"{ARN}mine", "reason": "MISSING"}]


def test_they_come_in_pages(ecs):
    first = ecs.describe_capacity_providers(maxResults=1)
    second = ecs.describe_capacity_providers(maxResults=1, nextToken=first["nextToken"])
    names = [each["name"] for page in (first, second) for each in page["capacityProviders"]]
    assert names == ["FARGATE", "FARGATE_SPOT"]
    assert "nextToken" not in second


def test_a_default_namespace_that_is_not_there(ecs):
    arn = "arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-0123456789abcdef"
    missing = ("NamespaceNotFoundException", "The specified namespace wasn't found.")
    assert refusal(ecs.create_cluster, serviceConnectDefaults={"namespace": arn}) == missing
    ecs.create_cluster()
    assert (
        refusal(ecs.update_cluster, cluster="default", serviceConnectDefaults={"namespace": arn}) == missing
    )


def test_a_default_namespace_that_is_there(ecs, world):
    made = world.client("servicediscovery").create_http_namespace(Name="inside")
    found = world.client("servicediscovery").list_namespaces()["Namespaces"]
    assert made["OperationId"]
    cluster = ecs.create_cluster(serviceConnectDefaults={"namespace": found[0]["Arn"]})["cluster"]
    assert cluster["serviceConnectDefaults"] == {"namespace": found[0]["Arn"]}

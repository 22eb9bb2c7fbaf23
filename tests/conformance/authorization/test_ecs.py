"""ECS under policies: what is allowed, what is denied, and the sentence that says so."""

from typing import Any

import pytest

from homeport.model.cluster import Cluster
from tests.conformance.iam.words import ACCOUNT, allow
from tests.conformance.world import World, refusal

ECS = f"arn:aws:ecs:us-east-1:{ACCOUNT}"
BOB = f"User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform:"


def deny(action: Any = "*", resource: Any = "*", **members: Any) -> dict[str, Any]:
    return allow(action, resource, **members) | {"Effect": "Deny"}


def bob(world: World, *statements: dict[str, Any]) -> Any:
    """The ECS client of a user who may do what the statements say."""
    return world.client(key=world.user(*statements))


def implicit(action: str, resource: str) -> tuple[str, str]:
    return (
        "AccessDeniedException",
        f"{BOB} {action} on resource: {resource} because no identity-based policy allows the {action} action",
    )


def test_what_no_policy_allows_is_denied_with_awss_sentence(world, story):
    told = refusal(
        bob(world, allow("ecs:Describe*")).create_task_set,
        cluster="default",
        service="web",
        taskDefinition="web:1",
    )
    assert told == implicit("ecs:CreateTaskSet", f"{ECS}:task-set/default/web/*")


def test_an_explicit_deny_says_so(world, ecs):
    told = refusal(bob(world, allow(), deny("ecs:DeleteCluster")).delete_cluster, cluster="prod")
    assert told == (
        "AccessDeniedException",
        (
            f"{BOB} ecs:DeleteCluster on resource: {ECS}:cluster/prod with an explicit deny in an identity-based "
            "policy"
        ),
    )


def test_an_action_without_a_resource_is_denied_on_all(world):
    told = refusal(bob(world, allow("iam:*")).list_clusters)
    assert told == implicit("ecs:ListClusters", "*")


def test_who_may_not_writes_nothing_and_learns_nothing(world, ecs):
    ecs.create_cluster(clusterName="prod")
    client, before = bob(world, allow("ecs:List*")), world.store.revision
    for name in ("prod", "nothing"):
        told = refusal(client.delete_cluster, cluster=name)
        assert told == implicit("ecs:DeleteCluster", f"{ECS}:cluster/{name}")
    assert refusal(client.create_cluster, clusterName="more")[0] == "AccessDeniedException"
    assert world.store.revision == before
    with world.store.read(world.now) as tx:
        assert [cluster.id for cluster in tx.all(Cluster)] == [f"{ACCOUNT}/us-east-1/prod"]


def test_everything_that_is_named_must_be_allowed(world, ecs):
    for name in ("a", "b"):
        ecs.create_cluster(clusterName=name)
    client = bob(world, allow("ecs:DescribeClusters", f"{ECS}:cluster/a"))
    assert client.describe_clusters(clusters=["a"])["clusters"][0]["clusterName"] == "a"
    told = refusal(client.describe_clusters, clusters=["a", "b"])
    assert told == implicit("ecs:DescribeClusters", f"{ECS}:cluster/b")


def test_names_short_arns_and_arns_are_the_same_resource(world, story):
    client = bob(world, allow("ecs:DescribeServices", f"{ECS}:service/default/web"))
    for text in ("web", f"{ECS}:service/default/web", f"{ECS}:service/web"):
        assert client.describe_services(services=[text])["services"][0]["serviceName"] == "web"
    told = refusal(client.describe_services, services=[f"{ECS}:service/default/other"])
    assert told == implicit("ecs:DescribeServices", f"{ECS}:service/default/other")


@pytest.mark.parametrize(
    ("key", "value", "may"),
    [
        ("ecs:cluster", f"{ECS}:cluster/default", True),
        ("ecs:cluster", f"{ECS}:cluster/other", False),
        ("ecs:service", f"{ECS}:service/default/web", True),
        ("ecs:service", f"{ECS}:service/default/w", False),
        ("ecs:task-definition", f"{ECS}:task-definition/web:*", True),
        ("ecs:task-definition", f"{ECS}:task-definition/web:9", False),
        ("aws:RequestedRegion", "us-east-1", True),
        ("aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:user/bob", True),
        ("aws:username", "eve", False),
    ],
)
def test_conditions_of_a_task_set(world, story, key, value, may):
    condition = {"StringLike": {key: value}}
    client = bob(world, allow("ecs:CreateTaskSet", f"{ECS}:task-set/default/web/*", Condition=condition))
    members = {"cluster": "default", "service": "web", "taskDefinition": "web"}
    if may:
        assert client.create_task_set(**members)["taskSet"]["status"] == "ACTIVE"
    else:
        assert refusal(client.create_task_set, **members)[0] == "AccessDeniedException"


def test_a_task_set_is_named_by_its_arn(world, story):
    made = story.create()
    arn = made["taskSetArn"]
    client = bob(world, allow(["ecs:UpdateTaskSet", "ecs:DescribeTaskSets"], arn))
    named = {"cluster": "default", "service": "web"}
    client.update_task_set(**named, taskSet=made["id"], scale={"value": 10, "unit": "PERCENT"})
    assert client.describe_task_sets(**named, taskSets=[arn])["taskSets"]
    told = refusal(client.describe_task_sets, **named)
    assert told == implicit("ecs:DescribeTaskSets", f"{ECS}:task-set/default/web/*")
    told = refusal(client.delete_task_set, **named, taskSet=made["id"])
    assert told == implicit("ecs:DeleteTaskSet", arn)


def test_tags_of_a_resource_are_conditions(world, ecs):
    for name, team in (("a", "blue"), ("b", "green")):
        ecs.create_cluster(clusterName=name, tags=[{"key": "team", "value": team}])
    condition = {"StringEquals": {"aws:ResourceTag/team": "blue"}}
    client = bob(world, allow("ecs:DeleteCluster", Condition=condition))
    assert refusal(client.delete_cluster, cluster="b")[0] == "AccessDeniedException"
    assert client.delete_cluster(cluster="a")["cluster"]["status"] == "INACTIVE"


def test_tags_of_a_request_are_conditions(world):
    condition = {
        "StringEquals": {"aws:RequestTag/team": "blue"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]},
    }
    client = bob(world, allow("ecs:CreateCluster", Condition=condition))
    blue, more = {"key": "team", "value": "blue"}, {"key": "more", "value": "x"}
    assert refusal(client.create_cluster, clusterName="x")[0] == "AccessDeniedException"
    assert refusal(client.create_cluster, clusterName="x", tags=[blue, more])[0] == "AccessDeniedException"
    assert client.create_cluster(clusterName="x", tags=[blue])["cluster"]["status"] == "ACTIVE"


def test_tags_at_birth_need_the_permission_to_tag_when_the_account_wants_it(world, ecs):
    client = bob(world, allow("ecs:CreateCluster"))
    tags = [{"key": "team", "value": "blue"}]
    client.create_cluster(clusterName="before", tags=tags)
    ecs.put_account_setting_default(name="tagResourceAuthorization", value="on")
    told = refusal(client.create_cluster, clusterName="x", tags=tags)
    assert told == implicit("ecs:TagResource", f"{ECS}:cluster/x")
    condition = {"StringEquals": {"ecs:CreateAction": "CreateCluster"}}
    both = bob(world, allow("ecs:CreateCluster"), allow("ecs:TagResource", Condition=condition))
    both.create_cluster(clusterName="x", tags=tags)
    assert refusal(both.tag_resource, resourceArn=f"{ECS}:cluster/x", tags=tags)[0] == "AccessDeniedException"


CONTAINER = {"name": "app", "image": "busybox", "memory": 16}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/task"


@pytest.mark.parametrize("member", ["taskRoleArn", "executionRoleArn"])
def test_a_role_is_handed_to_tasks_by_who_may_pass_it(world, member):
    definition = {"family": "f", "containerDefinitions": [CONTAINER], member: ROLE}
    client = bob(world, allow("ecs:*"))
    told = refusal(client.register_task_definition, **definition)
    assert told == implicit("iam:PassRole", ROLE)
    condition = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    passing = bob(world, allow("ecs:*"), allow("iam:PassRole", ROLE, Condition=condition))
    assert passing.register_task_definition(**definition)["taskDefinition"][member] == ROLE
    elsewhere = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    other = bob(world, allow("ecs:*"), allow("iam:PassRole", ROLE, Condition=elsewhere))
    assert refusal(other.register_task_definition, **definition) == told


def test_running_a_task_hands_its_roles_over_too(world, ecs, story):
    ecs.register_task_definition(family="f", containerDefinitions=[CONTAINER], taskRoleArn=ROLE)
    client = bob(world, allow("ecs:*"))
    assert refusal(client.run_task, taskDefinition="f") == implicit("iam:PassRole", ROLE)
    overriding = {"taskRoleArn": f"{ROLE}-other"}
    told = refusal(client.run_task, taskDefinition="f", overrides=overriding)
    assert told == implicit("iam:PassRole", f"{ROLE}-other")


def test_a_task_is_run_of_the_newest_revision_that_is_allowed(world, story):
    resource = f"{ECS}:task-definition/web:2"
    client = bob(world, allow("ecs:RunTask", resource))
    assert client.run_task(taskDefinition="web")["tasks"]
    told = refusal(client.run_task, taskDefinition="web:1")
    assert told == implicit("ecs:RunTask", f"{ECS}:task-definition/web:1")


def test_lists_know_their_cluster_as_a_condition(world, story):
    condition = {"ArnEquals": {"ecs:cluster": f"{ECS}:cluster/default"}}
    client = bob(world, allow(["ecs:ListTasks", "ecs:ListServices"], Condition=condition))
    assert client.list_services(cluster="default")["serviceArns"]
    assert refusal(client.list_tasks, cluster="other")[0] == "AccessDeniedException"


def test_the_administrator_may_everything(ecs):
    assert ecs.create_cluster(clusterName="x")["cluster"]["status"] == "ACTIVE"


def test_a_user_whose_policy_changes_is_asked_anew(world):
    client = bob(world, allow("ecs:ListClusters"))
    client.list_clusters()
    bob(world, allow("iam:*"))
    assert refusal(client.list_clusters) == implicit("ecs:ListClusters", "*")

"""TagResource, UntagResource, ListTagsForResource, on everything that has an ARN."""

import pytest

from tests.conformance.world import OTHER_ACCOUNT, refusal

INVALID = "InvalidParameterException"
KINDS = ["cluster", "container instance", "service", "task", "task definition", "task set"]


@pytest.fixture
def arns(story):
    """One ARN of each kind that can be tagged."""
    task_set = story.create(percent=None)
    (task,) = story.ecs.run_task(taskDefinition="web")["tasks"]
    return {
        "cluster": task["clusterArn"],
        "container instance": task["containerInstanceArn"],
        "service": story.service["serviceArn"],
        "task": task["taskArn"],
        "task definition": story.blue,
        "task set": task_set["taskSetArn"],
    }


def listed(ecs, arn):
    return {tag["key"]: tag["value"] for tag in ecs.list_tags_for_resource(resourceArn=arn)["tags"]}


@pytest.mark.parametrize("kind", KINDS)
def test_tags_are_added_replaced_and_taken_away(ecs, arns, kind):
    arn = arns[kind]
    assert listed(ecs, arn) == {}
    ecs.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
    ecs.tag_resource(resourceArn=arn, tags=[{"key": "b", "value": "3"}])
    assert listed(ecs, arn) == {"a": "1", "b": "3"}
    ecs.untag_resource(resourceArn=arn, tagKeys=["a", "never there"])
    assert listed(ecs, arn) == {"b": "3"}


def test_a_resource_without_tags_has_an_empty_list(world, arns):
    body = f'{{"resourceArn":"{arns["cluster"]}"}}'.encode()
    assert world.post("ListTagsForResource", body) == (200, {"tags": []})


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_there_has_no_tags(ecs, arns, kind):
    arn = arns[kind] + "9"
    code, _ = refusal(ecs.list_tags_for_resource, resourceArn=arn)
    assert code.endswith("NotFoundException")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_another_accounts_is_not_there(world, arns, kind):
    other, arn = world.client(account=OTHER_ACCOUNT), arns[kind]
    tags = [{"key": "a", "value": "b"}]
    codes = [
        refusal(other.list_tags_for_resource, resourceArn=arn)[0],
        refusal(other.untag_resource, resourceArn=arn, tagKeys=["a"])[0],
        refusal(other.tag_resource, resourceArn=arn, tags=tags)[0],
    ]
    assert all(code.endswith("NotFoundException") for code in codes)


def test_a_deleted_cluster_has_no_tags(ecs):
    arn = ecs.create_cluster(clusterName="one", tags=[{"key": "a", "value": "b"}])["cluster"]["clusterArn"]
    ecs.delete_cluster(cluster="one")
    told = (INVALID, "The specified cluster is inactive. Specify an active cluster and try again.")
    assert refusal(ecs.list_tags_for_resource, resourceArn=arn) == told
    assert refusal(ecs.untag_resource, resourceArn=arn, tagKeys=["a"]) == told
    assert refusal(ecs.tag_resource, resourceArn=arn, tags=[{"key": "a", "value": "c"}]) == told


@pytest.mark.parametrize("kind", ["container instance", "service", "task"])
def test_tags_need_the_arn_that_has_the_clusters_name(ecs, arns, kind):
    short = arns[kind].replace("/default/", "/")
    told = (INVALID, "Long arn format must be used for tagging operations")
    assert refusal(ecs.list_tags_for_resource, resourceArn=short) == told


@pytest.mark.parametrize("arn", ["nonsense", "arn:aws:s3:::bucket", "arn:aws:ecs:us-east-1:123456789012:x/y"])
def test_what_is_no_arn_of_ecs(ecs, arn):
    assert refusal(ecs.list_tags_for_resource, resourceArn=arn)[0] == INVALID


def test_the_names_of_aws_are_reserved(ecs, arns):
    text = "Tag keys and values cannot start with 'aws:'."
    tags = [{"key": "aws:x", "value": "1"}]
    assert refusal(ecs.tag_resource, resourceArn=arns["service"], tags=tags) == (INVALID, text)
    assert refusal(ecs.untag_resource, resourceArn=arns["service"], tagKeys=["aws:x"]) == (INVALID, text)


def test_fifty_tags_are_the_most_however_they_came(ecs, arns):
    def tags(start, end):
        return [{"key": f"k{n}", "value": "v"} for n in range(start, end)]

    ecs.tag_resource(resourceArn=arns["service"], tags=tags(0, 50))
    answer = refusal(ecs.tag_resource, resourceArn=arns["service"], tags=tags(50, 51))
    assert answer == (INVALID, "Tags can not have more than 50 entries.")
    ecs.tag_resource(resourceArn=arns["service"], tags=tags(0, 50))


@pytest.mark.parametrize(
    "tag",
    [
        {"key": "k" * 129, "value": "v"},
        {"key": "k", "value": "v" * 257},
        {"key": "a*b", "value": "v"},
        {"key": "k", "value": "<v>"},
        {"key": "", "value": "v"},
        {"key": "AWS:x", "value": "v"},
        {"key": "k", "value": "Aws:x"},
    ],
    ids=["long key", "long value", "bad key", "bad value", "no key", "aws key", "aws value"],
)
def test_a_tag_that_aws_would_not_take(ecs, arns, tag):
    assert refusal(ecs.tag_resource, resourceArn=arns["service"], tags=[tag])[0] == INVALID
    assert refusal(ecs.create_cluster, clusterName="one", tags=[tag])[0] == INVALID
    assert listed(ecs, arns["service"]) == {}


def test_a_tag_may_be_long_and_in_any_script(ecs, arns):
    tags = [{"key": "k" * 128, "value": "v" * 256}, {"key": "Größe/部署_.:=+-@ 7", "value": ""}]
    ecs.tag_resource(resourceArn=arns["service"], tags=tags)
    assert listed(ecs, arns["service"]) == {tag["key"]: tag["value"] for tag in tags}


def test_one_key_twice(ecs, arns):
    tags = [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]
    answer = refusal(ecs.tag_resource, resourceArn=arns["service"], tags=tags)
    assert answer == (INVALID, "Duplicate tag keys found.")


def test_a_tag_without_a_value_has_an_empty_one(ecs, arns):
    ecs.tag_resource(resourceArn=arns["service"], tags=[{"key": "a"}])
    assert listed(ecs, arns["service"]) == {"a": ""}

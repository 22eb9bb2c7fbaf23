"""Every List in pages: nothing twice, nothing skipped, and no token that can be bent (reliability.md)."""

import base64

import pytest

from tests.conformance.story import CONTAINER
from tests.conformance.world import OTHER_ACCOUNT, OTHER_REGION, refusal

EXTERNAL = {"deploymentController": {"type": "EXTERNAL"}}
INVALID_TOKEN = ("InvalidParameterException", "Invalid token.")
LISTS = {
    "list_clusters": "clusterArns",
    "list_services": "serviceArns",
    "list_tasks": "taskArns",
    "list_task_definitions": "taskDefinitionArns",
    "list_task_definition_families": "families",
    "list_account_settings": "settings",
}


def fill(ecs):
    """Five of everything that can be listed."""
    ecs.create_cluster()
    for number in range(5):
        ecs.create_cluster(clusterName=f"c{number}")
        ecs.register_task_definition(family=f"f{number}", containerDefinitions=[CONTAINER])
        ecs.create_service(serviceName=f"s{number}", **EXTERNAL)
        ecs.run_task(taskDefinition=f"f{number}")
    for name in ("containerInsights", "awsvpcTrunking", "fargateFIPSMode", "defaultLogDriverMode"):
        value = "blocking" if name == "defaultLogDriverMode" else "enabled"
        ecs.put_account_setting(name=name, value=value)
    ecs.put_account_setting(name="tagResourceAuthorization", value="on")


@pytest.fixture
def full(ecs):
    """A client of an account in which there is something of everything."""
    fill(ecs)
    return ecs


@pytest.mark.parametrize("operation", LISTS)
def test_pages_of_two_add_up_to_the_whole(full, operation):
    whole = getattr(full, operation)()
    found = []
    pages = 0
    answer = getattr(full, operation)(maxResults=2)
    while True:
        pages += 1
        found += answer[LISTS[operation]]
        if "nextToken" not in answer:
            break
        assert len(answer[LISTS[operation]]) == 2
        answer = getattr(full, operation)(maxResults=2, nextToken=answer["nextToken"])
    assert found == whole[LISTS[operation]]
    assert pages == 3
    assert "nextToken" not in whole


@pytest.mark.parametrize("operation", LISTS)
def test_botocores_paginator_finds_them_all(full, operation):
    pages = full.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1})
    found = [item for page in pages for item in page[LISTS[operation]]]
    assert found == getattr(full, operation)()[LISTS[operation]]


@pytest.mark.parametrize("operation", LISTS)
@pytest.mark.parametrize("size", [0, 101, -1])
def test_a_page_has_one_to_a_hundred(full, operation, size):
    assert refusal(getattr(full, operation), maxResults=size)[0] == "InvalidParameterException"


@pytest.mark.parametrize("operation", LISTS)
def test_a_token_of_another_list_is_refused(full, operation):
    tokens = {name: getattr(full, name)(maxResults=1)["nextToken"] for name in LISTS}
    for name, token in tokens.items():
        if name != operation:
            assert refusal(getattr(full, operation), nextToken=token) == INVALID_TOKEN


@pytest.mark.parametrize("operation", LISTS)
def test_a_token_of_another_account_or_region_is_refused(world, full, operation):
    token = getattr(full, operation)(maxResults=1)["nextToken"]
    for place in ({"account": OTHER_ACCOUNT}, {"region": OTHER_REGION}):
        other = world.client(**place)
        fill(other)
        assert refusal(getattr(other, operation), nextToken=token) == INVALID_TOKEN


@pytest.mark.parametrize(
    ("operation", "filters"),
    [
        ("list_services", {"launchType": "EC2"}),
        ("list_services", {"schedulingStrategy": "REPLICA"}),
        ("list_services", {"cluster": "c1"}),
        ("list_tasks", {"family": "f1"}),
        ("list_tasks", {"desiredStatus": "STOPPED"}),
        ("list_tasks", {"startedBy": "me"}),
        ("list_task_definitions", {"status": "INACTIVE"}),
        ("list_task_definitions", {"sort": "DESC"}),
        ("list_task_definitions", {"familyPrefix": "f1"}),
        ("list_task_definition_families", {"familyPrefix": "f"}),
        ("list_task_definition_families", {"status": "ACTIVE"}),
        ("list_account_settings", {"effectiveSettings": True}),
    ],
)
def test_a_token_is_good_only_for_the_filters_it_was_made_with(full, operation, filters):
    token = getattr(full, operation)(maxResults=1)["nextToken"]
    assert refusal(getattr(full, operation), nextToken=token, **filters) == INVALID_TOKEN


def test_the_same_cluster_named_otherwise_is_the_same_list(full):
    token = full.list_services(maxResults=1)["nextToken"]
    assert full.list_services(cluster="default", nextToken=token)["serviceArns"]


def test_a_token_that_was_touched_anywhere_is_refused(full):
    raw = base64.urlsafe_b64decode(full.list_clusters(maxResults=1)["nextToken"])
    for place in range(len(raw)):
        bent = bytearray(raw)
        bent[place] ^= 1
        token = base64.urlsafe_b64encode(bytes(bent)).decode()
        assert refusal(full.list_clusters, nextToken=token) == INVALID_TOKEN


@pytest.mark.parametrize("token", ["x", "0", "AAAA", "größer", "=" * 40, "A" * 4096])
def test_what_is_no_token_is_refused(full, token):
    assert refusal(full.list_clusters, nextToken=token) == INVALID_TOKEN


def test_an_empty_token_is_the_first_page(full):
    assert full.list_clusters(nextToken="")["clusterArns"] == full.list_clusters()["clusterArns"]


def test_a_page_goes_on_where_it_was_when_the_list_has_changed(full):
    first = full.list_clusters(maxResults=2)
    full.delete_cluster(cluster="c0")
    full.create_cluster(clusterName="a-new-first")
    rest = full.list_clusters(nextToken=first["nextToken"])["clusterArns"]
    names = [arn.rsplit("/", 1)[1] for arn in (*first["clusterArns"], *rest)]
    assert names == ["c0", "c1", "c2", "c3", "c4", "default"]


@pytest.mark.parametrize("sort", ["ASC", "DESC"])
def test_a_client_that_deregisters_what_it_is_shown_is_shown_every_revision(ecs, sort):
    given = [ecs.register_task_definition(family="f", containerDefinitions=[CONTAINER]) for _ in range(12)]
    found: list[str] = []
    more: dict[str, str] = {}
    while True:
        answer = ecs.list_task_definitions(sort=sort, maxResults=4, **more)
        for arn in answer["taskDefinitionArns"]:
            found.append(arn)
            ecs.deregister_task_definition(taskDefinition=arn)
        if "nextToken" not in answer:
            break
        more = {"nextToken": answer["nextToken"]}
    arns = [each["taskDefinition"]["taskDefinitionArn"] for each in given]
    assert found == (arns if sort == "ASC" else arns[::-1])


def test_ten_services_are_a_page_unless_more_are_asked_for(full):
    for number in range(5, 12):
        full.create_service(serviceName=f"s{number}", **EXTERNAL)
    assert len(full.list_services()["serviceArns"]) == 10
    assert len(full.list_services(maxResults=100)["serviceArns"]) == 12


def test_ten_account_settings_are_the_most_on_a_page(full):
    pages = full.get_paginator("list_account_settings").paginate(effectiveSettings=True)
    assert [len(page["settings"]) for page in pages] == [10, 1]
    assert refusal(full.list_account_settings, maxResults=11)[0] == "InvalidParameterException"


def test_instances_are_paged_as_well(full):
    answer = full.list_container_instances(maxResults=1)
    assert len(answer["containerInstanceArns"]) == 1
    assert "nextToken" not in answer
    assert refusal(full.list_container_instances, maxResults=101)[0] == "InvalidParameterException"

"""A name or an ARN leads to one record, of the caller's and of nobody else."""

from collections.abc import Iterator

import pytest

from homeport.api.caller import Caller
from homeport.api.ecs import find
from homeport.api.errors import ApiError
from homeport.model.record import Record
from homeport.model.task_definition import Family, FamilySpec
from homeport.store.memory import MemoryStore
from homeport.store.tx import ReadTx
from tests.builders import (
    SCOPE,
    T0,
    a_cluster,
    a_service,
    a_task,
    a_task_definition,
    a_task_set,
    an_instance,
    ids,
)

CALLER = Caller(
    account="123456789012",
    region="us-east-1",
    principal="arn:aws:iam::123456789012:root",
    user_id="123456789012",
    seal=b"a seal of thirty-two bytes......",
)
HERE = "arn:aws:ecs:us-east-1:123456789012"
ELSEWHERE = ["arn:aws:ecs:eu-central-1:123456789012", "arn:aws:ecs:us-east-1:210987654321"]
OTHER_SERVICE = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
HEX = f"{1:032x}"
SET = f"ecs-svc/{1:019d}"
RECORDS: tuple[Record, ...] = (
    a_cluster(),
    a_cluster("other"),
    a_cluster("gone", deleted_at=T0),
    a_service(),
    a_task_set(),
    a_task(),
    an_instance(),
    Family(id=f"{SCOPE}/web", owner=SCOPE, spec=FamilySpec(last_revision=10)),
    a_task_definition("web", 2),
    a_task_definition("web", 9),
    a_task_definition("web", 10, deregistered_at=T0),
)


@pytest.fixture
def tx() -> Iterator[ReadTx]:
    """What there is, to read."""
    store = MemoryStore(ids())
    with store.write("spec", T0) as writing:
        for record in RECORDS:
            writing.put(record)
    with store.read(T0) as reading:
        yield reading


def refusal(call, *arguments):
    with pytest.raises(ApiError) as caught:
        call(*arguments)
    return caught.value.code, caught.value.message


@pytest.mark.parametrize("text", [None, "", "default", f"{HERE}:cluster/default"])
def test_a_cluster_by_name_by_arn_or_by_nothing(tx, text):
    assert find.cluster(tx, CALLER, text).name == "default"


@pytest.mark.parametrize(
    "text",
    [
        "nope",
        "gone",
        f"{HERE}:cluster/gone",
        f"{HERE}:cluster/default/web",
        f"{HERE}:service/default",
        f"{OTHER_SERVICE}:cluster/default",
        *(f"{place}:cluster/default" for place in ELSEWHERE),
    ],
)
def test_a_cluster_that_is_not_there_is_deleted_or_is_elsewhere(tx, text):
    assert refusal(find.cluster, tx, CALLER, text) == ("ClusterNotFoundException", "Cluster not found.")


@pytest.mark.parametrize("text", ["a/b", "default\r", "x" * 256, "größe", "arn:aws:ecs"])
def test_what_can_be_no_clusters_name(tx, text):
    told = rf"Cluster must match ^[a-zA-Z0-9\-_]{{1,255}}$, but was {text}"
    assert refusal(find.cluster, tx, CALLER, text) == ("InvalidParameterException", told)


def test_a_deleted_cluster_is_found_by_whoever_wants_any(tx):
    found = find.any_cluster(tx, CALLER, "gone")
    assert found is not None
    assert found.status == "INACTIVE"


@pytest.mark.parametrize("text", ["web", f"{HERE}:service/default/web", f"{HERE}:service/web"])
def test_a_service_by_name_by_arn_or_by_the_arn_of_old(tx, text):
    assert find.service(tx, a_cluster(), text) == tx.get(type(a_service()), a_service().id)


@pytest.mark.parametrize(
    "text",
    [
        "nope",
        "we",
        "default/web",
        f"{HERE}:task/default/web",
        f"{HERE}:service/default/web/x",
        f"{OTHER_SERVICE}:service/default/web",
        *(f"{place}:service/default/web" for place in ELSEWHERE),
    ],
)
def test_a_service_that_is_not_there_or_is_elsewhere(tx, text):
    told = refusal(find.service, tx, a_cluster(), text)
    assert told == ("ServiceNotFoundException", "Service not found.")


@pytest.mark.parametrize(
    ("look_up", "path"),
    [
        (find.service, "service/default/web"),
        (find.task, f"task/default/{HEX}"),
        (find.instance, f"container-instance/default/{HEX}"),
    ],
)
def test_an_arn_of_another_cluster_is_told_so(tx, look_up, path):
    told = "Invalid identifier: Identifier is for cluster default. Your cluster is other"
    refused = refusal(look_up, tx, a_cluster("other"), f"{HERE}:{path}")
    assert refused == ("InvalidParameterException", told)


@pytest.mark.parametrize("text", [SET, f"{HERE}:task-set/default/web/{SET}"])
def test_a_task_set_by_its_id_or_arn(tx, text):
    assert find.task_set(tx, a_service(), text).name == SET


@pytest.mark.parametrize(
    "text",
    [
        "web",
        "1",
        "ecs-svc/",
        "ecs-svc/x",
        f"ecs-svc/{'1' * 20}",
        f"{HERE}:task/default/{HEX}",
        f"{HERE}:task-set/default/web",
        f"{OTHER_SERVICE}:task-set/default/web/{SET}",
    ],
)
def test_what_can_name_no_task_set(tx, text):
    told = refusal(find.task_set, tx, a_service(), text)
    assert told == ("InvalidParameterException", "Task Set Identifier is invalid")


@pytest.mark.parametrize(
    "text",
    [
        "ecs-svc/2",
        f"{HERE}:task-set/default/other/{SET}",
        f"{HERE}:task-set/other/web/{SET}",
        *(f"{place}:task-set/default/web/{SET}" for place in ELSEWHERE),
    ],
)
def test_a_task_set_that_is_not_there_or_is_another_services(tx, text):
    told = refusal(find.task_set, tx, a_service(), text)
    assert told == ("TaskSetNotFoundException", "The specified task set was not found.")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("web", 9),
        ("web:2", 2),
        ("web:10", 10),
        (f"{HERE}:task-definition/web", 9),
        (f"{HERE}:task-definition/web:2", 2),
    ],
)
def test_a_family_is_its_newest_active_revision_and_a_revision_is_itself(tx, text, number):
    assert find.task_definition(tx, CALLER, text).number == number


@pytest.mark.parametrize(
    "text",
    ["nope", "web:3", "we", f"{HERE}:task/web:2", *(f"{place}:task-definition/web:2" for place in ELSEWHERE)],
)
def test_a_task_definition_that_is_not_there_or_is_elsewhere(tx, text):
    described = refusal(find.task_definition, tx, CALLER, text)
    assert described == ("ClientException", "Unable to describe task definition.")
    run = refusal(find.runnable_definition, tx, CALLER, text)
    assert run == ("ClientException", "TaskDefinition not found.")


def test_a_blank_task_definition(tx):
    told = ("InvalidParameterException", "Family should not be null or empty.")
    assert refusal(find.task_definition, tx, CALLER, "") == told


@pytest.mark.parametrize(("look_up", "kind"), [(find.task, "task"), (find.instance, "container-instance")])
def test_tasks_and_instances_by_id_or_arn(tx, look_up, kind):
    for text in (HEX, f"{HERE}:{kind}/default/{HEX}", f"{HERE}:{kind}/{HEX}"):
        assert look_up(tx, a_cluster(), text).hex == HEX
    for text in ("", "0" * 32, HEX[:8], f"{HERE}:service/default/{HEX}", f"{HERE}:{kind}/default/"):
        assert look_up(tx, a_cluster(), text) is None
    for place in ELSEWHERE:
        assert look_up(tx, a_cluster(), f"{place}:{kind}/default/{HEX}") is None

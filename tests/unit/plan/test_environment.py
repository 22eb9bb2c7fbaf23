"""What a container finds in its environment without being given it."""

import os

import boto3
import pytest
from msgspec.structs import replace

from homeport.model.container import ContainerState
from homeport.model.task import Task
from homeport.plan.environment import SERVED, furnished
from homeport.plan.options import Options
from homeport.plan.payload import task_payload
from homeport.shapes import ecs
from tests.builders import a_task

ENDPOINT = "http://169.254.170.2:4663"
OPTIONS = Options(metadata=True, endpoint=ENDPOINT)
TASK = a_task(token="t" * 64, containers={"app": ContainerState(token="c" * 64)})


def found(
    task: Task = TASK, options: Options = OPTIONS, role: str | None = None, **members: object
) -> dict[str, str]:
    app = ecs.ContainerDefinition(name="app", image="i", **members)  # type: ignore[arg-type]
    definition = ecs.TaskDefinition(family="web", container_definitions=[app], task_role_arn=role)
    payload = furnished(task_payload(task, definition), task, definition, options)
    return {pair.name or "": pair.value or "" for pair in payload.containers["app"].environment or []}


def test_a_container_is_told_its_metadata_endpoint():
    assert found()["ECS_CONTAINER_METADATA_URI_V4"] == f"http://169.254.170.2/v4/{'c' * 64}"
    assert found()["ECS_CONTAINER_METADATA_URI"] == f"http://169.254.170.2/v3/{'c' * 64}"


def test_with_a_role_it_is_told_where_its_credentials_are():
    name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    assert name not in found()
    assert found(role="web")[name] == f"/v2/credentials/{'t' * 64}"
    overridden = replace(TASK, spec=replace(TASK.spec, overrides=ecs.TaskOverride(task_role_arn="other")))
    assert name in found(overridden)


@pytest.mark.parametrize(("launch_type", "word"), [("FARGATE", "AWS_ECS_FARGATE"), ("EC2", "AWS_ECS_EC2")])
def test_it_is_told_where_it_runs(launch_type: str, word: str):
    task = replace(TASK, spec=replace(TASK.spec, launch_type=launch_type))
    assert found(task)["AWS_EXECUTION_ENV"] == word
    assert found(task)["AWS_REGION"] == found(task)["AWS_DEFAULT_REGION"] == "us-east-1"


def test_what_the_definition_sets_stands():
    own = [ecs.KeyValuePair(name="AWS_REGION", value="eu-west-1"), ecs.KeyValuePair(name="A", value="1")]
    assert found(environment=own)["AWS_REGION"] == "eu-west-1"
    assert list(found(environment=own))[:2] == ["AWS_REGION", "A"]


def test_where_the_api_cannot_be_reached_nobody_is_sent_there():
    assert not [name for name in found(options=Options(metadata=True)) if "ENDPOINT_URL" in name]


def test_where_there_are_no_endpoints_nothing_is_told():
    assert found(options=Options()) == {}


def test_an_sdk_takes_the_endpoints_of_the_services_that_are_ours_and_no_other_from_it():
    environment = {**found(), "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        session = boto3.session.Session()
        names = ["acm", "cloudwatch", "ec2", "ecs", "elbv2", "iam", "servicediscovery", "sts"]
        ours = {session.client(name).meta.endpoint_url for name in names}
        discovery = session.client("servicediscovery").meta.config
        others = session.client("sqs").meta.endpoint_url
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert ours == {ENDPOINT}
    assert len(names) == len(SERVED)
    assert not discovery.inject_host_prefix
    assert "amazonaws" in others

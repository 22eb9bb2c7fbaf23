"""An SDK in a real container, in each network mode, calls Homeport with nothing but what its environment says.

Busybox has no Python, so the machine's is mounted into the container and run there: in its network, its control group.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import PIPE, STDOUT

import pytest

from demo.shop import docker, until
from tests import images
from tests.integration.network import remains
from tests.integration.network.town import CLUSTER, Town
from tests.integration.server.process import homeport

pytestmark = [pytest.mark.docker, pytest.mark.slow]

MODES = ("awsvpc", "bridge", "host")
SDK = """
import boto3
ecs = boto3.client("ecs")
print(ecs.list_clusters()["clusterArns"])
print(boto3.client("sts").get_caller_identity()["Arn"])
try:
    ecs.create_cluster(clusterName="another")
except ecs.exceptions.AccessDeniedException as error:
    print(error)
"""
TRUST = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
ALLOWED = {"Effect": "Allow", "Action": "ecs:ListClusters", "Resource": "*"}


@pytest.fixture(scope="module", name="told")
def _told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[str, list[str]]]]:
    """Of a task in each mode: its id, and the lines that the SDK in it has printed."""
    data: Path = tmp_path_factory.mktemp("sdk") / "data"
    town = Town(data, "--warm-pauses", "0", "--allow", "host-bind=/", "--allow", "host-network")
    try:
        town.ecs.create_cluster(clusterName=CLUSTER)
        role = town.iam.create_role(RoleName="sdk", AssumeRolePolicyDocument=policy(TRUST))["Role"]["Arn"]
        town.iam.put_role_policy(RoleName="sdk", PolicyName="list", PolicyDocument=policy(ALLOWED))
        tasks = {"awsvpc": started(town, "awsvpc", role)}
        # The first task brought a network process; the machine's own endpoint may be another Homeport's for a while.
        until(
            lambda: bool(remains.on_the_machine((remains.table(data),))), "the endpoint to be served by ours"
        )
        tasks |= {mode: started(town, mode, role) for mode in MODES if mode not in tasks}
        for arn in tasks.values():
            until(lambda: town.described(arn)["lastStatus"] == "STOPPED", f"{arn} to have called")  # noqa: B023  # asked at once
        yield {mode: (arn.rsplit("/", 1)[-1], said(arn)) for mode, arn in tasks.items()}
    finally:
        town.server.stop()
        print(town.server.log)  # Shown where something failed.
        homeport("down", "--data", str(data))
        remains.swept(remains.installation(data))


def policy(statement: Mapping[str, object]) -> str:
    """A document with one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def started(town: Town, mode: str, role: str) -> str:
    """RunTask, of one that calls and ends."""
    container = {
        "name": "sdk",
        "image": images.BUSYBOX,
        "memory": 256,
        "command": ["/bin/busybox", "chroot", "/machine", sys.executable, "-c", SDK],
        "mountPoints": [{"sourceVolume": "machine", "containerPath": "/machine", "readOnly": True}],
        "environment": [{"name": "HOME", "value": "/nowhere"}],
    }
    town.ecs.register_task_definition(
        family=mode,
        networkMode=mode,
        taskRoleArn=role,
        volumes=[{"name": "machine", "host": {"sourcePath": "/"}}],
        containerDefinitions=[container],
    )
    subnet = town.ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    network = {"networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnet]}}}
    (task,) = town.ecs.run_task(
        cluster=CLUSTER, taskDefinition=mode, **(network if mode == "awsvpc" else {})
    )["tasks"]
    return str(task["taskArn"])


def said(arn: str) -> list[str]:
    """What a task's container has printed; for one that failed, also why."""
    id = docker("ps", "-aq", "--filter", f"label=com.amazonaws.ecs.task-arn={arn}").strip()
    asked = ("docker", "logs", id)
    return subprocess.run(asked, stdout=PIPE, stderr=STDOUT, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize("mode", MODES)
def test_an_sdk_in_a_container_calls_with_the_role_of_its_task_and_may_do_no_more(
    told: dict[str, tuple[str, list[str]]], mode: str
):
    task, lines = told[mode]
    session = f"arn:aws:sts::123456789012:assumed-role/sdk/{task}"
    clusters = "arn:aws:ecs:us-east-1:123456789012:cluster"
    refusal = (
        "An error occurred (AccessDeniedException) when calling the CreateCluster operation: "
        f"User: {session} is not authorized to perform: ecs:CreateCluster on resource: {clusters}/another "
        "because no identity-based policy allows the ecs:CreateCluster action"
    )
    assert lines == [f"['{clusters}/{CLUSTER}']", session, refusal]

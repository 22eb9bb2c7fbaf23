"""What tasks are told of themselves, asked from inside of real containers in every network mode, and by nobody else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.network.tenants import Answer, Landlord, Tenant, let, process_of, run_in, until

MODES = {
    "fargate": ("awsvpc", "FARGATE"),
    "awsvpc": ("awsvpc", "EC2"),
    "awsvpc, too": ("awsvpc", "EC2"),
    "bridge": ("bridge", "EC2"),
    "bridge, too": ("bridge", "EC2"),
    "host": ("host", "EC2"),
    "host, too": ("host", "EC2"),
    "none": ("none", "EC2"),
    "none, too": ("none", "EC2"),
}


@pytest.fixture(scope="module", name="landlord")
def _landlord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landlord]:
    with let(tmp_path_factory.mktemp("metadata") / "data") as landlord:
        yield landlord


@pytest.fixture(scope="module", name="tenants")
def _tenants(landlord: Landlord) -> dict[str, Tenant]:
    started = {name: landlord.let(*mode) for name, mode in MODES.items()}
    tenants = {name: landlord.tenant(MODES[name][0], task_arn) for name, task_arn in started.items()}
    # A container without a network runs before anybody can visit it, and the machine's own door may have to be opened.
    for tenant in tenants.values():
        until(lambda: tenant.ask(tenant.metadata).status or None, f"{tenant} is answered")  # noqa: B023  # asked at once
    return tenants


@pytest.mark.parametrize("name", MODES)
def test_a_container_is_told_of_itself_and_its_task(tenants: dict[str, Tenant], name: str) -> None:
    tenant = tenants[name]
    container = tenant.ask(tenant.metadata)
    assert container.status == 200
    assert (container.body["Name"], container.body["KnownStatus"]) == ("web", "RUNNING")
    assert container.body["Networks"][0]["NetworkMode"] == tenant.mode
    task = tenant.ask(f"{tenant.metadata}/task").body
    assert task["TaskARN"] == tenant.task_arn and container.body in task["Containers"]
    assert task["LaunchType"] == MODES[name][1]


@pytest.mark.parametrize("name", MODES)
def test_version_3_tells_less_of_the_same(tenants: dict[str, Tenant], name: str) -> None:
    tenant = tenants[name]
    old, new = tenant.ask(tenant.old_metadata).body, tenant.ask(tenant.metadata).body
    assert old["DockerId"] == new["DockerId"] and "ContainerARN" in new and "ContainerARN" not in old
    assert "LaunchType" not in tenant.ask(f"{tenant.old_metadata}/task").body


@pytest.mark.parametrize("name", MODES)
def test_a_task_gets_credentials_of_its_role(
    landlord: Landlord, tenants: dict[str, Tenant], name: str
) -> None:
    tenant = tenants[name]
    given = tenant.ask(tenant.credentials)
    assert given.status == 200 and given.body["RoleArn"] == landlord.role
    assert set(given.body) == {"RoleArn", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"}


def test_no_task_gets_anothers_credentials_or_metadata(tenants: dict[str, Tenant]) -> None:
    """Every pair is tried."""
    for asker in tenants.values():
        for other in tenants.values():
            if asker is other:
                continue
            refused = asker.ask(other.credentials)
            assert (refused.status, refused.body["code"]) == (400, "InvalidIdInRequest"), (asker, other)
            assert asker.ask(f"{other.metadata}/task").status == 404, (asker, other)


def test_the_machine_itself_gets_nobodys_credentials(tenants: dict[str, Tenant]) -> None:
    for tenant in tenants.values():
        said = subprocess.run(
            [sys.executable, "-c", ASK, tenant.credentials],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout
        assert said.startswith("400"), (tenant, said)


ASK = """
import sys, urllib.request, urllib.error
try:
    print(urllib.request.urlopen("http://169.254.170.2" + sys.argv[1], timeout=9).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""


def test_an_address_is_the_one_that_the_document_tells(tenants: dict[str, Tenant]) -> None:
    tenant = tenants["fargate"]
    (network,) = tenant.ask(tenant.metadata).body["Networks"]
    assert network["MACAddress"] == run_in(tenant.runtime_id, "cat", "/sys/class/net/eth0/address").strip()
    assert run_in(tenant.runtime_id, "hostname").strip() == network["PrivateDNSName"]
    resolver = run_in(tenant.runtime_id, "cat", "/etc/resolv.conf")
    assert f"search {network['DomainNameSearchList'][0]}" in resolver


@pytest.mark.parametrize("name", ["fargate", "bridge"])
def test_stats_are_told(tenants: dict[str, Tenant], name: str) -> None:
    tenant = tenants[name]

    def rated() -> Answer | None:
        answer = tenant.ask(f"{tenant.metadata}/stats")
        return answer if answer.status == 200 and "network_rate_stats" in answer.body else None

    stats: dict[str, Any] = until(rated, "stats with a rate").body
    assert stats["memory_stats"]["usage"] > 0 and stats["networks"]
    of_task = tenant.ask(f"{tenant.metadata}/task/stats").body
    assert set(of_task) == {tenant.ask(tenant.metadata).body["DockerId"]}


SDK = """
import boto3
ecs = boto3.client("ecs")
print(ecs.list_clusters()["clusterArns"], boto3.client("sts").get_caller_identity()["Arn"])
try:
    ecs.delete_cluster(cluster="default")
except Exception as error:
    print(error)
"""


@pytest.mark.parametrize("name", ["fargate", "awsvpc", "bridge", "none"])
def test_an_sdk_in_a_tasks_network_calls_homeport_with_its_role(
    tenants: dict[str, Tenant], name: str
) -> None:
    """The SDK is the machine's, and its network is the task's: a busybox has no Python."""
    tenant = tenants[name]
    lines = run_in(tenant.runtime_id, "env").splitlines()
    told = dict(line.split("=", 1) for line in lines if line.startswith(("AWS_", "ECS_")))
    said = subprocess.run(
        ["nsenter", f"--net={namespace_of(tenant)}", sys.executable, "-c", SDK],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={
            **{key: value for key, value in os.environ.items() if not key.startswith("AWS_")},
            **told,
            "HOME": "/nowhere",
        },
    ).stdout
    assert "cluster/default" in said and ":assumed-role/worker/" in said
    assert "AccessDenied" in said and "ecs:DeleteCluster" in said


def test_tasks_are_answered_while_the_server_is_dead(landlord: Landlord, tenants: dict[str, Tenant]) -> None:
    landlord.server.stop(signal.SIGKILL)
    try:
        for tenant in tenants.values():
            assert tenant.ask(f"{tenant.metadata}/task").body["TaskARN"] == tenant.task_arn
            assert tenant.ask(tenant.credentials).status == 200
    finally:
        landlord.server.start()
    for tenant in tenants.values():
        assert tenant.ask(tenant.credentials).status == 200


def namespace_of(tenant: Tenant) -> Path:
    """The network namespace of its container."""
    return Path(f"/proc/{process_of(tenant.runtime_id)}/ns/net")

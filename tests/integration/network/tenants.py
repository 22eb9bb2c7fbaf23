"""Tasks of a real server, in every network mode, and questions asked from inside of their containers."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiodocker
from msgspec import Struct

from homeport.drivers.docker import names
from tests import images
from tests.integration.server.process import Server, free_port, homeport, running

T = TypeVar("T")
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
WITHIN_S = 90.0


class Answer(Struct, frozen=True):
    """What came back; the body is JSON where it says so."""

    status: int
    body: Any


class Tenant(Struct, frozen=True, kw_only=True):
    """A container of a task, with what its environment tells it."""

    mode: str
    task_arn: str
    runtime_id: str
    metadata: str
    old_metadata: str
    credentials: str

    def ask(self, path: str) -> Answer:
        """A question, asked by a process in the container."""
        request = f"GET {path} HTTP/1.0\\r\\n\\r\\n"
        said = run_in(self.runtime_id, "sh", "-c", f"printf '{request}' | nc -w 10 169.254.170.2 80")
        head, _, body = said.partition("\r\n\r\n")
        if not head:
            return Answer(0, said)
        return Answer(int(head.split()[1]), json.loads(body) if "application/json" in head else body)


def run_in(runtime_id: str, *command: str) -> str:
    """What a command in a container says."""

    async def work() -> str:
        async with aiodocker.Docker(f"unix://{images.engine_socket()}") as docker:
            asked = await docker.containers.container(runtime_id).exec(list(command), stderr=False)
            said = b""
            async with asyncio.timeout(30), asked.start(detach=False) as stream:
                while (message := await stream.read_out()) is not None:
                    said += message.data
            return said.decode()

    return asyncio.run(work())


def until(found: Callable[[], T | None], what: str) -> T:
    """What is found, once it is."""
    end = time.monotonic() + WITHIN_S
    while time.monotonic() < end:
        if (value := found()) is not None:
            return value
        time.sleep(0.2)
    raise AssertionError(f"not within {WITHIN_S} s: {what}")


class Landlord:
    """A real server with a role for its tasks."""

    def __init__(self, server: Server) -> None:
        self.server = server
        iam = server.client("iam")
        self.role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        statement = {"Effect": "Allow", "Action": "ecs:ListClusters", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName="worker", PolicyName="list", PolicyDocument=policy)
        self._ecs = server.client()
        self._ecs.create_cluster(clusterName="default")
        self._subnet = server.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]

    def let(self, mode: str, launch_type: str = "EC2", **container: Any) -> str:
        """Start a task; its ARN."""
        definition = {"name": "web", "image": images.BUSYBOX, "command": ["sleep", "3000"], "memory": 32}
        registered = self._ecs.register_task_definition(
            family=f"{mode}-{launch_type}",
            networkMode=mode,
            requiresCompatibilities=[launch_type],
            cpu="256" if launch_type == "FARGATE" else "128",
            memory="512" if launch_type == "FARGATE" else "64",
            taskRoleArn=self.role,
            containerDefinitions=[{**definition, **container}],
        )
        network = {"awsvpcConfiguration": {"subnets": [self._subnet]}}
        started = self._ecs.run_task(
            taskDefinition=registered["taskDefinition"]["taskDefinitionArn"],
            launchType=launch_type,
            **({"networkConfiguration": network} if mode == "awsvpc" else {}),
        )
        (task,) = started["tasks"]
        return str(task["taskArn"])

    def tenant(self, mode: str, task_arn: str) -> Tenant:
        """Its container, once it runs."""

        def running_id() -> str | None:
            (task,) = self._ecs.describe_tasks(tasks=[task_arn])["tasks"]
            assert task["lastStatus"] != "STOPPED", task
            return engine_id(task_arn) if task["lastStatus"] == "RUNNING" else None

        runtime_id = until(running_id, f"{task_arn} runs")
        pairs = (line.partition("=") for line in run_in(runtime_id, "env").splitlines())
        told = {name: value for name, _, value in pairs}
        return Tenant(
            mode=mode,
            task_arn=task_arn,
            runtime_id=runtime_id,
            metadata=told["ECS_CONTAINER_METADATA_URI_V4"].removeprefix("http://169.254.170.2"),
            old_metadata=told["ECS_CONTAINER_METADATA_URI"].removeprefix("http://169.254.170.2"),
            credentials=told["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"],
        )


def engine_id(task_arn: str) -> str | None:
    """The engine's id of the container of a task; on Fargate nobody else tells."""

    async def work() -> str | None:
        async with aiodocker.Docker(f"unix://{images.engine_socket()}") as docker:
            label = f"com.amazonaws.ecs.task-arn={task_arn}"
            found = await docker.containers.list(filters=json.dumps({"label": [label]}))
            return str(found[0].id) if found else None

    return asyncio.run(work())


def process_of(runtime_id: str) -> int:
    """The first process of a container, as the machine counts."""

    async def work() -> int:
        async with aiodocker.Docker(f"unix://{images.engine_socket()}") as docker:
            return int((await docker.containers.container(runtime_id).show())["State"]["Pid"])

    return asyncio.run(work())


@contextmanager
def let(data: Path) -> Iterator[Landlord]:
    """A server on the real engine; whatever it has made is taken away in the end."""
    images.ensure_images()
    options = ("--engine", "docker", "--pull", "never", "--allow", "host-network", "--warm-pauses", "0")
    with running(data, *options, "--dns-port", str(free_port())) as server:
        installation = installation_of(data)
        try:
            yield Landlord(server)
        finally:
            if server.process.poll() is None:
                server.stop()
            homeport("down", "--data", str(data))
            asyncio.run(swept(installation))


def installation_of(data: Path) -> str:
    """Whose containers are this server's."""
    database = sqlite3.connect(f"{(data / 'homeport.db').as_uri()}?mode=ro", uri=True)
    try:
        (found,) = database.execute("select value from meta where name = 'installation'").fetchone()
        return str(found)
    finally:
        database.close()


async def swept(installation: str) -> None:
    """Take containers, then networks away."""
    async with aiodocker.Docker(f"unix://{images.engine_socket()}") as docker:
        words = json.dumps({"label": [f"{names.INSTALLATION}={installation}"]})
        for container in await docker.containers.list(all=True, filters=words):
            await container.delete(force=True)
        for network in await docker.networks.list(
            filters={"label": [f"{names.INSTALLATION}={installation}"]}
        ):
            await (await docker.networks.get(network["Id"])).delete()

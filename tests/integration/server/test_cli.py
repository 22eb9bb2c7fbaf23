"""The real AWS CLI against a real `homeport up`, with no more than what `homeport env` prints."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

BIN = Path(sys.executable).parent
PATIENCE_S = 30.0
CONTAINERS = json.dumps([{"name": "app", "image": "busybox:local", "memory": 16}])
AT = ("--cluster", "prod", "--service", "shop")


class Server:
    """A `homeport up` with a simulated machine, on a directory of its own; `aws` asks it as a user would."""

    def __init__(self, home: Path) -> None:
        self.data = home / "data"
        self.environment = {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": str(home),
            "AWS_CONFIG_FILE": str(home / "config"),
            "AWS_PAGER": "",
        }
        self.port = _free_port()
        self.process = self.start()

    def start(self) -> "subprocess.Popen[str]":
        """Starts it, and waits for the line that says that the first call will succeed."""
        options = ["--engine", "simulated", "--data", str(self.data), "--port", str(self.port)]
        with (self.data.parent / "log").open("a") as log:
            process = subprocess.Popen(
                [BIN / "homeport", "up", *options],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert process.stdout is not None
        assert process.stdout.readline() == f"homeport: ready on http://127.0.0.1:{self.port}\n"
        return process

    def stop(self, number: signal.Signals) -> int:
        """Ends it with a signal; gives its exit status."""
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def homeport(self, *words: str) -> str:
        """What a command of Homeport prints."""
        command = [str(BIN / "homeport"), *words, "--data", str(self.data)]
        return subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def aws(self, *words: str) -> Any:
        """What the AWS CLI prints, decoded. Raises CalledProcessError with AWS's error in `stderr`."""
        command = [str(BIN / "aws"), "--profile", "homeport", "--output", "json", *words]
        found = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True)
        return json.loads(found.stdout) if found.stdout else None

    def refused(self, *words: str) -> str:
        """What the AWS CLI complains about."""
        with pytest.raises(subprocess.CalledProcessError) as caught:
            self.aws(*words)
        return str(caught.value.stderr).strip()

    def task_sets(self) -> Any:
        """The service's task sets by id."""
        (service,) = self.aws("ecs", "describe-services", "--cluster", "prod", "--services", "shop")[
            "services"
        ]
        return {each["id"]: each for each in service["taskSets"]}

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Asks again until it is so."""
        give_up_at = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < give_up_at
            time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running server, and the AWS CLI's profile for it."""
    found = Server(tmp_path)
    (tmp_path / "config").write_text(found.homeport("env", "--format", "profile"))
    yield found
    if found.process.poll() is None:
        found.stop(signal.SIGKILL)


def test_the_profile_is_all_that_the_cli_needs(server: Server):
    identity = server.aws("sts", "get-caller-identity")
    assert identity == {
        "UserId": "123456789012",
        "Account": "123456789012",
        "Arn": "arn:aws:iam::123456789012:root",
    }
    assert server.aws("ecs", "list-clusters") == {"clusterArns": []}


def test_blue_and_green_with_the_aws_cli(server: Server):
    server.aws("ecs", "create-cluster", "--cluster-name", "prod")
    for _ in range(2):
        server.aws(
            "ecs", "register-task-definition", "--family", "shop", "--container-definitions", CONTAINERS
        )
    service = ("--cluster", "prod", "--service-name", "shop", "--desired-count", "4")
    server.aws("ecs", "create-service", *service, "--deployment-controller", "type=EXTERNAL")
    blue = _created(server, "shop:1", 100)
    server.wait(lambda: server.task_sets()[blue]["stabilityStatus"] == "STEADY_STATE")
    server.aws("ecs", "update-service-primary-task-set", *AT, "--primary-task-set", blue)

    green = _created(server, "shop:2", 50)
    server.wait(lambda: server.task_sets()[green]["runningCount"] == 2)
    scale = ("--scale", "value=100,unit=PERCENT")
    server.aws("ecs", "update-task-set", *AT, "--task-set", green, *scale)
    server.wait(lambda: server.task_sets()[green]["runningCount"] == 4)
    promoted = server.aws("ecs", "update-service-primary-task-set", *AT, "--primary-task-set", green)
    assert promoted["taskSet"]["status"] == "PRIMARY"

    refusal = server.refused("ecs", "delete-task-set", *AT, "--task-set", green)
    assert "(InvalidParameterException) when calling the DeleteTaskSet operation" in refusal
    assert refusal.endswith("Primary TaskSet cannot be deleted")
    deleted = server.aws("ecs", "delete-task-set", *AT, "--task-set", blue)
    assert deleted["taskSet"]["status"] == "DRAINING"
    server.wait(lambda: list(server.task_sets()) == [green])
    assert server.task_sets()[green]["status"] == "PRIMARY"

    tasks = server.aws("ecs", "list-tasks", "--cluster", "prod", "--started-by", green)["taskArns"]
    assert len(tasks) == 4


def test_networks_with_the_aws_cli(server: Server):
    only = ("--filters", "Name=is-default,Values=true", "--query", "Vpcs[].CidrBlock")
    assert len(server.aws("ec2", "describe-vpcs", *only)) == 1
    vpc = server.aws("ec2", "create-vpc", "--cidr-block", "10.77.0.0/16", "--query", "Vpc.VpcId")
    server.aws("ec2", "create-subnet", "--vpc-id", vpc, "--cidr-block", "10.77.1.0/24")
    refusal = server.refused("ec2", "delete-vpc", "--vpc-id", vpc)
    assert "(DependencyViolation) when calling the DeleteVpc operation" in refusal
    assert refusal.endswith(f"The vpc '{vpc}' has dependencies and cannot be deleted.")


def test_what_was_acknowledged_is_there_after_a_kill(server: Server):
    server.aws("ecs", "create-cluster", "--cluster-name", "prod")
    assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    server.process = server.start()
    (cluster,) = server.aws("ecs", "describe-clusters", "--clusters", "prod")["clusters"]
    assert cluster["status"] == "ACTIVE"
    assert server.stop(signal.SIGTERM) == 0


def _created(server: Server, definition: str, percent: int) -> str:
    """The id of a new task set."""
    given = ("--task-definition", definition, "--scale", f"value={percent},unit=PERCENT")
    return str(server.aws("ecs", "create-task-set", *AT, *given)["taskSet"]["id"])

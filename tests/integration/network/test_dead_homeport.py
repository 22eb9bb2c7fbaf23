"""What goes on while Homeport is dead: connections, names, metadata, credentials, traffic and rules. Asked from inside of
a task, all the time, on a real engine.
"""

import asyncio
import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.shop import until
from homeport.drivers.network.namespace import inside
from tests import images
from tests.integration.network import remains
from tests.integration.network.probes import Probe, document, environment, line, name, namespace, visits
from tests.integration.network.town import ECHO_PORT, NAME, NAMESPACE, Town, container_of
from tests.integration.server.process import homeport

pytestmark = [pytest.mark.docker, pytest.mark.slow]

DEAD_S = 20.0 if "CI" in os.environ else 60.0
"""The promise is a minute; a third of it is more than health checks, idle lines and kept answers here have patience."""

CLOSED_PORT = 9001
ECHO = f"nc -ll -p {CLOSED_PORT} -e cat & exec nc -ll -p {ECHO_PORT} -e cat"
REFUSED_AFTER_S = 1.0
TRUST = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}


class Witness:
    """A task that asks. `lasting` are connections that it holds, `asking` what only the network process answers."""

    def __init__(self, town: Town, echo: str) -> None:
        self.town = town
        policy = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
        role = town.iam.create_role(RoleName="witness", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
        definition = town.define("witness", images.BUSYBOX, command=["sleep", "3000"], taskRoleArn=role)
        container = container_of(town.settle(definition))
        told, self.space = environment(container), namespace(container)
        self._echo = town.address(echo)
        front, resolver = town.front_addresses()[0], f"{town.block}.2"
        metadata = told["ECS_CONTAINER_METADATA_URI_V4"]
        credentials = f"http://169.254.170.2{told['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']}"
        self.lasting = [
            Probe("a connection to a task", self.space, line(self._echo, ECHO_PORT)),
            Probe("a connection to the load balancer", self.space, visits(front, town.front_port)),
        ]
        self.asking = [
            Probe("a name", self.space, name(resolver, f"{NAME}.{NAMESPACE}", 2)),
            Probe("metadata", self.space, document(f"{metadata}/task", "TaskARN")),
            Probe("credentials", self.space, document(credentials, "SecretAccessKey")),
        ]

    @property
    def probes(self) -> list[Probe]:
        """All of them."""
        return [*self.lasting, *self.asking]

    def is_content(self, probes: list[Probe], times: int = 20) -> bool:
        """Whether they were answered, so many times in a row; counted from the last failure on."""
        for probe in probes:
            if probe.failures:
                probe.forget()
        return all(probe.asked >= times for probe in probes)

    def connects(self, port: int) -> bool:
        """Whether a new connection to the task that echoes comes about."""

        def connected() -> bool:
            try:
                socket.create_connection((self._echo, port), REFUSED_AFTER_S).close()
            except OSError:
                return False
            return True

        return asyncio.run(inside(str(self.space), connected))


@pytest.fixture(scope="module", name="witness")
def _witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Witness]:
    data: Path = tmp_path_factory.mktemp("dead") / "data"
    town = Town(data, "--warm-pauses", "0", "--keep-stopped", "1")
    try:
        town.build()
        town.open_shop(100)
        command = ["sh", "-c", ECHO]
        echo = town.settle(town.define("echo", images.BUSYBOX, command=command))
        until(lambda: town.is_steady(2) and town.target_health() == ["healthy"] * 2, "the shop to be open")
        witness = Witness(town, echo)
        until(lambda: witness.is_content(witness.probes), f"{witness.probes} to be answered")
        yield witness
        for probe in witness.probes:
            probe.end()
    finally:
        town.server.stop()
        print(town.server.log)  # Shown where something failed.
        homeport("down", "--data", str(data))
        remains.swept(remains.installation(data))


def test_everything_goes_on_while_the_server_is_dead(witness: Witness):
    before = remains.containers(remains.installation(witness.town.server.data))
    witness.town.kill("server")
    for probe in witness.probes:
        probe.forget()
    time.sleep(DEAD_S)
    try:
        for probe in witness.probes:
            assert probe.failures == [] and probe.asked > DEAD_S, probe
        assert witness.connects(ECHO_PORT) and not witness.connects(CLOSED_PORT)
        assert remains.containers(remains.installation(witness.town.server.data)) == before
    finally:
        witness.town.server.start()


def test_connections_and_rules_outlive_even_the_processes_apart_and_the_next_server_brings_answers_back(
    witness: Witness,
):
    for part in ("server", "network", "balancer"):
        witness.town.kill(part)
    for probe in witness.lasting:
        probe.forget()
    until(lambda: all(probe.failures for probe in witness.asking), "nobody to answer")
    until(lambda: all(probe.asked > 20 for probe in witness.lasting), "connections to be used")
    assert witness.connects(ECHO_PORT) and not witness.connects(CLOSED_PORT)
    witness.town.server.start()
    until(lambda: witness.is_content(witness.asking), f"{witness.asking} to be answered again")
    assert [probe.failures for probe in witness.lasting] == [[], []]
    assert witness.connects(ECHO_PORT) and not witness.connects(CLOSED_PORT)

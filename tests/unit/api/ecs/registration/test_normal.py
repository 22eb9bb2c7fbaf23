"""The form in which a task definition is kept and described."""

from typing import Any

import msgspec

from homeport.api.caller import Caller
from homeport.api.ecs.registration import normal
from homeport.shapes import ecs

CALLER = Caller("123456789012", "us-east-1", "arn:aws:iam::123456789012:root", "123456789012", b"")
ID = "123456789012/us-east-1/web:3"


def kept(**members: Any) -> dict[str, Any]:
    """The definition as the wire shows it."""
    body = {
        "family": "web",
        "containerDefinitions": [{"name": "app", "image": "busybox", "memory": 64}],
        **members,
    }
    request = msgspec.convert(body, ecs.RegisterTaskDefinitionRequest)
    found: dict[str, Any] = msgspec.to_builtins(normal.definition(request, ID, CALLER, 1000.5))
    return found


def mapped(mapping: dict[str, Any], mode: str) -> dict[str, Any]:
    container = {"name": "app", "image": "busybox", "memory": 64, "portMappings": [mapping]}
    found: dict[str, Any] = kept(containerDefinitions=[container], networkMode=mode)["containerDefinitions"][
        0
    ]
    return found["portMappings"][0]


def test_a_plain_definition_is_kept_as_aws_keeps_it() -> None:
    assert kept() == {
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3",
        "containerDefinitions": [
            {
                "name": "app",
                "image": "busybox",
                "cpu": 0,
                "memory": 64,
                "portMappings": [],
                "essential": True,
                "environment": [],
                "mountPoints": [],
                "volumesFrom": [],
                "systemControls": [],
            }
        ],
        "family": "web",
        "revision": 3,
        "volumes": [],
        "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.docker-remote-api.1.18"}],
        "placementConstraints": [],
        "compatibilities": ["EXTERNAL", "EC2"],
        "registeredAt": 1000.5,
        "registeredBy": "arn:aws:iam::123456789012:root",
    }


def test_a_bridge_port_is_tcp_and_dynamic_unless_it_says_otherwise() -> None:
    assert mapped({"containerPort": 80}, "bridge") == {"containerPort": 80, "hostPort": 0, "protocol": "tcp"}


def test_a_port_of_the_host_is_the_containers_own() -> None:
    assert mapped({"containerPort": 80}, "host")["hostPort"] == 80
    assert mapped({"containerPort": 80}, "awsvpc")["hostPort"] == 80


def test_a_range_of_ports_has_no_host_port() -> None:
    mapping = {"containerPortRange": "9000-9010"}
    assert mapped(mapping, "bridge") == {"containerPortRange": "9000-9010", "protocol": "tcp"}


def test_sizes_are_kept_as_numbers() -> None:
    definition = kept(cpu=".25 vCPU", memory="0.5 GB")
    assert (definition["cpu"], definition["memory"]) == ("256", "512")


def test_a_volume_without_a_kind_has_an_empty_host() -> None:
    assert kept(volumes=[{"name": "data"}])["volumes"] == [{"name": "data", "host": {}}]


def test_compatibilities_are_reckoned() -> None:
    assert kept(networkMode="awsvpc", cpu="256", memory="512")["compatibilities"] == ["EC2", "FARGATE"]
    assert kept(networkMode="awsvpc")["compatibilities"] == ["EC2"]

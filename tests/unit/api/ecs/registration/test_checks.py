"""What RegisterTaskDefinition refuses, in AWS's words, and what it lets pass."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from homeport.api.ecs.registration import checks
from homeport.api.errors import ApiError
from homeport.shapes import ecs

APP = {"name": "app", "image": "busybox", "memory": 64}


def a_request(*containers: dict[str, Any], **members: Any) -> ecs.RegisterTaskDefinitionRequest:
    body = {"family": "web", "containerDefinitions": list(containers) or [APP], **members}
    return msgspec.convert(body, ecs.RegisterTaskDefinitionRequest)


def refusal(request: ecs.RegisterTaskDefinitionRequest) -> str:
    with pytest.raises(ApiError) as caught:
        checks.check(request)
    assert caught.value.code == "ClientException"
    return caught.value.message


def an_app(**members: Any) -> dict[str, Any]:
    return APP | members


PASSING: list[Callable[[], ecs.RegisterTaskDefinitionRequest]] = [
    a_request,
    lambda: a_request({"name": "app", "image": "busybox"}, memory="512"),
    lambda: a_request(an_app(memoryReservation=64)),
    lambda: a_request(an_app(cpu=256), an_app(name="side", essential=False), cpu=".5 vCPU", memory="1 GB"),
    lambda: a_request(an_app(image="r.example.com:5000/team/app@sha256:" + "0" * 64)),
    lambda: a_request(an_app(links=["side:alias"]), an_app(name="side")),
    lambda: a_request(an_app(portMappings=[{"containerPort": 80}, {"containerPort": 81, "hostPort": 0}])),
    lambda: a_request(
        an_app(portMappings=[{"containerPort": 53, "hostPort": 53, "protocol": p} for p in ("tcp", "udp")])
    ),
    lambda: a_request(an_app(portMappings=[{"containerPortRange": "9000-9010"}])),
    lambda: a_request(
        an_app(healthCheck={"command": ["CMD-SHELL", "true"], "interval": 5, "startPeriod": 0})
    ),
    lambda: a_request(an_app(healthCheck={"command": ["NONE"]})),
    lambda: a_request(
        an_app(dependsOn=[{"containerName": "side", "condition": "SUCCESS"}]),
        an_app(name="side", essential=False),
    ),
    lambda: a_request(
        an_app(mountPoints=[{"sourceVolume": "data", "containerPath": "/data"}]), volumes=[{"name": "data"}]
    ),
    lambda: a_request(an_app(ulimits=[{"name": "nofile", "softLimit": 1024, "hardLimit": -1}])),
    lambda: a_request(placementConstraints=[{"type": "memberOf", "expression": "attribute:stack == prod"}]),
    lambda: a_request(
        {"name": "app", "image": "busybox"},
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
    ),
]


@pytest.mark.parametrize("request_", PASSING)
def test_a_sound_definition_passes(request_: Callable[[], ecs.RegisterTaskDefinitionRequest]) -> None:
    checks.check(request_())


@pytest.mark.parametrize(
    ("containers", "text"),
    [
        ([{**APP, "name": ""}], "Container.name should not be null or empty."),
        ([{**APP, "name": "a b"}], "Container.name contains invalid characters."),
        ([{**APP, "image": ""}], "Container.image should not be null or empty."),
        ([{**APP, "image": "$IMAGE"}], "Container.image contains invalid characters."),
        ([APP, APP], "Container names must be unique within a task definition."),
        ([an_app(name=f"c{n}") for n in range(11)], "Too many containers."),
        ([an_app(essential=False)], "Task definition doesn't have any essential container."),
        (
            [{"name": "app", "image": "busybox"}],
            (
                "Invalid setting for container 'app'. "
                "At least one of 'memory' or 'memoryReservation' must be specified."
            ),
        ),
        (
            [an_app(memoryReservation=128)],
            (
                "Invalid setting for container 'app'. "
                "'memory' must be greater than or equal to 'memoryReservation'."
            ),
        ),
        ([an_app(links=["nope"])], "Cannot link to container 'nope' because it does not exist"),
        (
            [an_app(links=["side"]), an_app(name="side", links=["app"])],
            "Container links should not have a cycle",
        ),
        (
            [an_app(dependsOn=[{"containerName": "nope", "condition": "START"}])],
            "Cannot depend on container + 'nope' because it does not exist",
        ),
        (
            [an_app(dependsOn=[{"containerName": "app", "condition": "START"}])],
            "Container 'app' cannot depend on itself.",
        ),
        (
            [an_app(dependsOn=[{"containerName": "side", "condition": "COMPLETE"}]), an_app(name="side")],
            "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
        ),
        (
            [an_app(dependsOn=[{"containerName": "side", "condition": "HEALTHY"}]), an_app(name="side")],
            "A dependency container with HEALTHY condition must have health check configured",
        ),
        (
            [
                an_app(dependsOn=[{"containerName": "side", "condition": "START"}]),
                an_app(name="side", links=["app"]),
            ],
            "Container dependencies should not have a cycle",
        ),
        ([an_app(mountPoints=[{"sourceVolume": "nope", "containerPath": "/x"}])], "Unknown volume 'nope'."),
        ([an_app(mountPoints=[{"containerPath": "/x"}])], "Unknown volume 'null'."),
        (
            [an_app(volumesFrom=[{"sourceContainer": "nope"}])],
            "Cannot mount volumes from container 'nope' because",
        ),
        (
            [an_app(portMappings=[{"containerPort": 0}])],
            "Invalid 'containerPort' setting for container 'app'.",
        ),
        (
            [an_app(portMappings=[{"containerPort": 80, "hostPort": 70000}])],
            "Invalid 'hostPort' setting for container 'app'.",
        ),
        (
            [an_app(portMappings=[{"containerPortRange": "9010-9000"}])],
            "Invalid 'containerPortRange' setting for container 'app'.",
        ),
        (
            [an_app(portMappings=[{"containerPortRange": "65530-65540"}])],
            "Invalid 'containerPortRange' setting for container 'app'.",
        ),
        (
            [an_app(portMappings=[{"containerPortRange": "1-2", "hostPort": 1}])],
            "Invalid port mapping for container 'app', cannot specify both single port and port range.",
        ),
        (
            [
                an_app(
                    portMappings=[
                        {"containerPort": 80, "hostPort": 8080},
                        {"containerPort": 81, "hostPort": 8080},
                    ]
                )
            ],
            "TCP host port '8080' is used multiple times in task.",
        ),
        (
            [an_app(healthCheck={"command": ["CMD", "x"], "interval": 301})],
            (
                "Health check interval must be less than or equal to the maximum allowed value 300 "
                "for container 'app'"
            ),
        ),
        (
            [an_app(healthCheck={"command": ["CMD", "x"], "interval": 4})],
            (
                "Health check interval must be greater than or equal to the minimum allowed value 5 "
                "for container 'app'"
            ),
        ),
        (
            [an_app(healthCheck={"command": ["true"]})],
            "Health check command must start with CMD, CMD-SHELL or NONE",
        ),
        (
            [an_app(restartPolicy={"enabled": True, "restartAttemptPeriod": 59})],
            "The 'restartAttemptPeriod' setting for container 'app' must be between 60 and 1800.",
        ),
        ([an_app(stopTimeout=-1)], "Invalid 'stopTimeout' setting for container 'app'."),
        (
            [an_app(ulimits=[{"name": "nofile", "softLimit": 2, "hardLimit": 1}])],
            (
                "The soft limit of ulimit 'nofile' must be less than or equal to its hard limit "
                "for container 'app'."
            ),
        ),
        (
            [an_app(logConfiguration={"logDriver": "awslogs"})],
            "Log driver awslogs requires options: awslogs-region, awslogs-group",
        ),
        (
            [an_app(secrets=[{"name": "S", "valueFrom": "arn"}])],
            (
                "When you are specifying container secrets, "
                "you must also specify a value for 'executionRoleArn'."
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_container_is_told(containers: list[dict[str, Any]], text: str) -> None:
    assert refusal(a_request(*containers)).startswith(text)


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"family": "a b"}, "Family contains invalid characters."),
        ({"family": "a" * 256}, "Family must be less than or equal to 255 characters."),
        ({"tags": []}, "Tags can not be empty."),
        ({"containerDefinitions": []}, "Container list cannot be empty."),
        (
            {"cpu": "lots"},
            "Invalid 'cpu' setting for task. For more information, see the Troubleshooting section",
        ),
        ({"cpu": "64"}, "Invalid 'cpu' setting for task."),
        ({"memory": "1 TB"}, "Invalid 'memory' setting for task."),
        ({"memory": "32"}, "The 'memory' setting for container 'app' is greater than for the task."),
        (
            {"volumes": [{"name": "a"}, {"name": "a"}]},
            "Volume names must be unique within a task definition.",
        ),
        ({"volumes": [{"name": "a", "host": {"sourcePath": ""}}]}, "host.sourcePath should not be blank."),
        ({"placementConstraints": [{"type": "memberOf", "expression": "what?"}]}, "Invalid expression:"),
        ({"requiresCompatibilities": ["FARGATE"]}, "Fargate only supports network mode \u2018awsvpc\u2019."),
    ],
)
def test_what_is_wrong_with_the_whole_is_told(members: dict[str, Any], text: str) -> None:
    assert refusal(a_request(**members)).startswith(text)


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({}, "Fargate requires that 'cpu' be defined at the task level."),
        ({"cpu": "256"}, "Fargate requires that 'memory' be defined at the task level."),
        (
            {"cpu": "256", "memory": "4096"},
            "No Fargate configuration exists for given values: 256 CPU, 4096 memory.",
        ),
    ],
)
def test_fargate_wants_a_size_from_its_list(members: dict[str, str], text: str) -> None:
    request = a_request(requiresCompatibilities=["FARGATE"], networkMode="awsvpc", **members)
    assert refusal(request).startswith(text)


@pytest.mark.parametrize(
    ("mode", "members", "text"),
    [
        ("awsvpc", {"links": ["app"]}, "Links are not supported when networkMode=awsvpc."),
        ("host", {"links": ["app"]}, "Links are not supported when networkMode=host."),
        ("awsvpc", {"hostname": "h"}, "hostname is not supported on container when networkMode=awsvpc."),
        (
            "host",
            {"portMappings": [{"containerPort": 80, "hostPort": 81}]},
            "When networkMode=host, the host ports and container ports in port mappings must match.",
        ),
        (
            "awsvpc",
            {"portMappings": [{"containerPortRange": "8080-8090"}, {"containerPort": 8085}]},
            "TCP container port '8085' is used multiple times in task when networkMode=awsvpc.",
        ),
        (
            "none",
            {"portMappings": [{"containerPort": 80}]},
            "Port mappings are not supported when networkMode=none.",
        ),
    ],
)
def test_each_network_mode_has_its_rules(mode: str, members: dict[str, Any], text: str) -> None:
    assert refusal(a_request(an_app(**members), networkMode=mode)) == text


def test_the_sum_of_the_containers_cpu_stays_within_the_tasks() -> None:
    request = a_request(an_app(cpu=200), an_app(name="side", cpu=100), cpu="256")
    assert refusal(request) == (
        "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'."
    )


def test_more_than_64_kib_is_too_large() -> None:
    environment = [{"name": f"V{n}", "value": "x" * 1000} for n in range(70)]
    assert "64 KiB" in refusal(a_request(an_app(environment=environment)))

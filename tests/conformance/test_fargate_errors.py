"""What FARGATE refuses: in a task definition, in CreateTaskSet, in RunTask."""

import pytest

from tests.conformance import ground as names
from tests.conformance.story import CONTAINER
from tests.conformance.world import refusal

INVALID = "InvalidParameterException"
INCOMPATIBLE = (
    "PlatformTaskDefinitionIncompatibilityException",
    "One or more of the requested capabilities are not supported.",
)


@pytest.mark.parametrize("version", ["9.9.9", "1.4", "latest"])
@pytest.mark.parametrize("call", ["create", "run"])
def test_a_platform_version_that_aws_does_not_have(ground, call, version):
    answer = refusal(getattr(ground, call), platformVersion=version)
    assert answer == ("PlatformUnknownException", "The specified platform does not exist.")


@pytest.mark.parametrize("call", ["create", "run"])
def test_a_platform_version_on_instances(ground, call):
    answer = refusal(getattr(ground, call), launchType="EC2", platformVersion="1.4.0")
    assert answer == (INVALID, "The platform version must be null when specifying an EC2 launch type.")


EFS = [{"name": "data", "efsVolumeConfiguration": {"fileSystemId": "fs-12345678"}}]


@pytest.mark.parametrize(
    ("members", "oldest"),
    [
        ({"ephemeralStorage": {"sizeInGiB": 21}}, "1.4.0"),
        ({"volumes": EFS}, "1.4.0"),
        ({"pidMode": "task"}, "1.4.0"),
        ({"runtimePlatform": {"cpuArchitecture": "ARM64"}}, "1.4.0"),
        (
            {
                "containerDefinitions": [
                    {**CONTAINER, "linuxParameters": {"capabilities": {"add": ["SYS_PTRACE"]}}}
                ]
            },
            "1.4.0",
        ),
        ({"containerDefinitions": [{**CONTAINER, "stopTimeout": 60}]}, "1.3.0"),
        ({"containerDefinitions": [{**CONTAINER, "healthCheck": {"command": ["CMD", "true"]}}]}, "1.1.0"),
    ],
)
def test_what_came_with_a_later_platform_version(ground, members, oldest):
    definition = ground.register("later", **members)
    version = {"1.4.0": "1.3.0", "1.3.0": "1.2.0", "1.1.0": "1.0.0"}[oldest]
    answer = refusal(ground.run, taskDefinition=definition, platformVersion=version)
    assert answer == INCOMPATIBLE
    given = {"cluster": "default", "service": "web", "launchType": "FARGATE"}
    answer = refusal(
        ground.ecs.create_task_set,
        **given,
        taskDefinition=definition,
        platformVersion=version,
        networkConfiguration=ground.network(),
    )
    assert answer == INCOMPATIBLE
    taken = ground.run(taskDefinition=definition, platformVersion=oldest)
    assert len(taken["tasks"]) + len(taken["failures"]) == 1


def test_windows_has_no_machine(ground):
    windows = ground.register(
        "win",
        runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
        cpu="1024",
        memory="2048",
    )
    code, text = refusal(ground.run, taskDefinition=windows)
    assert (code, "Linux containers only" in text) == ("UnsupportedFeatureException", True)


@pytest.mark.parametrize(
    ("platform", "what"),
    [
        (
            {"operatingSystemFamily": "WINDOWS_SERVER_2004_CORE"},
            "operatingSystemFamily WINDOWS_SERVER_2004_CORE",
        ),
        (
            {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE", "cpuArchitecture": "ARM64"},
            "cpuArchitecture ARM64 with operatingSystemFamily WINDOWS_SERVER_2022_CORE",
        ),
    ],
)
def test_platforms_that_fargate_does_not_have(ground, platform, what):
    answer = refusal(ground.register, runtimePlatform=platform)
    assert answer == ("ClientException", f"Fargate compatible task definitions do not support {what}")


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (20, "EphemeralStorage size should be at least 21"),
        (201, "EphemeralStorage size should be at most 200"),
    ],
)
def test_storage_out_of_range(ground, size, text):
    storage = {"ephemeralStorage": {"sizeInGiB": size}}
    assert refusal(ground.register, **storage) == ("ClientException", text)
    assert refusal(ground.run, overrides=storage) == ("ClientException", text)


def test_storage_of_an_instance_is_not_overridden(ground):
    answer = refusal(ground.run, launchType="EC2", overrides={"ephemeralStorage": {"sizeInGiB": 30}})
    assert answer == (INVALID, "Ephemeral storage can only be overridden for tasks on FARGATE.")


def test_overrides_to_a_size_that_fargate_does_not_have(ground):
    assert refusal(ground.run, overrides={"memory": "4096"}) == (
        "ClientException",
        (
            "No Fargate configuration exists for given values: 256 CPU, 4096 memory. "
            "See the Amazon ECS documentation for the valid values."
        ),
    )


def test_an_override_that_leaves_too_little_for_a_container(ground):
    definition = ground.register("big", memory="1024", containerDefinitions=[{**CONTAINER, "memory": 600}])
    answer = refusal(ground.run, taskDefinition=definition, overrides={"memory": "512"})
    assert answer == (INVALID, "'memory' setting for container 'app' is greater than for task.")


@pytest.mark.parametrize(
    ("members", "text"),
    [
        (
            {"placementConstraints": [{"type": "distinctInstance"}]},
            "Placement constraints are not supported with FARGATE launch type.",
        ),
        (
            {"placementStrategy": [{"type": "random"}]},
            "Placement strategies are not supported with FARGATE launch type.",
        ),
        (
            {"networkConfiguration": None},
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        ),
        (
            {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-x"]}}},
            (
                "Error retrieving subnet information for [subnet-x]: The subnet ID 'subnet-x' does not exist "
                "(ErrorCode: InvalidSubnetID.NotFound)"
            ),
        ),
        (
            {"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
            (
                "The specified capacity provider strategy cannot contain a capacity provider that is not associated with "
                "the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and "
                "try again."
            ),
        ),
    ],
)
def test_what_is_not_run(ground, members, text):
    given = {
        "taskDefinition": ground.far,
        "launchType": "FARGATE",
        "networkConfiguration": ground.network(),
        **members,
    }
    if "capacityProviderStrategy" in members:
        del given["launchType"]
    given = {name: value for name, value in given.items() if value is not None}
    assert refusal(ground.ecs.run_task, **given) == (INVALID, text)


def test_a_public_address_is_fargates_alone(ground):
    network = ground.network(assignPublicIp="ENABLED")
    assert ground.run(networkConfiguration=network)["failures"] == []
    answer = refusal(ground.run, launchType="EC2", networkConfiguration=network)
    assert answer == (INVALID, "Assign public IP is not supported for this launch type.")


def test_a_provider_that_is_named_twice(ground):
    strategy = [{"capacityProvider": "FARGATE", "weight": 1}] * 2
    answer = refusal(ground.run, cluster=ground.providers(), capacityProviderStrategy=strategy)
    text = "The specified capacity provider strategy contains a capacity provider more than once."
    assert answer == (INVALID, text)


@pytest.mark.parametrize("member", ["taskRoleArn", "executionRoleArn"])
@pytest.mark.parametrize(
    "role", ["arn:aws:ecs:us-east-1:123456789012:cluster/x", "arn:aws:iam::123456789012:user/x", "a role"]
)
def test_what_can_be_no_role(ground, member, role):
    assert refusal(ground.register, **{member: role}) == ("ClientException", "Role is not valid")


def test_a_role_is_kept_by_its_arn(ground):
    arn = ground.register(
        "acting", taskRoleArn="app", executionRoleArn="arn:aws:iam::123456789012:role/path/x"
    )
    found = ground.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    assert found["taskRoleArn"] == "arn:aws:iam::123456789012:role/app"
    assert found["executionRoleArn"] == "arn:aws:iam::123456789012:role/path/x"


def test_the_first_subnet_is_as_good_as_any(ground):
    answer = ground.run(networkConfiguration=ground.network(*names.SUBNETS))
    ground.world.settle()
    (task,) = ground.ecs.describe_tasks(tasks=[answer["tasks"][0]["taskArn"]])["tasks"]
    assert task["availabilityZone"] in {"us-east-1a", "us-east-1b", "us-east-1c"}

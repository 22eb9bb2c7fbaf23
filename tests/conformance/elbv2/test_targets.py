"""RegisterTargets, DeregisterTargets, DescribeTargetHealth."""

from typing import Any

import pytest
from msgspec.structs import replace

from homeport.model.instance import Machine
from homeport.model.target_group import Target, TargetSeen
from tests.conformance.elbv2.words import alb, forward, listener, targets_of
from tests.conformance.world import World

INITIAL = {
    "State": "initial",
    "Reason": "Elb.RegistrationInProgress",
    "Description": "Target registration is in progress",
}
DRAINING = {
    "State": "draining",
    "Reason": "Target.DeregistrationInProgress",
    "Description": "Target deregistration is in progress",
}
UNUSED = {
    "State": "unused",
    "Reason": "Target.NotInUse",
    "Description": "Target group is not configured to receive traffic from the load balancer",
}
NOT_REGISTERED = {
    "State": "unused",
    "Reason": "Target.NotRegistered",
    "Description": "Target is not registered to the target group",
}
HERE = {"Id": "127.0.0.1"}


@pytest.fixture
def group(elbv2: Any) -> str:
    """The ARN of a target group of addresses, on port 8080, that no load balancer uses."""
    return targets_of(elbv2, "blue", TargetType="ip", Port=8080)


@pytest.fixture
def used(elbv2: Any, group: str) -> str:
    """The same target group once a load balancer forwards to it."""
    listener(elbv2, alb(elbv2)["LoadBalancerArn"], forward(group))
    return group


@pytest.fixture
def machine(world: World) -> str:
    """The id by which target groups know the machine."""
    with world.store.read(world.now) as tx:
        (found,) = tx.all(Machine)
    return found.ec2_id


def health(elbv2: Any, group: str, *targets: dict[str, Any]) -> dict[tuple[str, int], dict[str, str]]:
    """State, reason and description by target."""
    request = {"TargetGroupArn": group, **({"Targets": list(targets)} if targets else {})}
    found = elbv2.describe_target_health(**request)["TargetHealthDescriptions"]
    return {(each["Target"]["Id"], each["Target"]["Port"]): each["TargetHealth"] for each in found}


def see(world: World, status: Any, **members: Any) -> None:
    """The health checker says of all targets what it sees now."""
    world.pass_time(1)
    with world.store.write("seen", world.now) as tx:
        for row in tx.all(Target):
            tx.put(replace(row, seen=TargetSeen(status=status, at=world.now, **members)))


def test_a_target_of_a_group_that_nobody_uses(elbv2, group):
    elbv2.register_targets(TargetGroupArn=group, Targets=[HERE])
    (found,) = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert found == {
        "Target": {"Id": "127.0.0.1", "Port": 8080},
        "HealthCheckPort": "8080",
        "TargetHealth": UNUSED,
        "AdministrativeOverride": {
            "State": "no_override",
            "Reason": "AdministrativeOverride.NoOverride",
            "Description": "No override is currently active on target",
        },
    }


def test_a_targets_life(elbv2, world, used):
    elbv2.register_targets(TargetGroupArn=used, Targets=[HERE])
    assert health(elbv2, used) == {("127.0.0.1", 8080): INITIAL}
    see(world, "healthy")
    assert health(elbv2, used) == {("127.0.0.1", 8080): {"State": "healthy"}}
    elbv2.deregister_targets(TargetGroupArn=used, Targets=[HERE])
    assert health(elbv2, used) == {("127.0.0.1", 8080): DRAINING}
    world.pass_time(301)
    assert health(elbv2, used) == {}
    assert health(elbv2, used, HERE) == {("127.0.0.1", 8080): NOT_REGISTERED}


def test_the_machine_is_a_target_by_its_instance_id(elbv2, machine):
    group = targets_of(elbv2, "blue")
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": machine, "Port": 32768}])
    assert health(elbv2, group) == {(machine, 32768): UNUSED}

"""RegisterTargets, DeregisterTargets, DescribeTargetHealth."""

from typing import Any

import pytest
from msgspec.structs import replace

from homeport.model.instance import Machine
from homeport.model.target_group import Target, TargetSeen, TargetState
from tests.conformance.elbv2.words import alb, forward, group, listener, nlb
from tests.conformance.story import CONTAINER
from tests.conformance.world import World, refusal

VALIDATION = "ValidationError"
REGISTERING = {
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
PLACE = ("127.0.0.1", 8080)
DELAY_S = 300
CHECKED_S, IDLE_S = 3, 2
"""By then the world's data plane has looked at a new target, and found a draining one idle."""


@pytest.fixture
def idle(elbv2: Any) -> str:
    """The ARN of a target group of addresses, on port 8080, that no load balancer uses."""
    return group(elbv2, "blue", TargetType="ip", Port=8080)


@pytest.fixture
def used(elbv2: Any, idle: str) -> str:
    """The same target group once a load balancer forwards to it."""
    listener(elbv2, alb(elbv2)["LoadBalancerArn"], forward(idle))
    return idle


@pytest.fixture
def serving(world: World, used: str) -> str:
    """The same while a container has bound port 8080."""
    ecs = world.client()
    ecs.create_cluster()
    container = {**CONTAINER, "portMappings": [{"containerPort": 80, "hostPort": 8080}]}
    ecs.register_task_definition(family="web", containerDefinitions=[container])
    ecs.run_task(taskDefinition="web")
    world.settle()
    return used


@pytest.fixture
def machine(world: World) -> str:
    """The id by which target groups know the machine."""
    with world.store.read(world.now) as tx:
        (found,) = tx.all(Machine)
    return found.ec2_id


def health(elbv2: Any, arn: str, *targets: dict[str, Any]) -> dict[tuple[str, int], dict[str, str]]:
    """State, reason and description by target: of some, or of all."""
    request = {"TargetGroupArn": arn, **({"Targets": list(targets)} if targets else {})}
    found = elbv2.describe_target_health(**request)["TargetHealthDescriptions"]
    return {(each["Target"]["Id"], each["Target"]["Port"]): each["TargetHealth"] for each in found}


def register(elbv2: Any, arn: str, *targets: dict[str, Any]) -> None:
    """Register some targets, or the usual one."""
    elbv2.register_targets(TargetGroupArn=arn, Targets=list(targets) or [HERE])


def deregister(elbv2: Any, arn: str, *targets: dict[str, Any]) -> None:
    """Take them out."""
    elbv2.deregister_targets(TargetGroupArn=arn, Targets=list(targets) or [HERE])


def see(world: World, status: Any, **members: Any) -> None:
    """The health checker says of all targets what it sees, a second later."""
    world.pass_time(1)
    with world.store.write("seen", world.now) as tx:
        for row in tx.all(Target):
            tx.put(replace(row, seen=TargetSeen(status=status, at=world.now, **members)))


def rows(world: World) -> list[Target]:
    """All targets as they are kept."""
    with world.store.read(world.now) as tx:
        return tx.all(Target)


def test_a_target_of_a_group_that_nobody_uses(elbv2, idle):
    register(elbv2, idle)
    (found,) = elbv2.describe_target_health(TargetGroupArn=idle)["TargetHealthDescriptions"]
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


def test_a_targets_life(elbv2, world, serving):
    register(elbv2, serving)
    assert health(elbv2, serving) == {PLACE: REGISTERING}
    world.pass_time(CHECKED_S)
    assert health(elbv2, serving) == {PLACE: {"State": "healthy"}}
    deregister(elbv2, serving)
    assert health(elbv2, serving) == {PLACE: DRAINING}
    world.pass_time(DELAY_S + 1)
    assert health(elbv2, serving) == {}
    assert health(elbv2, serving, HERE) == {PLACE: NOT_REGISTERED}


def test_a_target_where_nobody_listens(elbv2, world, used):
    register(elbv2, used)
    world.pass_time(CHECKED_S)
    told = {
        "State": "unhealthy",
        "Reason": "Target.FailedHealthChecks",
        "Description": "Health checks failed",
    }
    assert health(elbv2, used) == {PLACE: told}


def test_an_unhealthy_target_says_why(elbv2, world, used):
    register(elbv2, used)
    why = {"reason": "Target.Timeout", "description": "Request timed out"}
    see(world, "unhealthy", **why)
    told = {"State": "unhealthy", "Reason": "Target.Timeout", "Description": "Request timed out"}
    assert health(elbv2, used) == {PLACE: told}


def test_the_port_of_the_check_is_the_targets_unless_there_is_one(elbv2):
    arns = (group(elbv2, "a", TargetType="ip"), group(elbv2, "b", TargetType="ip", HealthCheckPort="9000"))
    for arn in arns:
        register(elbv2, arn, {**HERE, "Port": 8080})
    found = [elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"] for arn in arns]
    assert [each[0]["HealthCheckPort"] for each in found] == ["8080", "9000"]


def test_the_machine_is_a_target_by_its_instance_id_on_any_port(elbv2, machine):
    arn = group(elbv2)
    register(elbv2, arn, {"Id": machine}, {"Id": machine, "Port": 32768})
    assert health(elbv2, arn) == {(machine, 80): UNUSED, (machine, 32768): UNUSED}


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "100.64.0.1", "127.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1"]
)
@pytest.mark.parametrize("zone", [{"AvailabilityZone": "all"}, {"AvailabilityZone": "us-east-1a"}])
def test_addresses_of_ones_own(elbv2, idle, address, zone):
    register(elbv2, idle, {"Id": address, **zone})
    (found,) = elbv2.describe_target_health(TargetGroupArn=idle)["TargetHealthDescriptions"]
    assert found["Target"] == {"Id": address, "Port": 8080, **zone}


@pytest.mark.parametrize("address", ["127.0.0.1", "172.31.255.254"])
def test_the_zone_of_an_address_in_the_vpc_and_of_the_machines_own_need_not_be_said(elbv2, idle, address):
    register(elbv2, idle, {"Id": address})
    assert health(elbv2, idle) == {(address, 8080): UNUSED}


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (
            {"Id": "10.0.0.1"},
            (
                "You must specify a valid Availability Zone or select 'all' for all enabled Availability zones, "
                "since the IP address '10.0.0.1' is outside the VPC"
            ),
        ),
        ({"Id": "localhost"}, "The IP address 'localhost' is not a valid IPv4 address"),
        ({"Id": "10.0.0.256"}, "The IP address '10.0.0.256' is not a valid IPv4 address"),
        ({"Id": "fd00::1"}, "The IP address 'fd00::1' is not a valid IPv4 address"),
        *(
            (
                {"Id": address},
                (
                    f"The IP address '{address}' is not within the ranges 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, "
                    "172.16.0.0/12 and 192.168.0.0/16"
                ),
            )
            for address in ("8.8.8.8", "169.254.169.254", "0.0.0.0", "172.32.0.1", "255.255.255.255")
        ),
        (
            {"Id": "10.0.0.1", "AvailabilityZone": "here"},
            (
                "You must specify a valid Availability Zone or select 'all' for all enabled Availability zones, "
                "since the IP address '10.0.0.1' is outside the VPC"
            ),
        ),
        (
            {"Id": "10.0.0.1", "QuicServerId": "0x0123456789abcdef"},
            "A QUIC server ID can only be specified for target groups with the QUIC or TCP_QUIC protocol",
        ),
        (
            {"Id": "10.0.0.1", "Port": 0},
            (
                "1 validation error detected: Value '0' at 'targets.1.member.port' failed to satisfy constraint: "
                "Member must have value greater than or equal to 1"
            ),
        ),
    ],
)
def test_what_is_no_address_of_a_target(elbv2, idle, target, text):
    request = {"TargetGroupArn": idle, "Targets": [target]}
    assert refusal(elbv2.register_targets, **request) == (VALIDATION, text)
    assert health(elbv2, idle) == {}


def test_what_is_no_instance(elbv2, machine):
    arn = group(elbv2)
    there, gone, lost = ({"Id": id} for id in (machine, "i-0123456789abcdef0", "i-12345678"))

    def refused(*targets: dict[str, str]) -> tuple[str, str]:
        return refusal(elbv2.register_targets, TargetGroupArn=arn, Targets=list(targets))

    assert refused(HERE) == (VALIDATION, "Instance ID '127.0.0.1' is not valid")
    assert refused({**there, "AvailabilityZone": "us-east-1a"}) == (
        VALIDATION,
        "An Availability Zone cannot be specified for target groups with target type 'instance'",
    )
    assert refused(there, gone, lost, gone) == (
        "InvalidTarget",
        "The following targets are not valid instances: 'i-0123456789abcdef0', 'i-12345678'",
    )
    assert health(elbv2, arn) == {}


def test_without_targets_there_is_nothing_to_do(elbv2, idle):
    told = (VALIDATION, "At least one target must be specified")
    assert refusal(elbv2.register_targets, TargetGroupArn=idle, Targets=[]) == told
    assert refusal(elbv2.deregister_targets, TargetGroupArn=idle, Targets=[]) == told


def test_a_target_that_is_registered_again_stays_as_it_is(elbv2, world, used):
    register(elbv2, used)
    see(world, "healthy")
    register(elbv2, used, HERE, {**HERE, "Port": 8080})
    assert health(elbv2, used) == {PLACE: {"State": "healthy"}}


def test_a_target_that_goes_comes_back_as_a_new_one(elbv2, world, serving):
    register(elbv2, serving)
    world.pass_time(CHECKED_S)
    deregister(elbv2, serving)
    register(elbv2, serving)
    assert health(elbv2, serving) == {PLACE: REGISTERING}
    world.pass_time(DELAY_S + 1)
    assert health(elbv2, serving) == {PLACE: {"State": "healthy"}}


def test_deregistering_begins_once(elbv2, world):
    """What a network load balancer has is never idle before its time."""
    arn = group(elbv2, Protocol="TCP", TargetType="ip", Port=8080)
    listener(elbv2, nlb(elbv2)["LoadBalancerArn"], forward(arn), Protocol="TCP")
    register(elbv2, arn)
    deregister(elbv2, arn)
    world.pass_time(DELAY_S - 1)
    assert health(elbv2, arn) == {PLACE: DRAINING}
    deregister(elbv2, arn)
    world.pass_time(1)
    assert health(elbv2, arn) == {}


def test_what_is_no_target_is_out_already(elbv2, used):
    """As ELB has documented, and as it was seen for a target whose port was left out."""
    register(elbv2, used, {**HERE, "Port": 9000})
    deregister(elbv2, used, HERE, {"Id": "i-0123456789abcdef0"})
    assert health(elbv2, used) == {("127.0.0.1", 9000): REGISTERING}


def test_a_target_that_nobody_uses_is_gone_at_once(elbv2, world, idle):
    register(elbv2, idle)
    deregister(elbv2, idle)
    world.pass_time(1)
    assert rows(world) == []


def test_an_application_load_balancers_target_without_work_is_gone_sooner(elbv2, world, used):
    register(elbv2, used)
    deregister(elbv2, used)
    world.pass_time(IDLE_S)
    assert rows(world) == []


def test_a_targets_zone_can_be_changed_while_it_stays(elbv2, world, used):
    register(elbv2, used)
    see(world, "healthy")
    register(elbv2, used, {**HERE, "AvailabilityZone": "us-east-1b"})
    (found,) = elbv2.describe_target_health(TargetGroupArn=used)["TargetHealthDescriptions"]
    assert found["Target"]["AvailabilityZone"] == "us-east-1b"
    assert found["TargetHealth"] == {"State": "healthy"}


def test_a_tasks_target_is_taken_out_by_hand_and_brought_back(elbv2, world, used):
    """The engine's hand stays as it is: each takes back what it has given."""
    register(elbv2, used)
    state = TargetState(task="a task", task_set="a task set", registered_at=world.now)
    (row,) = rows(world)
    with world.store.write("state", world.now) as tx:
        tx.put(replace(row, state=state))
    deregister(elbv2, used)
    assert health(elbv2, used) == {PLACE: DRAINING}
    register(elbv2, used)
    assert health(elbv2, used) == {PLACE: REGISTERING}
    assert rows(world)[0].state.registered_at == state.registered_at


def test_the_targets_of_a_group_go_with_it(elbv2, world, idle):
    register(elbv2, idle)
    elbv2.delete_target_group(TargetGroupArn=idle)
    assert rows(world) == []


def test_some_targets_are_described_in_the_order_of_the_request(elbv2, idle):
    register(elbv2, idle, HERE, {"Id": "172.31.0.9"})
    asked: list[dict[str, Any]] = [{"Id": "172.31.0.9"}, {"Id": "10.0.0.2", "Port": 1}, HERE]
    assert list(health(elbv2, idle, *asked).items()) == [
        (("172.31.0.9", 8080), UNUSED),
        (("10.0.0.2", 1), NOT_REGISTERED),
        (PLACE, UNUSED),
    ]


def test_a_thousand_targets_are_the_most_of_an_application_load_balancers(elbv2, idle):
    for first in range(0, 1000, 100):
        register(elbv2, idle, *({**HERE, "Port": 1000 + first + number} for number in range(100)))
    register(elbv2, idle, {**HERE, "Port": 1000})
    told = ("TooManyTargets", "The maximum number of targets of a target group, 1000, has been reached")
    assert refusal(elbv2.register_targets, TargetGroupArn=idle, Targets=[{**HERE, "Port": 1}]) == told


def test_botocores_waiters_come_to_an_end(elbv2, world, serving):
    register(elbv2, serving)
    world.pass_time(CHECKED_S)
    elbv2.get_waiter("target_in_service").wait(TargetGroupArn=serving)
    deregister(elbv2, serving)
    world.pass_time(IDLE_S)
    elbv2.get_waiter("target_deregistered").wait(TargetGroupArn=serving, Targets=[HERE])

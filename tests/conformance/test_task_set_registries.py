"""The service registry of a task set: one, there, and with records that fit the network mode."""

import pytest

from tests.conformance.ground import REGISTRY
from tests.conformance.story import PORT_CONTAINER
from tests.conformance.world import refusal

INVALID = "InvalidParameterException"
APP = {"containerName": "app", "containerPort": 8080}


def refused(ground, registry, **members):
    """The refusal of an awsvpc task set with this registry."""
    return refusal(ground.create, serviceRegistries=[{"registryArn": registry, **members}])


@pytest.fixture
def bridge(ground):
    """A bridge definition with a port."""
    return ground.story.register("bridge", containerDefinitions=[PORT_CONTAINER])


@pytest.mark.parametrize(
    "arn",
    ["nonsense", "arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-0123456789abcdef"],
)
def test_what_is_no_arn_of_a_registry(ground, arn):
    text = f"The format of the supplied service registry ARN is invalid: {arn}."
    assert refused(ground, arn) == (INVALID, text)


def test_a_registry_that_is_not_there(ground):
    arn = f"{REGISTRY}srv-0123456789abcdef"
    assert refused(ground, arn) == (INVALID, f"The service registry {arn} does not exist.")
    theirs = arn.replace("123456789012", "210987654321")
    assert refused(ground, theirs) == (INVALID, f"The service registry {theirs} does not exist.")


@pytest.mark.parametrize(
    ("members", "named"),
    [
        (APP, "containerPort"),
        ({"containerPort": 8080}, "containerPort"),
        ({"containerName": "app"}, "containerName"),
        ({"port": 8080}, "port"),
    ],
)
def test_an_address_record_has_no_port(ground, members, named):
    arn = ground.registry("A")
    text = (
        f"The values specified for serviceRegistries do not require a value for '{named}'. "
        f"Remove the value and retry. Registry: {arn}"
    )
    assert refused(ground, arn, **members) == (INVALID, text)


def test_an_srv_record_has_one_port(ground):
    text = (
        "Specify a value for either 'port' or the 'containerName' and 'containerPort' combination, but not both. "
        "Remove one and retry."
    )
    assert refused(ground, ground.registry("SRV"), port=8080, **APP) == (INVALID, text)


@pytest.mark.parametrize("members", [{}, {"containerName": "app"}, {"containerPort": 8080}])
def test_an_srv_record_without_a_port(ground, members):
    arn = ground.registry("SRV")
    code, text = refused(ground, arn, **members)
    assert (code, text.endswith(f"must be specified for SRV records. Registry: {arn}")) == (INVALID, True)


def test_the_container_and_its_port_are_the_definitions(ground):
    arn = ground.registry("SRV")
    answer = refused(ground, arn, containerName="nope", containerPort=8080)
    assert answer == (INVALID, "The container nope does not exist in the task definition.")
    answer = refused(ground, arn, containerName="app", containerPort=1)
    assert answer == (INVALID, "The container app did not have a container port 1 defined.")


@pytest.mark.parametrize("types", [("A",), ("A", "SRV")])
def test_bridge_tasks_have_srv_records_only(ground, bridge, types):
    arn = ground.registry(*types)
    answer = refusal(ground.story.create, definition=bridge, serviceRegistries=[{"registryArn": arn, **APP}])
    text = "When specifying 'host' or 'bridge' for networkMode, only SRV records are supported."
    assert answer == (INVALID, f"{text} Registry: {arn}")


@pytest.mark.parametrize("kind", ["CNAME", "AAAA"])
def test_tasks_have_no_such_records(ground, kind):
    arn = ground.registry(kind)
    text = f"Only A and SRV records are supported for service registries. Registry: {arn}"
    assert refused(ground, arn) == (INVALID, text)


def test_tasks_without_a_network_are_found_by_nobody(ground):
    nowhere = ground.story.register("nowhere", networkMode="none")
    answer = refusal(
        ground.story.create, definition=nowhere, serviceRegistries=[{"registryArn": ground.registry("A")}]
    )
    assert answer == (
        INVALID,
        "Service registries are not supported when networkMode 'none' is specified.",
    )


@pytest.mark.parametrize(
    ("types", "members"),
    [
        (("A",), {}),
        (("SRV",), APP),
        (("SRV",), {"port": 34567}),
        (("A", "SRV"), APP),
        ((), {}),
        ((), {"port": 80}),
        ((), APP),
    ],
)
def test_what_fits_is_shown_as_it_was_asked_for(ground, types, members):
    registry = {"registryArn": ground.registry(*types), **members}
    made = ground.create(0.0, serviceRegistries=[registry])
    assert made["serviceRegistries"] == [registry]
    ground.story.promote(made["id"])
    assert ground.story.described()["serviceRegistries"] == [registry]


def test_bridge_tasks_with_an_srv_record(ground, bridge):
    registry = {"registryArn": ground.registry("SRV"), **APP}
    assert ground.story.create(bridge, 0.0, serviceRegistries=[registry])["serviceRegistries"] == [registry]

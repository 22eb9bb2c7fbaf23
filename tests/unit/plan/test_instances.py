"""A machine joins a cluster."""

import pytest

from homeport.plan import instances
from tests.builders import T0, a_cluster, a_machine, an_instance, ids

CAPABILITY = "ecs.capability.container-health-check"


def test_a_machine_joins_a_cluster_it_is_not_in():
    cluster = a_cluster()
    (joined,) = instances.registrations(cluster, [a_machine("local")], [], T0, ids())
    assert (joined.owner, joined.id) == (cluster.id, f"{cluster.id}/{1:032x}")
    assert (joined.spec.machine, joined.spec.registered_at) == ("local", T0)


def test_a_machine_joins_once():
    machines = [a_machine("local"), a_machine("other")]
    joined = instances.registrations(a_cluster(), machines, [an_instance(machine="local")], T0, ids())
    assert [instance.spec.machine for instance in joined] == ["other"]


def test_without_machines_nothing_joins():
    assert instances.registrations(a_cluster(), [], [], T0, ids()) == []


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_attributes_are_the_machines_own(architecture):
    found = instances.attributes(a_cluster(), a_machine(architecture=architecture))
    assert found["ecs.cpu-architecture"] == architecture
    assert (found["ecs.os-type"], found["ecs.availability-zone"]) == ("linux", "us-east-1a")


def test_a_capability_is_there_and_has_no_value():
    found = instances.attributes(a_cluster(), a_machine())
    assert CAPABILITY in found
    assert found[CAPABILITY] is None


@pytest.mark.parametrize("name", ["ecs.instance-type", "ecs.ami-id"])
def test_what_only_an_instance_of_ec2_has_is_not_claimed(name):
    assert name not in instances.attributes(a_cluster(), a_machine())

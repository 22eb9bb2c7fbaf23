"""Machines for tasks on Fargate."""

from homeport.plan.placement import hosts
from homeport.plan.placement.capacity import Capacity, Demand
from homeport.shapes import ecs
from tests.builders import a_machine

DEMAND = Demand(cpu=256, memory_mib=512)


def test_tasks_go_where_there_is_room_and_no_more_than_fit():
    machine = a_machine()
    assert hosts.hosts(5, DEMAND, [(machine, Capacity(cpu=1024, memory_mib=1100))]) == [machine] * 2
    assert hosts.hosts(1, DEMAND, [(machine, Capacity(cpu=1024, memory_mib=1100))]) == [machine]


def test_a_machine_whose_agent_does_not_answer_gets_none():
    assert hosts.hosts(1, DEMAND, [(a_machine(connected=False), Capacity(cpu=1024, memory_mib=1100))]) == []


def test_a_definition_that_names_a_processor_runs_on_no_other():
    arm = ecs.RuntimePlatform(cpu_architecture="ARM64")
    assert hosts.suits(a_machine(architecture="arm64"), arm)
    assert not hosts.suits(a_machine(architecture="x86_64"), arm)


def test_a_definition_that_names_none_runs_on_any():
    assert hosts.suits(a_machine(architecture="arm64"), None)
    assert hosts.suits(a_machine(architecture="arm64"), ecs.RuntimePlatform(operating_system_family="LINUX"))

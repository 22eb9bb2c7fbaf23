"""Machines for tasks on Fargate."""

from homeport.plan.placement import hosts
from homeport.plan.placement.capacity import Capacity, Demand
from tests.builders import a_machine

DEMAND = Demand(cpu=256, memory_mib=512)


def test_tasks_go_where_there_is_room_and_no_more_than_fit():
    machine = a_machine()
    assert hosts.hosts(5, DEMAND, [(machine, Capacity(cpu=1024, memory_mib=1100))]) == [machine] * 2
    assert hosts.hosts(1, DEMAND, [(machine, Capacity(cpu=1024, memory_mib=1100))]) == [machine]


def test_a_machine_whose_agent_does_not_answer_gets_none():
    assert hosts.hosts(1, DEMAND, [(a_machine(connected=False), Capacity(cpu=1024, memory_mib=1100))]) == []

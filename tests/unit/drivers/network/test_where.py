"""Whose question it is: the namespace, the address or the process says so, and nothing else does."""

import pytest

from homeport.drivers.network.metadata.where import InContainer, InInterface, OnMachine, Peer, is_of
from homeport.plan.network import TaskTable
from tests.unit.drivers.network.tables import a_container_table, a_task_table

A, B, C, D = "a" * 64, "b" * 64, "c" * 64, "d" * 64
TASKS: dict[str, TaskTable] = {
    "vpc-1": a_task_table(
        "1", a_container_table("x", "1", runtime_id=A), network_mode="awsvpc", interface="s/eni-1"
    ),
    "vpc-2": a_task_table(
        "2", a_container_table("x", "2", runtime_id=A), network_mode="awsvpc", interface="s/eni-2"
    ),
    "bridge-1": a_task_table("3", a_container_table("x", "3", runtime_id=B, address="172.17.0.2")),
    "bridge-2": a_task_table("4", a_container_table("x", "4", runtime_id=B + "2", address="172.17.0.3")),
    "host-1": a_task_table("5", a_container_table("x", "5", runtime_id=C), network_mode="host"),
    "host-2": a_task_table("6", a_container_table("x", "6", runtime_id=C[:-1] + "0"), network_mode="host"),
    "none-1": a_task_table("7", a_container_table("x", "7", runtime_id=D), network_mode="none"),
    "none-2": a_task_table("8", a_container_table("x", "8", runtime_id=D[:-1] + "0"), network_mode="none"),
    "unborn": a_task_table("9", a_container_table("x", "9"), network_mode="awsvpc"),
}
PEERS: dict[str, Peer] = {
    "vpc-1": Peer(where=InInterface("s/eni-1"), address="127.0.0.1"),
    "vpc-2": Peer(where=InInterface("s/eni-2"), address="127.0.0.1"),
    "bridge-1": Peer(where=OnMachine(), address="172.17.0.2"),
    "bridge-2": Peer(where=OnMachine(), address="172.17.0.3"),
    "host-1": Peer(where=OnMachine(), address="169.254.170.2", runtime_id=C),
    "host-2": Peer(where=OnMachine(), address="169.254.170.2", runtime_id=C[:-1] + "0"),
    "none-1": Peer(where=InContainer(D), address="169.254.170.2"),
    "none-2": Peer(where=InContainer(D[:-1] + "0"), address="169.254.170.2"),
    "nobody": Peer(where=OnMachine(), address="169.254.170.2"),
    "empty": Peer(where=InInterface("")),
    "a neighbour of the machine": Peer(where=OnMachine(), address="192.0.2.7"),
}


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("task", TASKS)
def test_only_a_tasks_own_containers_are_its_own(task: str, peer: str) -> None:
    assert is_of(TASKS[task], PEERS[peer]) is (task == peer)


def test_a_container_in_bridge_mode_is_not_known_by_its_process() -> None:
    assert not is_of(TASKS["bridge-1"], Peer(where=OnMachine(), address="169.254.170.2", runtime_id=B))

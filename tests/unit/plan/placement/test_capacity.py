"""What a task needs, and what a machine has left."""

from homeport.plan.placement.capacity import Capacity, Demand, demand, free
from homeport.shapes import ecs
from tests.unit.plan.placement.worlds import a_definition, a_machine


def a_container(name: str = "app", **members: object) -> ecs.ContainerDefinition:
    return ecs.ContainerDefinition(name=name, **members)  # type: ignore[arg-type]


def test_a_task_needs_the_sums_of_its_containers() -> None:
    definition = a_definition(a_container(cpu=100, memory=64), a_container("side", cpu=28, memory=32))
    assert demand(definition) == Demand(128, 96)


def test_the_tasks_own_size_wins_over_the_sums() -> None:
    definition = a_definition(a_container(cpu=100, memory=64), cpu="1 vCPU", memory="0.5 GB")
    assert demand(definition) == Demand(1024, 512)


def test_a_soft_limit_is_what_is_reserved_when_both_limits_are_set() -> None:
    assert demand(a_definition(a_container(memory=512, memory_reservation=128))).memory_mib == 128


def test_overrides_of_a_container_count() -> None:
    overrides = ecs.TaskOverride(
        container_overrides=[ecs.ContainerOverride(name="app", cpu=200, memory_reservation=300)]
    )
    definition = a_definition(a_container(cpu=100, memory=512))
    assert demand(definition, overrides) == Demand(200, 300)


def test_overrides_of_the_task_win_over_everything() -> None:
    definition = a_definition(a_container(cpu=100, memory=64), cpu="256", memory="512")
    assert demand(definition, ecs.TaskOverride(cpu="512", memory="1 GB")) == Demand(512, 1024)


def test_in_bridge_mode_only_static_host_ports_are_needed() -> None:
    mappings = [
        ecs.PortMapping(container_port=80, host_port=8080),
        ecs.PortMapping(container_port=81, host_port=0),
        ecs.PortMapping(container_port=53, host_port=53, protocol="udp"),
        ecs.PortMapping(container_port_range="9000-9002"),
    ]
    needed = demand(a_definition(a_container(port_mappings=mappings)))
    assert needed == Demand(tcp=frozenset({8080}), udp=frozenset({53}))


def test_in_host_mode_the_containers_ports_are_the_hosts() -> None:
    mappings = [ecs.PortMapping(container_port=80), ecs.PortMapping(container_port_range="9000-9002")]
    needed = demand(a_definition(a_container(port_mappings=mappings), network_mode="host"))
    assert needed.tcp == {80, 9000, 9001, 9002}


def test_in_awsvpc_mode_no_port_of_the_host_is_needed() -> None:
    mappings = [ecs.PortMapping(container_port=80, host_port=80)]
    assert demand(a_definition(a_container(port_mappings=mappings), network_mode="awsvpc")).tcp == set()


def test_a_machine_has_left_what_its_tasks_do_not_take() -> None:
    machine = a_machine(1024, 2048, reserved=(22,))
    left = free(machine, [Demand(256, 512, frozenset({80})), Demand(128, 256, udp=frozenset({53}))])
    assert left == Capacity(640, 1280, frozenset({22, 80}), frozenset({53}))


def test_giving_back_undoes_taking() -> None:
    before = Capacity(100, 100, frozenset({22}))
    task = Demand(10, 20, frozenset({80}), frozenset({53}))
    assert before.take(task).give(task) == before

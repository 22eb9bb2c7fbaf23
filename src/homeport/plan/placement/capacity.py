"""What a task needs of a machine, and what a machine has left. Values: taking and giving back make new ones.

A machine's capacity is shared by all clusters and accounts on it, so `free` is told the demands of *every*
task that the machine holds. What is not counted here is not reserved: disk, network, GPUs.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from homeport.model.instance import Machine
from homeport.model.task import Task
from homeport.plan import units
from homeport.shapes import ecs

NO_PORTS: frozenset[int] = frozenset()


class Demand(Struct, frozen=True, gc=False):
    """What one task needs: `cpu` in units (1,024 a core), `memory_mib`, and the host's ports it names."""

    cpu: int = 0
    memory_mib: int = 0
    tcp: frozenset[int] = NO_PORTS
    udp: frozenset[int] = NO_PORTS


class Capacity(Struct, frozen=True, gc=False):
    """What a machine has left: CPU units and MiB (below zero if it shrank under its tasks); ports in use."""

    cpu: int = 0
    memory_mib: int = 0
    tcp_used: frozenset[int] = NO_PORTS
    udp_used: frozenset[int] = NO_PORTS

    def take(self, demand: Demand) -> "Capacity":
        """What is left once a task with this demand is there; whether it fits is `fit.py`'s question."""
        return Capacity(
            self.cpu - demand.cpu,
            self.memory_mib - demand.memory_mib,
            self.tcp_used | demand.tcp if demand.tcp else self.tcp_used,
            self.udp_used | demand.udp if demand.udp else self.udp_used,
        )

    def give(self, demand: Demand) -> "Capacity":
        """What is left once a task with this demand is gone; undoes `take`."""
        return Capacity(
            self.cpu + demand.cpu,
            self.memory_mib + demand.memory_mib,
            self.tcp_used - demand.tcp if demand.tcp else self.tcp_used,
            self.udp_used - demand.udp if demand.udp else self.udp_used,
        )


def free(machine: Machine, demands: Iterable[Demand]) -> Capacity:
    """What `machine` has left under tasks with these demands."""
    cpu, memory_mib = machine.seen.cpu, machine.seen.memory_mib
    tcp, udp = set(machine.seen.reserved_tcp_ports), set[int]()
    for demand_ in demands:
        cpu -= demand_.cpu
        memory_mib -= demand_.memory_mib
        tcp |= demand_.tcp
        udp |= demand_.udp
    return Capacity(cpu, memory_mib, frozenset(tcp), frozenset(udp))


def demand(definition: ecs.TaskDefinition, overrides: ecs.TaskOverride | None = None) -> Demand:
    """What a task of `definition` needs. The task's own cpu and memory win over the sums of its containers'.

    Seen on AWS, and in the Developer Guide under "Task size" and `memoryReservation`: a container's soft
    limit is what is reserved when both limits are set.
    """
    containers = definition.container_definitions or []
    changed = {item.name: item for item in (overrides and overrides.container_overrides) or []}
    cpu = (overrides and overrides.cpu) or definition.cpu
    memory = (overrides and overrides.memory) or definition.memory
    pairs = [(container, changed.get(container.name)) for container in containers]
    return Demand(
        units.cpu_units(cpu) if cpu else sum(_cpu(*pair) for pair in pairs),
        units.memory_mib(memory) if memory else sum(_memory_mib(*pair) for pair in pairs),
        frozenset(_host_ports(definition.network_mode, containers, "tcp")),
        frozenset(_host_ports(definition.network_mode, containers, "udp")),
    )


def on_fargate(demand_: Demand) -> Demand:
    """What is left of a demand where there is no container instance to reserve it on: memory, which cannot be shared.

    Fargate has no processors to run out of; what a task may use of ours is limited, not reserved (decision 0028).
    """
    return replace(demand_, cpu=0)


def of_task(task: Task, demand_: Demand) -> Demand:
    """What a task takes of its machine, given what its definition and overrides demand."""
    return demand_ if task.state.instance is not None else on_fargate(demand_)


def _cpu(container: ecs.ContainerDefinition, override: ecs.ContainerOverride | None) -> int:
    if override is not None and override.cpu is not None:
        return override.cpu
    return container.cpu or 0


def _memory_mib(container: ecs.ContainerDefinition, override: ecs.ContainerOverride | None) -> int:
    hard, soft = container.memory, container.memory_reservation
    if override is not None:
        hard = hard if override.memory is None else override.memory
        soft = soft if override.memory_reservation is None else override.memory_reservation
    return soft or hard or 0


def _host_ports(
    network_mode: str | None, containers: Sequence[ecs.ContainerDefinition], protocol: str
) -> Iterator[int]:
    """The ports of the host that are fixed beforehand; the rest are found by the container runtime."""
    if network_mode in {"awsvpc", "none"}:
        return
    for container in containers:
        for mapping in container.port_mappings or []:
            if (mapping.protocol or "tcp") != protocol:
                continue
            if network_mode == "host" and mapping.container_port_range:
                yield from port_range(mapping.container_port_range)
            elif mapping.host_port or (network_mode == "host" and mapping.container_port):
                yield mapping.host_port or mapping.container_port or 0


def port_range(text: str) -> range:
    """The ports of `"8000-8010"`, both ends included; none when the text is no such range."""
    first, dash, last = text.partition("-")
    if not (dash and first.isdecimal() and last.isdecimal()):
        return range(0)
    return range(int(first), min(int(last), 65535) + 1)

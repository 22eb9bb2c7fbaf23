"""The shortest way to instances, candidates and definitions for the tests of placement."""

from homeport.model.instance import Instance, InstanceSpec, Machine, MachineSeen
from homeport.plan.placement.candidates import Candidate
from homeport.plan.placement.capacity import Capacity
from homeport.shapes import ecs

CLUSTER = "123456789012/us-east-1/prod"


def an_instance(number: int = 0, **attributes: str) -> Instance:
    return Instance(
        id=f"{CLUSTER}/{number:032x}",
        owner=CLUSTER,
        spec=InstanceSpec(
            cluster=CLUSTER,
            machine=f"m{number}",
            registered_at=1_500_000_000.0,
            attributes={"ecs.cpu-architecture": "x86_64", **attributes},
        ),
    )


def a_candidate(
    number: int = 0,
    cpu: int = 1024,
    memory_mib: int = 1024,
    peers: int = 0,
    groups: frozenset[str] = frozenset(),
    *,
    connected: bool = True,
    **attributes: str,
) -> Candidate:
    return Candidate(
        instance=an_instance(number, **attributes),
        capacity=Capacity(cpu, memory_mib),
        peers=peers,
        running=peers,
        groups=groups,
        connected=connected,
    )


def a_machine(cpu: int = 1024, memory_mib: int = 1024, reserved: tuple[int, ...] = ()) -> Machine:
    return Machine(
        id="m0",
        owner="machines",
        seen=MachineSeen(cpu=cpu, memory_mib=memory_mib, reserved_tcp_ports=reserved, connected=True),
    )


def a_definition(*containers: ecs.ContainerDefinition, **members: object) -> ecs.TaskDefinition:
    return ecs.TaskDefinition(container_definitions=list(containers), **members)  # type: ignore[arg-type]

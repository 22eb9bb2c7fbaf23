"""A VPC, a subnet, an interface and a task in awsvpc mode, for the tests of their planners."""

from typing import Any

from msgspec.structs import replace

from homeport.model.container import ContainerSeen, ContainerState
from homeport.model.interface import Interface, InterfaceSeen, InterfaceSpec, InterfaceState
from homeport.model.task import Task, TaskNetwork
from homeport.model.vpc import Subnet, SubnetSpec, Vpc, VpcSpec
from homeport.shapes import ecs
from tests.builders import SCOPE, T0, a_task

VPC = Vpc(id=f"{SCOPE}/vpc-1", owner=SCOPE, spec=VpcSpec(cidr="10.0.0.0/16", created_at=T0))
SUBNET = Subnet(
    id=f"{SCOPE}/subnet-1",
    owner=VPC.id,
    spec=SubnetSpec(cidr="10.0.1.0/28", zone="us-east-1a", created_at=T0),
)
UP = ContainerSeen(status="RUNNING", namespace="/run/netns/1", started_at=T0)
DEAD = ContainerSeen(status="STOPPED", exit_code=137, started_at=T0, finished_at=T0 + 20)
REFUSED = ContainerSeen(
    status="STOPPED", reason="CannotStartContainerError: no such network", finished_at=T0 + 1
)
GONE = ContainerSeen(status="REMOVED", at=T0 + 1)
DEFINITION = ecs.TaskDefinition(
    family="web",
    revision=1,
    network_mode="awsvpc",
    container_definitions=[ecs.ContainerDefinition(name="app", image="i", essential=True)],
)


def an_interface(number: int = 1, **state: object) -> Interface:
    """A warm interface that nobody has looked at yet."""
    address = f"10.0.1.{number + 3}"
    spec = InterfaceSpec(
        vpc=VPC.id,
        subnet=SUBNET.id,
        address=address,
        mac="02:42:00:00:00:01",
        created_at=T0,
        purpose="task",
    )
    return Interface(
        id=f"{SCOPE}/eni-{number:017x}",
        owner=SUBNET.id,
        spec=spec,
        state=InterfaceState(**state),  # type: ignore[arg-type]
    )


def asked(interface: Interface, pause: ContainerSeen, prepared_for: str | None = None) -> Interface:
    """The interface with a pause that was asked for, and what was seen of it."""
    state = replace(interface.state, pause=replace(interface.state.pause, asked_at=T0))
    return replace(interface, state=state, seen=InterfaceSeen(pause=pause, prepared_for=prepared_for))


def a_vpc_task(interface: Interface | None = None, **members: object) -> Task:
    """A task that has an interface, or waits for one."""
    given: dict[str, Any] = {"containers": {"app": ContainerState(uuid="u")}, **members}
    if interface is not None:
        given |= {"interface": interface.id, "subnet": interface.owner, "address": interface.spec.address}
    return a_task(network=TaskNetwork(subnets=(SUBNET.id,)), attachment="a", **given)

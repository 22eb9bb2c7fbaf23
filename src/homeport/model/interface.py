"""A network interface: an address of a subnet, a MAC, security groups, and whom it belongs to.

Those of tasks are made by the engine, each with a pause container that owns its network namespace; the containers of the
task join it. Those of load balancers are made with them; those of NAT gateways and of users are records only.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from homeport.model.container import ContainerSeen, ContainerState
from homeport.model.record import Record, Time

Purpose: TypeAlias = Literal["task", "balancer", "nat", "user"]
PAUSE = "pause"
"""The name of the container that owns an interface's namespace; its ref is (interface, PAUSE, attempt)."""


def is_interface(id: str) -> bool:
    """Whether a record id is an interface's: a pause container's ref has it where others have a task's."""
    return id.rpartition("/")[2].startswith("eni-")


class InterfaceSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What it was made with. `vpc` and `subnet` are record ids, `groups` record ids of security groups (of one of the
    user's or a load balancer's: a task's are in `state`). `balancer` is the record id of the load balancer that it is for.

    `dhcp_options` is what its VPC had when it was made: its pause is told of names by them.
    """

    vpc: str
    subnet: str
    address: str
    mac: str
    created_at: Time
    purpose: Purpose = "user"
    groups: tuple[str, ...] = ()
    description: str = ""
    balancer: str | None = None
    dhcp_options: str | None = None
    source_dest_check: bool = True
    tags: dict[str, str] = {}


class InterfaceState(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the engine decided about one of a task; without a `task` it is a warm one that waits for some.

    `pause` is what was asked of the pause container. `released_at`: it is given back; once its pause is gone, so is the
    row. `public_address` is reachable from the machine.
    """

    task: str | None = None
    groups: tuple[str, ...] = ()
    public_address: str | None = None
    attached_at: Time | None = None
    released_at: Time | None = None
    pause: ContainerState = ContainerState()


class InterfaceSeen(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Raw facts. `pause.namespace` is the path of the network namespace while the pause runs.

    `prepared_for` is the task (record id; "" for none) for which the namespace was prepared last: its rules, its
    metadata endpoint, its public address. `trouble` is what could not be done of that, and why.
    """

    pause: ContainerSeen = ContainerSeen()
    prepared_for: str | None = None
    trouble: str | None = None


class Interface(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/eni-17HEX`, owned by its subnet."""

    spec: InterfaceSpec
    state: InterfaceState = InterfaceState()
    seen: InterfaceSeen = InterfaceSeen()

    def keys(self) -> tuple[str, ...]:
        """By subnet, VPC and tenant; by each of its groups; by task or load balancer; the warm ones of a subnet."""
        tenant = self.id.rsplit("/", 1)[0]
        found = (self.owner, self.spec.vpc, tenant, *(f"group:{each}" for each in self.groups))
        if self.state.task is not None:
            return (*found, f"task:{self.state.task}")
        if self.spec.balancer is not None:
            return (*found, f"balancer:{self.spec.balancer}")
        return (*found, f"{self.owner}#warm") if self.is_warm else found

    @property
    def name(self) -> str:
        """The id that AWS shows: `eni-…`."""
        return self.id.rsplit("/", 1)[1]

    @property
    def pause(self) -> ContainerSeen:
        """What was seen of its pause container's present attempt; nothing, if only an older one was seen."""
        seen = self.seen.pause
        return seen if seen.attempt == self.state.pause.attempt else ContainerSeen()

    @property
    def groups(self) -> tuple[str, ...]:
        """The security groups that it is in, by record id."""
        return self.state.groups or self.spec.groups

    @property
    def is_warm(self) -> bool:
        """Whether it waits for a task; nobody is shown it."""
        return self.spec.purpose == "task" and self.state.task is None and self.state.released_at is None

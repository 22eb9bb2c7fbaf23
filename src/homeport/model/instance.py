"""The machine, and its membership in a cluster as a container instance.

One machine is one container instance in *every* cluster. What it can hold is the machine's, so that clusters (and
accounts) cannot overcommit it between them.
"""

from functools import lru_cache
from hashlib import sha256

from msgspec import Struct

from homeport.model.record import NOTHING, Nothing, Record, Time


class MachineSeen(Struct, frozen=True, kw_only=True, gc=False):
    """What the machine's agent says of it. `cpu` in ECS units (1,024 a core), `memory_mib` in MiB.

    `address` is one at which its containers reach it, and it itself.
    """

    cpu: int = 0
    memory_mib: int = 0
    architecture: str = "x86_64"
    os_type: str = "linux"
    engine_version: str = ""
    reserved_tcp_ports: tuple[int, ...] = ()
    address: str = "127.0.0.1"
    connected: bool = False
    reason: str = ""
    at: Time = 0.0


class Machine(Record, frozen=True, kw_only=True, gc=False):
    """A host that runs containers; its id is the agent's name for it (`local` for ours). Belongs to no tenant."""

    spec: Nothing = NOTHING
    seen: MachineSeen = MachineSeen()

    @property
    def ec2_id(self) -> str:
        """The instance id by which target groups and container instances name it: `i-` and 17 hexadecimal digits."""
        return ec2_id(self.id)


@lru_cache(maxsize=4096)
def ec2_id(machine: str) -> str:
    """The instance id of a machine by its name, which is all that it follows from."""
    return f"i-{sha256(machine.encode()).hexdigest()[:17]}"


ZONE = "ecs.availability-zone"
"""The attribute of an instance that says in which zone it is."""


class InstanceSpec(Struct, frozen=True, kw_only=True, gc=False):
    """A machine's registration with one cluster."""

    cluster: str
    machine: str
    registered_at: Time
    attributes: dict[str, str | None] = {}
    tags: dict[str, str] = {}


class Instance(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/CLUSTER/32-HEX`, owned by its cluster; gone when the cluster is deleted."""

    spec: InstanceSpec

    def keys(self) -> tuple[str, ...]:
        """By cluster, and by machine."""
        return (self.owner, f"machine:{self.spec.machine}")

    @property
    def hex(self) -> str:
        """The last part of its ARN."""
        return self.id.rsplit("/", 1)[1]

    @property
    def zone(self) -> str | None:
        """The availability zone that it says it is in."""
        return self.spec.attributes.get(ZONE)

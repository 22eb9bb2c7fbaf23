"""What may be asked of the world: a closed union of values. Whoever decides does not do.

An effect may be asked for twice, after a crash or in doubt; doing it again must change nothing. That is why
containers are named by their task, their name and their attempt before they exist.
"""

from typing import TypeAlias

from msgspec import Struct

from homeport.shapes import ecs


class ContainerRef(Struct, frozen=True, gc=False):
    """One run of one container of one task: the name by which it is made, found and adopted. `task` is a record id."""

    task: str
    container: str
    attempt: int = 0


class Network(Struct, frozen=True, kw_only=True, gc=False):
    """A VPC as a container network: `vpc` is its record id. `gateway` is the bridge's own address in it; `resolver`
    (the block's third address, as on AWS) and what load balancers have are added to the bridge by others.
    """

    vpc: str
    cidr: str
    gateway: str
    resolver: str
    bridge: str


class Socket(Struct, frozen=True, kw_only=True, gc=False):
    """What a network interface's pause container is made with.

    `servers` are asked for names, and a short one is looked for in the domains of `search`.
    """

    network: Network
    address: str
    mac: str
    hostname: str
    servers: tuple[str, ...]
    search: tuple[str, ...]


class TaskPayload(Struct, frozen=True, kw_only=True, gc=False):
    """What an agent needs to run a task: everything AWS's agent is sent, and nothing of our records.

    `containers` are the definitions with the task's overrides applied. `cpu` in ECS units and `memory_mib` in MiB are
    the task's own limits, None when only its containers have some. `pause` is the container whose network namespace
    all others join, in awsvpc mode.
    """

    task: str
    task_arn: str
    cluster: str
    family: str
    revision: int
    network_mode: str = "bridge"
    pid_mode: str | None = None
    ipc_mode: str | None = None
    cpu: int | None = None
    memory_mib: int | None = None
    volumes: list[ecs.Volume] = []
    containers: dict[str, ecs.ContainerDefinition] = {}
    attempts: dict[str, int] = {}
    pause: ContainerRef | None = None

    def ref(self, container: str) -> ContainerRef:
        """The present run of `container`."""
        return ContainerRef(self.task, container, self.attempts.get(container, 0))


class PullImage(Struct, frozen=True, gc=False):
    """Have the container's image at hand. Seen as PULLED, or as STOPPED with a CannotPull…Error as the reason."""

    ref: ContainerRef
    payload: TaskPayload


class StartContainer(Struct, frozen=True, gc=False):
    """Create the container if it is not there, and start it. Seen as RUNNING, or as STOPPED with a reason."""

    ref: ContainerRef
    payload: TaskPayload


class StopContainer(Struct, frozen=True, gc=False):
    """SIGTERM now, SIGKILL after `grace_s` seconds. Seen as STOPPED with its exit code."""

    ref: ContainerRef
    grace_s: float


class RemoveContainer(Struct, frozen=True, gc=False):
    """Forget the container and its anonymous volumes. Seen as REMOVED, also when it was not there.

    The task's own volumes go with the last of its containers, but not with one that `is_replaced`: its next attempt
    finds there what this one left.
    """

    ref: ContainerRef
    is_replaced: bool = False


class StartPause(Struct, frozen=True, gc=False):
    """Have the pause container of an interface run, in its VPC's network (made if it is not there), with its address.

    Seen as a container: RUNNING with its `namespace`, or STOPPED with a reason.
    """

    ref: ContainerRef
    socket: Socket


class ProvideNetwork(Struct, frozen=True, gc=False):
    """Have a VPC's network there. Seen as NetworkObserved. `ref` is (the VPC's record id, "network")."""

    ref: ContainerRef
    network: Network


class RemoveNetwork(Struct, frozen=True, gc=False):
    """Have a VPC's network gone. Seen as NetworkObserved without a bridge."""

    ref: ContainerRef
    network: Network


Effect: TypeAlias = (
    PullImage | StartContainer | StopContainer | RemoveContainer | StartPause | ProvideNetwork | RemoveNetwork
)

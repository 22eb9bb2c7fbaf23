"""One run of a task definition: what was asked for, what we concluded, what was seen."""

from msgspec import Struct

from homeport.model.container import ContainerSeen, ContainerState
from homeport.model.lifecycle import DesiredStatus, Health, TaskStatus
from homeport.model.record import Record, Time
from homeport.shapes import ecs


class TaskNetwork(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Where a task in awsvpc mode is to have its network interface. `subnets` and `groups` are record ids."""

    subnets: tuple[str, ...]
    groups: tuple[str, ...] = ()
    public: bool = False


class TaskSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What was asked for. StopTask does not set `desired`: it sets `stop_requested_at`, and the planner concludes.

    `interrupted_at`: when its Spot capacity was taken back; it has two minutes from then.
    """

    cluster: str
    definition: str
    created_at: Time
    group: str
    started_by: str | None = None
    service: str | None = None
    launch_type: str = "EC2"
    capacity_provider: str | None = None
    platform_version: str | None = None
    platform_family: str | None = None
    network: TaskNetwork | None = None
    overrides: ecs.TaskOverride | None = None
    enable_execute_command: bool = False
    client_token: str | None = None
    tags: dict[str, str] = {}
    stop_requested_at: Time | None = None
    stop_reason: str | None = None
    interrupted_at: Time | None = None


class TaskState(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What we decided and concluded.

    `version` counts the status changes, from 1 at birth. `counted` says that the owner has drawn its conclusion from
    the task's end (a failed start makes it back off). `interface` is the record id of its network interface, `subnet`
    (a record id) and `address` where that is or was, `attachment` the UUID under which the task shows it. `token` (64
    hexadecimal digits) is the part of its credentials endpoint's address that nobody else knows.
    """

    desired: DesiredStatus = "RUNNING"
    last: TaskStatus = "PROVISIONING"
    version: int = 1
    instance: str | None = None
    machine: str | None = None
    health: Health = "UNKNOWN"
    stop_code: str | None = None
    stopped_reason: str | None = None
    connectivity_at: Time | None = None
    pull_started_at: Time | None = None
    pull_stopped_at: Time | None = None
    started_at: Time | None = None
    stopping_at: Time | None = None
    execution_stopped_at: Time | None = None
    stopped_at: Time | None = None
    counted: bool = False
    interface: str | None = None
    subnet: str | None = None
    address: str | None = None
    attachment: str | None = None
    token: str = ""
    containers: dict[str, ContainerState] = {}


class TaskSeen(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Raw facts from outside, by container name."""

    containers: dict[str, ContainerSeen] = {}


class Task(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/CLUSTER/32-HEX`, owned by its task set, or by its cluster when RunTask started it."""

    spec: TaskSpec
    state: TaskState = TaskState()
    seen: TaskSeen = TaskSeen()

    def keys(self) -> tuple[str, ...]:
        """By owner and cluster, each also with the status (that is how counts are counted); by the task definition
        that it keeps from being forgotten; while it is alive, by the machine that holds it, and by owner and subnet.
        """
        last = self.state.last
        cluster = f"cluster:{self.spec.cluster}"
        definition = f"definition:{self.spec.definition}"
        found = (self.owner, f"{self.owner}#{last}", cluster, f"{cluster}#{last}", definition)
        if last == "STOPPED":
            return found if self.state.counted else (*found, f"{self.owner}#uncounted")
        alive: tuple[str, ...] = (*found, f"machine:{self.state.machine}")
        if self.state.subnet is not None:
            alive = (*alive, f"{self.owner}@{self.state.subnet}")
        return (*alive, f"{self.owner}#UNHEALTHY") if self.state.health == "UNHEALTHY" else alive

    @property
    def hex(self) -> str:
        """The last part of its ARN."""
        return self.id.rsplit("/", 1)[1]

    @property
    def is_stopping(self) -> bool:
        """Whether it is on its way down, or there."""
        spec = self.spec
        return (
            self.state.desired == "STOPPED"
            or spec.stop_requested_at is not None
            or spec.interrupted_at is not None
        )

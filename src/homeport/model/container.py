"""A container of a task: what was seen of it, and what the engine has asked for."""

from msgspec import Struct

from homeport.model.lifecycle import ContainerStatus, Health
from homeport.model.record import Time


class Binding(Struct, frozen=True, kw_only=True, gc=False):
    """A container's port as it can be reached on the host."""

    bind_ip: str
    container_port: int
    host_port: int
    protocol: str = "tcp"


class ContainerSeen(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Raw facts about one run (`attempt`) of a container; `at` is when they were looked up.

    `namespace` is the path of its network namespace, where it has one of its own and runs.
    """

    attempt: int = 0
    status: ContainerStatus = "NONE"
    runtime_id: str | None = None
    exit_code: int | None = None
    reason: str | None = None
    health: Health = "UNKNOWN"
    image_digest: str | None = None
    bindings: tuple[Binding, ...] = ()
    address: str | None = None
    namespace: str | None = None
    pull_started_at: Time | None = None
    pull_stopped_at: Time | None = None
    started_at: Time | None = None
    finished_at: Time | None = None
    at: Time = 0.0


class ContainerState(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The engine's decisions about a container. Limits are dates, so that they survive a crash.

    `asked_at`: when the start of this attempt was first asked for; from then on the container may exist, whatever was
    seen of it. startTimeout counts from here. `stop_asked_at`: when SIGTERM was first asked for; stopTimeout counts
    from here, however often the control plane restarts. `token` (64 hexadecimal digits) is the part of its metadata
    endpoint's address that nobody else knows.
    """

    uuid: str = ""
    token: str = ""
    attempt: int = 0
    asked_at: Time | None = None
    stop_asked_at: Time | None = None

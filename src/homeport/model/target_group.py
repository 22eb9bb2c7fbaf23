"""A target group, its health check and its targets.

A target is registered by a user (`spec`) or by the engine for a task (`state`); each takes it back in its own part.
Its health is a fact from outside (`seen`); what AWS calls the target's state follows from all three (`plan/health.py`).
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from homeport.model.record import NOTHING, Nothing, Record, Time

TargetStatus: TypeAlias = Literal["initial", "healthy", "unhealthy"]


class HealthCheck(Struct, frozen=True, kw_only=True, gc=False):
    """How targets are checked. `port` is `traffic-port` or a number; `matcher` such as `200,202-299` (gRPC: `0-99`)."""

    enabled: bool = True
    protocol: str = "HTTP"
    port: str = "traffic-port"
    path: str | None = "/"
    interval_s: int = 30
    timeout_s: int = 5
    healthy_threshold: int = 5
    unhealthy_threshold: int = 2
    matcher: str | None = "200"


class TargetGroupSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What was asked for. `attributes` are those that were set; the others have AWS's defaults."""

    name: str
    number: str
    target_type: str
    created_at: Time
    protocol: str
    protocol_version: str | None = None
    port: int
    vpc: str
    ip_address_type: str = "ipv4"
    health_check: HealthCheck
    attributes: dict[str, str] = {}
    tags: dict[str, str] = {}


class TargetGroup(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/NAME/16-HEX`, owned by its scope."""

    spec: TargetGroupSpec
    seen: Nothing = NOTHING

    def keys(self) -> tuple[str, ...]:
        """By scope, and by scope and name."""
        return (self.owner, f"{self.owner}#{self.spec.name}")

    @property
    def deregistration_delay_s(self) -> float:
        """How long a target that was taken out may finish what it has begun."""
        return float(self.spec.attributes.get("deregistration_delay.timeout_seconds", "300"))


class TargetSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The user's hand: RegisterTargets and DeregisterTargets, by their dates. `target` is an instance id or an IP."""

    target: str
    port: int
    zone: str | None = None
    registered_at: Time | None = None
    deregistered_at: Time | None = None


class TargetState(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The engine's hand: the task that it stands for, and when that came and went."""

    task: str | None = None
    task_set: str | None = None
    registered_at: Time | None = None
    deregistered_at: Time | None = None


class TargetSeen(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the health checker says, since `at`; `idle_at` is when a draining target had nothing left to do.

    `reason` and `description` are ELB's own words. `healthy_at` is when it first was healthy since it was registered:
    `engine/observe.py` keeps it, a checker leaves it alone.
    """

    status: TargetStatus = "initial"
    reason: str | None = None
    description: str | None = None
    at: Time = 0.0
    idle_at: Time | None = None
    healthy_at: Time | None = None


class Target(Record, frozen=True, kw_only=True, gc=False):
    """`GROUP-ID/TARGET:PORT`, owned by its target group; gone when it is deregistered and drained."""

    spec: TargetSpec
    state: TargetState = TargetState()
    seen: TargetSeen = TargetSeen()

    def keys(self) -> tuple[str, ...]:
        """By target group; by its task, and by its task set and health, or `draining`."""
        state = self.state
        if state.task is None:
            return (self.owner,)
        health = "draining" if self.is_draining else self.status
        return (self.owner, f"task:{state.task}", f"{state.task_set}#{health}")

    @property
    def status(self) -> TargetStatus:
        """What is known of its health; what was seen before it was last registered was another's."""
        return self.seen.status if self.seen.at > self.registered_at else "initial"

    @property
    def registered_at(self) -> Time:
        """When it was last registered, by whomever."""
        return max(self.spec.registered_at or 0.0, self.state.registered_at or 0.0)

    @property
    def deregistered_at(self) -> Time:
        """When it was last deregistered, by whomever; 0 when it never was."""
        return max(self.spec.deregistered_at or 0.0, self.state.deregistered_at or 0.0)

    @property
    def is_draining(self) -> bool:
        """Whether it was deregistered, and finishes what it has begun. Taken out in the millisecond it came: out."""
        return self.deregistered_at >= self.registered_at

"""What Elastic Load Balancing says of a target: its state follows from who registered it, who uses its target group, and
what the health checker has seen.

States, reasons and descriptions are ELB's (API Reference, TargetHealth). The checks themselves are a driver's.
"""

from msgspec import Struct

from homeport.model.target_group import Target

IN_PROGRESS = "Elb.InitialHealthChecking"


class TargetHealth(Struct, frozen=True, gc=False):
    """A target's state, and why it is not healthy."""

    state: str
    reason: str | None = None
    description: str | None = None


HEALTHY = TargetHealth("healthy")
DRAINING = TargetHealth("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")
NOT_IN_USE = TargetHealth(
    "unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"
)
REGISTERED = TargetHealth("initial", "Elb.RegistrationInProgress", "Target registration is in progress")
CHECKING = TargetHealth("initial", IN_PROGRESS, "Initial health checks in progress")


def health(target: Target, *, is_used: bool) -> TargetHealth:
    """The state of a registered or draining target; `is_used`: whether a load balancer forwards to its target group."""
    if target.is_draining:
        return DRAINING
    if not is_used:
        return NOT_IN_USE
    seen = target.seen
    if seen.at <= target.registered_at:
        return REGISTERED
    if seen.status == "healthy":
        return HEALTHY
    if seen.status == "initial":
        return CHECKING if seen.reason is None else TargetHealth("initial", seen.reason, seen.description)
    return TargetHealth("unhealthy", seen.reason, seen.description)

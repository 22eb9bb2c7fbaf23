"""A service whose deployments the user drives with task sets."""

from msgspec import Struct

from homeport.model.record import Record, Time
from homeport.shapes import ecs


class ServiceSpec(Struct, frozen=True, kw_only=True, gc=False):
    """What the user asked for. `incarnation` tells a re-created service from its namesake (events are kept by it)."""

    cluster: str
    name: str
    incarnation: str
    created_at: Time
    created_by: str
    desired_count: int = 0
    controller: str = "EXTERNAL"
    client_token: str | None = None
    deployment_configuration: ecs.DeploymentConfiguration = ecs.DeploymentConfiguration()
    placement_constraints: list[ecs.PlacementConstraint] = []
    placement_strategy: list[ecs.PlacementStrategy] = []
    health_check_grace_period_s: int | None = None
    scheduling_strategy: str = "REPLICA"
    role: str | None = None
    enable_ecs_managed_tags: bool = False
    enable_execute_command: bool = False
    propagate_tags: str = "NONE"
    tags: dict[str, str] = {}
    primary: str | None = None
    deleted_at: Time | None = None


class ServiceState(Struct, frozen=True, kw_only=True, gc=False):
    """What the engine concluded: is it steady and since when, has it come to rest after its deletion."""

    steady_since: Time | None = None
    steady_told_at: Time | None = None
    inactive_at: Time | None = None


class Service(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/CLUSTER/NAME`, owned by its cluster."""

    spec: ServiceSpec
    state: ServiceState = ServiceState()

    def keys(self) -> tuple[str, ...]:
        """By cluster, and by cluster and status."""
        return (self.owner, f"{self.owner}#{self.status}")

    @property
    def status(self) -> str:
        """ACTIVE, DRAINING once deleted, INACTIVE when nothing of it runs any more."""
        if self.spec.deleted_at is None:
            return "ACTIVE"
        return "DRAINING" if self.state.inactive_at is None else "INACTIVE"

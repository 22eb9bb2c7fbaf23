"""A cluster and its settings."""

from msgspec import Struct

from homeport.model.record import Record, Time
from homeport.shapes import ecs


class ClusterSpec(Struct, frozen=True, kw_only=True, gc=False):
    """What the user asked for."""

    name: str
    created_at: Time
    settings: list[ecs.ClusterSetting] = []
    configuration: ecs.ClusterConfiguration | None = None
    service_connect_namespace: str | None = None
    capacity_providers: list[str] = []
    default_strategy: list[ecs.CapacityProviderStrategyItem] = []
    tags: dict[str, str] = {}
    deleted_at: Time | None = None


class Cluster(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/NAME`, owned by its scope. A deleted one is kept a while, INACTIVE."""

    spec: ClusterSpec

    def keys(self) -> tuple[str, ...]:
        """By scope, and all together: a machine that appears joins every cluster."""
        return (self.owner, "clusters")

    @property
    def name(self) -> str:
        """The cluster's short name."""
        return self.spec.name

    @property
    def status(self) -> str:
        """ACTIVE, or INACTIVE once deleted."""
        return "ACTIVE" if self.spec.deleted_at is None else "INACTIVE"

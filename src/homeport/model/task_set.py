"""A task set: n copies of one revision of a service. The one noun behind every kind of deployment."""

import math

from msgspec import Struct

from homeport.model.record import Record, Time
from homeport.model.task import TaskNetwork
from homeport.shapes import ecs


class TaskSetSpec(Struct, frozen=True, kw_only=True, gc=False):
    """What the user asked for.

    `unsettled_at` is the last call that put the set back to STABILIZING: creation, a new scale, deletion. Promotion
    does not touch it (seen on AWS: stabilityStatusAt is unchanged by UpdateServicePrimaryTaskSet). `network` is what
    its tasks are given of `network_configuration`, which is shown as it was asked for.
    """

    cluster: str
    service: str
    number: str
    definition: str
    created_at: Time
    updated_at: Time
    unsettled_at: Time
    scale_percent: float = 0.0
    external_id: str | None = None
    launch_type: str | None = None
    capacity_provider_strategy: list[ecs.CapacityProviderStrategyItem] = []
    platform_version: str | None = None
    platform_family: str | None = None
    network_configuration: ecs.NetworkConfiguration | None = None
    network: TaskNetwork | None = None
    load_balancers: list[ecs.LoadBalancer] = []
    service_registries: list[ecs.ServiceRegistry] = []
    client_token: str | None = None
    tags: dict[str, str] = {}
    deleted_at: Time | None = None


class TaskSetState(Struct, frozen=True, kw_only=True, gc=False):
    """What the engine worked out.

    `computed` is computedDesiredCount. `steady` holds for the change named by `settled_for` (a TaskSetSpec's
    `unsettled_at`): a later change makes it stale at once, without the API writing here. `failures` counts starts
    that failed in a row, `retry_at` is when the next may be tried. Targets that came and went before
    `targets_told_until` were told.
    """

    computed: int = 0
    steady: bool = False
    settled_for: Time = 0.0
    changed_at: Time = 0.0
    stability_at: Time = 0.0
    failures: int = 0
    failed_at: Time = 0.0
    retry_at: Time | None = None
    impaired_told_at: Time | None = None
    unplaced_told_at: Time | None = None
    targets_told_until: Time = 0.0


class TaskSet(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/CLUSTER/SERVICE/ecs-svc/N`, owned by its service; gone when deleted and its tasks are gone."""

    spec: TaskSetSpec
    state: TaskSetState = TaskSetState()

    def keys(self) -> tuple[str, ...]:
        """By service, and by the task definition it keeps from being forgotten."""
        return (self.owner, f"definition:{self.spec.definition}")

    @property
    def name(self) -> str:
        """The id that AWS shows: `ecs-svc/N`. Its tasks carry it as startedBy."""
        return f"ecs-svc/{self.spec.number}"

    @property
    def is_steady(self) -> bool:
        """Whether stabilityStatus is STEADY_STATE."""
        return self.state.steady and self.state.settled_for == self.spec.unsettled_at

    @property
    def stability_at(self) -> Time:
        """When stabilityStatus last changed."""
        return max(self.spec.unsettled_at, self.state.stability_at)

    @property
    def updated_at(self) -> Time:
        """When anything of it last changed: a call, or a new computedDesiredCount."""
        return max(self.spec.updated_at, self.state.changed_at)

    def wanted(self, desired_count: int) -> int:
        """The number of tasks that `desired_count` and the scale ask for, rounded up; none once deleted."""
        if self.spec.deleted_at is not None:
            return 0
        # Rounded first: 7 % of 100 is 7.000000000000001 in floating point, and must be 7 tasks, not 8.
        return math.ceil(round(desired_count * self.spec.scale_percent / 100, 9))

"""Statuses as tables: what may follow what. A status never goes back.

The order is AWS's own (Developer Guide, "Task lifecycle"). Skipping forward is allowed: a bridge task has nothing to
activate when no load balancer and no registry is attached.
"""

from typing import Literal, TypeAlias, get_args

TaskStatus: TypeAlias = Literal[
    "PROVISIONING",
    "PENDING",
    "ACTIVATING",
    "RUNNING",
    "DEACTIVATING",
    "STOPPING",
    "DEPROVISIONING",
    "STOPPED",
]
DesiredStatus: TypeAlias = Literal["RUNNING", "STOPPED"]
ContainerStatus: TypeAlias = Literal["NONE", "PULLED", "CREATED", "RUNNING", "STOPPED", "REMOVED"]
Health: TypeAlias = Literal["HEALTHY", "UNHEALTHY", "UNKNOWN"]

TASK_STATUSES: tuple[TaskStatus, ...] = get_args(TaskStatus)
CONTAINER_STATUSES: tuple[ContainerStatus, ...] = get_args(ContainerStatus)

TASK_RANK: dict[TaskStatus, int] = {status: rank for rank, status in enumerate(TASK_STATUSES)}
CONTAINER_RANK: dict[ContainerStatus, int] = {status: rank for rank, status in enumerate(CONTAINER_STATUSES)}

BEFORE_RUNNING: frozenset[TaskStatus] = frozenset({"PROVISIONING", "PENDING", "ACTIVATING"})
"""What `pendingCount` counts."""


def may_follow(current: TaskStatus, following: TaskStatus) -> bool:
    """Whether a task that was `current` may become `following`: forward or the same, never back."""
    return TASK_RANK[following] >= TASK_RANK[current]

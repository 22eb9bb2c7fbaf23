"""What a container may use: CPU, memory, processes, files. Every container gets a limit of processes.

ECS bounds a task by a control group around its containers. Here each container of a bounded task is held to
the task's bounds by itself: none can use more than the task was given, but two together may.
"""

from typing import Any

from homeport.plan.effects import TaskPayload
from homeport.shapes import ecs

MIB = 1024 * 1024
LEAST_SHARES = 2
"""The kernel's least, and what ECS's agent sends for 0, 1 and none (Developer Guide, "cpu")."""

MOST_PROCESSES = 4096
PERIOD_US = 100_000


def limits(payload: TaskPayload, definition: ecs.ContainerDefinition) -> dict[str, Any]:
    """The part of HostConfig that bounds what the container uses."""
    memory_mib = definition.memory or payload.memory_mib
    parameters = definition.linux_parameters or ecs.LinuxParameters()
    given = {
        "Memory": memory_mib and memory_mib * MIB,
        "MemoryReservation": definition.memory_reservation and definition.memory_reservation * MIB,
        "ShmSize": parameters.shared_memory_size and parameters.shared_memory_size * MIB,
        "Ulimits": [
            {"Name": limit.name, "Soft": limit.soft_limit, "Hard": limit.hard_limit}
            for limit in definition.ulimits or []
        ],
    }
    return {
        "CpuShares": max(LEAST_SHARES, definition.cpu or 0),
        "PidsLimit": MOST_PROCESSES,
        **_quota(payload.cpu),
        **_swap(memory_mib, parameters),
        **{key: value for key, value in given.items() if value},
    }


def _quota(cpu: int | None) -> dict[str, int]:
    """The task's own CPU is a ceiling; a container's is a share (Developer Guide, "Task CPU")."""
    return {} if not cpu else {"CpuPeriod": PERIOD_US, "CpuQuota": max(1000, cpu * PERIOD_US // 1024)}


def _swap(memory_mib: int | None, parameters: ecs.LinuxParameters) -> dict[str, int]:
    """How much more than its memory: maxSwap is added to the memory, as `docker run --memory-swap`; without it swappiness means nothing."""
    if parameters.max_swap is None or not memory_mib:
        return {}
    swap = {"MemorySwap": (memory_mib + parameters.max_swap) * MIB}
    return swap if parameters.swappiness is None else {**swap, "MemorySwappiness": parameters.swappiness}

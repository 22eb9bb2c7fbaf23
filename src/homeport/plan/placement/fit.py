"""Does a task fit, and if not, why: in the words of RunTask's failures and of a service's events.

The reasons are AWS's (Developer Guide, "API failure reasons" and "Service event messages").
"""

from typing import Literal, TypeAlias

from homeport.plan.placement.capacity import Capacity, Demand

Reason: TypeAlias = Literal[
    "No Container Instances were found in your cluster.",
    "AGENT",
    "ATTRIBUTE",
    "MemberOf placement constraint unsatisfied.",
    "DistinctInstance placement constraint unsatisfied.",
    "RESOURCE:PORTS",
    "RESOURCE:CPU",
    "RESOURCE:MEMORY",
]

NO_INSTANCES: Reason = "No Container Instances were found in your cluster."

CLOSENESS: dict[Reason, int] = {
    NO_INSTANCES: 0,
    "AGENT": 1,
    "ATTRIBUTE": 2,
    "MemberOf placement constraint unsatisfied.": 3,
    "DistinctInstance placement constraint unsatisfied.": 4,
    "RESOURCE:PORTS": 5,
    "RESOURCE:MEMORY": 6,
    "RESOURCE:CPU": 7,
}
"""How far an instance came before it was refused: the later the question, the closer the match."""

_FINDINGS: dict[Reason, str] = {
    "AGENT": 'encountered error "AGENT"',
    "ATTRIBUTE": "is missing an attribute required by your task",
    "MemberOf placement constraint unsatisfied.": (
        'encountered error "MemberOf placement constraint unsatisfied."'
    ),
    "DistinctInstance placement constraint unsatisfied.": (
        'encountered error "DistinctInstance placement constraint unsatisfied."'
    ),
    "RESOURCE:PORTS": "is already using a port required by your task",
    "RESOURCE:CPU": "has insufficient CPU units available",
    "RESOURCE:MEMORY": "has insufficient memory available",
}

_STEM = "was unable to place a task because no container instance met all of its requirements."
_TAIL = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."


def shortage(demand: Demand, capacity: Capacity) -> Reason | None:
    """Which resource is short for one more task, or None when it fits.

    Nothing is asked of what the task does not ask for: it fits a machine whose CPU is overdrawn if it wants
    none.
    """
    if (demand.tcp and not demand.tcp.isdisjoint(capacity.tcp_used)) or (
        demand.udp and not demand.udp.isdisjoint(capacity.udp_used)
    ):
        return "RESOURCE:PORTS"
    if demand.memory_mib and demand.memory_mib > capacity.memory_mib:
        return "RESOURCE:MEMORY"
    if demand.cpu and demand.cpu > capacity.cpu:
        return "RESOURCE:CPU"
    return None


def event(service: str, reason: Reason, closest: str | None) -> str:
    """The line of a service's events: `service` is its name, `closest` the closest instance's id (32 hex)."""
    finding = _FINDINGS.get(reason)
    if closest is None or finding is None:
        return f"(service {service}) {_STEM} Reason: {reason} {_TAIL}"
    return (
        f"(service {service}) {_STEM} The closest matching (container-instance {closest}) {finding}. {_TAIL}"
    )

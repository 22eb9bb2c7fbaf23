"""Machines for tasks that belong on no container instance (Fargate): wherever there is room.

No constraints and no strategies apply (Developer Guide: "task placement constraints aren't supported for tasks on
Fargate"). Like `place.py` it reserves nothing.
"""

from collections.abc import Sequence

from homeport.model.instance import Machine
from homeport.plan.placement import fit
from homeport.plan.placement.capacity import Capacity, Demand
from homeport.plan.placement.place import ARCHITECTURES
from homeport.shapes import ecs

UNAVAILABLE = (
    "Capacity is unavailable at this time. Please try again later or in a different availability zone"
)
"""The reason of RunTask's failures, and of a service's event with a full stop (seen on AWS)."""


def suits(machine: Machine, platform: ecs.RuntimePlatform | None) -> bool:
    """Whether a machine has the processor that a definition names. One that names none runs on any
    (on AWS it gets X86_64; docs/decisions/0028).
    """
    named = None if platform is None else platform.cpu_architecture
    return named is None or ARCHITECTURES.get(named) == machine.seen.architecture


def hosts(wanted: int, demand: Demand, machines: Sequence[tuple[Machine, Capacity]]) -> list[Machine]:
    """A machine for each of up to `wanted` tasks of `demand`, one after the other; fewer where there is no room."""
    chosen: list[Machine] = []
    for machine, capacity in machines:
        room = capacity
        while len(chosen) < wanted and machine.seen.connected and fit.shortage(demand, room) is None:
            chosen.append(machine)
            room = room.take(demand)
    return chosen


def event(service: str) -> str:
    """The line of a service's events when there is no room: `service` is its name."""
    return (
        f"(service {service}) was unable to place a task. Reason: {UNAVAILABLE}. "
        "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."
    )

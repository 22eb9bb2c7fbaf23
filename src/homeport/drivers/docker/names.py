"""How a container is labelled, and how its ref is read back; how it is named is in `plan/naming.py`.

A container is ours by its labels and its name. The name makes a second creation collide with the first; whoever
takes it without our labels, or our labels without it, is a stranger and is left alone.
"""

from collections.abc import Iterable, Mapping

from homeport.plan.effects import ContainerRef, TaskPayload
from homeport.plan.naming import container_name, ecs_labels

INSTALLATION = "homeport.installation"
TASK = "homeport.task"
CONTAINER = "homeport.container"
ATTEMPT = "homeport.attempt"
PORTS = "homeport.ports"
"""Ports of a container in host mode, which the engine does not list: `80/tcp 53/udp`."""

LOG_DRIVER = "homeport.log-driver"
"""The log driver that a container asked for and did not get."""

VPC = "homeport.vpc"
BRIDGE = "homeport.bridge"
"""Of a VPC's network: the VPC's record id, and the machine's interface into it."""

RESERVED = ("homeport.", "com.amazonaws.ecs.")
"""Prefixes of labels that a task definition cannot set."""


def labels(installation: str, ref: ContainerRef, payload: TaskPayload) -> dict[str, str]:
    """Ours, by which a container is found and adopted, and those of ECS's agent."""
    return {**own_labels(installation, ref), **ecs_labels(payload, ref.container)}


def own_labels(installation: str, ref: ContainerRef) -> dict[str, str]:
    """Ours alone: all that a pause container has, whose `task` is an interface."""
    return {
        INSTALLATION: installation,
        TASK: ref.task,
        CONTAINER: ref.container,
        ATTEMPT: str(ref.attempt),
    }


def volume_labels(installation: str, task: str) -> dict[str, str]:
    """By which a task's volume is found when its last container goes."""
    return {INSTALLATION: installation, TASK: task}


def ref_of(installation: str, labels: Mapping[str, str], called: Iterable[str]) -> ContainerRef | None:
    """Whose run it is by its labels and one of its names; None when it is not ours.

    Labels alone are copied: an image that somebody made of our container carries them, and so does whatever
    runs it. One that was renamed is its renamer's.
    """
    task, container, attempt = labels.get(TASK), labels.get(CONTAINER), labels.get(ATTEMPT, "")
    if labels.get(INSTALLATION) != installation or not task or not container or not attempt.isdecimal():
        return None
    ref = ContainerRef(task, container, int(attempt))
    name = container_name(installation, ref)
    return ref if any(word.removeprefix("/") == name for word in called) else None

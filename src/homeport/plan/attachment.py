"""A task's network interface: claimed while the task is PROVISIONING, waited for, given back while it is DEPROVISIONING.

Its pause container is brought up and down in `interface.py`; here it is only looked at: what does not run in time, or runs
no more, ends the task. ECS's agent counts the pause as an essential container of the task, and so do we.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from msgspec.structs import replace

from homeport.model.interface import Interface
from homeport.model.lifecycle import TASK_RANK
from homeport.model.record import Record, Time
from homeport.model.task import Task, TaskState
from homeport.model.vpc import Subnet
from homeport.plan import containers
from homeport.plan.interface import given_back
from homeport.plan.options import Options

AttachmentStatus: TypeAlias = Literal["PRECREATED", "ATTACHING", "ATTACHED", "DETACHING", "DELETED"]

TIMEOUT = "Timeout waiting for network interface provisioning to complete."
"""Seen on AWS."""

FULL = "InsufficientFreeAddressesInSubnet"
MISSING = "InvalidSubnetID.NotFound"


@dataclass(frozen=True, slots=True)
class Offer:
    """An interface that nobody has yet, warm or new, with what it gets for this task; or why there is none."""

    interface: Interface | None = None
    subnet: Subnet | None = None
    groups: tuple[str, ...] = ()
    public_address: str | None = None
    refusal: str | None = None


def _nothing() -> Offer:
    return Offer()


@dataclass(frozen=True, slots=True)
class TaskLink:
    """What a task in awsvpc mode is planned with: its interface, and `trouble` with the network of its VPC.

    `offer` looks for an interface; it is asked only of a task that needs one.
    """

    interface: Interface | None = None
    trouble: str | None = None
    offer: Callable[[], Offer] = _nothing


UNLINKED = TaskLink()


def status(task: Task) -> AttachmentStatus:
    """The status of a task's attachment, which follows from the task's own."""
    last = task.state.last
    if last == "PROVISIONING":
        return "PRECREATED" if task.state.interface is None else "ATTACHING"
    if last == "STOPPED":
        return "DELETED"
    return "DETACHING" if last == "DEPROVISIONING" else "ATTACHED"


def refused(subnet: str, code: str) -> str:
    """Why there is no interface: `subnet` is the id that AWS shows, `code` EC2's (the stem was seen on AWS)."""
    return f"Unexpected EC2 error while attempting to Create Network Interface in subnet '{subnet}': {code}"


def is_ready(task: Task, link: TaskLink) -> bool:
    """Whether containers may start: the namespace is there, and prepared for this very task."""
    if task.spec.network is None:
        return True
    interface = link.interface
    return (
        interface is not None
        and interface.pause.status == "RUNNING"
        and interface.seen.prepared_for == task.id
    )


def is_gone(task: Task, link: TaskLink) -> bool:
    """Whether there is nothing to give back, or no more."""
    return task.state.interface is None or link.interface is None


def failure(task: Task, link: TaskLink, now: Time, options: Options) -> tuple[str, str] | None:
    """The stop code and reason of a task in awsvpc mode whose interface is of no use."""
    is_early = task.state.last == "PROVISIONING"
    if task.state.interface is not None:
        pause = None if link.interface is None else link.interface.pause
        if pause is None or pause.status in containers.DOWN:
            if not is_early:
                return "EssentialContainerExited", "Essential container in task exited"
            told = pause.reason if pause is not None and pause.started_at is None else None
            return "TaskFailedToStart", told or "ResourceInitializationError: the pause container exited"
        if is_early and link.trouble and pause.status != "RUNNING":
            return "TaskFailedToStart", f"ResourceInitializationError: {link.trouble}"
    if is_early and now >= given_up_at(task, options):
        return "TaskFailedToStart", TIMEOUT
    return None


def given_up_at(task: Task, options: Options) -> Time:
    """When a task has waited long enough for its interface."""
    return round(task.spec.created_at + options.provision_s, 3)


def claimed(task: Task, offer: Offer, now: Time) -> tuple[TaskState, tuple[Record, ...]]:
    """The task's state with the interface that it was offered, the interface as the task's own, and the subnet as used."""
    interface, subnet = offer.interface, offer.subnet
    assert interface is not None, "an offer is an interface or a refusal"
    assert subnet is not None, "an interface is in a subnet"
    assert interface.state.task is None, "an interface has one task"
    state = replace(
        interface.state,
        task=task.id,
        groups=offer.groups,
        public_address=offer.public_address,
        attached_at=now,
    )
    own = replace(
        task.state,
        interface=interface.id,
        subnet=interface.owner,
        address=interface.spec.address,
    )
    used = replace(subnet, state=replace(subnet.state, used_at=now))
    return own, (replace(interface, state=state), *((used,) if used != subnet else ()))


def needs(task: Task) -> bool:
    """Whether a task still has to claim an interface."""
    return task.spec.network is not None and task.state.interface is None and task.state.desired == "RUNNING"


def released(task: Task, link: TaskLink, now: Time) -> tuple[Interface, ...]:
    """The interface that is to be given back, once no container of the task needs it any more."""
    interface = link.interface
    if TASK_RANK[task.state.last] < TASK_RANK["DEPROVISIONING"] or interface is None:
        return ()
    if interface.state.released_at is not None:
        return ()
    return (given_back(interface, now),)

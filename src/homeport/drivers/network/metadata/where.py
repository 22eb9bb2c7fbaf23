"""Where a question about a task comes from, and whether it comes from that task: pure.

A task in awsvpc mode is known by the namespace in which the listener is, and so is a container without a network. On the
machine's own listener a container in bridge mode is known by its address, and one in host mode by the process that has
the other end of the connection, which is looked up in `owner.py`. Whatever is none of these is nobody.
"""

from typing import TypeAlias

from msgspec import Struct

from homeport.plan.network import TaskTable


class InInterface(Struct, frozen=True):
    """A listener in the namespace of a network interface (a record id)."""

    interface: str


class InContainer(Struct, frozen=True):
    """A listener in the namespace of a single container (its id at the engine), as in `none` mode."""

    runtime_id: str


class OnMachine(Struct, frozen=True):
    """The listener on the machine's own loopback."""


Where: TypeAlias = InInterface | InContainer | OnMachine


class Peer(Struct, frozen=True, kw_only=True):
    """Who asks: where it was heard, the address it has, and the container (its id at the engine) whose process holds the
    other end, looked up for containers in host mode only.
    """

    where: Where
    address: str = ""
    runtime_id: str | None = None


HOST = "host"
BRIDGE = "bridge"


def is_of(task: TaskTable, peer: Peer) -> bool:
    """Whether the question comes from a container of the task."""
    match peer.where:
        case InInterface(interface=interface):
            return bool(interface) and task.interface == interface
        case InContainer(runtime_id=runtime_id):
            return _has(task, runtime_id)
        case OnMachine():
            if task.network_mode == BRIDGE:
                return bool(peer.address) and any(one.address == peer.address for one in task.containers)
            return task.network_mode == HOST and _has(task, peer.runtime_id)


def _has(task: TaskTable, runtime_id: str | None) -> bool:
    return bool(runtime_id) and any(one.runtime_id == runtime_id for one in task.containers)

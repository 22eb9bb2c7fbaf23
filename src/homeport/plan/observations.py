"""What the world may say: a closed union of values. An effect always ends in one of them, never in an exception."""

from typing import TypeAlias

from msgspec import Struct

from homeport.model.container import ContainerSeen
from homeport.model.instance import MachineSeen
from homeport.model.record import Time
from homeport.model.target_group import TargetSeen
from homeport.plan.effects import ContainerRef, Effect


class ContainerObserved(Struct, frozen=True, gc=False):
    """A container was looked at. `seen.attempt` is `ref.attempt`; facts of an older attempt are dropped."""

    ref: ContainerRef
    seen: ContainerSeen


class EffectFailed(Struct, frozen=True, gc=False):
    """The world could not be reached or was too slow: nothing is known, and the effect is worth asking for again.

    A refusal (no such image, invalid option) is no EffectFailed; it is a container observed STOPPED with a reason.
    """

    effect: Effect
    reason: str
    at: Time


class ContainersListed(Struct, frozen=True, gc=False):
    """A *complete and successful* list of all our containers on a machine, asked for at `at`.

    It is the only evidence of absence: a container seen before `at` and not in `refs` is gone. So is the network of a VPC
    (a record id) that is not in `networks`; None says nothing of networks.
    """

    machine: str
    refs: frozenset[ContainerRef]
    at: Time
    networks: frozenset[str] | None = None


class MachineObserved(Struct, frozen=True, gc=False):
    """The machine's agent was asked how it is; `seen.connected` is False when it did not answer."""

    machine: str
    seen: MachineSeen


class TargetObserved(Struct, frozen=True, gc=False):
    """The health checker has come to another conclusion about a target (a record id), or it has become idle."""

    target: str
    seen: TargetSeen


class ListenerObserved(Struct, frozen=True, gc=False):
    """The data plane took over a listener (a record id) as it was asked to, or said what keeps it from doing so.

    `inside` is the address at which containers reach it; None for nowhere.
    """

    listener: str
    at: Time
    trouble: str | None = None
    inside: str | None = None


class NetworkObserved(Struct, frozen=True, gc=False):
    """The container network of a VPC (a record id) was looked at: its bridge's name, None when it is not there."""

    vpc: str
    bridge: str | None
    at: Time
    trouble: str | None = None


class InterfaceObserved(Struct, frozen=True, gc=False):
    """The namespace of an interface (a record id) was prepared for a task ("" for none), as far as it could be."""

    interface: str
    prepared_for: str
    at: Time
    trouble: str | None = None


Observation: TypeAlias = (
    ContainerObserved
    | EffectFailed
    | ContainersListed
    | MachineObserved
    | TargetObserved
    | ListenerObserved
    | NetworkObserved
    | InterfaceObserved
)

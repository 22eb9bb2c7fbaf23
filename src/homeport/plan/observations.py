"""What the world may say: a closed union of values. An effect always ends in one of them, never in an exception."""

from typing import TypeAlias

from msgspec import Struct

from homeport.model.container import ContainerSeen
from homeport.model.instance import MachineSeen
from homeport.model.record import Time
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

    It is the only evidence of absence: a container seen before `at` and not in `refs` is gone.
    """

    machine: str
    refs: frozenset[ContainerRef]
    at: Time


class MachineObserved(Struct, frozen=True, gc=False):
    """The machine's agent was asked how it is; `seen.connected` is False when it did not answer."""

    machine: str
    seen: MachineSeen


Observation: TypeAlias = ContainerObserved | EffectFailed | ContainersListed | MachineObserved

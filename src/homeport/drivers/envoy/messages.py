"""What the server and the balancer process say to one another over the door."""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

from homeport.drivers.balancer import Bridge
from homeport.model.sample import Sample
from homeport.plan.observations import ListenerObserved, TargetObserved
from homeport.plan.traffic import Delta, Tables


class Begin(Struct, frozen=True, tag="begin"):
    """The server: all there is."""

    tables: Tables
    bridge: Bridge | None = None


class Publish(Struct, frozen=True, tag="publish"):
    """The server: what has changed."""

    delta: Delta


class Told(Struct, frozen=True, tag="told"):
    """The balancer process: what it has seen. `trouble`: what keeps Envoy from being there at all."""

    targets: Sequence[TargetObserved] = ()
    listeners: Sequence[ListenerObserved] = ()
    samples: Sequence[Sample] = ()
    trouble: str | None = None


Asked: TypeAlias = Begin | Publish

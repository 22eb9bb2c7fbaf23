"""One port for every container runtime: perform, list, watch.

A driver decides nothing and remembers nothing that matters: all it is told is in the effect, all it knows is in
what it observes. It never raises for the world's sake.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from homeport.plan.effects import Effect
from homeport.plan.observations import Observation


class Driver(Protocol):
    """An agent for one machine."""

    async def perform(self, effect: Effect) -> Observation:
        """Do it, and say what came of it. Ends within the driver's own deadlines."""

    async def list(self) -> Sequence[Observation]:
        """All that is ours, now: a ContainerObserved each, the machine, and ContainersListed if the list is complete."""

    def watch(self) -> AsyncIterator[Observation]:
        """Whatever changes, soon after it did. Only a hint: `list` is the truth."""

    async def close(self) -> None:
        """Let go of sockets; touches no container."""

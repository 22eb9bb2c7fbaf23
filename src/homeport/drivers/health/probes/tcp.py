"""TCP and TLS: a target that can be connected to is healthy."""

from homeport.drivers.health.probes.stream import connected
from homeport.drivers.health.question import Question


async def connect(question: Question) -> None:
    """Connect, shake hands where it is TLS, and leave."""
    async with connected(question):
        pass

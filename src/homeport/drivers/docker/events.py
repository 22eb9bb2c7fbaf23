"""Whatever happens to our containers, soon after it did.

Only a hint: what is missed here, the next list tells.
"""

from collections.abc import AsyncIterator, Callable, Container

from homeport.drivers.docker import names
from homeport.drivers.docker.calls import Refused, Unreachable
from homeport.drivers.docker.client import Client
from homeport.drivers.docker.look import Look
from homeport.drivers.docker.things import Event
from homeport.model.container import ContainerSeen
from homeport.model.record import Time
from homeport.plan.effects import ContainerRef
from homeport.plan.observations import ContainerObserved

KINDS = ["start", "die", "oom", "health_status", "destroy"]
SHORTEST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 10.0


async def watch(
    client: Client, look: Look, clock: Callable[[], Time], abandoned: Container[str]
) -> AsyncIterator[ContainerObserved]:
    """Goes on until the client is closed: a stream that ends is opened again, at longer and longer intervals
    while the engine is deaf.

    `abandoned` are containers that were removed because they could not start: their end was told already,
    with a reason that must not be overtaken by "removed".
    """
    pause_s = SHORTEST_PAUSE_S
    is_closed = False
    while not is_closed:
        try:
            async for event in client.events(f"{names.INSTALLATION}={look.installation}", KINDS):
                pause_s = SHORTEST_PAUSE_S
                observed = await _observed(client, look, clock, event)
                if observed is not None and event.actor.id not in abandoned:
                    yield observed
        except (Unreachable, Refused):
            pass
        is_closed = await client.is_closed_within(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


async def _observed(
    client: Client, look: Look, clock: Callable[[], Time], event: Event
) -> ContainerObserved | None:
    labels = event.actor.attributes
    ref = names.ref_of(look.installation, labels, [labels.get("name", "")])
    if ref is None:
        return None
    at = clock()
    if event.action == "destroy":
        return _removed(ref, at)
    found = await client.containers.inspect(event.actor.id)
    return None if found is None else ContainerObserved(ref, await look.read(found, ref, at))


def _removed(ref: ContainerRef, at: Time) -> ContainerObserved:
    return ContainerObserved(ref, ContainerSeen(attempt=ref.attempt, status="REMOVED", at=at))

"""One port for what is measured of containers when somebody asks: by the container engine's driver, or by nobody."""

from typing import Any, Protocol


class Gauge(Protocol):
    """It never raises for the world's sake: what cannot be told is None."""

    async def stats(self, runtime_id: str) -> dict[str, Any] | None:
        """What a container uses, in the form of Docker's API, with `network_rate_stats` once there is a rate."""

    async def written_mib(self, runtime_ids: tuple[str, ...]) -> int | None:
        """How much these containers have written to their own layers, together."""

"""What `GET /health` says: is each part well, and what is less strict than it could be."""

from collections.abc import Callable, Mapping
from typing import Any

from homeport import __version__
from homeport.model.instance import Machine
from homeport.server.pump import Pump
from homeport.server.settings import Settings
from homeport.store.tx import Store


def report(store: Store, pump: Pump, settings: Settings) -> Callable[[], Mapping[str, Any]]:
    """A function that looks at every part now."""

    def look() -> Mapping[str, Any]:
        parts = {"store": store.health(), "engine": pump.trouble, "driver": _driver(store)}
        return {
            "status": "ok" if not any(parts.values()) else "impaired",
            "version": __version__,
            "parts": {name: trouble or "ok" for name, trouble in parts.items()},
            "auth": settings.verifies,
            "loosened": settings.loosened,
        }

    return look


def _driver(store: Store) -> str | None:
    """What keeps containers from being started; None when nothing does."""
    with store.read(0.0) as tx:
        machines = tx.all(Machine)
    if not machines:
        return "the container engine has not answered yet"
    reasons = [machine.seen.reason or "no answer" for machine in machines if not machine.seen.connected]
    return "; ".join(reasons) or None

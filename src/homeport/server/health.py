"""What `GET /health` says: is each part well, and what is less strict than it could be."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from homeport import __version__
from homeport.server.balancing import Balancing
from homeport.server.networking import Networking
from homeport.server.page import Page, Reply
from homeport.server.pump import Pump
from homeport.server.settings import Settings
from homeport.store.tx import Store


def report(
    store: Store, pump: Pump, planes: tuple[Balancing, Networking], settings: Settings
) -> Callable[[], Mapping[str, Any]]:
    """A function that looks at every part now.

    `status` is "ok"; "impaired" when containers, traffic or networks cannot be cared for although the API answers; "down"
    when nothing can be written. `unenforced` is what this machine does not let us do for networks.
    """
    balancing, networking = planes

    def look() -> Mapping[str, Any]:
        parts = {
            "store": store.health(),
            "engine": pump.trouble,
            "driver": pump.deafness,
            "balancer": balancing.trouble,
            "network": networking.trouble,
        }
        return {
            "status": "down" if parts["store"] else "impaired" if any(parts.values()) else "ok",
            "version": __version__,
            "parts": {name: trouble or "ok" for name, trouble in parts.items()},
            "auth": settings.verifies,
            "loosened": settings.loosened,
            "unenforced": networking.unenforced,
        }

    return look


def page(report: Callable[[], Mapping[str, Any]]) -> Page:
    """The page: 503 when nothing can be written."""

    def made() -> Reply:
        told = report()
        return Reply(503 if told["status"] == "down" else 200, b"application/json", json.dumps(told).encode())

    return made

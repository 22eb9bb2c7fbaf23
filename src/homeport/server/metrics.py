"""`GET /metrics`, loaded when somebody first asks: most servers are never scraped, and Prometheus's library is heavy."""

import asyncio
import importlib
from collections.abc import Callable, Mapping
from typing import Any

from homeport.model.record import Time
from homeport.server.page import Page, Reply
from homeport.store.tx import Store

EXPOSITION = "homeport.server.exposition"


def page(store: Store, report: Callable[[], Mapping[str, Any]], clock: Callable[[], Time]) -> Page:
    """The page. `report` is what `/health` says."""

    async def made() -> Reply:
        exposition = await asyncio.to_thread(importlib.import_module, EXPOSITION)
        with store.read(clock()) as tx:
            return Reply(200, exposition.CONTENT_TYPE, exposition.text(tx, report()))

    return made

"""Tables by record id, and what has changed of them: None for what is there no more. Shared by all kinds of tables.

Nothing here knows what a table says.
"""

from collections.abc import Mapping
from typing import TypeVar

V = TypeVar("V")


def applied(tables: Mapping[str, V], changes: Mapping[str, V | None]) -> dict[str, V]:
    """The tables after changes."""
    found = {**tables, **{id: table for id, table in changes.items() if table is not None}}
    for id in [id for id, table in changes.items() if table is None]:
        found.pop(id, None)
    return found


def difference(before: Mapping[str, V], after: Mapping[str, V]) -> dict[str, V | None]:
    """What has changed from one to the other."""
    found: dict[str, V | None] = {id: table for id, table in after.items() if before.get(id) != table}
    return found | {id: None for id in before if id not in after}

"""Documents of JSON as the agent writes them: without what is not known, and with dates as Go prints them."""

from datetime import UTC, datetime
from typing import Any, TypeAlias

import msgspec

from homeport.model.record import Time

Document: TypeAlias = dict[str, Any]


def when(at: Time | None) -> str | None:
    """RFC 3339 in UTC, as Go prints it."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def filled(members: Document) -> Document:
    """Without what is not known; empty lists, words and maps are left out as well."""
    return {name: value for name, value in members.items() if value is not None and value not in ("", [], {})}


def raw(document: Document) -> msgspec.Raw:
    """As it is handed on."""
    return msgspec.Raw(msgspec.json.encode(document))

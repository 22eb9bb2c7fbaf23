"""What a page for whoever watches is: no call of AWS's, no credentials, and read with GET."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from msgspec import Struct


class Reply(Struct, frozen=True):
    """What a page says now."""

    status: int
    content_type: bytes
    body: bytes


Page: TypeAlias = Callable[[], Reply | Awaitable[Reply]]
"""Awaited when it cannot be said at once."""

"""What a generated module tells about each operation that it serves.

Written by hand, and kept apart from the generated modules so that all of them can share it. It knows the
classes of an operation, not how to run it.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import msgspec

Timestamp = Annotated[float, msgspec.Meta(extra={"timestamp": True})]
"""Seconds since 1970: a number in JSON, ISO 8601 in the Query protocol, which looks for the mark."""


class Operation(NamedTuple):
    """One AWS operation: its names and the classes of its request and its response."""

    name: str
    """AWS's name, such as `CreateTaskSet`."""
    method_name: str
    """The same in snake_case, such as `create_task_set`: the name of the function that serves it."""
    request: type[msgspec.Struct]
    response: type[msgspec.Struct]
    result_wrapper: str | None = None
    """The Query protocol's element around the response's members, such as `GetCallerIdentityResult`."""

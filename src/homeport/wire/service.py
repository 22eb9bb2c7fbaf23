"""What a codec needs to know of a service: the facts that `tools/shapes.py` writes into a module.

A generated module is a `ServiceModel` as it stands; the type checker compares them.
"""

from __future__ import annotations

from typing import Protocol

from homeport.shapes.operation import Operation


class ServiceModel(Protocol):
    """The names that every module of `homeport.shapes` has."""

    SERVICE: str
    PROTOCOL: str
    API_VERSION: str
    SIGNING_NAME: str
    JSON_VERSION: str | None
    TARGET_PREFIX: str | None
    XML_NAMESPACE: str | None
    PROTOCOLS: tuple[str, ...]
    """All that AWS speaks for the service, its favourite first."""
    QUERY_ERRORS: dict[str, str]
    """Shapes of errors by their codes of the Query protocol, of a service that has grown out of that protocol."""
    OPERATIONS: dict[str, Operation]
    ALL_OPERATIONS: frozenset[str]

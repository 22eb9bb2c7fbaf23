"""The one error that this package raises: a refusal that is already in AWS's words.

It carries no protocol: the codec that answers turns it into JSON or XML.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NO_MEMBERS: Mapping[str, object] = MappingProxyType({})
"""What an error's shape has besides a message: mostly nothing."""


class WireError(Exception):
    """A request refused before any operation saw it.

    `code` is AWS's name of the error, such as `SerializationException`; `status` is the HTTP status of the
    answer.
    """

    members = NO_MEMBERS

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status

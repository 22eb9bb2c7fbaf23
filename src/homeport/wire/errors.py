"""The one error that this package raises: a refusal that is already in AWS's words.

It carries no protocol: the codec that answers turns it into JSON or XML.
"""

from __future__ import annotations


class WireError(Exception):
    """A request refused before any operation saw it.

    `code` is AWS's name of the error, such as `SerializationException`; `status` is the HTTP status of the
    answer.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status

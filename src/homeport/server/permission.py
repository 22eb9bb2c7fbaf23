"""The question whether a caller may do what they ask for. Its answer's code is loaded with the first who must be asked about:
most installations only know their administrator.
"""

import importlib
from collections.abc import Callable
from typing import Any

from homeport.api.caller import Caller
from homeport.store.tx import ReadTx

Authorize = Callable[[ReadTx, Caller, str, str, Any], None]


class Permission:
    """Raises the service's refusal for who may not: `permission.check(tx, caller, service, operation, request)`."""

    def __init__(self) -> None:
        self._authorize: Authorize | None = None

    def check(self, tx: ReadTx, caller: Caller, service: str, operation: str, request: Any) -> None:
        """Asked in the operation's own transaction, before it runs."""
        if self._authorize is None:
            self._authorize = importlib.import_module("homeport.api.authorization.authorize").authorize
        self._authorize(tx, caller, service, operation, request)

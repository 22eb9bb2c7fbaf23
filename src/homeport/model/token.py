"""A clientToken that was used: which request it stood for and what came of it.

Kept for a day, in the transaction that did the work, so that a client which never heard the answer may ask again,
also of a server that has crashed in between.
"""

from msgspec import Struct

from homeport.model.record import Record, Time


class TokenSpec(Struct, frozen=True, kw_only=True, gc=False):
    """`fingerprint` tells the same request from a different one; `results` are the ids of the records it made."""

    fingerprint: str
    results: list[str]
    used_at: Time


class Token(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/OPERATION/PARENT/TOKEN`, owned by its scope."""

    spec: TokenSpec

    def keys(self) -> tuple[str, ...]:
        """By scope, and all together for the retention."""
        return (self.owner, "tokens")

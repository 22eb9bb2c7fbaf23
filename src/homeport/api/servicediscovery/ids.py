"""Ids as Cloud Map makes them: `ns-`, `srv-` and 16 characters, operations, hosted zones; all from the store's dice."""

import base64

from homeport.store.tx import WriteTx

SHORT = 16
OPERATION = 32
ZONE = 20


def namespace_id(tx: WriteTx) -> str:
    """`ns-` and 16 letters and digits."""
    return f"ns-{_letters(tx.new_id())[:SHORT]}"


def service_id(tx: WriteTx) -> str:
    """`srv-` and 16 letters and digits."""
    return f"srv-{_letters(tx.new_id())[:SHORT]}"


def operation_id(tx: WriteTx) -> str:
    """32 letters and digits, a hyphen and eight more."""
    digits = tx.new_id()
    return f"{_letters(tx.new_id() + digits)[:OPERATION]}-{digits[-8:]}"


def hosted_zone_id(tx: WriteTx) -> str:
    """`Z` and 20 capital letters and digits."""
    return f"Z{_letters(tx.new_id())[:ZONE].upper()}"


def _letters(digits: str) -> str:
    return base64.b32encode(bytes.fromhex(digits)).decode().rstrip("=").lower()

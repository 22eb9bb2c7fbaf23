"""IAM's unique ids: a prefix for the kind, and seventeen letters and digits."""

from homeport.store.tx import WriteTx

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LENGTH = 17


def unique(tx: WriteTx, prefix: str) -> str:
    """A new one: `AROA…` for a role, `ANPA…` for a managed policy, `AIPA…` for an instance profile."""
    number = int(tx.new_id(), 16)
    return prefix + "".join(LETTERS[(number >> (5 * place)) & 31] for place in range(LENGTH))

"""Client tokens as EC2 takes them: up to 64 characters mostly, and errors under its own names."""

from homeport.api.ec2.errors import common as errors
from homeport.api.idempotency import Tokens

LONGEST = 64


def of(operation: str, longest: int = LONGEST) -> Tokens:
    """The tokens of one operation."""
    return Tokens(
        operation=operation,
        mismatch=lambda _: errors.client_token_reused(),
        longest=longest,
        malformed=errors.client_token_invalid,
    )

"""Pages of a list, and the tokens between them: opaque, sealed, and good only where they were given out.

A token names the last item of its page, not a position, so that a list which changes between two pages neither
repeats nor skips what was there all the time. It is sealed with the tenant, the operation and the filters: another
account's token, one of another list, or one that was touched is refused.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from hashlib import sha256

from msgspec import Struct

from homeport.api import errors
from homeport.api.caller import Caller

LARGEST_PAGE = 100
SEAL_BYTES = 16


class Page(Struct, frozen=True, gc=False):
    """Some items, and the token for the next ones; None on the last page."""

    items: list[str]
    next_token: str | None


def page(
    caller: Caller,
    operation: str,
    items: Sequence[str],
    token: str | None,
    size: int | None,
    filters: str = "",
) -> Page:
    """The page of `items` that `token` asks for. `filters` says what the list was narrowed by.

    Raises InvalidParameterException for a size outside 1 to 100, and for a token that was not given out for this.
    """
    if size is not None and not 1 <= size <= LARGEST_PAGE:
        raise errors.page_size_invalid(LARGEST_PAGE)
    bound = f"{caller.scope.id}\n{operation}\n{filters}"
    start = _start(items, _opened(caller, bound, token)) if token else 0
    end = start + (size or LARGEST_PAGE)
    following = _sealed(caller, bound, f"{end - 1} {items[end - 1]}") if end < len(items) else None
    return Page(list(items[start:end]), following)


def _start(items: Sequence[str], mark: str) -> int:
    """Where the page after the marked item begins; by its old place when the item is gone."""
    position, _, last = mark.partition(" ")
    place = int(position)
    if place < len(items) and items[place] == last:
        return place + 1
    try:
        return items.index(last) + 1
    except ValueError:
        return min(place, len(items))


def _sealed(caller: Caller, bound: str, mark: str) -> str:
    return base64.urlsafe_b64encode(_seal(caller, bound, mark) + mark.encode()).decode()


def _opened(caller: Caller, bound: str, token: str) -> str:
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        mark = raw[SEAL_BYTES:].decode()
    except (binascii.Error, UnicodeError, ValueError):
        raise errors.invalid_token() from None
    if not hmac.compare_digest(raw[:SEAL_BYTES], _seal(caller, bound, mark)):
        raise errors.invalid_token()
    return mark


def _seal(caller: Caller, bound: str, mark: str) -> bytes:
    return hmac.digest(caller.seal, f"{bound}\n{mark}".encode(), sha256)[:SEAL_BYTES]

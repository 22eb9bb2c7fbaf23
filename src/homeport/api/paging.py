"""Pages of a list, and the tokens between them: opaque, sealed, and good only where they were given out.

A token names the last item of its page, not a position, and a list has one order: the next page begins after that
item, whether it is still there or not. So a client may take away what it was shown (deregister every revision, stop
every task) and goes on without repeating or skipping anything. A token is sealed with the tenant, the operation and
the filters: another account's token, one of another list, or one that was touched is refused.
"""

import base64
import binascii
import hmac
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any

from msgspec import Struct

from homeport.api import errors
from homeport.api.caller import Caller
from homeport.api.errors import ApiError

LARGEST_PAGE = 100
SEAL_BYTES = 16


class Page(Struct, frozen=True, gc=False):
    """Some items, and the token for the next ones; None on the last page."""

    items: list[str]
    next_token: str | None


class Listing(Struct, frozen=True, kw_only=True):
    """The pages of one operation.

    A page has `usual` items unless the request says otherwise, and at most `largest`; both are AWS's (API Reference,
    `maxResults` of each List operation). `order` is what items are sorted by, themselves when it is None, and must
    follow from the item alone: a token has nothing else. `descending` turns it round. `token_invalid` is what the
    service says of a token that it has not given out.
    """

    operation: str
    usual: int = LARGEST_PAGE
    largest: int = LARGEST_PAGE
    order: Callable[[str], Any] | None = None
    descending: bool = False
    token_invalid: Callable[[], ApiError] = errors.invalid_token

    def page(
        self, caller: Caller, items: Iterable[str], token: str | None, size: int | None, filters: str = ""
    ) -> Page:
        """The page of `items`, in whatever order they come, that `token` asks for.

        `filters` says what the list was narrowed by. Raises InvalidParameterException for a size outside 1 to
        `largest`, and `token_invalid` for a token that was not given out for this.
        """
        if size is not None and not 1 <= size <= self.largest:
            raise errors.page_size_invalid(self.largest)
        bound = f"{caller.scope.id}\n{self.operation}\n{filters}"
        last = _opened(caller, bound, token) if token else None
        if token and last is None:
            raise self.token_invalid()

        ordered = sorted(items, key=self.order, reverse=self.descending)
        start = 0 if last is None else self._after(ordered, last)
        end = start + (size or self.usual)
        following = _sealed(caller, bound, ordered[end - 1]) if end < len(ordered) else None
        return Page(ordered[start:end], following)

    def _after(self, ordered: Sequence[str], last: str) -> int:
        """The place of the first item that comes after `last`."""
        keys = [self.order(item) for item in ordered] if self.order else ordered
        key = self.order(last) if self.order else last
        if self.descending:
            return len(keys) - bisect_left(keys[::-1], key)
        return bisect_right(keys, key)


def _sealed(caller: Caller, bound: str, last: str) -> str:
    return base64.urlsafe_b64encode(_seal(caller, bound, last) + last.encode()).decode()


def _opened(caller: Caller, bound: str, token: str) -> str | None:
    """The item that a token names; None for one that was not given out for this."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        last = raw[SEAL_BYTES:].decode()
    except (binascii.Error, UnicodeError, ValueError):
        return None
    return last if hmac.compare_digest(raw[:SEAL_BYTES], _seal(caller, bound, last)) else None


def _seal(caller: Caller, bound: str, last: str) -> bytes:
    return hmac.digest(caller.seal, f"{bound}\n{last}".encode(), sha256)[:SEAL_BYTES]

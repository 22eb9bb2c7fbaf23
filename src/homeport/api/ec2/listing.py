"""What every Describe operation of EC2 does: take records, show them, keep those that fit the filters, cut pages.

An operation is a `Catalogue`: what its filters look at, and how large its pages are. Filters are named as AWS names them,
and look at what would be answered.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

import msgspec
from msgspec import Struct

from homeport.api.caller import Caller
from homeport.api.ec2 import find
from homeport.api.ec2.errors import common as errors
from homeport.api.ec2.filters import Field, checked, fits
from homeport.api.paging import Listing
from homeport.model.record import R
from homeport.shapes import ec2

V = TypeVar("V")
SMALLEST, LARGEST = 5, 1000
EVERYTHING = 10**9
"""How many a page has when nobody says: all there are, as on EC2."""


class Request(Protocol):
    """What the requests of all Describe operations with pages have."""

    @property
    def filters(self) -> list[ec2.Filter] | None:
        """All of which must fit."""
        ...

    @property
    def max_results(self) -> int | None:
        """The size of a page."""
        ...

    @property
    def next_token(self) -> str | None:
        """Where it begins."""
        ...


class Asked(Struct, frozen=True, kw_only=True):
    """The same of a request that calls it otherwise."""

    filters: list[ec2.Filter] | None
    max_results: int | None = None
    next_token: str | None = None


class Page(Struct, Generic[V], frozen=True):
    """Some of what was described, and the token for the rest; None on the last page."""

    items: list[V]
    next_token: str | None


@dataclass(frozen=True, kw_only=True)
class Catalogue(Generic[V]):
    """One Describe operation: `fields` are its filters by AWS's names, tags are always there. `tags` is where they are."""

    operation: str
    fields: Mapping[str, Field[V]]
    tags: Callable[[V], Sequence[ec2.Tag] | None] = attrgetter("tags")
    smallest: int = SMALLEST
    largest: int = LARGEST
    listing: Listing = field(init=False)

    def __post_init__(self) -> None:
        made = Listing(
            operation=self.operation,
            usual=EVERYTHING,
            largest=self.largest,
            token_invalid=errors.token_invalid,
        )
        object.__setattr__(self, "listing", made)

    def page(
        self, caller: Caller, request: Request, records: Iterable[R], shown: Callable[[R], V]
    ) -> Page[V]:
        """The page of `records` that the request asks for, the oldest first, each as `shown` shows it."""
        return self.page_of(caller, request, {find.birth(record): shown(record) for record in records})

    def page_of(self, caller: Caller, request: Request, views: Mapping[str, V]) -> Page[V]:
        """The same of what is shown already, by its place in the order of the list."""
        wanted = checked(request.filters, self.fields)
        size = request.max_results
        if size is not None and not self.smallest <= size <= self.largest:
            raise errors.page_size_invalid(size, self.smallest, self.largest)
        kept = {place: view for place, view in views.items() if self._fits(wanted, view)}
        bound = msgspec.json.encode(request.filters).decode()
        found = self.listing.page(caller, kept, request.next_token, size, bound)
        return Page([kept[place] for place in found.items], found.next_token)

    def kept(
        self, filters: list[ec2.Filter] | None, records: Iterable[R], shown: Callable[[R], V]
    ) -> list[V]:
        """All that fit, the oldest first, for an operation without pages."""
        return self.fitting(filters, [shown(record) for record in sorted(records, key=find.birth)])

    def fitting(self, filters: list[ec2.Filter] | None, views: Iterable[V]) -> list[V]:
        """The same of what is shown already, in the order in which it comes."""
        wanted = checked(filters, self.fields)
        return [view for view in views if self._fits(wanted, view)]

    def _fits(self, wanted: Mapping[str, set[str]], view: V) -> bool:
        if not wanted:
            return True
        tags = {tag.key or "": tag.value or "" for tag in self.tags(view) or ()}
        return fits(wanted, view, self.fields, tags)


def no_tags(_: Any) -> None:
    """For what has none."""

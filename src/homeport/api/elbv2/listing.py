"""Pages of records, by Marker and PageSize: in the order of creation, or by whatever else the service orders them.

A marker names the last record of its page by its place in that order (`paging.py`).
"""

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from homeport.api.caller import Caller
from homeport.api.elbv2.errors import common as errors
from homeport.api.paging import Listing
from homeport.model.load_balancer import Listener, LoadBalancer, Rule
from homeport.model.target_group import TargetGroup

LARGEST_PAGE = 400
R = TypeVar("R", LoadBalancer, Listener, Rule, TargetGroup)


class Page(Struct, Generic[R], frozen=True):
    """Some records, and the marker of the next ones; None on the last page."""

    records: list[R]
    next_marker: str | None


def of(operation: str) -> Listing:
    """The pages of one operation."""
    return Listing(
        operation=operation, usual=LARGEST_PAGE, largest=LARGEST_PAGE, token_invalid=errors.invalid_marker
    )


def page(
    listing: Listing,
    caller: Caller,
    records: Iterable[R],
    marker: str | None,
    size: int | None,
    filters: str = "",
) -> Page[R]:
    """The page of `records`, the oldest first, that `marker` asks for; `filters` is what they were narrowed by."""
    return page_by(listing, caller, {birth(record): record for record in records}, marker, size, filters)


def page_by(
    listing: Listing,
    caller: Caller,
    by_place: Mapping[str, R],
    marker: str | None,
    size: int | None,
    filters: str = "",
) -> Page[R]:
    """The same for records by their place in an order of their own."""
    found = listing.page(caller, by_place, marker, size, filters)
    return Page(records=[by_place[place] for place in found.items], next_marker=found.next_token)


def birth(record: LoadBalancer | Listener | Rule | TargetGroup) -> str:
    """A record's place among its kind by age; the id tells those of one millisecond apart."""
    return f"{record.spec.created_at:017.3f} {record.id}"

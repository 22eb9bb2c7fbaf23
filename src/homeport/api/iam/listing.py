"""Pages by Marker and MaxItems, in the order of names."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from homeport.api.caller import Caller
from homeport.api.iam import errors
from homeport.api.paging import Listing

USUAL, LARGEST = 100, 1000
T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """Some items; `marker` of the next ones, and whether there are any."""

    items: list[T]
    marker: str | None

    @property
    def is_truncated(self) -> bool:
        """Whether there are more."""
        return self.marker is not None


def page(
    operation: str,
    caller: Caller,
    by_name: Mapping[str, T],
    asked: tuple[str | None, int | None],
    filters: str = "",
) -> Page[T]:
    """The page that `asked` (Marker, MaxItems) is for; `filters` is what the list was narrowed by."""
    listing = Listing(
        operation=f"iam {operation}", usual=USUAL, largest=LARGEST, token_invalid=errors.marker_invalid
    )
    found = listing.page(caller, by_name, *asked, filters)
    return Page([by_name[name] for name in found.items], found.next_token)

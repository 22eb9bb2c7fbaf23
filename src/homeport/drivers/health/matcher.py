"""Which codes count as healthy, as ELB writes them: `200`, `200,202`, `200-299`, and lists of all of these.

The API has refused what is malformed; whatever is left of it here matches nothing.
"""

import re
from functools import lru_cache

_PART = re.compile(r"\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?")


def matches(matcher: str, code: int) -> bool:
    """Whether a code is one of those."""
    return any(first <= code <= last for first, last in _ranges(matcher))


@lru_cache(maxsize=1024)
def _ranges(matcher: str) -> tuple[tuple[int, int], ...]:
    found = [_PART.fullmatch(part) for part in matcher.split(",")]
    return tuple((int(one[1]), int(one[2] or one[1])) for one in found if one is not None)

"""Filters of the Describe operations: each names a member of what is described, and has values with `*` and `?`.

All filters must fit, and of each one value; case counts (EC2 User Guide, "Filter your resources"). They are asked of
what would be answered, so a filter cannot say what the answer does not.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias, TypeVar

from homeport.api.ec2.errors import common as errors
from homeport.shapes import ec2

V = TypeVar("V")
Field: TypeAlias = Callable[[V], str | bool | int | Iterable[str | None] | None]
"""What a filter of one name looks at: a value, several of which one must fit, or None for nothing."""
MOST_VALUES = 200
ANY, ONE, END = None, "", "end"
"""Wildcards among the characters of a pattern, and what stands behind its last one; no character is any of them."""


def checked(filters: Sequence[ec2.Filter] | None, fields: Mapping[str, Field[V]]) -> dict[str, set[str]]:
    """The values by name. Raises InvalidParameterValue for a name that is not among the fields, nor one of tags'."""
    found: dict[str, set[str]] = {}
    for each in filters or ():
        name = each.name
        if name is None or not (name in fields or name == "tag-key" or name.startswith("tag:")):
            raise errors.filter_invalid(name)
        if not each.values:
            raise errors.missing(f"filter.{name[: errors.MAX_SHOWN]}.value")
        found.setdefault(name, set()).update(each.values)
    if sum(map(len, found.values())) > MOST_VALUES:
        raise errors.too_many_filter_values(MOST_VALUES)
    return found


def fits(
    wanted: Mapping[str, set[str]], view: V, fields: Mapping[str, Field[V]], tags: Mapping[str, str]
) -> bool:
    """Whether all filters do."""
    return all(_any_fits(values, _looked_at(name, view, fields, tags)) for name, values in wanted.items())


def _looked_at(
    name: str, view: V, fields: Mapping[str, Field[V]], tags: Mapping[str, str]
) -> Iterable[str | None]:
    if name == "tag-key" and name not in fields:
        return tags
    if name.startswith("tag:"):
        return (tags.get(name.removeprefix("tag:")),)
    found = fields[name](view)
    if isinstance(found, bool):
        return ("true" if found else "false",)
    if found is None or isinstance(found, str):
        return (found,)
    return (str(found),) if isinstance(found, int) else found


def _any_fits(values: set[str], texts: Iterable[str | None]) -> bool:
    return any(
        text is not None and (text in values or any(matches(v, text) for v in values)) for text in texts
    )


def matches(pattern: str, text: str) -> bool:
    r"""Whether a value with wildcards fits a text: `*` for anything, `?` for one character, `\` before either for itself.

    Looks at each place once per star that matters: a hostile value costs no more than its length times the text's.
    """
    tokens = _tokens(pattern)
    if len(tokens) > 2 * len(text) + 1:  # Between two characters of the text there is one star at most.
        return False
    at = token = 0
    star, resume = -1, 0
    while at < len(text):
        here = tokens[token] if token < len(tokens) else END
        if here in (ONE, text[at]):
            at, token = at + 1, token + 1
        elif here is ANY:
            star, resume, token = token, at, token + 1
        elif star >= 0:
            resume += 1
            at, token = resume, star + 1
        else:
            return False
    return all(each is ANY for each in tokens[token:])


@lru_cache(maxsize=256)
def _tokens(pattern: str) -> tuple[str | None, ...]:
    """The pattern's characters and wildcards; a star beside a star says nothing new."""
    found: list[str | None] = []
    characters = iter(pattern)
    for each in characters:
        if each == "\\":
            found.append(next(characters, each))
        elif each == "*":
            if not found or found[-1] is not ANY:
                found.append(ANY)
        else:
            found.append(ONE if each == "?" else each)
    return tuple(found)

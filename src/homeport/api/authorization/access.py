"""One thing that a request wants to do: an action, on a resource, under condition keys."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from homeport.api.caller import Caller
from homeport.plan.policy.patterns import Values
from homeport.store.tx import ReadTx

EVERYTHING = "*"
"""The resource of an action that knows none."""


class Access(Struct, frozen=True, kw_only=True):
    """`said` are condition keys in lower case. `shown` is how an error names the resource, itself unless it is given."""

    action: str
    resource: str = EVERYTHING
    said: Values = {}
    shown: str | None = None


Rule: TypeAlias = Callable[[ReadTx, Caller, Any], Iterable[Access]]
"""Everything that a request wants to do; all of it must be allowed."""
Table: TypeAlias = Mapping[str, Rule]
"""By operation."""


def plain(*actions: str) -> Rule:
    """An operation whose actions know no resource and no keys of their own."""

    def rule(_: ReadTx, __: Caller, ___: Any) -> Iterator[Access]:
        for action in actions:
            yield Access(action=action)

    return rule


def nothing(_: ReadTx, __: Caller, ___: Any) -> tuple[Access, ...]:
    """An operation that needs no permission, or asks for it itself."""
    return ()


def one(value: object) -> tuple[str, ...]:
    """A condition key's only value; none for what is not there."""
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return (str(value),)


def keys(said: Mapping[str, Sequence[str]]) -> Values:
    """Condition keys that have a value, in lower case."""
    return {name.lower(): tuple(values) for name, values in said.items() if values}


def request_tags(tags: Mapping[str, str], *prefixes: str) -> dict[str, tuple[str, ...]]:
    """The keys that say which tags a request brings."""
    found: dict[str, tuple[str, ...]] = {}
    for key, value in tags.items():
        for prefix in ("aws", *prefixes):
            found[f"{prefix}:requesttag/{key.lower()}"] = (value,)
    if tags:
        found["aws:tagkeys"] = tuple(tags)
    return found


def resource_tags(tags: Mapping[str, str], *prefixes: str) -> dict[str, tuple[str, ...]]:
    """The keys that say which tags a resource has."""
    return {
        f"{prefix}:resourcetag/{key.lower()}": (value,)
        for key, value in tags.items()
        for prefix in ("aws", *prefixes)
    }

"""A policy as it was read: statements, each with whom, what, where and on what condition.

Reading is strict where IAM's grammar is; `grammar.py` says what is wrong in AWS's words. Nothing is evaluated here.
"""

from functools import lru_cache
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from homeport.plan.policy import grammar
from homeport.plan.policy.patterns import Pattern, parsed, plain

Quantifier: TypeAlias = Literal["", "forallvalues", "foranyvalue"]
VARIABLES_SINCE = "2012-10-17"


class Condition(Struct, frozen=True):
    """`operator` in lower case, without its quantifier and its `IfExists`; `key` in lower case, too."""

    operator: str
    quantifier: Quantifier
    if_exists: bool
    key: str
    values: tuple[Pattern, ...]


class Statement(Struct, frozen=True):
    """`spares_…`: the patterns say what is not meant (`NotAction`). `principals` are (kind, name) pairs."""

    sid: str
    allows: bool
    actions: tuple[Pattern, ...]
    spares_actions: bool
    resources: tuple[Pattern, ...]
    spares_resources: bool
    principals: tuple[tuple[str, str], ...]
    spares_principals: bool
    conditions: tuple[Condition, ...]


class Policy(Struct, frozen=True):
    """Statements, in whatever order: none counts more than another."""

    statements: tuple[Statement, ...]


@lru_cache(maxsize=512)
def identity_policy(text: str) -> Policy:
    """A policy that says what whoever has it may do. Raises grammar.Malformed."""
    return _read(text, "identity")


@lru_cache(maxsize=256)
def trust_policy(text: str) -> Policy:
    """A policy that says who may assume its role. Raises grammar.Malformed."""
    return _read(text, "trust")


def _read(text: str, kind: grammar.Kind) -> Policy:
    document = grammar.checked(text, kind)
    has_variables = document.get("Version") == VARIABLES_SINCE
    statements = grammar.listed(document["Statement"])
    return Policy(tuple(_statement(statement, has_variables=has_variables) for statement in statements))


def _statement(found: grammar.Json, *, has_variables: bool) -> Statement:
    pattern = parsed if has_variables else plain
    return Statement(
        sid=found.get("Sid", ""),
        allows=found["Effect"] == "Allow",
        actions=tuple(plain(text) for text in _either(found, "Action")),
        spares_actions="NotAction" in found,
        resources=tuple(pattern(text) for text in _either(found, "Resource")),
        spares_resources="NotResource" in found,
        principals=tuple(_principals(found)),
        spares_principals="NotPrincipal" in found,
        conditions=tuple(
            _condition(
                operator, key, tuple(pattern(grammar.text_of(value)) for value in grammar.listed(values))
            )
            for operator, keys in found.get("Condition", {}).items()
            for key, values in keys.items()
        ),
    )


def _either(found: grammar.Json, name: str) -> list[str]:
    """What stands under the name, or under its opposite."""
    return grammar.listed(found.get(name, found.get(f"Not{name}", [])))


def _principals(found: grammar.Json) -> list[tuple[str, str]]:
    named: Any = found.get("Principal", found.get("NotPrincipal", {}))
    if named == "*":
        return [("AWS", "*")]
    return [(kind, name) for kind, names in named.items() for name in grammar.listed(names)]


def _condition(name: str, key: str, values: tuple[Pattern, ...]) -> Condition:
    operator = name.lower()
    quantifier: Quantifier = ""
    if operator.startswith("forallvalues:"):
        quantifier = "forallvalues"
    elif operator.startswith("foranyvalue:"):
        quantifier = "foranyvalue"
    bare = operator.rpartition(":")[2]
    return Condition(
        bare.removesuffix("ifexists"), quantifier, bare.endswith("ifexists"), key.lower(), values
    )

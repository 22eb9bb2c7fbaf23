"""Wildcards of policies: `*` is any text, `?` one character, `${aws:username}` what the request says.

A pattern comes from whoever may write policies and a text from whoever may send requests, so nothing backtracks: a text
is read once, and all places of the pattern that it may have come to are bits of one number.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

Values: TypeAlias = Mapping[str, tuple[str, ...]]
"""What a request says, by condition key in lower case."""

VARIABLE = re.compile(r"\$\{([^{}]*)\}")
SPECIAL = {"*": "*", "?": "?", "$": "$"}
"""`${*}` is an asterisk, and so on."""
ARN_PARTS = 6
MOST_MATCHED = 4096
"""Longer texts name nothing."""


class Variable(Struct, frozen=True, gc=False):
    """A place where the request's value of `key` is to stand, or `default`; None when it has none."""

    key: str
    default: str | None


class Pattern(Struct, frozen=True):
    """A text with wildcards in it. `parts` alternate: wildcard texts and variables; a plain one has a single part."""

    parts: tuple["str | Exact | Variable", ...]

    def filled(self, values: Values) -> "Filled | None":
        """The pattern for one request; None when it names what the request does not say."""
        found: list[str | Exact] = []
        for part in self.parts:
            if not isinstance(part, Variable):
                found.append(part)
                continue
            said = values.get(part.key, ())
            # A key of several values can stand for none of them.
            text = said[0] if len(said) == 1 else part.default
            if text is None:
                return None
            found.append(Exact(text))
        return Filled(tuple(found))


class Exact(Struct, frozen=True, gc=False):
    """A text that is meant as it stands."""

    text: str


class Filled(Struct, frozen=True):
    """A pattern without variables."""

    parts: tuple[str | Exact, ...]

    def matches(self, text: str) -> bool:
        """Whether the whole text fits."""
        return _machine(self.parts).accepts(text)

    def matches_whatever_case(self, text: str) -> bool:
        """The same where case does not count."""
        return _machine(tuple(_lowered(part) for part in self.parts)).accepts(text.lower())

    def matches_arn(self, text: str) -> bool:
        """The same part by part, as AWS compares ARNs: no wildcard reaches beyond a colon. `*` is any ARN."""
        if self.parts == ("*",):
            return True
        own = _split(self.parts)
        theirs = text.split(":", ARN_PARTS - 1)
        if len(theirs) < len(own) or (len(own) < len(theirs) and not _is_open(own[-1])):
            return False
        return all(_machine(part).accepts(given) for part, given in zip(own, theirs, strict=False))


class Machine(Struct, frozen=True):
    """A pattern made ready: for each character the places where it may stand; the places at which an asterisk waits."""

    places: dict[str, int]
    anywhere: int
    loops: int
    end: int

    def accepts(self, text: str) -> bool:
        """Whether the whole text leads from the first place to the last."""
        if len(text) > MOST_MATCHED:
            return self.end == 1 and bool(self.loops)
        at, anywhere, loops = 1, self.anywhere, self.loops
        for character in text:
            at = (at & loops) | ((at & (self.places.get(character, 0) | anywhere)) << 1)
            if not at:
                return False
        return bool(at & self.end)


@lru_cache(maxsize=4096)
def parsed(text: str) -> Pattern:
    """A text of a policy as a pattern."""
    parts: list[str | Exact | Variable] = []
    last = 0
    for found in VARIABLE.finditer(text):
        if found.start() > last:
            parts.append(text[last : found.start()])
        parts.append(_variable(found[1]))
        last = found.end()
    if last < len(text) or not parts:
        parts.append(text[last:])
    return Pattern(tuple(parts))


def plain(text: str) -> Pattern:
    """The same of a policy that is older than variables."""
    return Pattern((text,))


def _variable(inner: str) -> Exact | Variable:
    if inner in SPECIAL:
        return Exact(inner)
    key, comma, default = inner.partition(",")
    value = default.strip()
    quoted = len(value) > 1 and value[0] == value[-1] == "'"
    return Variable(key.strip().lower(), value[1:-1] if comma and quoted else None)


def _is_open(parts: Sequence[str | Exact]) -> bool:
    """Whether a part of an ARN ends in an asterisk, behind which anything may follow."""
    last = parts[-1] if parts else ""
    return isinstance(last, str) and last.endswith("*")


def _lowered(part: str | Exact) -> str | Exact:
    return part.lower() if isinstance(part, str) else Exact(part.text.lower())


def _split(parts: Sequence[str | Exact]) -> list[tuple[str | Exact, ...]]:
    """The parts of an ARN's pattern, each a pattern of its own: at most six."""
    found: list[list[str | Exact]] = [[]]
    for part in parts:
        if isinstance(part, Exact):
            found[-1].append(part)
            continue
        pieces = part.split(":", ARN_PARTS - len(found))
        found[-1].append(pieces[0])
        found.extend([piece] for piece in pieces[1:])
    return [tuple(piece for piece in pieces if piece != "") for pieces in found]


@lru_cache(maxsize=4096)
def _machine(parts: tuple[str | Exact, ...]) -> Machine:
    places: dict[str, int] = {}
    anywhere = loops = 0
    place = 1
    for part in parts:
        is_literal = isinstance(part, Exact)
        for character in part.text if isinstance(part, Exact) else part:
            if character == "*" and not is_literal:
                loops |= place
                continue
            if character == "?" and not is_literal:
                anywhere |= place
            else:
                places[character] = places.get(character, 0) | place
            place <<= 1
    return Machine(places, anywhere, loops, place)

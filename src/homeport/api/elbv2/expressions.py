r"""Regular expressions of rules: which are good, and how much they are made of. They are run by RE2, in Envoy.

This reads RE2's syntax (its `doc/syntax.txt`) without three things that nobody needs here: single bytes (`\C`), quoting
(`\Q`), and Unicode's classes (`\p`), of which a short text makes a large program. It is linear in the text, and never
compiles anything.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

from homeport.api.elbv2.errors import rules as errors

MOST_REPEATS = 1000
"""RE2's: nested repetitions count as their product."""
LARGEST = 9_000
"""Of the instructions that Envoy lets an expression have (`drivers/envoy/bootstrap.py`), what is left for values."""
AROUND = 40
"""Of them, what an expression costs by itself."""

REPEAT = re.compile(r"\{(0|[1-9][0-9]{0,7})(?:(,)(0|[1-9][0-9]{0,7})?)?\}")
GROUP = re.compile(r"\?(?:P?<([A-Za-z0-9_]+)>|([imsU]*)(?:-([imsU]+))?([:)]))")
ESCAPE = re.compile(
    r"\\(?:[aftnrv]|x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,8})\})|(0[0-7]{0,2}|[1-7][0-7]{1,2})|([!-/:-@\[-`{-~ ]))"
)
EDGE = re.compile(r"\\[bBAz]")
CLASS = re.compile(r"\\[dDsSwW]")
NAMED = re.compile(
    r"\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]"
)
LAST_CHARACTER = 0x10FFFF
BELLS = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}

CHARACTER, WIDE, ANY, MEMBER, NEGATED, CHOICE, LOOP = 4, 8, 14, 10, 32, 3, 3
"""At most so many instructions: a character of ASCII in both cases, another one, any; of a class a member, and what turns
it round; an alternative or a group; what repeats.
"""


class Size(Struct, frozen=True):
    """`instructions` at most; `repeats`: the largest product of nested repetitions."""

    instructions: int = 0
    repeats: int = 1

    def then(self, other: "Size") -> "Size":
        """One after the other."""
        return Size(self.instructions + other.instructions, max(self.repeats, other.repeats))

    def repeated(self, least: int, most: int | None) -> "Size":
        """So many times. Raises ValueError for more than RE2 unfolds."""
        times = least if most is None else most
        repeats = self.repeats * max(times, 1)
        if times > MOST_REPEATS or least > times or (times > 1 and repeats > MOST_REPEATS):
            raise ValueError
        return Size((self.instructions + 1) * max(times, 1) + LOOP, repeats)


def check(patterns: Sequence[str]) -> None:
    """Whether Envoy takes all of them as the values of one condition. Raises ValidationError for the first that is too much."""
    left = LARGEST
    for pattern in patterns:
        if not pattern:
            raise errors.regex_invalid(pattern)
        try:
            left -= AROUND + size(pattern)
        except ValueError:
            raise errors.regex_invalid(pattern) from None
        if left < 0:
            raise errors.regex_invalid(pattern)


def size(pattern: str) -> int:
    """How many instructions RE2 makes of an expression, at most. Raises ValueError for what it cannot read."""
    reader = _Reader(pattern)
    found = reader.alternatives()
    if reader.at < len(pattern):
        raise ValueError
    return found.instructions


class _Text:
    """A pattern, and how far it was read."""

    def __init__(self, pattern: str) -> None:
        self.at = 0
        self.pattern = pattern

    def found(self, what: re.Pattern[str]) -> re.Match[str] | None:
        """Take what is next, if it is this."""
        found = what.match(self.pattern, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def takes(self, sign: str) -> bool:
        """Take the next character, if it is this."""
        if self.sign != sign:
            return False
        self.at += 1
        return True

    @property
    def sign(self) -> str:
        """The next character; "" at the end."""
        return self.pattern[self.at : self.at + 1]

    @property
    def is_repetition(self) -> bool:
        """Whether something is to be repeated here."""
        sign = self.sign
        return sign != "" and (sign in "*+?" or REPEAT.match(self.pattern, self.at) is not None)


class _Reader(_Text):
    """By recursive descent; a pattern of 128 characters does not go deep. All raise ValueError."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self._names: set[str] = set()

    def alternatives(self) -> Size:
        """Up to the end, or to a bracket that closes."""
        found = self._sequence()
        while self.takes("|"):
            found = found.then(Size(CHOICE)).then(self._sequence())
        return found

    def _sequence(self) -> Size:
        found = Size()
        while self.sign not in ("", "|", ")"):
            found = found.then(self._repeated(self._atom()))
        return found

    def _repeated(self, atom: Size) -> Size:
        """With the one repetition that may follow: of several RE2 does not know what they mean."""
        counted = REPEAT.match(self.pattern, self.at)
        if counted is not None:
            self.at = counted.end()
            least = int(counted[1])
            most = None if counted[2] and not counted[3] else int(counted[3] or counted[1])
            atom = atom.repeated(least, most)
        elif self.sign and self.sign in "*+?":
            self.at += 1
            atom = atom.then(Size(LOOP))
        else:
            return atom
        self.takes("?")
        if self.is_repetition:
            raise ValueError
        return atom

    def _atom(self) -> Size:
        if self.is_repetition:
            raise ValueError  # of nothing
        if self.takes("("):
            return self._group()
        if self.takes("["):
            return Size(self._members())
        if self.takes("."):
            return Size(ANY)
        if self.sign == "\\":
            if self.found(EDGE) is not None:
                return Size(1)
            if (named := self.found(CLASS)) is not None:
                return Size(MEMBER if named[0][1].islower() else NEGATED)
        return Size(CHARACTER if self._character() < 0x80 else WIDE)

    def _group(self) -> Size:
        if self.sign == "?":
            opened = self.found(GROUP)
            if opened is None or (opened[1] and opened[1] in self._names):
                raise ValueError
            self._names |= {opened[1]} if opened[1] else set()
            if opened[4] == ")":  # Only flags, for what follows. There is nothing in it to repeat.
                if self.is_repetition:
                    raise ValueError
                return Size()
        inner = self.alternatives()
        if not self.takes(")"):
            raise ValueError
        return inner.then(Size(CHOICE))

    def _members(self) -> int:
        """Of a class, after its bracket."""
        found = NEGATED if self.takes("^") else 0
        is_first = True
        while is_first or not self.takes("]"):
            is_first = False
            found += MEMBER
            if (named := self.found(NAMED) or self.found(CLASS)) is not None:
                found += NEGATED if "^" in named[0] or named[0][1].isupper() else MEMBER
            elif self.pattern.startswith("[:", self.at) and ":]" in self.pattern[self.at + 2 :]:
                raise ValueError
            else:
                self._range()
        return found

    def _range(self) -> None:
        first = self._character()
        if self.sign == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("", "]"):
            self.at += 1
            if self._character() < first:
                raise ValueError

    def _character(self) -> int:
        """One character, or an escape that stands for one."""
        if not self.sign:
            raise ValueError
        if self.sign != "\\":
            self.at += 1
            return ord(self.pattern[self.at - 1])
        found = self.found(ESCAPE)
        if found is None:
            raise ValueError
        digits = found[1] or found[2]
        if digits:
            number = int(digits, 16)
        elif found[3]:
            number = int(found[3], 8)
        else:
            number = ord(found[4]) if found[4] else BELLS[found[0][1]]
        if number > LAST_CHARACTER:
            raise ValueError
        return number

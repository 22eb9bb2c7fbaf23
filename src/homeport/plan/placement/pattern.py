r"""Regular expressions that cannot run away: what `=~` of the cluster query language is matched with.

AWS's patterns are Java's. A backtracking matcher takes exponential time on some of them, and a user's pattern
is matched inside the control plane; so this is Thompson's construction, whose time is the length of the
pattern times the length of the text. It knows literals, `.`, classes, `\d \w \s`, groups, `|`, `* + ? {m,n}`
and `^ $`; it does not know back-references, look-around or flags, and refuses them.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

LONGEST = 256
DEEPEST = 30
MOST_STATES = 500
_SETS: dict[str, Callable[[str], bool]] = {
    "d": lambda c: c.isascii() and c.isdigit(),
    "w": lambda c: c.isascii() and (c.isalnum() or c == "_"),
    "s": lambda c: c in " \t\n\r\f\v",
}
_REPEATS = frozenset("*+?{")
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}

Test: TypeAlias = Callable[[str], bool]
Build: TypeAlias = Callable[["_Program", int], int]
"""A part of a pattern: given the state that follows it, adds its own states and returns the first of them."""


class _Program:
    """The states: each either tests a character and goes on, or goes on to several without one."""

    def __init__(self) -> None:
        self.tests: list[Test | None] = []
        self.nexts: list[tuple[int, ...]] = []
        self.copies = 0

    def charge(self, copies: int) -> None:
        """Pay for repeating a part, which may add no state: `((a{0}){999}){999}` is refused here."""
        self.copies += copies
        if self.copies > MOST_STATES:
            raise ValueError("The pattern is too complex.")

    def add(self, test: Test | None, *nexts: int) -> int:
        if len(self.tests) >= MOST_STATES:
            raise ValueError("The pattern is too complex.")
        self.tests.append(test)
        self.nexts.append(nexts)
        return len(self.tests) - 1

    def reached(self, starts: Iterable[int]) -> set[int]:
        """The states that are reached from `starts` without reading a character, themselves included."""
        found, waiting = set[int](), list(starts)
        while waiting:
            state = waiting.pop()
            if state in found:
                continue
            found.add(state)
            if self.tests[state] is None:
                waiting.extend(self.nexts[state])
        return found


class Pattern:
    """A compiled pattern; it matches a whole text, as Java's `String.matches` does."""

    def __init__(self, text: str) -> None:
        """ValueError when `text` is no pattern, or one that this module does not know."""
        if len(text) > LONGEST:
            raise ValueError("The pattern is too long.")
        self._program = _Program()
        self._end = self._program.add(lambda _: False)
        parser = _Parser(text)
        build = parser.alternatives()
        parser.expect_end()
        self._start = build(self._program, self._end)

    def matches(self, text: str) -> bool:
        """Whether the whole of `text` is described by the pattern."""
        program = self._program
        states = program.reached([self._start])
        for character in text:
            onward: list[int] = []
            for state in states:
                test = program.tests[state]
                if test is not None and test(character):
                    onward.extend(program.nexts[state])
            states = program.reached(onward)
            if not states:
                return False
        return self._end in states


class _Text:
    """The pattern, read once from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def peek(self) -> str:
        """The next character; blank at the end."""
        return self._text[self.at : self.at + 1]

    def next(self) -> str:
        """Step over the next character."""
        character = self.peek()
        if not character:
            raise ValueError("The pattern ends too early.")
        self.at += 1
        return character

    def ahead(self, length: int) -> str:
        """The next `length` characters, as far as there are any."""
        return self._text[self.at : self.at + length]


class _Parser:
    """Alternatives of sequences of repeated atoms; groups nest no deeper than DEEPEST."""

    def __init__(self, text: str) -> None:
        self._text = _Text(text)
        self._depth = 0

    def expect_end(self) -> None:
        if self._text.peek():
            raise ValueError(f"Unexpected {self._text.peek()!r} in the pattern.")

    def alternatives(self) -> Build:
        choices = [self._sequence()]
        while self._text.peek() == "|":
            self._text.next()
            choices.append(self._sequence())
        if len(choices) == 1:
            return choices[0]
        return lambda program, after: program.add(None, *[choice(program, after) for choice in choices])

    def _sequence(self) -> Build:
        parts: list[Build] = []
        while self._text.peek() not in {"", "|", ")"}:
            parts.append(self._repeated(self._atom()))

        def build(program: _Program, after: int) -> int:
            for part in reversed(parts):
                after = part(program, after)
            return after

        return build

    def _repeated(self, part: Build) -> Build:
        if self._text.peek() in _REPEATS:
            part = _repeat(part, *self._bounds())
            # A lazy or greedy mark changes which part of a text is found, not whether the whole matches.
            self._text.at += self._text.peek() in {"?", "+"}
        if self._text.peek() in _REPEATS:
            raise ValueError("A repetition of the pattern is repeated.")
        return part

    def _bounds(self) -> tuple[int, int | None]:
        sign = self._text.next()
        if sign != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        inside, close, _ = self._text.ahead(LONGEST).partition("}")
        least, comma, most = inside.partition(",")
        if not close or not _is_count(least) or (most and not _is_count(most)):
            raise ValueError("A repetition must be {n}, {n,} or {n,m}.")
        self._text.at += len(inside) + 1
        highest = int(least) if not comma else (int(most) if most else None)
        if highest is not None and highest < int(least):
            raise ValueError("A repetition must be {n}, {n,} or {n,m}.")
        return int(least), highest

    def _atom(self) -> Build:
        character = self._text.next()
        if character == "(":
            return self._group()
        if character in _REPEATS:
            raise ValueError(f"Nothing to repeat before {character!r} in the pattern.")
        # The whole text is matched anyway, so the anchors that people write add nothing.
        if (character == "^" and self._text.at == 1) or (character == "$" and not self._text.peek()):
            return lambda _, after: after
        test = _test(self._text, character)
        return lambda program, after: program.add(test, after)

    def _group(self) -> Build:
        if self._text.ahead(2) == "?:":
            self._text.at += 2
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError("The pattern is nested too deeply.")
        inside = self.alternatives()
        if self._text.next() != ")":
            raise ValueError("A group of the pattern is not closed.")
        self._depth -= 1
        return inside


def _test(text: _Text, character: str) -> Test:
    """What one character of the matched text must be."""
    if character == ".":
        return lambda c: c != "\n"
    if character == "[":
        return _class(text)
    if character == "\\":
        return _escape(text)
    return lambda c: c == character


def _escape(text: _Text) -> Test:
    letter = text.next()
    known = _SETS.get(letter.lower())
    if known is not None:
        return known if letter.islower() else lambda c: not known(c)
    if letter.isalnum() and letter not in _CONTROLS:
        raise ValueError(f"The pattern's \\{letter} is not supported.")
    wanted = _CONTROLS.get(letter, letter)
    return lambda c: c == wanted


def _class(text: _Text) -> Test:
    negated = text.peek() == "^"
    text.at += negated
    tests: list[Test] = []
    while not tests or text.peek() != "]":
        tests.append(_member(text))
    text.at += 1
    return lambda c: any(test(c) for test in tests) is not negated


def _member(text: _Text) -> Test:
    first = text.next()
    if first == "\\":
        return _escape(text)
    if text.peek() == "-" and text.ahead(2)[1:] not in {"", "]"}:
        text.next()
        last = text.next()
        if last < first:
            raise ValueError("A range of the pattern is upside down.")
        return lambda c: first <= c <= last
    return lambda c: c == first


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5


def _repeat(part: Build, least: int, most: int | None) -> Build:
    def build(program: _Program, after: int) -> int:
        program.charge(max(least, most or 0, 1))
        if most is None:
            loop = program.add(None, after)
            program.nexts[loop] = (part(program, loop), after)
            after = loop
        for _ in range((most or least) - least):
            after = program.add(None, part(program, after), after)
        for _ in range(least):
            after = part(program, after)
        return after

    return build

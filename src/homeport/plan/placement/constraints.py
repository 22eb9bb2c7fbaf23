"""The cluster query language, in which memberOf says where a task may go.

Developer Guide, "Cluster query language": subjects, operators, arguments, `and`, `or`, `not` and parentheses.
It is parsed once, in time linear in its length, and matched without backtracking (`pattern.py`), because
anybody who may register a task definition may send any expression.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from homeport.model.record import Time
from homeport.plan.placement.pattern import Pattern

LONGEST = 2_000
DEEPEST = 50
ATTRIBUTE = "attribute:"
GROUP = "task:group"
RUNNING = "runningTasksCount"


class Facts(Struct, frozen=True, kw_only=True, gc=False):
    """What may be asked of an instance. `groups` are those of the tasks on it, `running` their number."""

    attributes: Mapping[str, str | None] = {}
    groups: Collection[str] = ()
    running: int = 0
    agent_connected: bool = True
    agent_version: str = ""
    ec2_instance_id: str = ""
    registered_at: Time = 0.0


Match: TypeAlias = Callable[[Facts], bool]


class Expression(Struct, frozen=True, gc=False):
    """A parsed expression. `changes` tells that placing a task may change what it says of an instance."""

    text: str
    match: Match
    changes: bool


_WORDS = {
    "equals": "==",
    "not_equals": "!=",
    "greater_than": ">",
    "greater_than_equal": ">=",
    "less_than": "<",
    "less_than_equal": "<=",
    "not_in": "!in",
    "matches": "=~",
    "not_matches": "!~",
    "not_exists": "!exists",
    "and": "&&",
    "or": "||",
    "not": "!",
}
_OPERATORS = {"==", "!=", ">", ">=", "<", "<=", "in", "!in", "=~", "!~", "exists", "!exists"}
_SUBJECTS = {"agentConnected", "agentVersion", "ec2InstanceId", "registeredAt", RUNNING, GROUP}
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<quoted>'[^']*'|"[^"]*")
    | (?P<sign>&&|\|\||==|!=|>=|<=|=~|!~|!in\b|!exists\b|[><!()\[\],])
    | (?P<word>[^\s()\[\],'"<>=!&|]+)
    )""",
    re.VERBOSE,
)
# What follows =~ is a pattern, whose signs are its own: it ends at a blank outside brackets or at a closing
# parenthesis that it did not open (`_Tokens.pattern`).


def parse(text: str) -> Expression:
    """`text` as an expression. ValueError, with a sentence for the user, when it is none."""
    if len(text) > LONGEST:
        raise ValueError(f"Invalid expression: it is longer than {LONGEST} characters.")
    parser = _Parser(text)
    match = parser.any_of(0)
    parser.expect_end()
    return Expression(text, match, changes=parser.changes)


def nothing(text: str) -> Expression:
    """An expression that matches no instance: what stands for one that cannot be parsed."""
    return Expression(text, lambda _: False, changes=False)


class _Token(NamedTuple):
    """`kind` is word, quoted, sign or end; `end` where it ends."""

    kind: str
    text: str
    end: int


class _Tokens:
    """The expression's words, taken from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text.rstrip()
        self._at = 0

    def peek(self) -> _Token:
        if self._at >= len(self._text):
            return _Token("end", "", self._at)
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            raise ValueError(f"Invalid expression: unexpected text at position {self._at}.")
        kind = found.lastgroup or ""
        return _Token(kind, found[kind][1:-1] if kind == "quoted" else found[kind], found.end())

    def next(self) -> _Token:
        token = self.peek()
        self._at = token.end
        return token

    def take(self, sign: str) -> bool:
        """Step over the next token when it is `sign`, or the word for it."""
        token = self.peek()
        taken = token.kind != "quoted" and _WORDS.get(token.text, token.text) == sign
        if taken:
            self._at = token.end
        return taken

    def value(self) -> str:
        token = self.next()
        if token.kind not in {"word", "quoted"}:
            raise ValueError(f"Invalid expression: expected a value instead of {token.text!r}.")
        return token.text

    def pattern(self) -> str:
        """What follows up to a blank, or up to a parenthesis that it did not open; or a quoted text."""
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        start, depth = self._at, 0
        if self._text[start : start + 1] in {"'", '"'}:
            return self.value()
        for character in self._text[start:]:
            depth += (character == "(") - (character == ")")
            if character.isspace() or depth < 0:
                break
            self._at += 1
        if self._at == start:
            raise ValueError("Invalid expression: expected a pattern.")
        return self._text[start : self._at]


class _Parser:
    """Recursive descent over `or`, `and`, `not` and parentheses, no deeper than DEEPEST."""

    def __init__(self, text: str) -> None:
        self._tokens = _Tokens(text)
        self.changes = False

    def expect_end(self) -> None:
        token = self._tokens.peek()
        if token.kind != "end":
            raise ValueError(f"Invalid expression: unexpected {token.text!r}.")

    def any_of(self, depth: int) -> Match:
        parts = [self._all_of(depth)]
        while self._tokens.take("||"):
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else lambda facts: any(part(facts) for part in parts)

    def _all_of(self, depth: int) -> Match:
        parts = [self._one(depth)]
        while self._tokens.take("&&"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else lambda facts: all(part(facts) for part in parts)

    def _one(self, depth: int) -> Match:
        if depth > DEEPEST:
            raise ValueError("Invalid expression: it is nested too deeply.")
        if self._tokens.take("!"):
            inside = self._one(depth + 1)
            return lambda facts: not inside(facts)
        if not self._tokens.take("("):
            return self._comparison()
        inside = self.any_of(depth + 1)
        if not self._tokens.take(")"):
            raise ValueError("Invalid expression: a parenthesis is not closed.")
        return inside

    def _comparison(self) -> Match:
        subject = self._tokens.next().text
        if subject not in _SUBJECTS and (not subject.startswith(ATTRIBUTE) or subject == ATTRIBUTE):
            raise ValueError(f"Invalid expression: unknown subject {subject!r}.")
        self.changes = self.changes or subject in {GROUP, RUNNING}
        token = self._tokens.next()
        operator = _WORDS.get(token.text, token.text)
        if operator not in _OPERATORS:
            raise ValueError(f"Invalid expression: unknown operator {token.text!r}.")
        return _negatable(subject, operator, self._arguments(operator))

    def _arguments(self, operator: str) -> list[str]:
        if operator in {"exists", "!exists"}:
            return []
        if operator in {"in", "!in"}:
            return self._list()
        if operator in {"=~", "!~"}:
            return [self._tokens.pattern()]
        return [self._tokens.value()]

    def _list(self) -> list[str]:
        if not self._tokens.take("["):
            raise ValueError("Invalid expression: expected a list in brackets.")
        values = [self._tokens.value()]
        while self._tokens.take(","):
            values.append(self._tokens.value())
        if not self._tokens.take("]"):
            raise ValueError("Invalid expression: a list is not closed.")
        return values


def _negatable(subject: str, operator: str, arguments: list[str]) -> Match:
    """A comparison; negative operators hold exactly where positive ones do not, also of what is missing."""
    positive = {"!=": "==", "!in": "in", "!~": "=~", "!exists": "exists"}.get(operator)
    values = _values(subject)
    test = _test(positive or operator, arguments, is_time=subject == "registeredAt")
    if positive is None:
        return lambda facts: any(test(value) for value in values(facts))
    return lambda facts: not any(test(value) for value in values(facts))


def _values(subject: str) -> Callable[[Facts], Collection[str]]:
    """What an instance answers: no value, one, or for task:group several."""
    if subject.startswith(ATTRIBUTE):
        name = subject.removeprefix(ATTRIBUTE)
        return lambda facts: [facts.attributes[name] or ""] if name in facts.attributes else []
    table: dict[str, Callable[[Facts], Collection[str]]] = {
        GROUP: lambda facts: facts.groups,
        RUNNING: lambda facts: [str(facts.running)],
        "agentConnected": lambda facts: ["true" if facts.agent_connected else "false"],
        "agentVersion": lambda facts: [facts.agent_version] if facts.agent_version else [],
        "ec2InstanceId": lambda facts: [facts.ec2_instance_id] if facts.ec2_instance_id else [],
        "registeredAt": lambda facts: [str(facts.registered_at)],
    }
    return table[subject]


def _test(operator: str, arguments: list[str], *, is_time: bool) -> Callable[[str], bool]:
    if operator == "exists":
        return lambda _: True
    if operator == "=~":
        return Pattern(arguments[0]).matches
    if is_time:
        arguments = [_seconds(argument) for argument in arguments]
    if operator == "in":
        return frozenset(arguments).__contains__
    wanted = arguments[0]
    if operator == "==":
        return lambda value: value == wanted
    return lambda value: _ordered(operator, value, wanted)


def _seconds(text: str) -> str:
    """A date (`2018-06-18`, `2018-06-18T22:28:28+00:00`) as seconds since the epoch; UTC by default."""
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Invalid expression: {text!r} is no date.") from None
    return str((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp())


_VERSION = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,5}", re.ASCII)


def _ordered(operator: str, value: str, wanted: str) -> bool:
    """Numbers and versions are compared part by part, all else letter by letter."""
    numeric = _VERSION.fullmatch(value) and _VERSION.fullmatch(wanted)
    left, right = (_parts(text) if numeric else ([], text) for text in (value, wanted))
    if left == right:
        return operator in {"<=", ">="}
    return (left < right) == (operator in {"<", "<="})


def _parts(version: str) -> tuple[list[int], str]:
    return [int(part) for part in version.split(".")], ""

"""An expression of metric math → a program for a stack machine.

A program is flat, so that running it needs no recursion; reading nests as deep as the brackets do, which is bounded. What
the names and the functions mean is `machine.py`'s.
"""

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from homeport.api.cloudwatch.errors import math as errors

DEEPEST = 24
TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|\.\d+)
  | (?P<text>"[^"]*"|'[^']*')
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign>==|!=|<=|>=|&&|\|\||[-+*/^<>()\[\],])
    )\s*""",
    re.VERBOSE | re.ASCII,
)
BINDING = {
    "OR": 1,
    "AND": 2,
    "==": 3,
    "!=": 3,
    "<": 3,
    ">": 3,
    "<=": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
}
"""How tightly an operator of two operands holds; all of them hold to the left."""
NEGATION, POWER = 6, 7
ALIASES = {"&&": "AND", "||": "OR"}

Kind: TypeAlias = Literal["number", "text", "name", "array", "call", "binary", "negative"]


class Step(Struct, frozen=True, kw_only=True):
    """Put something on the stack, or take `count` things from it and put one back."""

    kind: Kind
    word: str = ""
    number: float = 0.0
    count: int = 0


class Token(Struct, frozen=True):
    """A piece of the expression, and where it stands."""

    kind: str
    text: str
    place: int


def program(expression: str) -> list[Step]:
    """The steps of an expression. Raises Flaw for what is no expression."""
    reader = _Reader(expression)
    reader.expression(0)
    reader.expect("end", "")
    return reader.steps


def names(steps: Sequence[Step]) -> set[str]:
    """The ids that a program looks at."""
    return {step.word for step in steps if step.kind == "name"}


def tokens(expression: str) -> list[Token]:
    """The pieces, and an end. Raises Flaw for a character that belongs to none."""
    found: list[Token] = []
    place = 0
    while place < len(expression):
        match = TOKEN.match(expression, place)
        if match is None:
            raise errors.syntax(expression, place)
        kind = str(match.lastgroup)
        text = ALIASES.get(match[kind], match[kind])
        is_operator = text in BINDING and kind == "word"
        found.append(Token("sign" if is_operator else kind, text, match.start(kind)))
        place = match.end()
    return [*found, Token("end", "", len(expression))]


class _Reader:
    """Reads by precedence; writes steps in the order in which they are to be done."""

    def __init__(self, expression: str) -> None:
        self.steps: list[Step] = []
        self._expression = expression
        self._tokens = tokens(expression)
        self._at = 0
        self._depth = 0

    def expression(self, binding: int) -> None:
        """As much as holds together more tightly than `binding`."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise errors.too_deep()
        self._operand()
        while (operator := self._token.text) in BINDING and BINDING[operator] > binding:
            self._token_taken()
            self.expression(BINDING[operator])
            self.steps.append(Step(kind="binary", word=operator, count=2))
        self._depth -= 1

    def expect(self, kind: str, text: str) -> None:
        """Take a token that has to be there. Raises Flaw for another one."""
        token = self._token_taken()
        if (token.kind, token.text) != (kind, text):
            raise errors.syntax(self._expression, token.place)

    def _operand(self) -> None:
        negations = 0
        while self._takes("-"):
            negations += 1
        self._atom()
        if self._takes("^"):
            self.expression(NEGATION)
            self.steps.append(Step(kind="binary", word="^", count=2))
        if negations % 2:
            self.steps.append(Step(kind="negative", count=1))

    def _atom(self) -> None:
        token = self._token_taken()
        if token.kind == "number":
            self.steps.append(Step(kind="number", number=float(token.text)))
        elif token.kind == "text":
            self.steps.append(Step(kind="text", word=token.text[1:-1]))
        elif token.kind == "word":
            self._word(token.text)
        elif token.text == "(":
            self.expression(0)
            self.expect("sign", ")")
        elif token.text == "[":
            self.steps.append(Step(kind="array", count=self._list("]")))
        else:
            raise errors.syntax(self._expression, token.place)

    def _word(self, word: str) -> None:
        if self._takes("("):
            self.steps.append(Step(kind="call", word=word, count=self._list(")")))
        elif word[0].islower():
            self.steps.append(Step(kind="name", word=word))
        else:  # Ids begin with a lower-case letter: this is a word such as REPEAT.
            self.steps.append(Step(kind="text", word=word))

    def _list(self, closing: str) -> int:
        """The expressions up to a bracket; how many there were."""
        if self._takes(closing):
            return 0
        self.expression(0)
        count = 1
        while self._takes(","):
            self.expression(0)
            count += 1
        self.expect("sign", closing)
        return count

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _token_taken(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _takes(self, text: str) -> bool:
        """Take the next token if it is this sign."""
        token = self._token
        if (token.kind, token.text) != ("sign", text):
            return False
        self._token_taken()
        return True

"""ELB's patterns as regular expressions (RE2) that match a whole text."""

import re
from collections.abc import Iterable, Iterator

WILD = re.compile(r"\\([*?\\])|([*?])", re.DOTALL)
NOT_PLAIN = re.compile(r"[*?\\]")


def is_plain(pattern: str) -> bool:
    """Whether it stands for itself alone."""
    return NOT_PLAIN.search(pattern) is None


def expression(pattern: str, character: str = ".") -> str:
    """`*` is any text and `?` one of the characters that `character` matches; after a backslash they are themselves."""
    return "".join(_parts(pattern, character))


def _parts(pattern: str, character: str) -> Iterator[str]:
    at = 0
    for wild in WILD.finditer(pattern):
        yield quoted(pattern[at : wild.start()])
        escaped, sign = wild.groups()
        yield quoted(escaped) if escaped else character + ("*" if sign == "*" else "")
        at = wild.end()
    yield quoted(pattern[at:])


def quoted(text: str) -> str:
    """`text` and nothing else. Python's own escapes blanks and controls in ways that RE2 does not know."""
    return re.sub(r"[][\\^$.|?*+(){}]", r"\\\g<0>", text)


def one_of(expressions: Iterable[str]) -> str:
    """Any of them."""
    found = list(expressions)
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"

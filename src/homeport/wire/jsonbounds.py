"""Bounds on a JSON body that hold whatever the shape: depth, length of numbers, one encoding, no NUL.

msgspec skips members that it does not know without looking closely, and its own recursion ends in a
RecursionError; so the bounds are checked before it reads. Cheap tests on the whole body decide whether a
closer look is needed.
"""

from __future__ import annotations

import re

from homeport.wire import words

MAX_DEPTH = 64
MAX_DIGITS = 400
"""More than any number that a double or a long can hold needs."""

DIGITS_ALIKE = bytes.maketrans(b"123456789", b"000000000")
LONG_NUMBER = b"0" * MAX_DIGITS
NUL = b"\\u0000"
ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
ESCAPED = re.compile(rb"\\.", re.DOTALL)
BRACKETS_ALIKE = bytes.maketrans(b"{}", b"[]")
NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def check(body: bytes) -> None:
    """Raises `WireError` (SerializationException) for a body that is no UTF-8 or beyond the bounds."""
    if not body.isascii():
        check_utf8(body)
    if NUL in body and ESCAPED_NUL.search(body):
        raise words.malformed()
    crowded = body.count(b"[") + body.count(b"{") > MAX_DEPTH
    if crowded or (len(body) > MAX_DIGITS and LONG_NUMBER in body.translate(DIGITS_ALIKE)):
        check_bare(without_strings(body))


def check_utf8(body: bytes) -> None:
    """The whole body is UTF-8, unknown members included."""
    try:
        body.decode()
    except UnicodeDecodeError:
        raise words.malformed() from None


def without_strings(body: bytes) -> bytes:
    """The body without its texts. Linear for any bytes: a text that stays open lasts to the end."""
    unescaped = ESCAPED.sub(b"", body) if b"\\" in body else body
    return b"".join(unescaped.split(b'"')[::2])


def check_bare(body: bytes) -> None:
    """Depth and digits of a body whose strings were taken out."""
    if LONG_NUMBER in body.translate(DIGITS_ALIKE):
        raise words.malformed("NUMBER_VALUE out of range")
    brackets = body.translate(BRACKETS_ALIKE, NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        shallower = brackets.replace(b"[]", b"")
        if len(shallower) == len(brackets):
            break
        brackets = shallower
    if brackets:
        raise words.malformed()

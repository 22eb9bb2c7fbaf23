"""Regular expressions that cannot run away."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.plan.placement.pattern import Pattern

PIECES = st.sampled_from(
    [
        "a",
        "b",
        ".",
        "[ab]",
        "[^a]",
        r"\d",
        r"\W",
        "(a|b)",
        "(?:ab)?",
        "a*",
        "b+",
        "(ab)*",
        "a{2}",
        "b{1,2}",
        "|",
    ]
)


@given(st.lists(PIECES, max_size=6).map("".join), st.text("ab1 ", max_size=6))
def test_it_matches_what_pythons_own_expressions_match(pattern: str, text: str) -> None:
    assert Pattern(pattern).matches(text) == (re.fullmatch(pattern, text) is not None)


def test_a_pattern_that_is_exponential_elsewhere_takes_no_time() -> None:
    assert not Pattern("(a+)+b").matches("a" * 5_000)


def test_anchors_add_nothing() -> None:
    assert Pattern("^a.c$").matches("abc")


@pytest.mark.parametrize(
    "text",
    [
        "(",
        ")",
        "a)",
        "[a",
        "*",
        "a**",
        "a{3,1}",
        "a{x}",
        "a{",
        "[b-a]",
        "\\",
        r"\1",
        "(?=a)",
        "(?i)a",
        "(" * 200,
    ],
)
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        Pattern(text)


@pytest.mark.parametrize("text", ["a" * 257, "((a{0}){999}){999}", "((((a{9}){9}){9}){9}){9}", "a{9999}"])
def test_what_would_grow_too_large_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="too"):
        Pattern(text)

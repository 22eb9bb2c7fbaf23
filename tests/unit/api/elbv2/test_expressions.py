"""Regular expressions, as RE2 reads them: what it was asked (google-re2), and what it said."""

import pytest

from homeport.api.elbv2 import expressions

GOOD = [
    "a",
    "^/api/(v[0-9]+)?/.*$",
    "(a+)+$",
    "a{2,5}?b{3}c{4,}",
    "a{,5}b{x}{",
    "a{02}",
    "(?i)a(?-i:b)(?s)c",
    "(?P<first>a)(?<second>b)",
    "[]a-c^-]",
    "[^]]",
    "[[:alpha:][:^digit:]\\d_-]",
    "[[a]",
    "[\\x41-\\x{5a}é-ü]",
    "\\A\\ba\\B\\z",
    "\\0\\012\\17",
    "\\.\\-\\/\\_\\ \\]",
    "()|(?:)||",
    "^*\\b+",
    "(?:(?:a{10}){10}){10}",
    "☃+\U0001f4a9?",
    "\x00\n",
]
BAD = [
    "(",
    ")",
    "a)(b",
    "[",
    "[]",
    "[z-a]",
    "[a-\\d]",
    "[[:nope:]]",
    "*a",
    "(+a)",
    "a|*",
    "a**",
    "a++",
    "a{2}{3}",
    "a{3}*",
    "a{5,3}",
    "a{1001}",
    "(a{40}){40}",
    "(?:(?:a{11}){10}){10}",
    "(?=a)",
    "(?<!a)",
    "(?>a)",
    "(?#a)",
    "(?x)a",
    "(?a)a",
    "(?i",
    "(?P<ñ>a)",
    "(?P<n>a)(?P<n>b)",
    "(?P=n)",
    "(a)\\1",
    "\\8",
    "\\Z",
    "\\N{SNOWMAN}",
    "\\u2603",
    "\\x4",
    "\\x{110000}",
    "\\é",
    "a\\",
]
LEFT_OUT = ["\\C", "\\Qa", "\\pL", "[\\p{Greek}]"]


@pytest.mark.parametrize("pattern", GOOD)
def test_what_re2_reads(pattern):
    assert expressions.size(pattern) <= expressions.LARGEST


@pytest.mark.parametrize("pattern", [*BAD, *LEFT_OUT])
def test_what_re2_does_not_read_and_what_is_left_out(pattern):
    with pytest.raises(ValueError, match=r"\A\Z"):
        expressions.size(pattern)


@pytest.mark.parametrize(
    ("pattern", "instructions"),
    [("a", 1), (".{100}", 700), ("\\W{50}", 1400), ("[^a]", 14), ("(ab){3,7}", 31), ("é{100}", 200)],
)
def test_no_expression_is_larger_than_it_is_thought_to_be(pattern, instructions):
    assert expressions.size(pattern) >= instructions

"""docs/gaps.md tells the truth about today."""

from tools import gaps


def test_the_operations_that_are_not_served_are_listed():
    text = gaps.GAPS.read_text()
    assert text == gaps.renewed(text), "the list has changed: run `make gaps`"

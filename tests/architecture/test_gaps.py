"""docs/gaps.md tells the truth about today."""

from tools import gaps


def test_the_list_of_operations_that_are_not_served_is_the_one_of_today():
    text = gaps.GAPS.read_text()
    assert gaps.renewed(text) == text, "run `make gaps`"

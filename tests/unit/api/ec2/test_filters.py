"""Filters of EC2: wildcards, tags, and values that are sent to cost something."""

from __future__ import annotations

import pytest

from homeport.api.ec2 import filters
from homeport.api.errors import ApiError
from homeport.shapes import ec2

FIELDS: dict[str, filters.Field[str]] = {"name": lambda view: view, "default": lambda view: view == "main"}


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("web", "web", True),
        ("web", "Web", False),
        ("*", "", True),
        ("?", "", False),
        ("w?b", "web", True),
        ("w*", "web", True),
        ("*b", "web", True),
        ("w*b*", "web", True),
        ("*e*e*", "web", False),
        (r"\*", "*", True),
        (r"\*", "x", False),
        (r"a\?c", "abc", False),
        ("a[b]", "a[b]", True),
        ("*" * 300, "web", True),
        ("a*" * 5000, "a" * 200, False),
        ("*a" * 100 + "b", "a" * 250, False),
        ("x" * 65_000 + "*", "x" * 100, False),
    ],
)
def test_a_star_is_anything_and_a_question_mark_one_character(pattern, text, fits):
    assert filters.matches(pattern, text) is fits


def test_all_filters_must_fit_and_of_each_one_value():
    asked = [ec2.Filter(name="name", values=["a", "m*"]), ec2.Filter(name="tag:env", values=["prod"])]
    wanted = filters.checked(asked, FIELDS)
    assert filters.fits(wanted, "main", FIELDS, {"env": "prod"})
    assert not filters.fits(wanted, "main", FIELDS, {"env": "test"})
    assert not filters.fits(wanted, "other", FIELDS, {"env": "prod"})


def test_the_keys_of_tags_and_yes_and_no_are_asked_for_as_texts():
    asked = [ec2.Filter(name="tag-key", values=["env"]), ec2.Filter(name="default", values=["true"])]
    wanted = filters.checked(asked, FIELDS)
    assert filters.fits(wanted, "main", FIELDS, {"env": ""})
    assert not filters.fits(wanted, "main", FIELDS, {})
    assert not filters.fits(wanted, "other", FIELDS, {"env": ""})


@pytest.mark.parametrize("name", ["colour", None, "tags"])
def test_a_filter_that_the_operation_does_not_have_is_refused(name):
    with pytest.raises(ApiError) as caught:
        filters.checked([ec2.Filter(name=name, values=["x"])], FIELDS)
    assert (caught.value.code, caught.value.message) == (
        "InvalidParameterValue",
        f"The filter '{name or 'null'}' is invalid",
    )

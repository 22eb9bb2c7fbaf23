"""Codes that count as healthy."""

import pytest

from homeport.drivers.health.matcher import matches


@pytest.mark.parametrize(
    ("matcher", "right", "wrong"),
    [
        ("200", [200], [199, 201, 20, 2]),
        ("200,202", [200, 202], [201]),
        ("200-299", [200, 250, 299], [199, 300]),
        ("200,301-303,404", [200, 301, 302, 303, 404], [201, 300, 304]),
        ("200, 202", [200, 202], [201]),
        ("12", [12], [0, 1, 2]),
        ("0-99", [0, 12, 99], [100]),
        ("0,5", [0, 5], [3]),
    ],
)
def test_a_matcher_is_a_list_of_codes_and_ranges(matcher, right, wrong):
    assert [code for code in right if not matches(matcher, code)] == []
    assert [code for code in wrong if matches(matcher, code)] == []


@pytest.mark.parametrize("matcher", ["", ",", "2xx", "-", "200-", "1000"])
def test_what_is_malformed_matches_nothing(matcher):
    assert not any(matches(matcher, code) for code in range(1000))


def test_what_is_malformed_does_not_spoil_the_rest():
    assert matches("2xx,204", 204)

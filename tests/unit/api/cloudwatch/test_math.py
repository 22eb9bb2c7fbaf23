"""Metric math: what it comes to, and that it comes to an end."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.api.cloudwatch.math.machine import Machine
from homeport.api.cloudwatch.math.series import Series
from homeport.api.errors import ApiError

TIMES = (0.0, 60.0, 120.0, 180.0)


def series(*values: float | None, label: str = "m") -> Series:
    known = {at: value for at, value in zip(TIMES, values, strict=True) if value is not None}
    return Series(label=label, period=60, times=TIMES, values=known)


METRICS = {"a": series(1, 2, None, 4, label="first"), "b": series(10, None, 30, 0, label="second")}
NOTHING = series(None, None, None, None)


def machine(**more: Series) -> Machine:
    return Machine({**METRICS, **more}, NOTHING)


def value(expression: str) -> list[float | None]:
    """What an expression of `a` and `b` comes to, time by time."""
    (found,) = machine().run({"e": expression})["e"]
    return [found.values.get(at) for at in TIMES]


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("a", [1, 2, None, 4]),
        ("a + b", [11, None, None, 4]),
        ("a - b - a", [-10, None, None, 0]),
        ("b / a", [10, None, None, 0]),
        ("a / b", [0.1, None, None, None]),
        ("1 - a * 2 + 3", [2, 0, None, -4]),
        ("(1 - a) * (2 + 3)", [0, -5, None, -15]),
        ("-a ^ 2", [-1, -4, None, -16]),
        ("--a", [1, 2, None, 4]),
        ("2 ^ a ^ 1", [2, 4, None, 16]),
        ("1e3 * a + .5", [1000.5, 2000.5, None, 4000.5]),
        ("(0 - a) ^ 0.5", [None, None, None, None]),
        ("a ^ 1e999", [1, None, None, None]),
        ("a > 1 && b == 0", [0, None, None, 1]),
        ("a >= 4 OR b != 0", [1, None, None, 1]),
        ("a < 2 AND a <= 2", [1, 0, None, 0]),
        ("SUM([a, b])", [11, 2, 30, 4]),
        ("AVG([a, b])", [5.5, 2, 30, 2]),
        ("MIN([a, b])", [1, 2, 30, 0]),
        ("MAX([a, 3])", [3, 3, None, 4]),
        ("a / SUM(a)", [1 / 7, 2 / 7, None, 4 / 7]),
        ("SUM(METRICS())", [11, 2, 30, 4]),
        ('SUM(METRICS("sec"))', [10, None, 30, 0]),
        ("FILL(a, 9)", [1, 2, 9, 4]),
        ("FILL(a, REPEAT)", [1, 2, 2, 4]),
        ("FILL(a, LINEAR)", [1, 2, 3, 4]),
        ("IF(a > 1, b, 5)", [5, None, None, 0]),
        ("IF(a > 1, 7)", [None, 7, None, 7]),
        ("IF(0, a, b)", [10, None, 30, 0]),
        ("CEIL(a / 3) + FLOOR(a / 3) + ABS(0 - a)", [2, 3, None, 7]),
        ("PERIOD(a) * a", [60, 120, None, 240]),
        ("TIME_SERIES(5)", [5, 5, 5, 5]),
    ],
)
def test_an_expression_comes_to_its_values(expression, values):
    assert value(expression) == pytest.approx(values)


def test_expressions_may_use_one_another_in_any_order():
    found = machine().run({"x": "y * 2", "y": "z + 1", "z": "a"})
    assert [list(found[id][0].values.values()) for id in "xyz"] == [[4, 6, 10], [2, 3, 5], [1, 2, 4]]


def test_a_long_chain_of_expressions_needs_no_recursion():
    chain = {f"e{number}": f"e{number - 1} + 1" for number in range(1, 499)}
    found = machine(e0=series(0, 0, 0, 0)).run(chain)
    assert set(found["e498"][0].values.values()) == {498}


def test_a_long_sum_needs_no_recursion():
    assert value("+".join(["a"] * 1000))[0] == 1000


def test_a_request_that_computes_too_much_is_refused():
    busy = {"e": "+".join(["SUM(METRICS())"] * 100)}
    with pytest.raises(ApiError, match="Error in expression 'e': The expressions need too much computing"):
        Machine(METRICS, NOTHING, budget=1000).run(busy)


def test_a_circle_is_found():
    with pytest.raises(ApiError, match="depends on itself"):
        machine().run({"x": "y", "y": "x"})


PIECES = "a b e 1 0 1e999 - + * / ^ ( ) [ ] , SUM( METRICS() IF( FILL( REPEAT MAX( CEIL( 'a' && OR < == TIME_SERIES( PERIOD("


@settings(deadline=None, max_examples=500)
@given(st.lists(st.sampled_from(PIECES.split(" ")), max_size=40).map(" ".join) | st.text(max_size=40))
def test_any_text_is_series_of_finite_numbers_or_a_refusal(expression):
    try:
        found = machine().run({"e": expression})
    except ApiError as error:
        refusal = error.message
    else:
        assert all(math.isfinite(value) for each in found["e"] for value in each.values.values())
        return
    assert refusal.startswith("Error in expression 'e': ")

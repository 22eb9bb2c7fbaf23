"""Runs the programs of a request in the order in which they need one another, within a budget.

The budget is counted in points, so that a request cannot keep the server for longer than a moment.
"""

import graphlib
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from homeport.api.cloudwatch.errors import math as errors
from homeport.api.cloudwatch.math.functions import FUNCTIONS
from homeport.api.cloudwatch.math.program import Step, names, program
from homeport.api.cloudwatch.math.series import Array, Series, Value, combined

BUDGET = 2_000_000
"""Points that all steps of a request may look at."""


class Machine:
    """`metrics` are the series that expressions may use, by id; `constant` has the times of a series made of a number."""

    def __init__(self, metrics: Mapping[str, Series], constant: Series, budget: int = BUDGET) -> None:
        self._metrics = metrics
        self._constant = constant
        self._values: dict[str, Value] = dict(metrics)
        self._left = budget

    def run(self, expressions: Mapping[str, str]) -> dict[str, Array]:
        """What each expression comes to, by id. Raises ValidationError, which names the expression."""
        programs: dict[str, list[Step]] = {}
        for id, text in expressions.items():
            with _blamed_on(id):
                programs[id] = program(text)
        for id in self._order(programs):
            with _blamed_on(id):
                self._values[id] = self._run(programs[id])
        results: dict[str, Array] = {}
        for id in programs:
            with _blamed_on(id):
                results[id] = _array(self._values[id])
        return results

    def _order(self, programs: Mapping[str, Sequence[Step]]) -> list[str]:
        """The ids of the programs, each after those that it looks at."""
        needs = {id: names(steps) for id, steps in programs.items()}
        for id, needed in needs.items():
            for name in sorted(needed - programs.keys() - self._metrics.keys()):
                with _blamed_on(id):
                    raise errors.unknown_id(name)
        try:
            order = list(graphlib.TopologicalSorter(needs).static_order())
        except graphlib.CycleError as error:
            with _blamed_on(error.args[1][0]):
                raise errors.circular() from None
        return [id for id in order if id in programs]

    def _run(self, steps: Sequence[Step]) -> Value:
        stack: list[Value] = []
        for step in steps:
            taken = stack[len(stack) - step.count :]
            del stack[len(stack) - step.count :]
            result = self._done(step, taken)
            self._spend(result, *taken)
            stack.append(result)
        (result,) = stack
        return result

    def _done(self, step: Step, taken: Sequence[Value]) -> Value:
        match step.kind:
            case "number":
                return step.number
            case "text":
                return step.word
            case "name":
                return self._values[step.word]
            case "array":
                return _gathered(taken)
            case "binary":
                return combined(step.word, taken[0], taken[1])
            case "negative":
                return combined("*", -1.0, taken[0])
            case "call":
                return self._called(step.word, taken)

    def _called(self, name: str, arguments: Sequence[Value]) -> Value:
        match name, arguments:
            case "METRICS", []:
                return list(self._metrics.values())
            case "METRICS", [str(part)]:
                return [series for id, series in self._metrics.items() if part in id or part in series.label]
            case "TIME_SERIES", [float(number)]:
                return self._constant.holding(dict.fromkeys(self._constant.times, number))
        if name not in FUNCTIONS:
            raise errors.unknown_function(name)
        return FUNCTIONS[name](name, arguments)

    def _spend(self, *values: Value) -> None:
        self._left -= sum(_size(value) for value in values)
        if self._left < 0:
            raise errors.too_much()


@contextmanager
def _blamed_on(id: str) -> Iterator[None]:
    """A flaw is that of an expression."""
    try:
        yield
    except errors.Flaw as flaw:
        raise errors.expression_invalid(id, str(flaw)) from None


def _gathered(items: Sequence[Value]) -> Array:
    """One array of series, of arrays and of numbers, which have a value wherever the first series has."""
    first = next((_array(item) for item in items if isinstance(item, Series | list)), [])
    found: Array = []
    for item in items:
        if isinstance(item, float) and math.isfinite(item) and first:
            found.append(first[0].holding(dict.fromkeys(first[0].values, item)))
        else:
            found += _array(item)
    return found


def _array(value: Value) -> Array:
    if isinstance(value, list):
        return value
    if isinstance(value, Series):
        return [value]
    raise errors.no_series()


def _size(value: Value) -> int:
    if isinstance(value, Series):
        return 1 + len(value.values)
    return sum(map(_size, value)) if isinstance(value, list) else 1

"""The statistics of a point: five plain ones, and percentiles (`p50` to `p99.9`, from `p0` to `p100`).

Trimmed means and their like (`TM`, `TC`, `IQM`, …) are not known here (docs/gaps.md).
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from homeport.api.cloudwatch.points import Point

Statistic: TypeAlias = Callable[[Point], float]

PLAIN: Mapping[str, Statistic] = {
    "SampleCount": lambda point: point.count,
    "Average": lambda point: point.average,
    "Sum": lambda point: point.sum,
    "Minimum": lambda point: point.minimum,
    "Maximum": lambda point: point.maximum,
}
PERCENTILE = re.compile(r"p(\d{1,3}(?:\.\d{1,10})?)", re.ASCII)


def find(name: str) -> Statistic | None:
    """Any statistic by its name; None for one that is not known."""
    return PLAIN.get(name) or percentile(name)


def percentile(name: str) -> Statistic | None:
    """A percentile by its name, such as `p99.9`; None for anything else."""
    found = PERCENTILE.fullmatch(name)
    if found is None or (percent := float(found[1])) > 100.0:
        return None
    return lambda point: point.percentile(percent)

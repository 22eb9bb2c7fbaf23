"""GetMetricStatistics: one metric, one set of dimensions, up to five statistics or ten percentiles."""

import math

from homeport.api.caller import Caller
from homeport.api.cloudwatch import metrics, sources, statistic, window
from homeport.api.cloudwatch.errors import metrics as errors
from homeport.api.cloudwatch.metrics import Metric
from homeport.api.cloudwatch.points import Point, points
from homeport.api.cloudwatch.slots import Slots
from homeport.api.operation import read
from homeport.shapes import cloudwatch
from homeport.store.tx import ReadTx

LIMIT = 1440


@read
def get_metric_statistics(
    tx: ReadTx, caller: Caller, request: cloudwatch.GetMetricStatisticsInput
) -> cloudwatch.GetMetricStatisticsOutput:
    """The points of a metric, oldest first (AWS promises no order). What does not exist has none."""
    metric = metrics.find(request.namespace, request.metric_name)
    source = sources.find(tx, caller, request.namespace, request.dimensions or [])

    _check(request)
    wanted = _extended(request)

    found: list[Point] = []
    if metric is not None and source is not None and source.has(metric):
        asked = window.from_start(request.start_time, request.end_time, request.period)
        found = points(metric, Slots(tx).of(source.of, asked), asked)
    if metric is None or request.unit not in {None, metric.unit}:
        return cloudwatch.GetMetricStatisticsOutput(label=request.metric_name, datapoints=[])
    return cloudwatch.GetMetricStatisticsOutput(
        label=request.metric_name, datapoints=[_view(metric, point, request, wanted) for point in found]
    )


def _check(request: cloudwatch.GetMetricStatisticsInput) -> None:
    start, end, period = request.start_time, request.end_time, request.period
    for name, at in (("StartTime", start), ("EndTime", end)):
        if not window.is_time(at):
            raise errors.invalid_value(errors.time_impossible(name))
    if start == end:
        raise errors.invalid_value(errors.start_is_end())
    if start > end:
        raise errors.invalid_value(errors.start_not_before_end())
    if not window.is_period(period):
        raise errors.invalid_value(errors.period_invalid("Period"))
    count = math.ceil((end - start) / period)
    if count > LIMIT:
        raise errors.too_many_datapoints(count, LIMIT)
    if bool(request.statistics) == bool(request.extended_statistics):
        raise errors.statistics_missing()


def _extended(request: cloudwatch.GetMetricStatisticsInput) -> dict[str, statistic.Statistic]:
    found: dict[str, statistic.Statistic] = {}
    for number, name in enumerate(request.extended_statistics or [], 1):
        known = statistic.percentile(name)
        if known is None:
            raise errors.extended_statistic_invalid(number, name)
        found[name] = known
    return found


def _view(
    metric: Metric,
    point: Point,
    request: cloudwatch.GetMetricStatisticsInput,
    extended: dict[str, statistic.Statistic],
) -> cloudwatch.Datapoint:
    plain = {name: statistic.PLAIN[name](point) for name in request.statistics or []}
    return cloudwatch.Datapoint(
        timestamp=point.at,
        unit=metric.unit,
        sample_count=plain.get("SampleCount"),
        average=plain.get("Average"),
        sum=plain.get("Sum"),
        minimum=plain.get("Minimum"),
        maximum=plain.get("Maximum"),
        extended_statistics={name: known(point) for name, known in extended.items()} or None,
    )

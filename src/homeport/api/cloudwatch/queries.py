"""The queries of a GetMetricData request, checked: which are metrics, and which expressions."""

import re
from collections.abc import Sequence

from msgspec import Struct

from homeport.api.cloudwatch import metrics, statistic, window
from homeport.api.cloudwatch.errors import metrics as errors
from homeport.api.cloudwatch.metrics import Metric
from homeport.api.cloudwatch.statistic import Statistic
from homeport.shapes import cloudwatch

MOST_QUERIES = 500
MOST_DATAPOINTS = 100_800
ID = re.compile(r"[a-z][a-zA-Z0-9_]*", re.ASCII)


class MetricQuery(Struct, frozen=True, kw_only=True):
    """A metric to be looked up. `metric` is None for one that nobody has."""

    id: str
    name: str
    label: str
    period: int
    metric: Metric | None
    statistic: Statistic
    asked: cloudwatch.MetricDataQuery

    @property
    def namespace(self) -> str:
        """Where the metric is looked for."""
        assert self.asked.metric_stat is not None
        return self.asked.metric_stat.metric.namespace or ""

    @property
    def dimensions(self) -> Sequence[cloudwatch.Dimension]:
        """By which it is looked for."""
        assert self.asked.metric_stat is not None
        return self.asked.metric_stat.metric.dimensions or []


def check(request: cloudwatch.GetMetricDataInput) -> None:
    """Raises ValidationError for a request that cannot be answered, whatever there is."""
    start, end = request.start_time, request.end_time
    for name, at in (("StartTime", start), ("EndTime", end)):
        if not window.is_time(at):
            raise errors.validation(errors.time_impossible(name))
    if start == end:
        raise errors.validation(errors.start_is_end())
    if start > end:
        raise errors.validation(errors.start_not_before_end())
    if request.max_datapoints is not None and not 1 <= request.max_datapoints <= MOST_DATAPOINTS:
        raise errors.max_datapoints_invalid(MOST_DATAPOINTS)
    _check_queries(request.metric_data_queries)


def metric_queries(queries: Sequence[cloudwatch.MetricDataQuery]) -> list[MetricQuery]:
    """Those that ask for a metric. Raises ValidationError for a period, a metric or a statistic that is none."""
    found = []
    unknown: list[int] = []
    for number, query in enumerate(queries, 1):
        asked = query.metric_stat
        if asked is None:
            continue
        known = statistic.find(asked.stat)
        if known is None:
            unknown.append(number)
            continue
        name, namespace = asked.metric.metric_name, asked.metric.namespace
        if not name or not namespace:
            raise errors.metric_incomplete(number, "Namespace" if name else "MetricName")
        if not window.is_period(asked.period):
            path = f"MetricDataQueries.member.{number}.MetricStat.Period"
            raise errors.validation(errors.period_invalid(path))
        metric = metrics.find(namespace, name)
        if metric is not None and asked.unit not in {None, metric.unit}:
            metric = None
        found.append(
            MetricQuery(
                id=query.id,
                name=name,
                label=query.label or name,
                period=asked.period,
                metric=metric,
                statistic=known,
                asked=query,
            )
        )
    if unknown:
        raise errors.stats_invalid(unknown)
    return found


def _check_queries(queries: Sequence[cloudwatch.MetricDataQuery]) -> None:
    if len(queries) > MOST_QUERIES:
        raise errors.too_many_queries(MOST_QUERIES)
    if wrong := {number: query.id for number, query in enumerate(queries, 1) if not ID.fullmatch(query.id)}:
        raise errors.query_ids_invalid(wrong)
    if len({query.id for query in queries}) < len(queries):
        raise errors.query_ids_not_unique()
    for number, query in enumerate(queries, 1):
        if query.metric_stat is None and query.expression is None:
            raise errors.query_empty(number)
        if query.metric_stat is not None and query.expression is not None:
            raise errors.query_ambiguous(number)

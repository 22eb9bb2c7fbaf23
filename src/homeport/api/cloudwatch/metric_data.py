"""GetMetricData: many metrics at once, and what metric math makes of them."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.cloudwatch import queries, sources, window
from homeport.api.cloudwatch.errors import metrics as errors
from homeport.api.cloudwatch.math.machine import Machine
from homeport.api.cloudwatch.math.series import Series
from homeport.api.cloudwatch.points import points
from homeport.api.cloudwatch.queries import MetricQuery
from homeport.api.cloudwatch.slots import Slots
from homeport.api.operation import read
from homeport.api.paging import Listing
from homeport.model.record import Time
from homeport.model.sample import KEPT_S
from homeport.shapes import cloudwatch
from homeport.store.tx import ReadTx


class Result(Struct, frozen=True, kw_only=True):
    """A series that is returned."""

    id: str
    label: str
    values: dict[Time, float]
    is_foreign: bool = False


@read
def get_metric_data(
    tx: ReadTx, caller: Caller, request: cloudwatch.GetMetricDataInput
) -> cloudwatch.GetMetricDataOutput:
    """The points of all queries that return any, newest first unless asked otherwise, page by page."""
    queries.check(request)
    asked = queries.metric_queries(request.metric_data_queries)

    slots = Slots(tx)
    metrics = {query.id: _series(tx, caller, request, query, slots) for query in asked}
    expressions = {query.id: query.expression for query in request.metric_data_queries if query.expression}
    period = max((query.period for query in asked), default=window.MINUTE)
    constant = Series(label="", period=period, times=_times(tx, request, period), values={})
    computed = Machine(metrics, constant).run(expressions)

    results = list(_results(request.metric_data_queries, metrics, computed, caller))
    return _page(caller, request, results)


def _series(
    tx: ReadTx, caller: Caller, request: cloudwatch.GetMetricDataInput, query: MetricQuery, slots: Slots
) -> Series:
    asked = window.aligned(request.start_time, request.end_time, query.period)
    values: dict[Time, float] = {}
    source = sources.find(tx, caller, query.namespace, query.dimensions)
    is_ours = query.asked.account_id in {None, caller.account}
    if query.metric is not None and source is not None and source.has(query.metric) and is_ours:
        found = points(query.metric, slots.of(source.of, asked), asked)
        values = {point.at: query.statistic(point) for point in found}
    times = _times(tx, request, query.period)
    return Series(label=query.label, period=query.period, times=times, values=values)


def _times(tx: ReadTx, request: cloudwatch.GetMetricDataInput, period: int) -> tuple[Time, ...]:
    """The periods of which anything can be known: metric math does not fill a past without history, nor the future."""
    asked = window.aligned(request.start_time, request.end_time, period)
    return tuple(asked.places(tx.now - KEPT_S, tx.now))


def _results(
    asked: Sequence[cloudwatch.MetricDataQuery],
    metrics: Mapping[str, Series],
    computed: Mapping[str, Sequence[Series]],
    caller: Caller,
) -> Iterator[Result]:
    """In the order of the queries. An expression that comes to an array has a result for each of its series."""
    for query in asked:
        if query.return_data is False:
            continue
        if query.expression is None:
            found = metrics[query.id]
            is_foreign = query.account_id not in {None, caller.account}
            yield Result(id=query.id, label=found.label, values=found.values, is_foreign=is_foreign)
            continue
        array = computed[query.id]
        for series in array:
            label = series.label if len(array) > 1 else query.label or query.id
            yield Result(id=query.id, label=label, values=series.values)


def _page(
    caller: Caller, request: cloudwatch.GetMetricDataInput, results: Sequence[Result]
) -> cloudwatch.GetMetricDataOutput:
    """As many points as fit. Where a series goes on on the next page, its status says so."""
    sign = 1.0 if request.scan_by == "TimestampAscending" else -1.0
    places = [f"{number} {at!r}" for number, result in enumerate(results) for at in result.values]

    def order(place: str) -> tuple[int, float]:
        number, at = place.split(" ")
        return int(number), sign * float(at)

    listing = Listing(
        operation="GetMetricData",
        usual=queries.MOST_DATAPOINTS,
        largest=queries.MOST_DATAPOINTS,
        order=order,
        token_invalid=errors.data_token_invalid,
    )
    filters = msgspec.json.encode(replace(request, next_token=None)).decode()
    page = listing.page(caller, places, request.next_token, request.max_datapoints, filters)

    shown: dict[int, list[Time]] = {number: [] for number in _first_shown(request, results)}
    for place in page.items:
        number, at = place.split(" ")
        shown.setdefault(int(number), []).append(float(at))
    last = order(page.items[-1]) if page.items else (len(results), 0.0)
    return cloudwatch.GetMetricDataOutput(
        metric_data_results=[
            _view(
                results[number], times, goes_on=number == last[0] and _goes_on(results[number], last[1], sign)
            )
            for number, times in sorted(shown.items())
        ],
        next_token=page.next_token,
        messages=[],
    )


def _first_shown(request: cloudwatch.GetMetricDataInput, results: Sequence[Result]) -> list[int]:
    """The results without a point: they stand on the first page."""
    if request.next_token:
        return []
    return [number for number, result in enumerate(results) if not result.values]


def _goes_on(result: Result, last: float, sign: float) -> bool:
    return any(sign * at > last for at in result.values)


def _view(result: Result, times: Sequence[Time], *, goes_on: bool) -> cloudwatch.MetricDataResult:
    status: cloudwatch.StatusCode = "PartialData" if goes_on else "Complete"
    return cloudwatch.MetricDataResult(
        id=result.id,
        label=result.label,
        timestamps=list(times),
        values=[result.values[at] for at in times],
        status_code="Forbidden" if result.is_foreign else status,
    )

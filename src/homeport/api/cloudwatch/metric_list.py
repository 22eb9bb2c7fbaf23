"""ListMetrics: what has had data. CloudWatch remembers for two weeks; we since the server was started."""

import json
from collections.abc import Iterator, Sequence

from msgspec import Struct

from homeport.api.caller import Caller
from homeport.api.cloudwatch import sources
from homeport.api.cloudwatch.errors import metrics as errors
from homeport.api.cloudwatch.metrics import METRICS, Metric
from homeport.api.cloudwatch.sources import Source
from homeport.api.operation import read
from homeport.api.paging import Listing
from homeport.model.sample import Sample
from homeport.shapes import cloudwatch
from homeport.store.tx import ReadTx

LISTING = Listing(operation="ListMetrics", usual=500, largest=500, token_invalid=errors.list_token_invalid)


class Found(Struct, frozen=True):
    """A metric of somebody."""

    source: Source
    metric: Metric

    @property
    def place(self) -> str:
        """Its place in the list."""
        return json.dumps([self.source.namespace, self.metric.name, *self.source.dimensions])

    @property
    def view(self) -> cloudwatch.Metric:
        """As CloudWatch shows it."""
        return cloudwatch.Metric(
            namespace=self.source.namespace,
            metric_name=self.metric.name,
            dimensions=[
                cloudwatch.Dimension(name=name, value=value) for name, value in self.source.dimensions
            ],
        )


@read
def list_metrics(
    tx: ReadTx, caller: Caller, request: cloudwatch.ListMetricsInput
) -> cloudwatch.ListMetricsOutput:
    """All that fits namespace, name and dimensions; a dimension without a value fits any."""
    found = {each.place: each for each in _all(tx, caller) if _fits(each, request)}
    filters = json.dumps(
        [
            request.namespace,
            request.metric_name,
            [[each.name, each.value] for each in request.dimensions or []],
        ]
    )
    page = LISTING.page(caller, found, request.next_token, None, filters)
    return cloudwatch.ListMetricsOutput(
        metrics=[found[place].view for place in page.items], next_token=page.next_token
    )


def _all(tx: ReadTx, caller: Caller) -> Iterator[Found]:
    for source in sources.every(tx, caller):
        traffic = tx.traffic(source.of)
        if traffic is not None:
            known = METRICS[source.namespace].values()
            yield from (
                Found(source, metric) for metric in known if source.has(metric) and _had_data(metric, traffic)
            )


def _had_data(metric: Metric, traffic: Sample) -> bool:
    if metric.kind == "latency":
        return bool(traffic.latency_ms)
    if metric.kind == "state" and metric.when == "nonzero":
        return bool(traffic.values.get("new_connections") or traffic.values.get(metric.value))
    return metric.when != "nonzero" or bool(traffic.values.get(metric.value))


def _fits(found: Found, request: cloudwatch.ListMetricsInput) -> bool:
    if request.namespace not in {None, found.source.namespace}:
        return False
    if request.metric_name not in {None, found.metric.name}:
        return False
    return _has(found.source, request.dimensions or [])


def _has(source: Source, filters: Sequence[cloudwatch.DimensionFilter]) -> bool:
    mine = dict(source.dimensions)
    return all(each.name in mine and each.value in {None, mine[each.name]} for each in filters)

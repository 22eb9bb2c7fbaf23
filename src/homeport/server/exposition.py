"""The numbers of traffic and a few of Homeport's own, in Prometheus's text format.

Nothing is counted here: totals are the store's, which sums up what the data plane has told since the server was started.
Names and labels are described in docs/operations.md. Loaded by `metrics.py` alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from homeport.model.load_balancer import LoadBalancer
from homeport.model.record import scope_of
from homeport.model.sample import Sample
from homeport.model.target_group import TargetGroup
from homeport.model.task import Task
from homeport.store.tx import ReadTx

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4.encode()
BOUNDS_MS = (1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000)
"""Upper bounds of the histograms' buckets; all of them are bounds of a sample's as well."""
MS_PER_S = 1000.0
CLASSES = ("2xx", "3xx", "4xx", "5xx")
TENANT = ("account", "region")
OF_BALANCER = (*TENANT, "load_balancer", "type")
OF_GROUP = (*TENANT, "target_group")


class Subject(Struct, frozen=True):
    """A load balancer or a target group: the values of its labels, and its totals."""

    labels: tuple[str, ...]
    total: Sample

    def value(self, name: str) -> float:
        """One of its numbers; what never happened is zero."""
        return self.total.values.get(name, 0.0)


class Count(Struct, frozen=True):
    """A family of counters: `labels` are its own ones, and each row gives their values and the number's name."""

    name: str
    help: str
    rows: tuple[tuple[tuple[str, ...], str], ...]
    labels: tuple[str, ...] = ()


def _one(name: str, text: str, value: str) -> Count:
    return Count(name, text, (((), value),))


REQUESTS = _one("requests", "Requests received.", "requests")
BYTES = _one("bytes", "Bytes received from and sent to clients.", "bytes")
UNREACHED = _one(
    "target_connection_errors", "Connections to targets that failed.", "target_connection_errors"
)
OF_BALANCERS = (
    REQUESTS,
    Count(
        "responses",
        "Responses by class, and by who gave them.",
        (
            *((("target", code), f"target_{code}") for code in CLASSES),
            *((("balancer", code), f"elb_{code}") for code in CLASSES[1:]),
        ),
        ("source", "code"),
    ),
    BYTES,
    _one("connections", "Connections and flows of clients.", "new_connections"),
    _one("rejected_connections", "Connections of clients that were turned away.", "rejected_connections"),
    _one("tls_errors", "TLS handshakes with clients that failed.", "tls_errors"),
    Count(
        "resets",
        "TCP connections that were reset, by who did it.",
        tuple(
            ((who,), f"{name}_resets")
            for who, name in (("client",) * 2, ("target",) * 2, ("balancer", "elb"))
        ),
        ("source",),
    ),
    UNREACHED,
)
OF_GROUPS = (
    REQUESTS,
    Count(
        "responses",
        "Responses of targets by class.",
        tuple(((code,), f"target_{code}") for code in CLASSES),
        ("code",),
    ),
    BYTES,
    UNREACHED,
)
CONNECTIONS = ("active_connections", "Connections that are open now.", "active_connections")
STATES_OF_GROUPS = (
    CONNECTIONS,
    ("healthy_targets", "Targets that are healthy.", "healthy"),
    ("unhealthy_targets", "Targets that are not.", "unhealthy"),
)


class Numbers(Collector):
    """Everything as of one moment."""

    def __init__(self, tx: ReadTx, report: Mapping[str, Any]) -> None:
        self._tx = tx
        self._report = report

    def collect(self) -> Iterator[Metric]:
        """All families, those without a row as well: whoever asks learns that there is such a number."""
        yield from _own(self._tx, self._report)
        balancers = [
            _subject(self._tx, record, (record.spec.name, record.spec.kind))
            for record in self._tx.all(LoadBalancer)
        ]
        groups = [_subject(self._tx, record, (record.spec.name,)) for record in self._tx.all(TargetGroup)]
        yield from _traffic("homeport_load_balancer", OF_BALANCER, OF_BALANCERS, (CONNECTIONS,), balancers)
        yield from _traffic("homeport_target_group", OF_GROUP, OF_GROUPS, STATES_OF_GROUPS, groups)


def text(tx: ReadTx, report: Mapping[str, Any]) -> bytes:
    """The page. `report` is what `/health` says."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Numbers(tx, report))
    return generate_latest(registry)


def _own(tx: ReadTx, report: Mapping[str, Any]) -> Iterator[Metric]:
    version = GaugeMetricFamily("homeport_info", "The version that is running.", labels=("version",))
    version.add_metric((report["version"],), 1.0)
    yield version

    parts = GaugeMetricFamily(
        "homeport_part_up", "Whether a part is well, as /health says.", labels=("part",)
    )
    for name, trouble in report["parts"].items():
        parts.add_metric((name,), float(trouble == "ok"))
    yield parts

    tasks = GaugeMetricFamily(
        "homeport_tasks", "Tasks by their last status.", labels=(*TENANT, "cluster", "status")
    )
    counts = Counter((task.spec.cluster, task.state.last) for task in tx.all(Task))
    for (cluster, status), count in sorted(counts.items()):
        tasks.add_metric((*cluster.split("/", 2), status), count)
    yield tasks


def _subject(tx: ReadTx, record: LoadBalancer | TargetGroup, labels: tuple[str, ...]) -> Subject:
    scope = scope_of(record.id)
    total = tx.traffic(record.id) or Sample(at=tx.now, of=record.id)
    return Subject((scope.account, scope.region, *labels), total)


def _traffic(
    prefix: str,
    labels: tuple[str, ...],
    counts: Sequence[Count],
    states: Sequence[tuple[str, str, str]],
    subjects: Sequence[Subject],
) -> Iterator[Metric]:
    for count in counts:
        counter = CounterMetricFamily(f"{prefix}_{count.name}", count.help, labels=(*labels, *count.labels))
        for subject in subjects:
            for own, value in count.rows:
                counter.add_metric((*subject.labels, *own), subject.value(value))
        yield counter
    for name, words, value in states:
        gauge = GaugeMetricFamily(f"{prefix}_{name}", words, labels=labels)
        for subject in subjects:
            gauge.add_metric(subject.labels, subject.value(value))
        yield gauge
    latency = HistogramMetricFamily(
        f"{prefix}_target_response_seconds", "How long targets took to begin their answers.", labels=labels
    )
    for subject in subjects:
        latency.add_metric(
            subject.labels, _buckets(subject.total), subject.value("latency_sum_ms") / MS_PER_S
        )
    yield latency


def _buckets(total: Sample) -> list[tuple[str, float]]:
    """How many took no longer than each bound, and how many there were."""
    found = [
        (str(bound / MS_PER_S), float(sum(count for upper, count in total.latency_ms if upper <= bound)))
        for bound in BOUNDS_MS
    ]
    return [*found, ("+Inf", float(sum(count for _, count in total.latency_ms)))]

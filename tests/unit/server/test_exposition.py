"""`/metrics` as Prometheus's own parser reads it."""

import asyncio
from collections.abc import Awaitable, Iterator
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from homeport.model.load_balancer import LoadBalancer
from homeport.model.sample import BOUNDS_MS
from homeport.model.target_group import TargetGroup
from homeport.model.task import Task
from homeport.server import exposition, metrics
from homeport.server.edge import Edge
from homeport.server.site import Site
from homeport.store.memory import MemoryStore
from homeport.wire.http import HttpRequest, HttpResponse
from tests.builders import T0, a_load_balancer, a_sample, a_target_group, a_task
from tests.unit.server.worlds import a_gateway, a_store

REPORT = {"version": "1.2.3", "parts": {"store": "ok", "driver": "Docker does not answer"}}
TENANT = {"account": "123456789012", "region": "us-east-1"}
FRONT = {**TENANT, "load_balancer": "front", "type": "application"}
BLUE = {**TENANT, "target_group": "blue"}


@pytest.fixture(name="store")
def _store() -> Iterator[MemoryStore]:
    store = a_store()
    put(store, a_load_balancer(), a_target_group())
    yield store
    store.close()


def put(store: MemoryStore, *records: LoadBalancer | TargetGroup | Task) -> None:
    with store.write("spec", T0) as tx:
        for record in records:
            tx.put(record)


def told(store: MemoryStore) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Labels and values by the name of the sample."""
    with store.read(T0) as tx:
        text = exposition.text(tx, REPORT).decode()
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def test_homeport_tells_its_version_its_parts_and_its_tasks(store):
    put(store, a_task(1), a_task(2), a_task(3, last="RUNNING"))
    found = told(store)
    assert found["homeport_info"] == [({"version": "1.2.3"}, 1)]
    assert found["homeport_part_up"] == [({"part": "store"}, 1), ({"part": "driver"}, 0)]
    assert found["homeport_tasks"] == [
        ({**TENANT, "cluster": "default", "status": "PROVISIONING"}, 2),
        ({**TENANT, "cluster": "default", "status": "RUNNING"}, 1),
    ]


def test_a_load_balancer_that_had_no_traffic_is_there_with_zeros(store):
    found = told(store)
    assert found["homeport_load_balancer_requests_total"] == [(FRONT, 0)]
    assert found["homeport_target_group_healthy_targets"] == [(BLUE, 0)]


def test_responses_are_told_by_class_and_by_who_gave_them(store):
    front = a_load_balancer().id
    store.note([a_sample(front, T0 + 1, requests=12, target_2xx=9, target_5xx=1, elb_5xx=2, elb_503=2)])
    found = told(store)
    assert found["homeport_load_balancer_requests_total"] == [(FRONT, 12)]
    values = {
        (labels["source"], labels["code"]): value
        for labels, value in found["homeport_load_balancer_responses_total"]
    }
    assert values == {
        ("target", "2xx"): 9,
        ("target", "3xx"): 0,
        ("target", "4xx"): 0,
        ("target", "5xx"): 1,
        ("balancer", "3xx"): 0,
        ("balancer", "4xx"): 0,
        ("balancer", "5xx"): 2,
    }


def test_counts_only_grow_longer_than_history_does(store):
    blue = a_target_group().id
    before = 0.0
    for second in range(1, 5000):
        store.note([a_sample(blue, T0 + second, requests=1, healthy=second % 3)])
        if second % 1000 == 0:
            ((_, value),) = told(store)["homeport_target_group_requests_total"]
            assert value == before + 1000
            before = value
    assert told(store)["homeport_target_group_healthy_targets"] == [(BLUE, 4999 % 3)]


def test_latency_is_a_histogram_of_seconds(store):
    blue = a_target_group().id
    store.note([a_sample(blue, T0 + 1, ((1.0, 5), (20.0, 3), (3_600_000.0, 1)), latency_sum_ms=250)])
    found = told(store)
    buckets = {
        float(labels["le"]): value
        for labels, value in found["homeport_target_group_target_response_seconds_bucket"]
    }
    assert list(buckets.values()) == sorted(buckets.values())
    assert (buckets[0.001], buckets[0.01], buckets[0.025], buckets[60.0], buckets[float("inf")]) == (
        5,
        5,
        8,
        8,
        9,
    )
    assert found["homeport_target_group_target_response_seconds_sum"] == [(BLUE, 0.25)]
    assert found["homeport_target_group_target_response_seconds_count"] == [(BLUE, 9)]


def test_the_histograms_bounds_are_the_samples():
    assert set(exposition.BOUNDS_MS) <= set(BOUNDS_MS)


def test_a_page_is_read_without_credentials_but_not_by_a_foreign_name(store):
    def report() -> dict[str, Any]:
        return REPORT

    pages = {b"/metrics": metrics.page(store, report, lambda: T0)}
    site = Site(a_gateway(store), store, Edge(), pages, lambda: T0, lambda: "0" * 32)

    def got(path: bytes, host: bytes = b"localhost") -> HttpResponse:
        async def read() -> HttpResponse:
            answer = site.answer(HttpRequest("GET", path, ((b"host", host),)))
            return await answer if isinstance(answer, Awaitable) else answer

        return asyncio.run(read())

    answer = got(b"/metrics")
    assert answer.status == 200
    assert dict(answer.headers)[b"content-type"] == b"text/plain; version=0.0.4; charset=utf-8"
    assert b"homeport_load_balancer_requests_total{" in answer.body
    assert got(b"/metrics", b"evil.test").status == 421
    assert got(b"/other").status == 404

"""The arithmetic of data points: alignment, gaps, states and percentiles."""

import pytest

from homeport.api.cloudwatch import metrics, statistic, window
from homeport.api.cloudwatch.points import Point, points
from homeport.api.cloudwatch.slots import gathered
from homeport.api.cloudwatch.window import Window
from homeport.model.sample import BOUNDS_MS, Sample
from tests.builders import a_sample

MINUTE = window.aligned(0.0, 3600.0, 60)


def found(
    name: str, *samples: Sample, asked: Window = MINUTE, namespace: str = metrics.APPLICATION
) -> list[Point]:
    metric = metrics.find(namespace, name)
    assert metric is not None
    return points(metric, gathered(samples, asked.slot_s), asked)


def of_latency(*buckets: tuple[float, int]) -> Point:
    (point,) = found("TargetResponseTime", a_sample("front", 1.0, buckets))
    return point


@pytest.mark.parametrize(
    ("at", "place"), [(1.0, 0.0), (60.0, 0.0), (60.4, 0.0), (60.6, 60.0), (61.0, 60.0), (120.0, 60.0)]
)
def test_a_sample_belongs_to_the_second_before_it(at, place):
    assert [point.at for point in found("RequestCount", a_sample("front", at, requests=1))] == [place]


@pytest.mark.parametrize(
    ("window_", "start"),
    [
        (window.aligned(3723.9, 9999.0, 300), 3600.0),
        (window.aligned(3723.9, 9999.0, 5), 3720.0),
        (window.from_start(3723.9, 9999.0, 300), 3720.0),
        (window.from_start(3723.9, 9999.0, 10), 3720.0),
        (window.from_start(3723.9, 9999.0, 1), 3723.0),
    ],
)
def test_start_times_are_rounded_down(window_, start):
    assert window_.start == start


def test_the_periods_between_two_times_are_those_of_the_window():
    asked = window.aligned(60.0, 300.0, 60)
    assert asked.places(0.0, 10_000.0) == [60.0, 120.0, 180.0, 240.0]
    assert asked.places(125.0, 200.0) == [120.0, 180.0]
    assert asked.places(400.0, 500.0) == []
    assert asked.places(0.0, 10.0) == []


@pytest.mark.parametrize("period", [1, 5, 10, 20, 30, 60, 120, 86_400])
def test_cloudwatchs_periods_are_ours(period):
    assert window.is_period(period)


@pytest.mark.parametrize("period", [-60, 0, 2, 15, 59, 61, 90])
def test_others_are_not(period):
    assert not window.is_period(period)


def test_no_requests_are_no_point():
    assert found("RequestCount", a_sample("front", 1.0, requests=0.0), a_sample("front", 2.0)) == []


def test_a_volume_is_observed_once_a_minute():
    samples = [a_sample("front", float(at), bytes=10) for at in (1, 2, 61)]
    (point,) = found("ProcessedBytes", *samples, asked=window.aligned(0.0, 600.0, 120))
    assert (point.count, point.sum, point.minimum, point.maximum) == (2, 30, 10, 20)


def test_a_state_is_averaged_over_its_seconds_with_those_in_which_it_was_zero():
    samples = [
        a_sample("front", 1.0, active_connections=6),
        a_sample("front", 2.0),
        a_sample("front", 3.0, active_connections=3),
    ]
    (point,) = found("ActiveConnectionCount", *samples)
    assert (point.count, point.sum, point.average, point.minimum, point.maximum) == (1, 3, 3, 0, 6)


def test_percentiles_lie_within_their_bucket_by_their_rank():
    point = of_latency((10.0, 50), (20.0, 50))
    below = BOUNDS_MS[BOUNDS_MS.index(20.0) - 1] / 1000
    assert point.percentile(50) == pytest.approx(0.010)
    assert point.percentile(75) == pytest.approx((below + 0.020) / 2)
    assert point.percentile(0) == point.minimum == pytest.approx(0.008)
    assert point.percentile(100) == point.maximum == pytest.approx(0.020)


def test_percentiles_never_fall():
    point = of_latency((0.5, 3), (2.0, 1), (2.5, 7), (1000.0, 1), (3_600_000.0, 1))
    values = [point.percentile(percent / 10) for percent in range(1001)]
    assert values == sorted(values)


def test_an_average_without_a_sum_is_that_of_the_buckets():
    assert of_latency((1.0, 2)).average == pytest.approx(0.00075)


@pytest.mark.parametrize("name", ["p0", "p50", "p99", "p99.9", "p99.9999999999", "p100", "p05"])
def test_percentiles_are_statistics(name):
    assert statistic.percentile(name) is not None


@pytest.mark.parametrize(
    "name", ["", "p", "p-1", "p101", "p1e2", "P50", "p50 ", "p٣", "tm90", "IQM", "p1.", "pinf"]
)
def test_other_words_are_not(name):
    assert statistic.find(name) is None

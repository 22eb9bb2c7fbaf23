"""GetMetricStatistics, asked by boto3: what AWS reports, and when it reports nothing."""

from typing import Any

import pytest

from tests.conformance.cloudwatch.traffic import (
    ALB,
    BLUE,
    FRONT,
    GROUP,
    NETWORK,
    NLB,
    WIRE,
    ZONE,
    Traffic,
    metric,
)
from tests.conformance.world import OTHER_ACCOUNT, refusal

SUM = {"Period": 60, "Statistics": ["Sum"]}


def sums(
    client: Any, traffic: Traffic, name: str, *dimensions: dict[str, str], **more: Any
) -> dict[float, float]:
    """The sums of a metric by seconds after noon."""
    asked = {**metric(name, *dimensions), **traffic.times(), **SUM, **more}
    found = client.get_metric_statistics(**asked)["Datapoints"]
    return {point["Timestamp"].timestamp() - traffic.noon: point["Sum"] for point in found}


def test_requests_are_summed_up_by_minutes_and_a_minute_without_any_is_missing(cloudwatch, traffic):
    for second, requests in ((1, 2), (60, 3), (61, 10), (181, 5)):
        traffic.note(FRONT.id, second, requests=requests)
    traffic.note(FRONT.id, 121)
    assert sums(cloudwatch, traffic, "RequestCount", ALB) == {0: 5, 60: 10, 180: 5}


def test_an_answer_has_label_and_unit(cloudwatch, traffic):
    traffic.note(FRONT.id, 1, bytes=2000)
    answer = cloudwatch.get_metric_statistics(
        **metric("ProcessedBytes", ALB),
        **traffic.times(0, 60),
        Period=60,
        Statistics=["Sum", "Average", "Minimum", "Maximum", "SampleCount"],
    )
    assert answer["Label"] == "ProcessedBytes"
    (point,) = answer["Datapoints"]
    assert traffic.seconds([point.pop("Timestamp")]) == [0]
    assert point == {
        "SampleCount": 1,
        "Average": 2000,
        "Sum": 2000,
        "Minimum": 2000,
        "Maximum": 2000,
        "Unit": "Bytes",
    }


@pytest.mark.parametrize(("period", "times"), [(1, [0, 1, 9]), (5, [0, 5]), (10, [0]), (30, [0]), (120, [0])])
def test_periods_may_be_as_short_as_our_seconds(cloudwatch, traffic, period, times):
    for second in (1, 2, 10):
        traffic.note(FRONT.id, second, requests=1)
    assert list(sums(cloudwatch, traffic, "RequestCount", ALB, Period=period)) == times


def test_periods_begin_with_the_start_time_rounded_down_to_a_minute(cloudwatch, traffic):
    for second in (30, 90, 400):
        traffic.note(FRONT.id, second, requests=1)
    asked = {**traffic.times(75, 600), "Period": 300}
    assert sums(cloudwatch, traffic, "RequestCount", ALB, **asked) == {60: 1, 360: 1}


def test_the_end_time_is_exclusive(cloudwatch, traffic):
    for second in (60, 61):
        traffic.note(FRONT.id, second, requests=1)
    assert sums(cloudwatch, traffic, "RequestCount", ALB, **traffic.times(0, 60)) == {0: 1}


def test_codes_are_counted_by_who_answered(cloudwatch, traffic):
    traffic.note(FRONT.id, 1, target_2xx=7, target_5xx=1, elb_5xx=3, elb_502=1, elb_503=2)
    found = {
        name: sums(cloudwatch, traffic, name, ALB).get(0)
        for name in (
            "HTTPCode_Target_2XX_Count",
            "HTTPCode_Target_4XX_Count",
            "HTTPCode_Target_5XX_Count",
            "HTTPCode_ELB_5XX_Count",
            "HTTPCode_ELB_502_Count",
            "HTTPCode_ELB_503_Count",
            "HTTPCode_ELB_504_Count",
        )
    }
    assert list(found.values()) == [7, None, 1, 3, 1, 2, None]


def test_each_event_is_reported_as_a_one(cloudwatch, traffic):
    traffic.note(FRONT.id, 1, target_5xx=4)
    (point,) = cloudwatch.get_metric_statistics(
        **metric("HTTPCode_Target_5XX_Count", ALB),
        **traffic.times(),
        Period=60,
        Statistics=["Average", "Minimum", "Maximum", "SampleCount"],
    )["Datapoints"]
    assert [point[name] for name in ("Average", "Minimum", "Maximum", "SampleCount")] == [1, 1, 1, 4]


def test_latency_is_told_in_seconds_with_percentiles(cloudwatch, traffic):
    traffic.note(FRONT.id, 1, ((10.0, 90),), latency_sum_ms=810)
    traffic.note(FRONT.id, 2, ((100.0, 10),), latency_sum_ms=900)
    asked = {**metric("TargetResponseTime", ALB), **traffic.times(), "Period": 60}
    (point,) = cloudwatch.get_metric_statistics(**asked, Statistics=["Average", "Sum", "SampleCount"])[
        "Datapoints"
    ]
    assert (point["Average"], point["Sum"], point["SampleCount"]) == pytest.approx((0.0171, 1.71, 100))
    (point,) = cloudwatch.get_metric_statistics(**asked, ExtendedStatistics=["p45", "p90", "p99", "p100"])[
        "Datapoints"
    ]
    assert point["Unit"] == "Seconds"
    assert point["ExtendedStatistics"] == pytest.approx(
        {"p45": 0.009, "p90": 0.01, "p99": 0.098, "p100": 0.1}
    )


def test_connections_are_a_state_that_a_minute_does_not_multiply(cloudwatch, traffic):
    for second in range(1, 121):
        traffic.note(FRONT.id, second, active_connections=5 if second <= 60 else 7)
    assert sums(cloudwatch, traffic, "ActiveConnectionCount", ALB) == {0: 5, 60: 7}
    assert sums(cloudwatch, traffic, "ActiveConnectionCount", ALB, Period=120) == {0: 12}


def test_healthy_hosts_are_told_also_when_there_are_none(cloudwatch, traffic):
    for second in range(1, 61):
        traffic.note(BLUE.id, second, **({"healthy": 2.0} if second > 30 else {"unhealthy": 2.0}))
    asked = {**traffic.times(), "Period": 60, "Statistics": ["Average", "Minimum", "Maximum"]}
    for name in ("HealthyHostCount", "UnHealthyHostCount"):
        (point,) = cloudwatch.get_metric_statistics(**metric(name, GROUP, ALB), **asked)["Datapoints"]
        assert (point["Average"], point["Minimum"], point["Maximum"]) == (1, 0, 2)


def test_requests_per_target_are_shared_among_the_healthy_ones(cloudwatch, traffic):
    traffic.note(BLUE.id, 1, requests=10, healthy=2)
    traffic.note(BLUE.id, 2, requests=9, healthy=3)
    for dimensions in ((GROUP,), (GROUP, ALB)):
        assert sums(cloudwatch, traffic, "RequestCountPerTarget", *dimensions) == {0: 8}


def test_a_network_load_balancers_flows_are_told_while_they_flow(cloudwatch, traffic):
    traffic.note(WIRE.id, 1, new_connections=3, active_connections=3, bytes=99)
    traffic.note(WIRE.id, 61)
    wire = {"namespace": NETWORK}
    for name, value in (
        ("NewFlowCount", 3),
        ("ActiveFlowCount", 3),
        ("ProcessedBytes", 99),
        ("TCP_Client_Reset_Count", 0),
        ("TCP_Target_Reset_Count", 0),
    ):
        asked = {**metric(name, NLB, **wire), **traffic.times(), **SUM}
        assert [point["Sum"] for point in cloudwatch.get_metric_statistics(**asked)["Datapoints"]] == [value]


def test_traffic_enters_in_the_first_zone(cloudwatch, traffic):
    traffic.note(FRONT.id, 1, requests=2)
    traffic.note(BLUE.id, 1, requests=1)
    assert sums(cloudwatch, traffic, "RequestCount", ZONE, ALB) == {0: 2}
    assert sums(cloudwatch, traffic, "RequestCount", ZONE, ALB, GROUP) == {0: 1}
    assert sums(cloudwatch, traffic, "RequestCount", {**ZONE, "Value": "us-east-1b"}, ALB) == {}


@pytest.mark.parametrize(
    "asked",
    [
        metric("RequestCount", ALB, namespace="AWS/Lambda"),
        metric("RequestCount", ALB, namespace=NETWORK),
        metric("Invented", ALB),
        metric("RequestCount"),
        metric("RequestCount", GROUP),
        metric("HealthyHostCount", ALB),
        metric("HTTPCode_ELB_5XX_Count", GROUP, ALB),
        metric("RequestCount", {"Name": "LoadBalancer", "Value": "app/front/0000000000000009"}),
        metric("RequestCount", {"Name": "TargetGroup", "Value": "targetgroup/green/0000000000000002"}, ALB),
        metric("RequestCount", {"Name": "Invented", "Value": "x"}, ALB),
        metric("RequestCount", ALB, ALB),
        {**metric("RequestCount", ALB), "Unit": "Bytes"},
    ],
)
def test_what_does_not_exist_has_no_data(cloudwatch, traffic, asked):
    traffic.note(FRONT.id, 1, requests=1, elb_5xx=1)
    traffic.note(BLUE.id, 1, requests=1, healthy=1)
    assert cloudwatch.get_metric_statistics(**asked, **traffic.times(), **SUM)["Datapoints"] == []


def test_another_account_sees_nothing(world, traffic):
    traffic.note(FRONT.id, 1, requests=1)
    assert sums(world.client("cloudwatch", OTHER_ACCOUNT), traffic, "RequestCount", ALB) == {}


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        (
            {"StartTime": 600, "EndTime": 600},
            "InvalidParameterValue",
            "StartTime must not equal parameter EndTime.",
        ),
        (
            {"StartTime": 601, "EndTime": 600},
            "InvalidParameterValue",
            "StartTime must be less than the parameter",
        ),
        (
            {"Period": 7},
            "InvalidParameterValue",
            "The parameter Period must be 1, 5, 10, 20, 30 or a multiple",
        ),
        ({"Period": 0}, "ValidationError", "Member must have value greater than or equal to 1"),
        (
            {"StartTime": 0, "EndTime": 86_400, "Period": 1},
            "InvalidParameterCombination",
            "You have requested up to 86400 datapoints, which exceeds the limit of 1440.",
        ),
        ({"Statistics": []}, "ValidationError", "Member must have length greater than or equal to 1"),
        (
            {"Statistics": None},
            "InvalidParameterCombination",
            "Must specify either Statistics or ExtendedStatistics",
        ),
        ({"ExtendedStatistics": ["p9"]}, "InvalidParameterCombination", "Must specify either"),
        ({"Statistics": None, "ExtendedStatistics": ["p101"]}, "InvalidParameterValue", "The value p101 for"),
        (
            {"Statistics": None, "ExtendedStatistics": ["TM(1:2)"]},
            "InvalidParameterValue",
            "is not supported.",
        ),
        ({"Statistics": ["Median"]}, "ValidationError", "Member must satisfy enum value set"),
        ({"MetricName": None}, "MissingParameter", "The parameter MetricName is required."),
    ],
)
def test_what_is_wrong_is_said_with_cloudwatchs_codes(cloudwatch, changes, code, text):
    asked = {**metric("RequestCount", ALB), "StartTime": 0, "EndTime": 600, **SUM, **changes}
    given = {name: value for name, value in asked.items() if value is not None}
    found = refusal(cloudwatch.get_metric_statistics, **given)
    assert found[0] == code
    assert text in found[1]

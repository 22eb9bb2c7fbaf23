"""ListMetrics, asked by boto3: what has had data."""

from typing import Any

import pytest

from tests.conformance.cloudwatch.traffic import (
    ALB,
    APPLICATION,
    BLUE,
    FRONT,
    GROUP,
    NETWORK,
    WIRE,
    ZONE,
    Traffic,
)
from tests.conformance.world import refusal


@pytest.fixture(name="busy")
def _busy(traffic: Traffic) -> Traffic:
    traffic.note(FRONT.id, 1, requests=2, target_2xx=2)
    traffic.note(FRONT.id, 2)
    traffic.note(BLUE.id, 1, ((5.0, 1),), requests=2, healthy=1)
    traffic.note(WIRE.id, 1)
    return traffic


def names(client: Any, **asked: Any) -> list[str]:
    """The names of the metrics that are listed."""
    return [metric["MetricName"] for metric in client.list_metrics(**asked)["Metrics"]]


def test_what_has_had_data_is_listed_by_each_of_its_dimensions(cloudwatch, busy):
    found = cloudwatch.list_metrics(Namespace=APPLICATION, MetricName="RequestCount")["Metrics"]
    assert {
        frozenset((each["Name"], each["Value"]) for each in metric["Dimensions"]) for metric in found
    } == {
        frozenset((each["Name"], each["Value"]) for each in dimensions)
        for dimensions in ([ALB], [ZONE, ALB], [GROUP, ALB], [ZONE, GROUP, ALB])
    }


def test_what_never_had_data_is_not_listed(cloudwatch, busy):
    assert set(names(cloudwatch, Namespace=APPLICATION)) == {
        "HTTPCode_Target_2XX_Count",
        "HealthyHostCount",
        "RequestCount",
        "RequestCountPerTarget",
        "TargetResponseTime",
        "UnHealthyHostCount",
    }


def test_a_dimension_narrows_with_and_without_a_value(cloudwatch, busy):
    assert set(names(cloudwatch, Dimensions=[GROUP, ALB])) >= {"HealthyHostCount", "RequestCount"}
    assert "HTTPCode_Target_2XX_Count" not in names(cloudwatch, Dimensions=[{"Name": "TargetGroup"}])
    assert names(cloudwatch, Dimensions=[{"Name": "TargetGroup", "Value": "other"}]) == []
    assert "NewFlowCount" in names(cloudwatch, Namespace=NETWORK)
    assert names(cloudwatch, Namespace="AWS/Lambda") == []


def test_a_long_list_has_pages(world, cloudwatch, traffic):
    groups = [f"{BLUE.owner}/g{number}/{number:016x}" for number in range(600)]
    with world.store.write("spec", world.now) as tx:
        for id in groups:
            tx.put(type(BLUE)(id=id, owner=BLUE.owner, spec=BLUE.spec))
    for id in groups:
        traffic.note(id, 1, requests=1)
    with world.store.write("spec", world.now) as tx:
        tx.delete(BLUE)
    pages = list(cloudwatch.get_paginator("list_metrics").paginate(Namespace=APPLICATION))
    assert [len(page["Metrics"]) for page in pages] == [500, 100]


def test_a_token_that_was_not_given_out_is_refused(cloudwatch):
    assert refusal(cloudwatch.list_metrics, NextToken="!")[0] == "InvalidParameterValue"

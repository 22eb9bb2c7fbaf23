"""GetMetricData, asked by boto3: many metrics, pages, and metric math."""

from typing import Any

import pytest

from tests.conformance.cloudwatch.traffic import ALB, BLUE, FRONT, GROUP, Traffic, metric, query
from tests.conformance.world import OTHER_ACCOUNT, refusal

REQUESTS, ERRORS = query("requests", "RequestCount"), query("errors", "HTTPCode_Target_5XX_Count")


def ask(
    client: Any, traffic: Traffic, *queries: dict[str, Any], **more: Any
) -> dict[str, dict[float, float]]:
    """Values by seconds after noon, by id, in the order of the answer."""
    answer = client.get_metric_data(
        **{"MetricDataQueries": list(queries), "ScanBy": "TimestampAscending", **traffic.times(), **more}
    )
    return {
        result["Id"]: dict(zip(traffic.seconds(result["Timestamps"]), result["Values"], strict=True))
        for result in answer["MetricDataResults"]
    }


@pytest.fixture(name="busy")
def _busy(traffic: Traffic) -> Traffic:
    """Three minutes: all well, some errors, and a pause between them."""
    traffic.note(FRONT.id, 10, requests=10, target_2xx=10)
    traffic.note(FRONT.id, 130, requests=20, target_2xx=15, target_5xx=5)
    return traffic


def test_points_come_newest_first_unless_asked_otherwise(cloudwatch, busy):
    for order, times in (
        (None, [120, 0]),
        ("TimestampDescending", [120, 0]),
        ("TimestampAscending", [0, 120]),
    ):
        scan = {"ScanBy": order} if order else {}
        answer = cloudwatch.get_metric_data(MetricDataQueries=[REQUESTS], **busy.times(), **scan)
        (result,) = answer["MetricDataResults"]
        assert busy.seconds(result["Timestamps"]) == times
        assert (result["Id"], result["Label"], result["StatusCode"]) == (
            "requests",
            "RequestCount",
            "Complete",
        )


def test_periods_begin_at_their_multiples(cloudwatch, busy):
    asked = query("requests", "RequestCount", period=300)
    found = ask(cloudwatch, busy, asked, **busy.times(70, 600))["requests"]
    assert [(busy.noon + at) % 300 for at in found] == [0] * len(found)
    assert sum(found.values()) in {20, 30}


def test_a_label_is_ones_own_if_one_has_one(cloudwatch, busy):
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[{**REQUESTS, "Label": "mine"}, {"Id": "e1", "Expression": "requests * 2"}],
        **busy.times(),
    )
    assert [result["Label"] for result in answer["MetricDataResults"]] == ["mine", "e1"]


def test_what_returns_no_data_is_there_for_expressions_only(cloudwatch, busy):
    silent = [{**asked, "ReturnData": False} for asked in (REQUESTS, ERRORS)]
    rate = {"Id": "rate", "Expression": "100 * errors / requests"}
    assert ask(cloudwatch, busy, *silent, rate) == {"rate": {120: 25}}


def test_a_canary_fills_what_is_missing_with_zero(cloudwatch, busy):
    found = ask(
        cloudwatch,
        busy,
        REQUESTS,
        ERRORS,
        {"Id": "filled", "Expression": "FILL(errors, 0)"},
        {"Id": "rate", "Expression": "IF(requests > 0, filled / requests, 0)"},
        {"Id": "total", "Expression": "SUM([requests, errors])"},
        {"Id": "both", "Expression": "SUM(METRICS()) - SUM(METRICS('err'))"},
        **busy.times(0, 180),
    )
    assert found["filled"] == {0: 0, 60: 0, 120: 5}
    assert found["rate"] == {0: 0, 120: 0.25}
    assert found["total"] == {0: 10, 120: 25}
    assert found["both"] == {120: 20}


def test_an_array_has_a_result_for_each_of_its_series(cloudwatch, busy):
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[
            REQUESTS,
            ERRORS,
            {"Id": "halves", "Expression": "METRICS() / 2", "Label": "unused"},
        ],
        **busy.times(),
    )
    halves = [result for result in answer["MetricDataResults"] if result["Id"] == "halves"]
    assert [(result["Label"], result["Values"]) for result in halves] == [
        ("RequestCount", [10, 5]),
        ("HTTPCode_Target_5XX_Count", [2.5]),
    ]


def test_percentiles_are_asked_for_like_any_statistic(cloudwatch, traffic):
    traffic.note(BLUE.id, 1, ((10.0, 100),))
    asked = query("p99", "TargetResponseTime", GROUP, ALB, stat="p99")
    assert ask(cloudwatch, traffic, asked)["p99"] == pytest.approx({0: 0.00998})


def test_pages_end_where_they_are_full_and_say_that_more_is_to_come(cloudwatch, traffic):
    for second in range(1, 11):
        traffic.note(FRONT.id, second, requests=second, target_5xx=1)
    asked: dict[str, Any] = {
        "MetricDataQueries": [
            query("nothing", "RejectedConnectionCount", period=1),
            query("requests", "RequestCount", period=1),
            query("errors", "HTTPCode_Target_5XX_Count", period=1),
        ],
        "MaxDatapoints": 4,
        "ScanBy": "TimestampAscending",
        **traffic.times(),
    }
    pages: list[list[tuple[str, int, str]]] = []
    token = None
    while token or not pages:
        answer = cloudwatch.get_metric_data(**asked, **({"NextToken": token} if token else {}))
        pages.append(
            [
                (result["Id"], len(result["Values"]), result["StatusCode"])
                for result in answer["MetricDataResults"]
            ]
        )
        token = answer.get("NextToken")
    assert pages == [
        [("nothing", 0, "Complete"), ("requests", 4, "PartialData")],
        [("requests", 4, "PartialData")],
        [("requests", 2, "Complete"), ("errors", 2, "PartialData")],
        [("errors", 4, "PartialData")],
        [("errors", 4, "Complete")],
    ]
    whole = cloudwatch.get_paginator("get_metric_data").paginate(**asked).build_full_result()
    values = [
        value
        for result in whole["MetricDataResults"]
        if result["Id"] == "requests"
        for value in result["Values"]
    ]
    assert values == list(range(1, 11))


def test_a_token_of_another_request_is_refused(cloudwatch, busy):
    asked = {"MetricDataQueries": [REQUESTS], "MaxDatapoints": 1, **busy.times()}
    token = cloudwatch.get_metric_data(**asked)["NextToken"]
    for changes in ({"NextToken": token, "MaxDatapoints": 2}, {"NextToken": "!"}):
        assert refusal(cloudwatch.get_metric_data, **{**asked, **changes})[0] == "InvalidNextToken"


def test_what_is_unknown_is_complete_and_empty(cloudwatch, busy):
    asked = query("m1", "Invocations")
    asked["MetricStat"]["Metric"]["Namespace"] = "AWS/Lambda"
    assert ask(cloudwatch, busy, asked) == {"m1": {}}


def test_another_accounts_numbers_are_forbidden(cloudwatch, busy):
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[{**REQUESTS, "AccountId": OTHER_ACCOUNT}], **busy.times()
    )
    (result,) = answer["MetricDataResults"]
    assert (result["Values"], result["StatusCode"]) == ([], "Forbidden")


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("requests +", "Syntax error at column 11"),
        ("(requests", "Syntax error at column 10"),
        ("requests errors", "Syntax error at column 10"),
        ("requests; errors", "Syntax error at column 9"),
        ("nobody * 2", "Invalid identifier 'nobody'."),
        ("e1 + 1", "The expression depends on itself."),
        ("SEARCH('{AWS/ApplicationELB}', 'Sum')", "The function SEARCH is not supported."),
        ("SELECT AVG(x) FROM y", "Syntax error"),
        ("SUM(requests, errors)", "The arguments of SUM are not valid."),
        ("METRICS() + METRICS()", "Unsupported operand type(s) for +: 'TS[]' and 'TS[]'"),
        ("SUM(requests)", "The expression must return a time series."),
        ("'text'", "The expression must return a time series."),
        ("(" * 1000 + "requests" + ")" * 1000, "The expression is nested too deeply."),
        ("-" * 2000 + "requests" + ")", "Syntax error"),
    ],
)
def test_an_expression_that_is_none_is_named(cloudwatch, busy, expression, why):
    queries = [REQUESTS, ERRORS, {"Id": "e1", "Expression": expression}]
    code, text = refusal(cloudwatch.get_metric_data, MetricDataQueries=queries, **busy.times())
    assert code == "ValidationError"
    assert text.startswith(f"Error in expression 'e1': {why}")


@pytest.mark.parametrize(
    ("queries", "changes", "text"),
    [
        (
            [{**REQUESTS, "Id": "Up"}],
            {},
            "The value Up for parameter MetricDataQueries.member.1.Id is not matching",
        ),
        ([REQUESTS, REQUESTS], {}, "The values for parameter id in MetricDataQueries are not unique."),
        ([{"Id": "m1"}], {}, "The parameter MetricDataQueries.member.1.MetricStat is required."),
        ([{**REQUESTS, "Expression": "1"}], {}, "are mutually exclusive"),
        (
            [query("m1", "RequestCount", stat="Most")],
            {},
            "MetricDataQueries.member.1.MetricStat.Stat is not a valid",
        ),
        (
            [query("m1", "RequestCount", period=45)],
            {},
            "MetricDataQueries.member.1.MetricStat.Period must be",
        ),
        ([query(f"m{number}", "RequestCount") for number in range(501)], {}, "a size greater than 500"),
        ([REQUESTS], {"MaxDatapoints": 0}, "The parameter MaxDatapoints must be between 1 and 100800."),
        (
            [REQUESTS],
            {"StartTime": 9, "EndTime": 9},
            "The parameter StartTime must not equal parameter EndTime.",
        ),
        (
            [REQUESTS],
            {"StartTime": 9, "EndTime": 1},
            "The parameter StartTime must be less than the parameter",
        ),
        (
            [{"Id": "m1", "MetricStat": {"Metric": {}, "Period": 60, "Stat": "Sum"}}],
            {},
            "Metric.MetricName is",
        ),
    ],
)
def test_every_mistake_is_a_validation_error(cloudwatch, traffic, queries, changes, text):
    asked = {"MetricDataQueries": queries, **traffic.times(), **changes}
    code, found = refusal(cloudwatch.get_metric_data, **asked)
    assert code == "ValidationError"
    assert text in found


def test_an_unnamed_metric_is_a_missing_parameter(cloudwatch, traffic):
    asked = {"MetricDataQueries": [{"MetricStat": {"Metric": metric("X"), "Period": 60, "Stat": "Sum"}}]}
    assert refusal(cloudwatch.get_metric_data, **asked, **traffic.times()) == (
        "MissingParameter",
        "The parameter MetricDataQueries.member.1.Id is required.",
    )

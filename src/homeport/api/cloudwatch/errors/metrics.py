"""What CloudWatch says of times, periods, statistics and queries.

GetMetricStatistics has a code for each kind of mistake; GetMetricData calls all of them ValidationError. Texts were
captured from AWS unless `ours` says otherwise (docs/decisions/0010).
"""

from homeport.api.errors import ApiError

ID = "^[a-z][a-zA-Z0-9_]*$"
SHOWN = 100


def invalid_value(message: str) -> ApiError:
    """InvalidParameterValue with a text of its own; for the other functions here."""
    return ApiError("InvalidParameterValue", message)


def invalid_combination(message: str) -> ApiError:
    """InvalidParameterCombination with a text of its own; for the other functions here."""
    return ApiError("InvalidParameterCombination", message)


def validation(message: str) -> ApiError:
    """ValidationError with a text of its own; for the other functions of this package's error modules."""
    return ApiError("ValidationError", message)


def start_not_before_end() -> str:
    return "The parameter StartTime must be less than the parameter EndTime."


def start_is_end() -> str:
    return "The parameter StartTime must not equal parameter EndTime."


def time_impossible(name: str) -> str:
    """No time that a calendar has; the text is ours."""
    return f"The parameter {name} must be a valid timestamp."


def period_invalid(name: str) -> str:
    """The text is ours; the values are those of the API Reference."""
    return f"The parameter {name} must be 1, 5, 10, 20, 30 or a multiple of 60."


def too_many_datapoints(count: int, limit: int) -> ApiError:
    return invalid_combination(
        f"You have requested up to {count} datapoints, which exceeds the limit of {limit}. "
        "You may reduce the datapoints requested by increasing Period, or decreasing the time range."
    )


def statistics_missing() -> ApiError:
    return invalid_combination("Must specify either Statistics or ExtendedStatistics")


def extended_statistic_invalid(number: int, text: str) -> ApiError:
    """The text is ours."""
    return invalid_value(
        f"The value {text[:SHOWN]} for parameter ExtendedStatistics.member.{number} is not supported."
    )


def too_many_queries(limit: int) -> ApiError:
    return validation(f"The collection MetricDataQueries must not have a size greater than {limit}.")


def query_ids_invalid(ids: dict[int, str]) -> ApiError:
    """`ids` by the number of their query, from one."""
    lines = [
        f"The value {id[:SHOWN]} for parameter MetricDataQueries.member.{number}.Id "
        f"is not matching the expected pattern {ID}."
        for number, id in ids.items()
    ]
    return validation("\n".join(lines))


def query_ids_not_unique() -> ApiError:
    return validation("The values for parameter id in MetricDataQueries are not unique.")


def query_empty(number: int) -> ApiError:
    return validation(f"The parameter MetricDataQueries.member.{number}.MetricStat is required.\n")


def query_ambiguous(number: int) -> ApiError:
    """The text is ours."""
    return validation(
        f"The parameters MetricDataQueries.member.{number}.MetricStat and "
        f"MetricDataQueries.member.{number}.Expression are mutually exclusive and you have specified both."
    )


def stats_invalid(numbers: list[int]) -> ApiError:
    lines = [
        f"The value for parameter MetricDataQueries.member.{number}.MetricStat.Stat is not a valid statistic."
        for number in numbers
    ]
    return validation("\n".join(lines))


def max_datapoints_invalid(limit: int) -> ApiError:
    """The text is ours."""
    return validation(f"The parameter MaxDatapoints must be between 1 and {limit}.")


def metric_incomplete(number: int, name: str) -> ApiError:
    """The text is ours."""
    prefix = f"MetricDataQueries.member.{number}.MetricStat.Metric"
    return validation(f"The parameter {prefix}.{name} is required.")


def data_token_invalid() -> ApiError:
    """The text is ours, the code is of the model."""
    return ApiError("InvalidNextToken", "The next token specified is invalid.")


def list_token_invalid() -> ApiError:
    """The text is ours."""
    return invalid_value("Invalid value for NextToken.")

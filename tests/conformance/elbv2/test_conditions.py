"""Conditions of rules: how they come back, and what they cannot be."""

from typing import Any

import pytest

from tests.conformance.elbv2.words import rule
from tests.conformance.world import refusal

VALIDATION = "ValidationError"


def kept(elbv2: Any, listener: str, condition: dict[str, Any]) -> dict[str, Any]:
    """A condition as it comes back."""
    (found,) = rule(elbv2, listener, 1, Conditions=[condition])["Conditions"]
    return dict(found)


def told(elbv2: Any, listener: str, *conditions: dict[str, Any]) -> str:
    """How some conditions are refused."""
    code, text = refusal(rule, client=elbv2, listener=listener, priority=1, Conditions=list(conditions))
    assert code == VALIDATION
    return text


@pytest.mark.parametrize(
    ("field", "config", "value"),
    [
        ("host-header", "HostHeaderConfig", "*.Example.com"),
        ("path-pattern", "PathPatternConfig", "/img/*"),
    ],
)
def test_old_and_new_forms_come_back_as_both(elbv2, http, field, config, value):
    both = {"Field": field, "Values": [value], config: {"Values": [value]}}
    assert kept(elbv2, http, {"Field": field, "Values": [value]}) == both
    elbv2.delete_rule(RuleArn=elbv2.describe_rules(ListenerArn=http)["Rules"][0]["RuleArn"])
    assert kept(elbv2, http, {"Field": field, config: {"Values": [value]}}) == both
    elbv2.delete_rule(RuleArn=elbv2.describe_rules(ListenerArn=http)["Rules"][0]["RuleArn"])
    assert kept(elbv2, http, both) == both


@pytest.mark.parametrize(
    "condition",
    [
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["*a*", "b c"]}},
        {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET", "M-SEARCH"]}},
        {
            "Field": "query-string",
            "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1?"}, {"Value": "x"}]},
        },
        {"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24", "2001:db8::/32"]}},
    ],
    ids=lambda condition: condition["Field"],
)
def test_other_fields_come_back_as_they_were(elbv2, http, condition):
    assert kept(elbv2, http, condition) == condition


@pytest.mark.parametrize(
    ("field", "config"), [("host-header", "HostHeaderConfig"), ("path-pattern", "PathPatternConfig")]
)
def test_regular_expressions_come_back_in_both_places(elbv2, http, field, config):
    found = kept(elbv2, http, {"Field": field, config: {"RegexValues": ["^/a[0-9]+$"]}})
    assert found == {"Field": field, "RegexValues": ["^/a[0-9]+$"], config: {"RegexValues": ["^/a[0-9]+$"]}}


def path(*values: str) -> dict[str, Any]:
    """A condition on the path."""
    return {"Field": "path-pattern", "Values": list(values)}


def test_a_rule_has_a_condition(elbv2, http):
    assert told(elbv2, http) == "A condition must be specified"
    assert told(elbv2, http, path()) == "A condition value must be specified"
    assert told(elbv2, http, {"Field": "host-header", "HostHeaderConfig": {}}) == (
        "A condition value must be specified"
    )


def test_five_values_are_the_most_in_all_conditions_together(elbv2, http):
    hosts = {"Field": "host-header", "Values": ["a.b", "c.d"]}
    rule(elbv2, http, 2, Conditions=[path("/a", "/b", "/c"), hosts])
    assert (
        told(elbv2, http, path("/a", "/b", "/c", "/d"), hosts) == "A rule can only have '5' condition values"
    )


def test_wildcards_are_counted(elbv2, http):
    rule(elbv2, http, 2, Conditions=[path("/*?*?*?")])
    assert told(elbv2, http, path("/*?*?*?*")) == "A rule can only have '6' condition wildcards"


def test_some_fields_stand_once(elbv2, http):
    assert told(elbv2, http, path("/a"), path("/b")) == "A rule can only have one 'path-pattern' condition"
    headers = [
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": ["1"]}}
        for name in ("X-A", "X-B")
    ]
    rule(elbv2, http, 2, Conditions=headers)


HEADER = {"HttpHeaderName": "X-A", "Values": ["a"]}
TOO_LONG = "The '{}' value is too long; the limit is '{}'"


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (
            {"Field": "color", "Values": ["red"]},
            (
                "Condition field 'color' must be one of '[host-header, http-header, http-request-method, "
                "path-pattern, query-string, source-ip]'"
            ),
        ),
        (path("/" + "a" * 128), TOO_LONG.format("path-pattern", 128)),
        (path("/a b"), "Condition value '/a b' contains a character that is not valid"),
        (
            {"Field": "host-header", "Values": ["a_b"]},
            "Condition value 'a_b' contains a character that is not valid",
        ),
        (
            {"Field": "source-ip", "Values": ["10.0.0.0/8"]},
            "The 'Values' field is not compatible with 'source-ip'",
        ),
        ({"Field": "source-ip"}, "A 'SourceIpConfig' must be specified with 'source-ip'"),
        (
            {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.1"]}},
            "The 'source-ip' value '10.0.0.1' is not a valid CIDR block",
        ),
        ({"Field": "http-header"}, "A 'HttpHeaderConfig' must be specified with 'http-header'"),
        (
            {"Field": "http-header", "HttpHeaderConfig": {"Values": ["a"]}},
            "A 'HttpHeaderName' must be specified in 'HttpHeaderConfig'",
        ),
        (
            {"Field": "http-header", "HttpHeaderConfig": {**HEADER, "HttpHeaderName": "a" * 41}},
            TOO_LONG.format("HttpHeaderName", 40),
        ),
        (
            {"Field": "http-header", "HttpHeaderConfig": {**HEADER, "Values": ["a" * 129]}},
            TOO_LONG.format("http-header", 128),
        ),
        (
            {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["get"]}},
            "The 'http-request-method' value is invalid; the allowed characters are A-Z, hyphen and underscore",
        ),
        (
            {"Field": "http-request-method"},
            "A 'HttpRequestMethodConfig' must be specified with 'http-request-method'",
        ),
        ({"Field": "query-string"}, "A 'QueryStringConfig' must be specified with 'query-string'"),
        (
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a"}]}},
            "A 'Value' must be specified in 'QueryStringKeyValuePair'",
        ),
        (
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a" * 129, "Value": "b"}]}},
            TOO_LONG.format("Key", 128),
        ),
        (
            {"Field": "path-pattern", "Values": ["/a"], "PathPatternConfig": {"Values": ["/b"]}},
            "'Values' and 'PathPatternConfig' cannot be specified at the same time with different values",
        ),
        (
            {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/b"], "RegexValues": ["/c"]}},
            "Values and regular expressions cannot be specified at the same time for 'path-pattern'",
        ),
        (
            {"Field": "path-pattern", "Values": ["/a"], "HostHeaderConfig": {"Values": ["a.b"]}},
            "The 'HostHeaderConfig' field is not compatible with 'path-pattern'",
        ),
        (
            {"Field": "path-pattern", "RegexValues": ["["]},
            "The regular expression '[' is not valid",
        ),
        (
            {"Field": "path-pattern", "RegexValues": ["(?=a)b"]},
            "The regular expression '(?=a)b' is not valid",
        ),
        (
            {"Field": "host-header", "RegexValues": ["a", "b++"]},
            "The regular expression 'b++' is not valid",
        ),
        (
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "a", "RegexValues": [".{999}"]}},
            "The regular expression '.{999}' is not valid",
        ),
        *(
            (
                {"Field": "source-ip", "SourceIpConfig": {"Values": [value]}},
                f"The 'source-ip' value '{value}' is not a valid CIDR block",
            )
            for value in ("::1%lo/128", "10.0.0.0/255.0.0.0", "10.0.0.0/0.0.0.255")
        ),
    ],
)
def test_what_no_condition_can_be(elbv2, http, condition, text):
    assert told(elbv2, http, condition) == text
    assert len(elbv2.describe_rules(ListenerArn=http)["Rules"]) == 1

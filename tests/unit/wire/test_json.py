"""JSON bodies: what is read, what is refused, and in which words."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from homeport.shapes import ecs
from homeport.wire import protocol
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest

CODEC = protocol.codec_of(ecs)
REQUIRED = '"cluster":"c","service":"s","taskDefinition":"t"'
MALFORMED = "Could not parse request body."


def decode(body: str | bytes, operation: str = "CreateTaskSet") -> Any:
    """The body as the operation's request."""
    raw = body.encode() if isinstance(body, str) else body
    return CODEC.decode(operation, HttpRequest("POST", b"/", (), raw))


def refused(body: str | bytes, operation: str = "CreateTaskSet") -> tuple[str, str]:
    """The code and the text with which the body is refused, always with status 400."""
    with pytest.raises(WireError) as caught:
        decode(body, operation)
    assert caught.value.status == 400
    return caught.value.code, caught.value.message


def test_unknown_members_are_ignored_and_null_is_absent():
    request = decode(f'{{{REQUIRED},"launchType":null,"invented":{{"deep":[1]}}}}')
    assert request == ecs.CreateTaskSetRequest(cluster="c", service="s", task_definition="t")


def test_an_empty_body_is_an_empty_object():
    assert decode(b"", "ListClusters") == ecs.ListClustersRequest()


def test_a_blank_optional_member_counts_as_absent_where_the_model_would_refuse_it():
    request = decode(f'{{{REQUIRED},"launchType":"","tags":[{{"key":"k","value":""}}]}}')
    assert request.launch_type is None
    assert request.tags == [ecs.Tag(key="k", value="")]


@pytest.mark.parametrize(
    ("member", "text"),
    [
        ('"platformVersion":1', "NUMBER_VALUE can not be converted to a String"),
        ('"platformVersion":true', "TRUE_VALUE can not be converted to a String"),
        ('"launchType":false', "FALSE_VALUE can not be converted to a String"),
        ('"platformVersion":{}', "Start of structure or map found where not expected."),
        ('"platformVersion":[]', "Start of list found where not expected"),
        ('"loadBalancers":"x"', "Expected list or null"),
        ('"loadBalancers":{}', "Start of structure or map found where not expected."),
        ('"scale":"x"', "Expected null"),
        ('"scale":{"value":"x"}', "STRING_VALUE cannot be converted to Double"),
        ('"loadBalancers":[{"containerPort":"80"}]', "STRING_VALUE cannot be converted to Integer"),
        ('"loadBalancers":[{"containerPort":2147483648}]', "NUMBER_VALUE out of range"),
        ('"loadBalancers":[{"containerPort":-2147483649}]', "NUMBER_VALUE out of range"),
        ('"loadBalancers":[{"containerPort":' + "9" * 30 + "}]", "NUMBER_VALUE out of range"),
    ],
)
def test_a_wrong_json_type_is_a_serialization_exception_in_corals_words(member, text):
    assert refused(f"{{{REQUIRED},{member}}}") == ("SerializationException", text)


@pytest.mark.parametrize(
    ("operation", "body", "code", "text"),
    [
        ("CreateTaskSet", "{}", "InvalidParameterException", "Service can not be blank."),
        ("CreateTaskSet", '{"service":""}', "InvalidParameterException", "Service can not be blank."),
        ("CreateTaskSet", '{"service":null}', "InvalidParameterException", "Service can not be blank."),
        ("RunTask", "{}", "InvalidParameterException", "Task Definition can not be blank."),
        ("DescribeTasks", "{}", "InvalidParameterException", "Tasks cannot be empty."),
        ("RegisterTaskDefinition", "{}", "ClientException", "Family should not be null or empty."),
        ("RegisterTaskDefinition", '{"family":"f"}', "ClientException", "Container list cannot be empty."),
        (
            "CreateTaskSet",
            f'{{{REQUIRED},"networkConfiguration":{{"awsvpcConfiguration":{{}}}}}}',
            "InvalidParameterException",
            "subnets can not be empty.",
        ),
    ],
)
def test_a_missing_required_member_is_named_in_ecs_words(operation, body, code, text):
    assert refused(body, operation) == (code, text)


@pytest.mark.parametrize(
    ("member", "value", "path", "constraint"),
    [
        (
            '"launchType":"ec2"',
            "ec2",
            "launchType",
            "Member must satisfy enum value set: [EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES]",
        ),
        (
            '"capacityProviderStrategy":[{"capacityProvider":"a"},{"capacityProvider":"b","weight":1001}]',
            "1001",
            "capacityProviderStrategy.2.member.weight",
            "Member must have value less than or equal to 1000",
        ),
        (
            '"capacityProviderStrategy":[{"capacityProvider":"a","base":-1}]',
            "-1",
            "capacityProviderStrategy.1.member.base",
            "Member must have value greater than or equal to 0",
        ),
        (
            f'"tags":[{{"key":"{"k" * 129}"}}]',
            "k" * 129,
            "tags.1.member.key",
            "Member must have length less than or equal to 128",
        ),
        (
            '"tags":[{"key":"a!"}]',
            "a!",
            "tags.1.member.key",
            r"Member must satisfy regular expression pattern: ([\p{L}\p{Z}\p{N}_.:/=+\-@]*)",
        ),
    ],
)
def test_a_broken_rule_of_the_model_is_told_as_coral_tells_it(member, value, path, constraint):
    assert refused(f"{{{REQUIRED},{member}}}") == (
        "InvalidParameterException",
        f"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {constraint}",
    )


def test_a_long_value_is_not_repeated_in_full():
    code, text = refused(f'{{{REQUIRED},"launchType":"{"x" * 100_000}"}}')
    assert code == "InvalidParameterException"
    assert len(text) < 600


@pytest.mark.parametrize("key", ["aü 例٣", "a\u2003b", "_.:/=+-@"])
def test_tag_keys_may_have_letters_numbers_and_separators_of_any_script(key):
    assert decode(f'{{{REQUIRED},"tags":[{{"key":"{key}"}}]}}').tags[0].key == key


@pytest.mark.parametrize("key", ["a\tb", "a\nb"])
def test_control_characters_are_no_separators(key):
    body = msgspec.json.encode(
        {"cluster": "c", "service": "s", "taskDefinition": "t", "tags": [{"key": key}]}
    )
    assert refused(body)[0] == "InvalidParameterException"


HOSTILE = {
    "not an object": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "trailing bytes": b"{} {}",
    "cut off": b'{"cluster":',
    "blanks only": b"  ",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a NUL byte": b"{}\0",
    "a NUL in a text": b'{"x":"\\u0000"}',
    "a NUL after an escaped backslash": b'{"x":"\\\\\\u0000"}',
    "NaN": b'{"x":NaN}',
    "Infinity": b'{"x":-Infinity}',
    "a lone high surrogate": b'{"x":"\\ud800"}',
    "a lone low surrogate": b'{"x":"\\udc00"}',
    "invalid UTF-8 in an unknown member": b'{"x":"\xff"}',
    "invalid UTF-8 in a name": b'{"\xc3":1}',
    "a raw newline in a text": b'{"x":"\n"}',
    "UTF-16": '{"x":1}'.encode("utf-16"),
    "100,000 lists": b'{"x":' + b"[" * 100_000,
    "50,000 objects": b'{"a":' * 50_000,
    "65 levels, well closed": b'{"x":' + b"[" * 64 + b"]" * 64 + b"}",
    "a million quotes": b'{"x":"' + b'\\"' * 500_000 + b"[" * 65,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(5)
def test_a_hostile_body_is_a_serialization_exception(body):
    assert refused(body, "ListClusters") == ("SerializationException", MALFORMED)


def test_a_number_of_a_hundred_thousand_digits_is_refused_even_where_it_is_ignored():
    assert refused(b'{"x":' + b"1" * 100_000 + b"}", "ListClusters") == (
        "SerializationException",
        "NUMBER_VALUE out of range",
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"x":' + b"[" * 63 + b"]" * 63 + b"}",
        b'{"x":"' + b"[{" * 1000 + b'"}',
        b'{"x":"' + b"1" * 1000 + b'"}',
        b'{"x":"\\\\u0000"}',
        b'{"x":[' + b"{}," * 1000 + b"{}]}",
    ],
    ids=["64 levels", "brackets in a text", "digits in a text", "an escaped backslash", "many small objects"],
)
def test_what_only_looks_hostile_is_read(body):
    assert decode(body, "ListClusters") == ecs.ListClustersRequest()


def test_an_answer_leaves_out_what_is_absent_and_keeps_empty_lists():
    answer = CODEC.encode("ListClusters", ecs.ListClustersResponse(cluster_arns=[]), "id-1")
    assert (answer.status, answer.body) == (200, b'{"clusterArns":[]}')
    assert answer.headers == (
        (b"x-amzn-requestid", b"id-1"),
        (b"content-type", b"application/x-amz-json-1.1"),
    )


def test_an_error_has_a_short_type_and_a_lower_case_message():
    answer = CODEC.error("ClusterNotFoundException", "Cluster not found.", 400, "id-1")
    assert (answer.status, answer.body) == (
        400,
        b'{"__type":"ClusterNotFoundException","message":"Cluster not found."}',
    )
    assert (b"x-amzn-requestid", b"id-1") in answer.headers

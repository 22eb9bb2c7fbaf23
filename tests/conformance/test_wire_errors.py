"""Requests that never reach an operation: signatures, shapes, types, browsers (task-sets.md §11)."""

import json

import pytest
from botocore.awsrequest import AWSRequest

from homeport.wire.sigv4 import SigningKey
from tests import signing
from tests.conformance.world import ACCOUNT, KEYS, TARGET

HEADERS = {
    "Host": signing.HOST,
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": f"{TARGET}.ListClusters",
}
KEY = KEYS[ACCOUNT]


def request(body=b"{}", **headers):
    named = HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
    return AWSRequest("POST", f"http://{signing.HOST}/", data=body, headers=named)


def read(answer):
    found = json.loads(answer.body)
    return answer.status, found["__type"], found.get("message")


def test_an_error_has_a_short_type_a_lower_case_message_and_a_request_id(world):
    answer = world.answer(request(X_Amz_Target=f"{TARGET}.DeleteCluster", body=b'{"cluster":"x"}'), KEY)
    assert json.loads(answer.body) == {
        "__type": "ClusterNotFoundException",
        "message": "Cluster not found.",
    }
    headers = dict(answer.headers)
    assert headers[b"content-type"] == b"application/x-amz-json-1.1"
    assert len(headers[b"x-amzn-requestid"]) == 32


def test_nobody_gets_in_without_a_signature(world):
    assert read(world.unsigned(request())) == (
        400,
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
    )


def test_a_key_that_nobody_made(world):
    key = SigningKey(access_key_id="AKIANOBODY", secret="x", account=ACCOUNT)
    assert read(world.answer(request(), key)) == (
        400,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )


def test_a_secret_that_is_wrong(world):
    key = SigningKey(access_key_id=KEY.access_key_id, secret="guessed", account=ACCOUNT)
    status, code, text = read(world.answer(request(), key))
    assert (status, code) == (400, "InvalidSignatureException")
    assert text.startswith("The request signature we calculated does not match the signature you provided.")


@pytest.mark.parametrize(
    ("age_s", "words"), [(3600, "Signature expired: "), (-3600, "Signature not yet current: ")]
)
def test_a_signature_of_another_hour(world, age_s, words):
    status, code, text = read(world.answer(request(), KEY, age_s))
    assert (status, code, text.startswith(words)) == (400, "InvalidSignatureException", True)


def test_a_header_that_is_no_signature(world):
    unsigned = request(Authorization="AWS4-HMAC-SHA256 nonsense", X_Amz_Date="20260101T000000Z")
    status, code, _ = read(world.unsigned(unsigned))
    assert (status, code) == (400, "IncompleteSignatureException")


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}])
def test_a_web_page_is_refused(world, headers):
    assert world.answer(request(**headers), KEY).status == 403


def test_another_host_is_refused(world):
    assert world.answer(request(Host="evil.example"), KEY).status == 421


@pytest.mark.parametrize("target", [f"{TARGET}.Nothing", "SomethingElse.ListClusters", "ListClusters", ""])
def test_a_target_that_nobody_serves(world, target):
    status, code, _ = read(world.answer(request(X_Amz_Target=target), KEY))
    assert (status, code) == (400, "UnknownOperationException")


@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b"null", b"\xff", b'{"cluster": NaN}', b"{} {}"])
def test_a_body_that_is_no_object(world, body):
    status, answer = world.post("DeleteCluster", body)
    assert (status, answer["__type"]) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("operation", "body", "text"),
    [
        (
            "UpdateService",
            {"service": "w", "desiredCount": "4"},
            "STRING_VALUE cannot be converted to Integer",
        ),
        ("DeleteCluster", {"cluster": 7}, "NUMBER_VALUE can not be converted to a String"),
        ("DeleteCluster", {"cluster": True}, "TRUE_VALUE can not be converted to a String"),
        ("DescribeClusters", {"clusters": "default"}, "Expected list or null"),
        (
            "DeleteCluster",
            {"cluster": {"a": "b"}},
            "Start of structure or map found where not expected.",
        ),
    ],
)
def test_a_value_of_another_type(world, operation, body, text):
    status, answer = world.post(operation, json.dumps(body).encode())
    assert (status, answer) == (400, {"__type": "SerializationException", "message": text})


def test_nulls_and_unknown_members_are_ignored(world):
    body = {"clusterName": "one", "tags": None, "settings": None, "colour": {"deep": [1, 2]}}
    status, answer = world.post("CreateCluster", json.dumps(body).encode())
    assert (status, answer["cluster"]["clusterName"]) == (200, "one")


def test_answers_have_no_nulls_and_dates_are_numbers(story):
    story.create()
    _, answer = story.world.post("DescribeServices", b'{"services":["web"]}')
    assert b"null" not in json.dumps(answer).encode()
    assert isinstance(answer["services"][0]["createdAt"], float)
    assert isinstance(answer["services"][0]["taskSets"][0]["stabilityStatusAt"], float)
    assert (answer["failures"], answer["services"][0]["deployments"]) == ([], [])


def test_an_empty_body_is_an_empty_request(world):
    assert world.post("ListClusters", b"") == (200, {"clusterArns": []})

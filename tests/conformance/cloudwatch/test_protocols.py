"""CloudWatch answers the same in CBOR, in JSON and in Query: new SDKs, boto3 and old ones are all served."""

from typing import Any

import botocore.session
import cbor2
import pytest
from botocore.awsrequest import AWSRequest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from homeport.shapes import cloudwatch
from homeport.wire.http import HttpResponse
from tests import signing
from tests.conformance.cloudwatch.traffic import ALB, FRONT, metric, query
from tests.conformance.world import ACCOUNT, REGION, World

MODEL = botocore.session.get_session().get_service_model("cloudwatch")
PATH = "/service/GraniteServiceVersion20100801/operation"


def posted(world: World, path: str, body: bytes | str, headers: dict[str, str]) -> HttpResponse:
    """The answer to a call that is signed for CloudWatch."""
    request = AWSRequest(
        "POST", f"http://{signing.HOST}{path}", data=body, headers={"Host": signing.HOST, **headers}
    )
    return world.send(request, "monitoring", ACCOUNT, REGION)


def called(world: World, spoken: str, name: str, **members: Any) -> dict[str, Any]:
    """What botocore reads in the answer when it speaks a certain protocol."""
    operation = MODEL.operation_model(name)
    made = create_serializer(spoken).serialize_to_request(members, operation)
    prepared = AWSRequest(
        "POST", f"http://{signing.HOST}", data=made["body"], headers=made["headers"]
    ).prepare()
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    answer = posted(
        world, made["url_path"], body, {**made["headers"], "Content-Type": _type(prepared, spoken)}
    )
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    raw = {"status_code": answer.status, "headers": headers, "body": answer.body}
    return create_parser(spoken).parse(raw, operation.output_shape)


def _type(prepared: Any, spoken: str) -> str:
    sent = prepared.headers.get("Content-Type", "application/x-www-form-urlencoded")
    found = sent.decode() if isinstance(sent, bytes) else sent
    return "application/x-www-form-urlencoded" if spoken == "query" else found


@pytest.mark.parametrize("spoken", cloudwatch.PROTOCOLS)
def test_statistics_and_data_are_the_same_in_each_protocol(world, traffic, spoken):
    traffic.note(FRONT.id, 1, requests=3)
    asked = {**traffic.times(), **metric("RequestCount", ALB), "Period": 60, "Statistics": ["Sum"]}
    (point,) = called(world, spoken, "GetMetricStatistics", **asked)["Datapoints"]
    assert traffic.seconds([point["Timestamp"]]) == [0]
    assert (point["Sum"], point["Unit"]) == (3, "Count")

    queries = {"MetricDataQueries": [query("m1", "RequestCount")], **traffic.times()}
    (result,) = called(world, spoken, "GetMetricData", **queries)["MetricDataResults"]
    assert (traffic.seconds(result["Timestamps"]), result["Values"]) == ([0], [3])


@pytest.mark.parametrize("spoken", cloudwatch.PROTOCOLS)
def test_an_error_has_the_same_code_in_each_protocol(world, traffic, spoken):
    asked = {**traffic.times(600, 0), **metric("RequestCount", ALB), "Period": 60, "Statistics": ["Sum"]}
    answer = called(world, spoken, "GetMetricStatistics", **asked)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["Error"]["Code"] == "InvalidParameterValue"
    assert answer["Error"]["Message"] == "The parameter StartTime must be less than the parameter EndTime."


def test_a_cbor_error_has_its_shapes_name(world):
    headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    answer = posted(world, f"{PATH}/GetMetricStatistics", b"\xa0", headers)
    assert cbor2.loads(answer.body)["__type"] == "MissingRequiredParameterException"
    assert (b"x-amzn-query-error", b"MissingParameter;Sender") in answer.headers


@pytest.mark.parametrize("at", [1e300, -5.0, 1e12])
def test_a_time_that_no_calendar_has_is_refused(world, at):
    headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    asked = {**metric("X"), "StartTime": cbor2.CBORTag(1, at), "EndTime": cbor2.CBORTag(1, 0), "Period": 60}
    answer = posted(world, f"{PATH}/GetMetricStatistics", cbor2.dumps(asked), headers)
    assert cbor2.loads(answer.body)["message"] == "The parameter StartTime must be a valid timestamp."


def test_a_form_has_no_time_that_is_not_a_number(world):
    form = "Action=GetMetricStatistics&Version=2010-08-01&Namespace=A&MetricName=B&Period=60&Statistics.member.1=Sum"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = posted(world, "/", f"{form}&StartTime=nan&EndTime=nan".encode(), headers)
    assert answer.status == 400


def test_cbor_without_a_signature_is_refused_in_cbor(world):
    headers = {"Host": signing.HOST, "Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    answer = world.unsigned(
        AWSRequest("POST", f"http://{signing.HOST}{PATH}/ListMetrics", data=b"\xa0", headers=headers)
    )
    assert answer.status == 400
    assert cbor2.loads(answer.body)["__type"] == "MissingAuthenticationTokenException"

"""The Query protocol: forms in, XML out, as STS speaks it now and ELB will."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated
from urllib.parse import urlencode

import pytest
from msgspec import Meta, Struct

from homeport.shapes import sts
from homeport.shapes.operation import Operation, Timestamp
from homeport.wire import protocol
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest

STS = protocol.codec_of(sts)
ENVELOPE = {"Action": "DescribeThings", "Version": "2015-12-01"}


class Thing(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="pascal"):
    name: str
    size: int | None = None
    weight: float | None = None
    enabled: bool | None = None
    since: Timestamp | None = None
    parts: list[Thing] | None = None
    ports: Annotated[list[int], Meta(extra={"flattened": True})] | None = None
    words: Annotated[list[str], Meta(extra={"item": "Word"})] | None = None
    labels: dict[str, str] | None = None


class DescribeThingsRequest(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="pascal"):
    things: list[Thing] | None = None


class DescribeThingsResponse(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="pascal"):
    things: list[Thing] | None = None


THINGS = protocol.codec_of(
    SimpleNamespace(
        SERVICE="things",
        PROTOCOL="query",
        API_VERSION="2015-12-01",
        SIGNING_NAME="things",
        JSON_VERSION=None,
        TARGET_PREFIX=None,
        XML_NAMESPACE="http://things/",
        ALL_OPERATIONS=frozenset({"DescribeThings", "DeleteThings"}),
        OPERATIONS={
            "DescribeThings": Operation(
                "DescribeThings",
                "describe_things",
                DescribeThingsRequest,
                DescribeThingsResponse,
                "DescribeThingsResult",
            )
        },
    )
)
WHOLE = Thing(
    name="a&<b>",
    size=3,
    weight=1.5,
    enabled=True,
    since=1_790_000_000.25,
    parts=[Thing(name="inner"), Thing(name="second", enabled=False)],
    ports=[80, 443],
    words=["one", "two"],
    labels={"k": "v"},
)


def post(fields: dict[str, str]) -> HttpRequest:
    """A form as clients send it."""
    return HttpRequest("POST", b"/", (), urlencode(fields).encode())


def refused(fields: dict[str, str]) -> tuple[str, str]:
    """The code and the text with which a form for DescribeThings is refused."""
    request = post(fields)
    with pytest.raises(WireError) as caught:
        THINGS.decode(THINGS.operation(request), request)
    assert caught.value.status == 400
    return caught.value.code, caught.value.message


def test_a_form_is_read_into_nested_shapes():
    fields = {
        "Name": "a&<b>",
        "Size": "3",
        "Weight": "1.5",
        "Enabled": "true",
        "Since": "2026-09-21T14:13:20.250Z",
        "Parts.member.1.Name": "inner",
        "Parts.member.2.Name": "second",
        "Parts.member.2.Enabled": "false",
        "Ports.1": "80",
        "Ports.2": "443",
        "Words.Word.1": "one",
        "Words.Word.2": "two",
        "Labels.entry.1.key": "k",
        "Labels.entry.1.value": "v",
        "Unknown.member.1": "ignored",
    }
    request = post(ENVELOPE | {f"Things.member.1.{name}": value for name, value in fields.items()})
    assert THINGS.decode("DescribeThings", request) == DescribeThingsRequest(things=[WHOLE])


def test_the_items_of_a_list_come_in_the_order_of_their_numbers():
    request = post({f"Things.member.{n}.Name": str(n) for n in (10, 9, 2)})
    decoded = THINGS.decode("DescribeThings", request)
    assert isinstance(decoded, DescribeThingsRequest)
    assert [thing.name for thing in decoded.things or []] == ["2", "9", "10"]


def test_an_empty_field_is_an_empty_list():
    assert THINGS.decode("DescribeThings", post({"Things": ""})) == DescribeThingsRequest(things=[])


def test_an_answer_is_wrapped_in_its_envelope_and_namespace():
    answer = THINGS.encode("DescribeThings", DescribeThingsResponse(things=[WHOLE]), "id-1")
    assert answer.body.decode() == (
        '<DescribeThingsResponse xmlns="http://things/"><DescribeThingsResult><Things><member>'
        "<Name>a&amp;&lt;b&gt;</Name><Size>3</Size><Weight>1.5</Weight><Enabled>true</Enabled>"
        "<Since>2026-09-21T14:13:20.250Z</Since>"
        "<Parts><member><Name>inner</Name></member>"
        "<member><Name>second</Name><Enabled>false</Enabled></member></Parts>"
        "<Ports>80</Ports><Ports>443</Ports><Words><Word>one</Word><Word>two</Word></Words>"
        "<Labels><entry><key>k</key><value>v</value></entry></Labels>"
        "</member></Things></DescribeThingsResult>"
        "<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></DescribeThingsResponse>"
    )
    assert answer.headers == ((b"x-amzn-requestid", b"id-1"), (b"content-type", b"text/xml"))


def test_an_error_says_who_is_to_blame():
    answer = STS.error("InvalidClientTokenId", "a < b", 403, "id-1")
    assert answer.status == 403
    assert answer.body.decode() == (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        "<Code>InvalidClientTokenId</Code><Message>a &lt; b</Message></Error>"
        "<RequestId>id-1</RequestId></ErrorResponse>"
    )
    assert b"<Type>Receiver</Type>" in STS.error("InternalFailure", "", 500, "id-1").body


def test_what_xml_cannot_write_is_replaced():
    assert "a\ufffd&#13;b" in STS.error("X", "a\0\rb", 400, "id").body.decode()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "MissingAction"),
        (ENVELOPE | {"Action": "Invent"}, "InvalidAction"),
        (ENVELOPE | {"Version": "2011-01-01"}, "InvalidAction"),
        (ENVELOPE | {"Action": "DeleteThings"}, "InvalidAction"),
        (ENVELOPE | {"Things.member.1.Size": "3"}, "ValidationException"),
        (ENVELOPE | {"Things.member.1.Name": "n", "Things.member.1.Size": "x"}, "MalformedInput"),
        (ENVELOPE | {"Things.member.1.Name": "n", "Things.member.1.Since": "noon"}, "MalformedInput"),
    ],
)
def test_a_form_that_does_not_fit_is_refused(fields, code):
    assert refused(fields)[0] == code


@pytest.mark.parametrize("body", [b"Action=\xff", b"Action=%FF", b"&".join([b"a=b"] * 10_001)])
def test_a_form_that_cannot_be_read_is_malformed(body):
    with pytest.raises(WireError) as caught:
        STS.operation(HttpRequest("POST", b"/", (), body))
    assert (caught.value.code, caught.value.status) == ("MalformedQueryString", 400)


def test_names_of_a_thousand_parts_are_ignored():
    assert (
        THINGS.decode("DescribeThings", post({".".join(["Things"] * 1000): "x"})) == DescribeThingsRequest()
    )


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "٣", "²", "1e3"])
def test_items_without_a_number_are_ignored(number):
    form = post({f"Things.member.{number}.Name": "n"})
    assert THINGS.decode("DescribeThings", form) == DescribeThingsRequest(things=[])


def test_a_get_carries_its_form_in_the_query():
    request = HttpRequest("GET", b"/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Date=now", (), b"")
    assert STS.operation(request) == "GetCallerIdentity"
    assert STS.decode("GetCallerIdentity", request) == sts.GetCallerIdentityRequest()

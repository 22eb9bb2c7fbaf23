"""What a target is asked follows from its target group."""

import pytest
from msgspec.structs import replace

from homeport.drivers.health.question import Question, question
from homeport.model.target_group import HealthCheck
from homeport.plan.traffic import Endpoint
from tests.unit.drivers.health.groups import a_group

TARGET = Endpoint(id="g/10.0.0.7:8080", host="10.0.0.7", port=8080)


def asked(protocol: str = "HTTP", version: str | None = "HTTP1", **check: object) -> Question:
    version = version if protocol in ("HTTP", "HTTPS") else None
    settings = replace(HealthCheck(), **check)
    return question(a_group(TARGET, check=settings, protocol=protocol, protocol_version=version), TARGET)


@pytest.mark.parametrize(
    ("protocol", "version", "checked_by", "way", "is_secure", "matcher"),
    [
        ("HTTP", "HTTP1", "HTTP", "http1", False, "200"),
        ("HTTP", "HTTP1", "HTTPS", "http1", True, "200"),
        ("HTTPS", "HTTP2", "HTTPS", "http2", True, "200"),
        ("HTTP", "HTTP2", "HTTP", "http2", False, "200"),
        ("HTTP", "GRPC", "HTTP", "grpc", False, "12"),
        ("HTTPS", "GRPC", "HTTPS", "grpc", True, "12"),
        ("TCP", None, "TCP", "tcp", False, None),
        ("TCP", None, "HTTP", "http1", False, "200-399"),
        ("UDP", None, "HTTPS", "http1", True, "200-399"),
        ("TLS", None, "TCP", "tcp", False, None),
        ("TLS", None, "TLS", "tls", True, None),
    ],
)
def test_protocols_decide_how_it_is_asked_and_what_is_right(
    protocol, version, checked_by, way, is_secure, matcher
):
    found = question(
        a_group(
            TARGET,
            check=HealthCheck(protocol=checked_by, matcher=None),
            protocol=protocol,
            protocol_version=version,
        ),
        TARGET,
    )
    assert (found.way, found.is_secure, found.matcher) == (way, is_secure, matcher)


def test_the_matcher_that_is_given_counts():
    assert asked(matcher="200-204").matcher == "200-204"


def test_the_traffic_port_is_the_targets_own():
    assert asked().port == 8080


def test_another_port_is_the_same_for_all_targets():
    assert asked(port="9000").port == 9000


def test_the_host_header_is_address_and_port():
    assert asked(port="9000").authority == "10.0.0.7:9000"


def test_an_address_of_ip_version_6_stands_in_brackets():
    assert question(a_group(), replace(TARGET, host="fd00::7", port=80)).authority == "[fd00::7]:80"


def test_a_path_keeps_its_query():
    assert asked(path="/up?deep=1&x=%20").path == "/up?deep=1&x=%20"


def test_a_path_cannot_break_out_of_its_line():
    assert asked(path="/a b\r\nX: y").path == "/a%20b%0D%0AX:%20y"


@pytest.mark.parametrize(("protocol", "explains"), [("HTTP", True), ("HTTPS", True), ("TCP", False)])
def test_only_application_load_balancers_explain_a_failure(protocol, explains):
    assert asked(protocol).explains == explains

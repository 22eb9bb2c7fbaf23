"""Rows of load balancers say what traffic does, whichever of AWS's forms they are in."""

from collections.abc import Sequence

import pytest

from homeport.model.arn import certificate_arn
from homeport.model.certificate import Certificate, CertificateSpec
from homeport.model.load_balancer import Listener, ListenerSpec, Rule, RuleSpec
from homeport.model.target_group import Target, TargetSpec
from homeport.plan import routing
from homeport.plan.routing import GroupView, ListenerView
from homeport.plan.traffic import Condition, Fixed, Forward, GroupTable, ListenerTable, Redirect, Stickiness
from homeport.shapes import elbv2
from tests.builders import SCOPE, T0, a_load_balancer, a_target_group

BALANCER = f"{SCOPE}/app/web/0123456789abcdef"
LISTENER = f"{BALANCER}/fedcba9876543210"
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup"
BLUE, GREEN = f"{ARN}/blue/1111111111111111", f"{ARN}/green/2222222222222222"
BLUE_ID, GREEN_ID = f"{SCOPE}/blue/1111111111111111", f"{SCOPE}/green/2222222222222222"


def a_rule(
    priority: int | None, action: elbv2.Action, conditions: Sequence[elbv2.RuleCondition] = ()
) -> Rule:
    number = f"{priority or 0:016x}"
    spec = RuleSpec(
        number=number, created_at=T0, priority=priority, conditions=list(conditions), actions=[action]
    )
    return Rule(id=f"{LISTENER}/{number}", owner=LISTENER, spec=spec)


def forward(arn: str) -> elbv2.Action:
    return elbv2.Action(type="forward", target_group_arn=arn)


def table(*rules: Rule, known: Sequence[Certificate] = (), **attributes: str) -> ListenerTable:
    """Of a load balancer with attributes, whose dots are written `__` here."""
    spec = ListenerSpec(
        number="fedcba9876543210",
        port=443,
        protocol="HTTPS",
        default_actions=[forward(BLUE)],
        created_at=T0,
        certificates=[certificate_arn(each.id) for each in known] + [certificate_arn(f"{SCOPE}/unknown")],
    )
    listener = Listener(id=LISTENER, owner=BALANCER, spec=spec)
    balancer = a_load_balancer("web", attributes=dotted(attributes))
    certificates = {certificate_arn(each.id): each for each in reversed(known)}
    return routing.listener_table(ListenerView(listener, balancer, rules, certificates))


def dotted(attributes: dict[str, str]) -> dict[str, str]:
    return {name.replace("__", "."): value for name, value in attributes.items()}


def condition(given: elbv2.RuleCondition) -> Condition:
    (found,) = table(a_rule(1, forward(BLUE), conditions=[given])).routes[0].conditions
    return found


def group(*targets: Target, target_type: str = "ip", protocol: str = "HTTP", **attributes: str) -> GroupTable:
    found = a_target_group("blue", target_type=target_type, protocol=protocol, attributes=dotted(attributes))
    return routing.group_table(GroupView(found, targets, BALANCER), "127.0.0.1")


def a_certificate(name: str) -> Certificate:
    spec = CertificateSpec(
        number=name,
        kind="IMPORTED",
        domain=name,
        names=[name, f"*.{name}"],
        body=f"BODY OF {name}\n",
        private_key=f"KEY OF {name}",
        chain="CHAIN",
        created_at=T0,
        not_before=T0,
        not_after=T0,
        serial="1",
        subject="",
        issuer="",
        key_algorithm="",
        signature_algorithm="",
    )
    return Certificate(id=f"{SCOPE}/{name}", owner=SCOPE, spec=spec)


def test_rules_go_by_priority_and_the_default_one_is_last():
    found = table(a_rule(20, forward(BLUE)), a_rule(None, forward(BLUE)), a_rule(3, forward(GREEN)))
    assert [(route.priority, route.action) for route in found.routes] == [
        (3, Forward(groups=((GREEN_ID, 1),))),
        (20, Forward(groups=((BLUE_ID, 1),))),
        (0, Forward(groups=((BLUE_ID, 1),))),
    ]


def test_a_forward_has_the_weights_of_its_config():
    config = elbv2.ForwardActionConfig(
        target_groups=[
            elbv2.TargetGroupTuple(target_group_arn=BLUE, weight=90),
            elbv2.TargetGroupTuple(target_group_arn=GREEN, weight=0),
        ],
        target_group_stickiness_config=elbv2.TargetGroupStickinessConfig(enabled=True, duration_seconds=60),
    )
    found = routing.action([elbv2.Action(type="forward", forward_config=config)])
    assert found == Forward(groups=((BLUE_ID, 90), (GREEN_ID, 0)), sticky_s=60)


def test_stickiness_that_is_off_is_none():
    config = elbv2.ForwardActionConfig(
        target_groups=[elbv2.TargetGroupTuple(target_group_arn=BLUE)],
        target_group_stickiness_config=elbv2.TargetGroupStickinessConfig(enabled=False, duration_seconds=60),
    )
    assert routing.action([elbv2.Action(type="forward", forward_config=config)]) == Forward(
        groups=((BLUE_ID, 1),)
    )


def test_a_redirect_keeps_what_it_does_not_say():
    config = elbv2.RedirectActionConfig(protocol="HTTPS", port="443", status_code="HTTP_301")
    assert routing.action([elbv2.Action(type="redirect", redirect_config=config)]) == Redirect(
        status=301, protocol="HTTPS", port="443"
    )


def test_a_redirect_may_drop_the_query():
    config = elbv2.RedirectActionConfig(query="", status_code="HTTP_302")
    found = routing.action([elbv2.Action(type="redirect", redirect_config=config)])
    assert isinstance(found, Redirect)
    assert found.query == ""


def test_a_fixed_response_is_plain_text_by_itself():
    config = elbv2.FixedResponseActionConfig(status_code="404", message_body="no")
    assert routing.action([elbv2.Action(type="fixed-response", fixed_response_config=config)]) == Fixed(
        status=404, body="no"
    )


def test_the_last_action_is_the_one_that_counts():
    first = elbv2.Action(type="authenticate-oidc", order=1)
    last = elbv2.Action(type="forward", target_group_arn=BLUE, order=2)
    assert routing.action([last, first]) == Forward(groups=((BLUE_ID, 1),))


def test_without_an_action_nothing_can_be_reached():
    assert routing.action([]) == Fixed(status=503)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            elbv2.RuleCondition(field="path-pattern", values=["/a/*"]),
            Condition(kind="path", values=("/a/*",)),
        ),
        (
            elbv2.RuleCondition(
                field="host-header", host_header_config=elbv2.HostHeaderConditionConfig(values=["a.b"])
            ),
            Condition(kind="host", values=("a.b",)),
        ),
        (
            elbv2.RuleCondition(
                field="http-header",
                http_header_config=elbv2.HttpHeaderConditionConfig(http_header_name="X-A", values=["1"]),
            ),
            Condition(kind="header", name="X-A", values=("1",)),
        ),
        (
            elbv2.RuleCondition(
                field="query-string",
                query_string_config=elbv2.QueryStringConditionConfig(
                    values=[elbv2.QueryStringKeyValuePair(value="v")]
                ),
            ),
            Condition(kind="query", pairs=(("", "v"),)),
        ),
        (
            elbv2.RuleCondition(
                field="http-request-method",
                http_request_method_config=elbv2.HttpRequestMethodConditionConfig(values=["GET"]),
            ),
            Condition(kind="method", values=("GET",)),
        ),
        (
            elbv2.RuleCondition(
                field="source-ip", source_ip_config=elbv2.SourceIpConditionConfig(values=["10.0.0.0/8"])
            ),
            Condition(kind="source", values=("10.0.0.0/8",)),
        ),
        (
            elbv2.RuleCondition(
                field="path-pattern",
                path_pattern_config=elbv2.PathPatternConditionConfig(regex_values=["^/a"]),
            ),
            Condition(kind="path", values=("^/a",), regex=True),
        ),
    ],
    ids=lambda each: each.kind if isinstance(each, Condition) else "",
)
def test_a_condition_is_read_in_each_of_its_forms(given, expected):
    assert condition(given) == expected


def test_certificates_are_shown_with_their_chains_in_the_order_of_the_listener():
    first, second = table(known=[a_certificate("a.b"), a_certificate("c.d")]).key_pairs
    assert (first.names, first.chain, first.key) == (
        ("a.b", "*.a.b"),
        "BODY OF a.b\nCHAIN",
        "KEY OF a.b",
    )
    assert second.names[0] == "c.d"


def test_attributes_that_were_not_set_are_as_aws_has_them():
    options = table().http
    assert (options.idle_timeout_s, options.keep_alive_s, options.http2) == (60, 3600, True)
    assert (options.forwarded_for, options.preserve_host, options.server_header) == ("append", False, True)
    assert options.access_log is None


def test_attributes_that_were_set_count():
    options = table(
        idle_timeout__timeout_seconds="7", routing__http__xff_header_processing__mode="preserve"
    ).http
    assert (options.idle_timeout_s, options.forwarded_for) == (7, "preserve")


def test_an_access_log_is_where_s3_would_have_it():
    options = table(
        access_logs__s3__enabled="true", access_logs__s3__bucket="logs", access_logs__s3__prefix="a/b"
    ).http
    assert options.access_log is not None
    assert options.access_log.startswith("logs/a/b/AWSLogs/123456789012/elasticloadbalancing/us-east-1/web.")


@pytest.mark.parametrize(
    ("bucket", "prefix"),
    [
        ("../etc", ""),
        ("logs", "../x"),
        ("logs", "/etc"),
        ("logs", "a//b"),
        ("logs", "a" * 256),
        ("logs", "AWSLogs/1"),
        ("", ""),
    ],
)
def test_no_bucket_and_no_prefix_leads_out_of_the_log_directory(bucket, prefix):
    options = table(
        access_logs__s3__enabled="true", access_logs__s3__bucket=bucket, access_logs__s3__prefix=prefix
    ).http
    assert options.access_log is None


def test_targets_by_ip_are_where_they_say_and_instances_on_this_machine():
    spec = TargetSpec(target="10.1.2.3", port=8080, registered_at=T0)
    target = Target(id=f"{BLUE_ID}/10.1.2.3:8080", owner=BLUE_ID, spec=spec)
    (found,) = group(target).endpoints
    assert (found.host, found.port, found.draining) == ("10.1.2.3", 8080, False)
    assert group(target, target_type="instance").endpoints[0].host == "127.0.0.1"


@pytest.mark.parametrize(
    ("protocol", "kind"),
    [("HTTP", "lb_cookie"), ("HTTPS", "lb_cookie"), ("TCP", "source_ip"), ("UDP", "source_ip")],
)
def test_stickiness_of_no_kind_is_of_the_only_one_that_the_load_balancer_has_by_itself(protocol, kind):
    assert group(protocol=protocol, stickiness__enabled="true").stickiness == Stickiness(kind=kind)


@pytest.mark.parametrize(
    ("protocol", "closes"), [("TCP", False), ("TLS", False), ("UDP", True), ("TCP_UDP", True)]
)
def test_datagrams_end_with_the_deregistration_delay_unless_somebody_says_otherwise(protocol, closes):
    said = {"deregistration_delay__connection_termination__enabled": str(not closes).lower()}
    assert group(protocol=protocol).closes_on_deregistration is closes
    assert group(protocol=protocol, **said).closes_on_deregistration is not closes


def test_stickiness_is_read_from_the_attributes_of_its_kind():
    assert group().stickiness is None
    assert group(
        stickiness__enabled="true", stickiness__type="lb_cookie", stickiness__lb_cookie__duration_seconds="9"
    ).stickiness == Stickiness(kind="lb_cookie", duration_s=9)
    assert group(
        stickiness__enabled="true", stickiness__type="app_cookie", stickiness__app_cookie__cookie_name="S"
    ).stickiness == Stickiness(kind="app_cookie", cookie="S")
    assert group(stickiness__enabled="true", stickiness__type="source_ip").stickiness == Stickiness(
        kind="source_ip"
    )


@pytest.mark.parametrize(("protocol", "kind"), [("HTTPS", "lb_cookie"), ("TCP", "source_ip")])
def test_stickiness_is_of_the_usual_kind_where_none_was_set(protocol, kind):
    sticky = group(protocol=protocol, stickiness__enabled="true").stickiness
    assert sticky is not None
    assert sticky.kind == kind


@pytest.mark.parametrize(("protocol", "closes"), [("TCP", False), ("UDP", True), ("TCP_UDP", True)])
def test_what_drains_without_connections_is_closed_in_the_end(protocol, closes):
    assert group(protocol=protocol).closes_on_deregistration is closes

"""Actions of listeners and rules: how they come back, and what they cannot be."""

from typing import Any

import pytest

from tests.conformance.elbv2.words import ARN, FIXED, NOWHERE, alb, forward, group, listener, nlb, rule
from tests.conformance.world import OTHER_ACCOUNT, refusal

VALIDATION = "ValidationError"
ACTION = "InvalidLoadBalancerAction"
LOOP = (ACTION, "The redirect configuration is not valid because it creates a loop.")
WEIGHT = (VALIDATION, "The weight for each target group must be between 0 and 999, inclusive")


def told(elbv2: Any, listener: str, *actions: dict[str, Any]) -> tuple[str, str]:
    """How some default actions are refused."""
    return refusal(elbv2.modify_listener, ListenerArn=listener, DefaultActions=list(actions))


def kept(elbv2: Any, listener: str, action: dict[str, Any]) -> dict[str, Any]:
    """A default action as it comes back."""
    answer = elbv2.modify_listener(ListenerArn=listener, DefaultActions=[action])
    (found,) = answer["Listeners"][0]["DefaultActions"]
    return dict(found)


def redirect(**members: str) -> dict[str, Any]:
    """A redirect action."""
    return {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", **members}}


def test_a_plain_target_group_comes_back_with_its_forward_config(elbv2, http):
    blue = group(elbv2)
    whole = {
        "Type": "forward",
        "TargetGroupArn": blue,
        "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": blue, "Weight": 1}],
            "TargetGroupStickinessConfig": {"Enabled": False},
        },
    }
    assert kept(elbv2, http, {"Type": "forward", "TargetGroupArn": blue}) == whole
    assert kept(elbv2, http, forward(blue)) == whole
    assert kept(elbv2, http, whole) == whole


def test_several_target_groups_have_no_arn_in_common(elbv2, http):
    weights = [
        {"TargetGroupArn": group(elbv2, name), "Weight": at} for name, at in (("blue", 90), ("green", 10))
    ]
    action = {"Type": "forward", "Order": 1, "ForwardConfig": {"TargetGroups": weights}}
    found = kept(elbv2, http, action)
    assert "TargetGroupArn" not in found
    assert (found["ForwardConfig"]["TargetGroups"], found["Order"]) == (weights, 1)


def test_weights_move_and_may_be_nothing(elbv2, http):
    blue, green = group(elbv2, "blue"), group(elbv2, "green")
    for first, second in ((100, 0), (0, 999), (0, 0)):
        tuples = [{"TargetGroupArn": blue, "Weight": first}, {"TargetGroupArn": green, "Weight": second}]
        found = kept(elbv2, http, {"Type": "forward", "ForwardConfig": {"TargetGroups": tuples}})
        assert found["ForwardConfig"]["TargetGroups"] == tuples


@pytest.mark.parametrize("enabled", [True, False])
def test_clients_may_stay_with_their_target_group(elbv2, http, enabled):
    sticky = {"Enabled": enabled, "DurationSeconds": 60}
    action = forward(group(elbv2))
    action["ForwardConfig"]["TargetGroupStickinessConfig"] = sticky
    assert kept(elbv2, http, action)["ForwardConfig"]["TargetGroupStickinessConfig"] == sticky


def test_a_redirect_comes_back_with_its_placeholders(elbv2, http):
    assert kept(elbv2, http, redirect(Protocol="HTTPS", Port="443"))["RedirectConfig"] == {
        "Protocol": "HTTPS",
        "Port": "443",
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
        "StatusCode": "HTTP_301",
    }


def test_a_redirect_may_drop_the_query(elbv2, http):
    assert kept(elbv2, http, redirect(Port="81", Query=""))["RedirectConfig"]["Query"] == ""


def test_a_fixed_response_comes_back_as_it_was(elbv2, http):
    config = {"StatusCode": "503", "ContentType": "text/html", "MessageBody": "<p>soon"}
    action = {"Type": "fixed-response", "FixedResponseConfig": config}
    assert kept(elbv2, http, action) == action


def test_empty_texts_of_a_fixed_response_are_as_good_as_none(elbv2, http):
    config = {"StatusCode": "503", "ContentType": "", "MessageBody": ""}
    found = kept(elbv2, http, {"Type": "fixed-response", "FixedResponseConfig": config})
    assert found["FixedResponseConfig"] == {"StatusCode": "503"}


@pytest.mark.parametrize(
    "actions",
    [[FIXED, FIXED], [{**FIXED, "Order": 1}, {**redirect(Port="81"), "Order": 2}]],
    ids=["twice", "both"],
)
def test_one_action_is_the_last(elbv2, http, actions):
    assert told(elbv2, http, *actions) == (
        ACTION,
        "Exactly one 'forward', 'redirect' or 'fixed-response' action must be specified, and it must be last",
    )


@pytest.mark.parametrize("kind", ["authenticate-oidc", "authenticate-cognito", "jwt-validation"])
def test_authentication_is_not_built(elbv2, http, kind):
    assert told(elbv2, http, {"Type": kind, "Order": 1}, {**FIXED, "Order": 2}) == (
        "UnsupportedFeatureException",
        f"Homeport does not serve actions of type '{kind}' yet.",
    )


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ({"Type": "forward"}, "TargetGroupArn"),
        ({"Type": "redirect"}, "RedirectConfig"),
        ({"Type": "fixed-response"}, "FixedResponseConfig"),
    ],
)
def test_an_action_has_what_its_type_needs(elbv2, http, action, field):
    text = f"For actions of type '{action['Type']}', you must specify the following fields: '{field}'"
    assert told(elbv2, http, action) == (ACTION, text)


def test_an_action_has_nothing_of_another_type(elbv2, http):
    mixed = {**FIXED, "RedirectConfig": {"StatusCode": "HTTP_301", "Port": "81"}}
    text = "For actions of type 'fixed-response', you cannot specify the following fields: 'RedirectConfig'"
    assert told(elbv2, http, mixed) == (ACTION, text)


@pytest.mark.parametrize(
    ("config", "code", "text"),
    [
        (
            {"StatusCode": "301"},
            VALIDATION,
            (
                "1 validation error detected: Value '301' at "
                "'defaultActions.1.member.fixedResponseConfig.statusCode' failed to satisfy constraint: Member "
                "must satisfy regular expression pattern: ^(2|4|5)\\d\\d$"
            ),
        ),
        (
            {"StatusCode": "200", "ContentType": "image/png"},
            ACTION,
            (
                "The ContentType must be one of:'text/html', 'application/json', 'application/javascript', "
                "'text/css', 'text/plain'"
            ),
        ),
    ],
)
def test_what_no_fixed_response_can_be(elbv2, http, config, code, text):
    assert told(elbv2, http, {"Type": "fixed-response", "FixedResponseConfig": config}) == (code, text)


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"Protocol": "HTTP"},
        {"Port": "80"},
        {"Protocol": "HTTP", "Port": "80", "Host": "#{host}", "Path": "/#{path}"},
        {"Query": "a=b"},
    ],
)
def test_a_redirect_to_where_it_came_from_is_a_loop(elbv2, http, members):
    assert told(elbv2, http, redirect(**members)) == LOOP


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"Port": "65536"}, "The redirect configuration is not valid: Port cannot be '65536'."),
        ({"Port": "https"}, "The redirect configuration is not valid: Port cannot be 'https'."),
        ({"Path": "a"}, "The redirect configuration is not valid: Path cannot be 'a'."),
        ({"Path": "/é"}, "The redirect configuration is not valid: Path cannot be '/é'."),
        ({"Host": "a\tb"}, "The redirect configuration is not valid: Host cannot be 'a\tb'."),
        ({"Query": "a\nX: b"}, "The redirect configuration is not valid: Query cannot be 'a\nX: b'."),
    ],
)
def test_what_no_redirect_can_be(elbv2, http, members, text):
    assert told(elbv2, http, redirect(**members)) == (ACTION, text)


def test_no_redirect_leads_out_of_tls(elbv2, balancer, certificates):
    given = {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": certificates[0]}]}
    arn = listener(elbv2, balancer, **given)["ListenerArn"]
    text = "The redirect configuration is not valid because it redirects HTTPS to HTTP."
    assert told(elbv2, arn, redirect(Protocol="HTTP", Port="81")) == (ACTION, text)


@pytest.mark.parametrize("weights", [(1000, 1), (-1, 1), (None, 1)])
def test_weights_that_are_none(elbv2, http, weights):
    tuples = [
        {"TargetGroupArn": group(elbv2, name), **({} if weight is None else {"Weight": weight})}
        for name, weight in zip(("blue", "green"), weights, strict=True)
    ]
    assert told(elbv2, http, {"Type": "forward", "ForwardConfig": {"TargetGroups": tuples}}) == WEIGHT


@pytest.mark.parametrize("duration", [None, 0, 604_801])
def test_nobody_stays_for_longer_than_a_week(elbv2, http, duration):
    sticky = {"Enabled": True} if duration is None else {"Enabled": True, "DurationSeconds": duration}
    action = forward(group(elbv2))
    action["ForwardConfig"]["TargetGroupStickinessConfig"] = sticky
    text = "Target group stickiness duration must be between 1 and 604800 seconds"
    assert told(elbv2, http, action) == (VALIDATION, text)


def test_two_ways_to_name_a_target_group_must_agree(elbv2, http):
    action = {**forward(group(elbv2, "green")), "TargetGroupArn": group(elbv2, "blue")}
    text = "You can specify both a target group list and a top-level target group ARN only if the ARNs match"
    assert told(elbv2, http, action) == (VALIDATION, text)


def test_a_target_group_stands_once_in_an_action(elbv2, http):
    blue = group(elbv2)
    told_ = told(elbv2, http, forward(blue, blue))
    assert told_ == (VALIDATION, f"Target group '{blue}' is specified more than once")


def test_five_target_groups_are_the_most(elbv2, http):
    groups = [group(elbv2, f"group-{number}") for number in range(6)]
    kept(elbv2, http, forward(*groups[:5]))
    assert told(elbv2, http, forward(*groups))[0] == "TooManyTargetGroups"


def test_a_target_group_that_is_not_there(elbv2, http):
    arn = f"{ARN}:targetgroup/blue/{NOWHERE}"
    assert told(elbv2, http, forward(arn)) == ("TargetGroupNotFound", f"Target groups '{arn}' not found")


def test_what_is_no_arn_of_a_target_group(elbv2, http, balancer):
    assert told(elbv2, http, forward(balancer)) == (
        VALIDATION,
        f"'{balancer}' is not a valid target group ARN",
    )


def test_a_target_group_has_one_arn_only(elbv2, http):
    alias = group(elbv2).replace("arn:aws:", "arn:aws-cn:")
    assert told(elbv2, http, forward(alias)) == (VALIDATION, f"'{alias}' is not a valid target group ARN")


def test_another_accounts_target_group_is_none(elbv2, http):
    arn = group(elbv2).replace("123456789012", OTHER_ACCOUNT)
    assert told(elbv2, http, forward(arn))[0] == VALIDATION


@pytest.mark.parametrize("protocol", ["TCP", "TLS", "UDP", "TCP_UDP"])
def test_an_application_load_balancer_does_not_forward_to(elbv2, http, protocol):
    arn = group(elbv2, Protocol=protocol)
    assert told(elbv2, http, forward(arn)) == (
        "IncompatibleProtocols",
        f"The listener and the following target groups have incompatible protocols: '{arn}'",
    )


@pytest.mark.parametrize(
    ("protocol", "fitting"),
    [("TCP", {"TCP", "TCP_UDP"}), ("UDP", {"UDP", "TCP_UDP"}), ("TCP_UDP", {"TCP_UDP"})],
)
def test_what_a_network_load_balancer_forwards_to(elbv2, protocol, fitting):
    arn = nlb(elbv2)["LoadBalancerArn"]
    for port, other in enumerate(("TCP", "TLS", "UDP", "TCP_UDP", "HTTP"), start=80):
        request = {
            "Protocol": protocol,
            "Port": port,
            "DefaultActions": [forward(group(elbv2, other.replace("_", "-"), Protocol=other))],
        }
        if other in fitting:
            listener(elbv2, arn, **request)
        else:
            assert refusal(listener, client=elbv2, balancer=arn, **request)[0] == "IncompatibleProtocols"


@pytest.mark.parametrize("version", ["HTTP2", "GRPC"])
def test_http2_to_targets_needs_a_secure_listener(elbv2, balancer, http, certificates, version):
    to = forward(group(elbv2, ProtocolVersion=version))
    assert told(elbv2, http, to) == (
        "InvalidConfigurationRequest",
        (
            "Listener protocol 'HTTP' is not supported with a target group with the protocol-version setting "
            f"'{version}'"
        ),
    )
    given = {"Protocol": "HTTPS", "Port": 443, "Certificates": [{"CertificateArn": certificates[0]}]}
    listener(elbv2, balancer, to, **given)


def test_a_network_load_balancers_clients_do_not_stay_with_a_target_group(elbv2):
    action = forward(group(elbv2, Protocol="TCP"))
    action["ForwardConfig"]["TargetGroupStickinessConfig"] = {"Enabled": True, "DurationSeconds": 60}
    arn = nlb(elbv2)["LoadBalancerArn"]
    request = {"Protocol": "TCP", "DefaultActions": [action]}
    assert refusal(listener, client=elbv2, balancer=arn, **request)[0] == ACTION


def test_a_target_group_is_one_load_balancers(elbv2, http):
    blue, green = group(elbv2, "blue"), group(elbv2, "green")
    kept(elbv2, http, forward(blue))
    rule(elbv2, http, 1, forward(green))
    other = alb(elbv2, "other")["LoadBalancerArn"]
    for taken in (blue, green):
        assert refusal(listener, client=elbv2, balancer=other, DefaultActions=[forward(taken)]) == (
            "TargetGroupAssociationLimit",
            f"The following target groups cannot be associated with more than one load balancer: {taken}",
        )
    elbv2.delete_listener(ListenerArn=http)
    listener(elbv2, other, forward(blue))


def test_what_was_refused_has_changed_nothing(elbv2, http):
    before = elbv2.describe_listeners(ListenerArns=[http])["Listeners"]
    told(elbv2, http, redirect())
    assert elbv2.describe_listeners(ListenerArns=[http])["Listeners"] == before

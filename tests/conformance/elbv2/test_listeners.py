"""CreateListener, DescribeListeners, ModifyListener, DeleteListener, and the attributes of listeners."""

from typing import Any

import pytest

from tests.conformance.elbv2.words import ARN, FIXED, NOWHERE, alb, forward, group, listener, nlb, rule
from tests.conformance.world import refusal

VALIDATION = "ValidationError"
CONFIGURATION = "InvalidConfigurationRequest"
LISTENER = f"{ARN}:listener/app/web/{NOWHERE}/{NOWHERE}"
NOT_FOUND = ("ListenerNotFound", "One or more listeners not found")


def test_a_listener_is_answered_as_it_is_described(elbv2, balancer):
    made = listener(elbv2, balancer)
    assert made["ListenerArn"].startswith(balancer.replace(":loadbalancer/", ":listener/") + "/")
    assert made == {
        "ListenerArn": made["ListenerArn"],
        "LoadBalancerArn": balancer,
        "Port": 80,
        "Protocol": "HTTP",
        "DefaultActions": [FIXED],
    }
    assert elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"] == [made]
    assert elbv2.describe_listeners(ListenerArns=[made["ListenerArn"]])["Listeners"] == [made]


def test_a_secure_listener_has_a_certificate_and_a_policy(elbv2, balancer, certificates):
    made = listener(
        elbv2, balancer, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": certificates[0]}]
    )
    assert made["Certificates"] == [{"CertificateArn": certificates[0]}]
    assert made["SslPolicy"] == "ELBSecurityPolicy-2016-08"
    assert made["MutualAuthentication"] == {"Mode": "off"}


def test_the_same_request_again_is_answered_with_what_there_is(elbv2, balancer):
    first = listener(elbv2, balancer)
    assert listener(elbv2, balancer) == first
    assert len(elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"]) == 1


def test_a_port_is_taken_once(elbv2, balancer):
    listener(elbv2, balancer)
    told = (
        "DuplicateListener",
        f"A listener already exists on this port for this load balancer '{balancer}'",
    )
    other = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    assert refusal(listener, client=elbv2, balancer=balancer, DefaultActions=[other]) == told
    second = listener(elbv2, balancer, Port=81)["ListenerArn"]
    assert refusal(elbv2.modify_listener, ListenerArn=second, Port=80) == told


def test_two_load_balancers_may_listen_on_one_port(elbv2):
    for name in ("one", "two"):
        listener(elbv2, alb(elbv2, name)["LoadBalancerArn"])


@pytest.mark.parametrize("protocol", ["TCP", "TLS", "UDP", "TCP_UDP"])
def test_a_network_load_balancer_forwards(elbv2, certificates, protocol):
    arn = nlb(elbv2)["LoadBalancerArn"]
    secure = {"Certificates": [{"CertificateArn": certificates[0]}]} if protocol == "TLS" else {}
    to = forward(group(elbv2, Protocol=protocol))
    made = listener(elbv2, arn, to, Protocol=protocol, **secure)
    assert made["Protocol"] == protocol
    assert ("SslPolicy" in made) is (protocol == "TLS")
    assert refusal(listener, client=elbv2, balancer=arn, Port=81, Protocol=protocol, **secure) == (
        "InvalidLoadBalancerAction",
        f"Listeners with the protocol '{protocol}' support only actions of type 'forward'",
    )


@pytest.mark.parametrize(
    ("kind", "protocol", "text"),
    [
        (alb, "TCP", "Listener protocol 'TCP' must be one of 'HTTP, HTTPS'"),
        (nlb, "HTTP", "Listener protocol 'HTTP' must be one of 'TLS, TCP, TCP_UDP, UDP'"),
    ],
)
def test_each_type_has_protocols_of_its_own(elbv2, kind, protocol, text):
    arn = kind(elbv2)["LoadBalancerArn"]
    assert refusal(listener, client=elbv2, balancer=arn, Protocol=protocol) == (VALIDATION, text)


@pytest.mark.parametrize(
    ("members", "error"),
    [
        (
            {"Protocol": "HTTPS"},
            (VALIDATION, "A certificate must be specified for HTTPS listeners"),
        ),
        (
            {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": "mine"}]},
            (VALIDATION, "Certificate ARN 'mine' is not valid"),
        ),
        (
            {"Protocol": "HTTPS", "SslPolicy": "mine"},
            ("SSLPolicyNotFound", "SSL policy 'mine' not found"),
        ),
        (
            {"Certificates": [{"CertificateArn": "mine"}]},
            (VALIDATION, "Certificates cannot be specified for HTTP listeners"),
        ),
        (
            {"SslPolicy": "ELBSecurityPolicy-2016-08"},
            (VALIDATION, "An SSL policy cannot be specified for HTTP listeners"),
        ),
        (
            {"AlpnPolicy": ["HTTP2Only"]},
            (VALIDATION, "An ALPN policy cannot be specified for HTTP listeners"),
        ),
        ({"DefaultActions": []}, (VALIDATION, "An action must be specified")),
    ],
)
def test_what_no_listener_can_be_made_of(elbv2, balancer, members, error):
    assert refusal(listener, client=elbv2, balancer=balancer, **members) == error
    assert elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"] == []


def test_a_certificate_that_is_not_there(elbv2, balancer):
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
    given = {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": arn}]}
    told = ("CertificateNotFound", f"Certificate '{arn}' not found")
    assert refusal(listener, client=elbv2, balancer=balancer, **given) == told


def test_a_protocol_and_a_port_are_needed(elbv2, balancer):
    given = {"LoadBalancerArn": balancer, "DefaultActions": [FIXED]}
    assert refusal(elbv2.create_listener, **given, Port=80) == (
        VALIDATION,
        "A listener protocol must be specified",
    )
    assert refusal(elbv2.create_listener, **given, Protocol="HTTP") == (
        VALIDATION,
        "A listener port must be specified",
    )


def test_client_certificates_are_not_asked_for_yet(elbv2, balancer, certificates):
    given = {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": certificates[0]}]}
    listener(elbv2, balancer, **given, MutualAuthentication={"Mode": "off"})
    code, text = refusal(
        listener,
        client=elbv2,
        balancer=balancer,
        Port=444,
        **given,
        MutualAuthentication={"Mode": "passthrough"},
    )
    assert code == "UnsupportedFeatureException"
    assert text.startswith("Homeport does not serve the mutual authentication mode 'passthrough'")


def test_a_tls_listener_may_choose_protocols_above_it(elbv2, certificates):
    arn = nlb(elbv2)["LoadBalancerArn"]
    given = {"Protocol": "TLS", "Certificates": [{"CertificateArn": certificates[0]}]}
    to = forward(group(elbv2, Protocol="TLS"))
    made = listener(elbv2, arn, to, **given, AlpnPolicy=["HTTP2Preferred"])
    assert made["AlpnPolicy"] == ["HTTP2Preferred"]
    told = ("ALPNPolicyNotFound", "ALPN policy 'H3' not found")
    assert refusal(elbv2.modify_listener, ListenerArn=made["ListenerArn"], AlpnPolicy=["H3"]) == told


def test_a_listener_becomes_a_secure_one_and_an_open_one_again(elbv2, balancer, http, certificates):
    secure = {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": certificates[0]}]}
    (made,) = elbv2.modify_listener(ListenerArn=http, Port=443, **secure)["Listeners"]
    assert (made["Port"], made["Protocol"], made["DefaultActions"]) == (443, "HTTPS", [FIXED])
    (again,) = elbv2.modify_listener(ListenerArn=http, Port=80, Protocol="HTTP")["Listeners"]
    assert again == elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]
    assert "Certificates" not in again
    assert "SslPolicy" not in again


def test_a_new_default_certificate_leaves_the_added_ones(elbv2, balancer, certificates):
    one, two, three = certificates
    arn = listener(elbv2, balancer, Protocol="HTTPS", Certificates=[{"CertificateArn": one}])["ListenerArn"]
    elbv2.add_listener_certificates(ListenerArn=arn, Certificates=[{"CertificateArn": two}])
    elbv2.modify_listener(ListenerArn=arn, Certificates=[{"CertificateArn": three}])
    shown = elbv2.describe_listener_certificates(ListenerArn=arn)["Certificates"]
    assert shown == [
        {"CertificateArn": three, "IsDefault": True},
        {"CertificateArn": two, "IsDefault": False},
    ]


def test_a_change_of_protocol_asks_again_whether_the_target_groups_fit(elbv2):
    arn = nlb(elbv2)["LoadBalancerArn"]
    blue = group(elbv2, Protocol="TCP")
    made = listener(elbv2, arn, forward(blue), Protocol="TCP")
    told = refusal(elbv2.modify_listener, ListenerArn=made["ListenerArn"], Protocol="UDP")
    assert told[0] == "IncompatibleProtocols"


def test_default_actions_are_shown_as_the_default_rule(elbv2, http):
    other = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    elbv2.modify_listener(ListenerArn=http, DefaultActions=[other])
    (default,) = elbv2.describe_rules(ListenerArn=http)["Rules"]
    assert default["Actions"] == [other]


def test_listeners_are_found_by_their_load_balancer_or_by_name(elbv2, balancer):
    assert refusal(elbv2.describe_listeners) == (
        VALIDATION,
        "You must specify either listener ARNs or a load balancer ARN",
    )
    both = {"LoadBalancerArn": balancer, "ListenerArns": [LISTENER]}
    assert refusal(elbv2.describe_listeners, **both) == (
        VALIDATION,
        "Listener ARNs and a load balancer ARN cannot be specified at the same time",
    )
    nowhere = f"{ARN}:loadbalancer/app/web/{NOWHERE}"
    assert refusal(elbv2.describe_listeners, LoadBalancerArn=nowhere)[0] == "LoadBalancerNotFound"


def test_a_listener_that_is_not_there(elbv2):
    assert refusal(elbv2.describe_listeners, ListenerArns=[LISTENER]) == NOT_FOUND
    assert refusal(elbv2.modify_listener, ListenerArn=LISTENER, Port=80) == NOT_FOUND
    assert refusal(elbv2.delete_listener, ListenerArn=LISTENER) == NOT_FOUND
    assert refusal(elbv2.describe_rules, ListenerArn=LISTENER) == NOT_FOUND
    assert refusal(elbv2.describe_listener_attributes, ListenerArn=LISTENER) == NOT_FOUND
    assert refusal(elbv2.describe_listener_certificates, ListenerArn=LISTENER) == NOT_FOUND


def test_what_is_no_arn_of_a_listener(elbv2, balancer):
    told = (VALIDATION, f"'{balancer}' is not a valid listener ARN")
    assert refusal(elbv2.describe_listeners, ListenerArns=[balancer]) == told
    assert refusal(elbv2.delete_listener, ListenerArn=balancer) == told


def test_listeners_are_paged(elbv2, balancer):
    arns = [listener(elbv2, balancer, Port=port)["ListenerArn"] for port in (90, 80, 85)]
    pages = elbv2.get_paginator("describe_listeners").paginate(
        LoadBalancerArn=balancer, PaginationConfig={"PageSize": 2}
    )
    assert [[each["ListenerArn"] for each in page["Listeners"]] for page in pages] == [arns[:2], arns[2:]]


def test_fifty_listeners_are_the_most(elbv2, balancer):
    for port in range(50):
        listener(elbv2, balancer, Port=8000 + port)
    assert refusal(listener, client=elbv2, balancer=balancer)[0] == "TooManyListeners"


def test_a_listener_goes_with_its_rules_and_a_load_balancer_with_its_listeners(elbv2, balancer, http):
    made = rule(elbv2, http, 1)["RuleArn"]
    elbv2.delete_listener(ListenerArn=http)
    assert refusal(elbv2.describe_rules, RuleArns=[made])[0] == "RuleNotFound"
    again = listener(elbv2, balancer)["ListenerArn"]
    made = rule(elbv2, again, 1)["RuleArn"]
    elbv2.delete_load_balancer(LoadBalancerArn=balancer)
    assert refusal(elbv2.describe_listeners, ListenerArns=[again]) == NOT_FOUND
    assert refusal(elbv2.describe_rules, RuleArns=[made])[0] == "RuleNotFound"


def attributes(elbv2: Any, arn: str) -> dict[str, str]:
    """All attributes of a listener, in the order of the answer."""
    shown = elbv2.describe_listener_attributes(ListenerArn=arn)["Attributes"]
    return {each["Key"]: each["Value"] for each in shown}


def test_the_attributes_of_an_http_listener(elbv2, http):
    found = attributes(elbv2, http)
    assert found["routing.http.response.server.enabled"] == "true"
    assert len(found) == 11
    off = {"Key": "routing.http.response.server.enabled", "Value": "false"}
    answer = elbv2.modify_listener_attributes(ListenerArn=http, Attributes=[off])
    assert off in answer["Attributes"]
    assert attributes(elbv2, http) == {**found, "routing.http.response.server.enabled": "false"}


def test_the_attributes_of_an_https_listener_name_the_headers(elbv2, balancer, certificates):
    given = {"Protocol": "HTTPS", "Certificates": [{"CertificateArn": certificates[0]}]}
    found = attributes(elbv2, listener(elbv2, balancer, **given)["ListenerArn"])
    assert found["routing.http.request.x_amzn_tls_version.header_name"] == "X-Amzn-Tls-Version"


def test_a_tcp_listener_has_an_idle_timeout(elbv2):
    to = forward(group(elbv2, Protocol="TCP"))
    arn = listener(elbv2, nlb(elbv2)["LoadBalancerArn"], to, Protocol="TCP")["ListenerArn"]
    assert attributes(elbv2, arn) == {"tcp.idle_timeout.seconds": "350"}
    longer = {"Key": "tcp.idle_timeout.seconds", "Value": "6001"}
    assert refusal(elbv2.modify_listener_attributes, ListenerArn=arn, Attributes=[longer]) == (
        CONFIGURATION,
        "The value of 'tcp.idle_timeout.seconds' must be between 60 and 6000, inclusive",
    )


@pytest.mark.parametrize(
    ("key", "error"),
    [
        ("mine", (VALIDATION, "Listener attribute key 'mine' is not recognized")),
        (
            "tcp.idle_timeout.seconds",
            (
                CONFIGURATION,
                (
                    "Listener attribute key 'tcp.idle_timeout.seconds' is not supported on listeners with the "
                    "protocol 'HTTP'"
                ),
            ),
        ),
    ],
)
def test_keys_that_an_http_listener_does_not_have(elbv2, http, key, error):
    wanted = [{"Key": key, "Value": "60"}]
    assert refusal(elbv2.modify_listener_attributes, ListenerArn=http, Attributes=wanted) == error

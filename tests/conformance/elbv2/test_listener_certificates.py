"""AddListenerCertificates, RemoveListenerCertificates, DescribeListenerCertificates, DescribeSSLPolicies."""

from typing import Any

import pytest

from tests.conformance.elbv2.words import listener
from tests.conformance.world import World, refusal

VALIDATION = "ValidationError"


@pytest.fixture
def https(elbv2: Any, balancer: str, certificates: list[str]) -> str:
    """The ARN of a listener whose default certificate is the first."""
    given = {"Protocol": "HTTPS", "Port": 443, "Certificates": [{"CertificateArn": certificates[0]}]}
    return str(listener(elbv2, balancer, **given)["ListenerArn"])


def named(*arns: str) -> list[dict[str, str]]:
    """Certificates in a request."""
    return [{"CertificateArn": arn} for arn in arns]


def shown(elbv2: Any, listener: str) -> list[tuple[str, bool]]:
    """All certificates of a listener, and which is the default one."""
    answer = elbv2.describe_listener_certificates(ListenerArn=listener)
    return [(each["CertificateArn"], each["IsDefault"]) for each in answer["Certificates"]]


def test_certificates_are_added_after_the_default_one(elbv2, https, certificates):
    one, two, three = certificates
    answer = elbv2.add_listener_certificates(ListenerArn=https, Certificates=named(three, two))
    assert answer["Certificates"] == [
        {"CertificateArn": three, "IsDefault": False},
        {"CertificateArn": two, "IsDefault": False},
    ]
    assert shown(elbv2, https) == [(one, True), (three, False), (two, False)]
    assert elbv2.describe_listeners(ListenerArns=[https])["Listeners"][0]["Certificates"] == named(one)


def test_adding_one_again_changes_nothing(elbv2, https, certificates):
    for _ in range(2):
        elbv2.add_listener_certificates(
            ListenerArn=https, Certificates=named(certificates[0], certificates[1])
        )
    assert shown(elbv2, https) == [(certificates[0], True), (certificates[1], False)]


def test_certificates_are_taken_away_but_for_the_default_one(elbv2, https, certificates):
    one, two, three = certificates
    elbv2.add_listener_certificates(ListenerArn=https, Certificates=named(two, three))
    for _ in range(2):
        elbv2.remove_listener_certificates(ListenerArn=https, Certificates=named(two))
    assert shown(elbv2, https) == [(one, True), (three, False)]
    told = refusal(elbv2.remove_listener_certificates, ListenerArn=https, Certificates=named(one))
    assert told[0] == "OperationNotPermitted"


def test_certificates_are_paged(elbv2, https, certificates):
    elbv2.add_listener_certificates(ListenerArn=https, Certificates=named(*certificates[1:]))
    pages = elbv2.get_paginator("describe_listener_certificates").paginate(
        ListenerArn=https, PaginationConfig={"PageSize": 2}
    )
    assert [[each["CertificateArn"] for each in page["Certificates"]] for page in pages] == [
        certificates[:2],
        certificates[2:],
    ]


def test_a_certificate_that_cannot_be_added(elbv2, http, https, certificates):
    missing = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
    told = ("CertificateNotFound", f"Certificate '{missing}' not found")
    assert refusal(elbv2.add_listener_certificates, ListenerArn=https, Certificates=named(missing)) == told
    alias = certificates[1].replace("arn:aws:", "arn:aws-cn:")
    told = ("ValidationError", f"Certificate ARN '{alias}' is not valid")
    assert refusal(elbv2.add_listener_certificates, ListenerArn=https, Certificates=named(alias)) == told
    of_iam = "arn:aws:iam::123456789012:server-certificate/mine"
    told = ("CertificateNotFound", f"Certificate '{of_iam}' not found")
    assert refusal(elbv2.add_listener_certificates, ListenerArn=https, Certificates=named(of_iam)) == told
    foreign = missing.replace("us-east-1", "eu-west-1")
    told = (VALIDATION, f"Certificate ARN '{foreign}' is not valid")
    assert refusal(elbv2.add_listener_certificates, ListenerArn=https, Certificates=named(foreign)) == told
    told = (VALIDATION, "A certificate ARN must be specified")
    assert refusal(elbv2.add_listener_certificates, ListenerArn=https, Certificates=[]) == told
    told = (VALIDATION, "Certificates cannot be specified for HTTP listeners")
    assert refusal(elbv2.add_listener_certificates, ListenerArn=http, Certificates=named(missing)) == told


def test_twenty_five_besides_the_default_one_are_the_most(elbv2, world: World, https):
    acm = world.client("acm")
    more = [acm.request_certificate(DomainName=f"n{n}.example.com")["CertificateArn"] for n in range(26)]
    elbv2.add_listener_certificates(ListenerArn=https, Certificates=named(*more[:25]))
    told = refusal(elbv2.add_listener_certificates, ListenerArn=https, Certificates=named(more[25]))
    assert told[0] == "TooManyCertificates"


def test_a_certificate_in_use_knows_its_load_balancer(world, balancer, https, certificates):
    found = world.client("acm").describe_certificate(CertificateArn=certificates[0])["Certificate"]
    assert found["InUseBy"] == [balancer]


def test_policies_say_what_tls_they_are(elbv2):
    (policy,) = elbv2.describe_ssl_policies(Names=["ELBSecurityPolicy-TLS13-1-2-Res-2021-06"])["SslPolicies"]
    assert policy["SslProtocols"] == ["TLSv1.2", "TLSv1.3"]
    assert policy["Ciphers"][0] == {"Name": "TLS_AES_128_GCM_SHA256", "Priority": 1}
    assert len(policy["Ciphers"]) == 7
    assert policy["SupportedLoadBalancerTypes"] == ["application", "network"]


def test_every_policy_is_listed_and_can_be_chosen(elbv2, https):
    pages = elbv2.get_paginator("describe_ssl_policies").paginate(PaginationConfig={"PageSize": 5})
    names = [policy["Name"] for page in pages for policy in page["SslPolicies"]]
    assert "ELBSecurityPolicy-2016-08" in names
    for name in names:
        answer = elbv2.modify_listener(ListenerArn=https, SslPolicy=name)
        assert answer["Listeners"][0]["SslPolicy"] == name


def test_a_policy_that_there_is_not(elbv2):
    told = ("SSLPolicyNotFound", "SSL policy 'mine' not found")
    assert refusal(elbv2.describe_ssl_policies, Names=["mine"]) == told
    assert elbv2.describe_ssl_policies(LoadBalancerType="gateway")["SslPolicies"] == []

"""RequestCertificate: answered at once, with a certificate that signs itself."""

import pytest
from cryptography import x509

from tests.conformance.world import ACCOUNT, REGION, refusal

INVALID = "ValidationException"
NOT_BUILT = "UnsupportedFeatureException"


def requested(acm, **members):
    arn = acm.request_certificate(**{"DomainName": "www.example.com", **members})["CertificateArn"]
    return acm.describe_certificate(CertificateArn=arn)["Certificate"]


def test_a_requested_certificate_is_issued_at_once(acm, world):
    found = requested(acm, ValidationMethod="DNS", SubjectAlternativeNames=["*.example.com"])
    assert (found["Type"], found["Status"]) == ("AMAZON_ISSUED", "ISSUED")
    assert found["DomainName"] == "www.example.com"
    assert found["SubjectAlternativeNames"] == ["www.example.com", "*.example.com"]
    assert found["CreatedAt"] == found["IssuedAt"]
    assert "ImportedAt" not in found
    assert (found["NotAfter"] - found["NotBefore"]).days == 395
    assert found["KeyUsages"] == [{"Name": "DIGITAL_SIGNATURE"}, {"Name": "KEY_ENCIPHERMENT"}]
    assert [usage["Name"] for usage in found["ExtendedKeyUsages"]] == [
        "TLS_WEB_SERVER_AUTHENTICATION",
        "TLS_WEB_CLIENT_AUTHENTICATION",
    ]


def test_its_names_are_in_the_certificate(acm):
    arn = requested(acm, SubjectAlternativeNames=["*.example.com", "www.example.com"])["CertificateArn"]
    answer = acm.get_certificate(CertificateArn=arn)
    certificate = x509.load_pem_x509_certificate(answer["Certificate"].encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["www.example.com", "*.example.com"]
    assert "CertificateChain" not in answer


def test_every_name_was_proved_by_dns(acm):
    found = requested(
        acm, ValidationMethod="DNS", DomainName="example.com", SubjectAlternativeNames=["*.example.com"]
    )
    apex, wildcard = found["DomainValidationOptions"]
    assert (apex["DomainName"], wildcard["DomainName"]) == ("example.com", "*.example.com")
    assert apex["ValidationStatus"] == "SUCCESS"
    assert apex["ValidationMethod"] == "DNS"
    assert apex["ResourceRecord"]["Type"] == "CNAME"
    assert apex["ResourceRecord"]["Name"].endswith(".example.com.")
    assert apex["ResourceRecord"] == wildcard["ResourceRecord"]


def test_without_a_method_names_are_proved_by_mail(acm):
    (name,) = requested(acm)["DomainValidationOptions"]
    assert name["ValidationMethod"] == "EMAIL"
    assert "admin@www.example.com" in name["ValidationEmails"]
    assert "ResourceRecord" not in name


@pytest.mark.parametrize(
    ("asked", "shown"),
    [(None, "EC-prime256v1"), ("RSA_2048", "RSA-2048"), ("EC_secp384r1", "EC-secp384r1")],
)
def test_the_key_is_of_the_kind_that_was_asked_for(acm, asked, shown):
    members = {} if asked is None else {"KeyAlgorithm": asked}
    assert requested(acm, **members)["KeyAlgorithm"] == shown


def test_options_and_tags_are_kept(acm):
    options = {"CertificateTransparencyLoggingPreference": "DISABLED"}
    tags = [{"Key": "a", "Value": "b"}]
    found = requested(acm, Options=options, Tags=tags)
    assert found["Options"] == {**options, "Export": "DISABLED"}
    assert acm.list_tags_for_certificate(CertificateArn=found["CertificateArn"])["Tags"] == tags


def test_the_same_token_within_an_hour_is_the_same_certificate(acm, world):
    first = acm.request_certificate(DomainName="a.example.com", IdempotencyToken="one")
    again = acm.request_certificate(DomainName="a.example.com", IdempotencyToken="one")
    assert again["CertificateArn"] == first["CertificateArn"]
    for other in ({"IdempotencyToken": "two"}, {"DomainName": "b.example.com"}):
        request = {"DomainName": "a.example.com", "IdempotencyToken": "one", **other}
        assert acm.request_certificate(**request)["CertificateArn"] != first["CertificateArn"]
    world.pass_time(3600)
    later = acm.request_certificate(DomainName="a.example.com", IdempotencyToken="one")
    assert later["CertificateArn"] != first["CertificateArn"]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"KeyAlgorithm": "RSA_4096"}, INVALID),
        ({"DomainName": f"{'a' * 60}.example.com"}, INVALID),
        ({"DomainName": "no dots"}, INVALID),
        (
            {"CertificateAuthorityArn": f"arn:aws:acm-pca:{REGION}:{ACCOUNT}:certificate-authority/x"},
            NOT_BUILT,
        ),
        ({"ManagedBy": "CLOUDFRONT"}, NOT_BUILT),
        ({"Options": {"Export": "ENABLED"}}, NOT_BUILT),
    ],
    ids=lambda given: next(iter(given)) if isinstance(given, dict) else "",
)
def test_what_is_not_issued(acm, members, code):
    assert refusal(acm.request_certificate, **{"DomainName": "a.example.com", **members})[0] == code
    assert acm.list_certificates()["CertificateSummaryList"] == []

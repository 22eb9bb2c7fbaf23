"""ImportCertificate: what it takes, what it reads, and what it refuses."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.conformance.acm.signer import Signer, key_pem, new_key, pem
from tests.conformance.world import ACCOUNT, OTHER_ACCOUNT, REGION, refusal

INVALID = "ValidationException"
UNKNOWN = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012"


def imported(acm, **members):
    arn = acm.import_certificate(**members)["CertificateArn"]
    return acm.describe_certificate(CertificateArn=arn)["Certificate"]


def test_a_certificate_that_signs_itself_is_described_by_what_is_written_in_it(acm, signer, world):
    found = imported(acm, **signer.own("www.example.com", "example.com"))
    assert found["CertificateArn"].startswith(f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/")
    assert found["DomainName"] == "www.example.com"
    assert found["SubjectAlternativeNames"] == ["www.example.com", "example.com"]
    assert (found["Subject"], found["Issuer"]) == ("CN=www.example.com", "www.example.com")
    assert (found["Serial"], found["SignatureAlgorithm"]) == ("0a:bc", "SHA256WITHECDSA")
    assert (found["Type"], found["Status"], found["KeyAlgorithm"]) == ("IMPORTED", "ISSUED", "EC-prime256v1")
    assert found["InUseBy"] == []
    assert found["RenewalEligibility"] == "INELIGIBLE"
    assert found["CreatedAt"] == found["ImportedAt"]
    assert found["NotBefore"].timestamp() < world.now < found["NotAfter"].timestamp()


def test_an_imported_certificate_was_neither_issued_nor_validated(acm, signer):
    assert (
        imported(acm, **signer.own("a.example.com"))
        .keys()
        .isdisjoint({"IssuedAt", "DomainValidationOptions"})
    )


def test_the_issuer_is_called_by_its_organization(acm, signer):
    assert imported(acm, **signer.issued("a.example.com"))["Issuer"] == "Test Authority"


def test_a_certificate_without_usages_is_good_for_anything(acm, signer):
    found = imported(acm, **signer.own("a.example.com"))
    assert found["KeyUsages"] == [{"Name": "ANY"}]
    assert found["ExtendedKeyUsages"] == [{"Name": "NONE", "OID": ""}]


def test_extended_usages_are_named_where_they_have_a_name(acm, signer):
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, x509.ObjectIdentifier("1.2.3.4")]
    assert imported(acm, **signer.own("a.example.com", usages=usages))["ExtendedKeyUsages"] == [
        {"Name": "TLS_WEB_SERVER_AUTHENTICATION", "OID": "1.3.6.1.5.5.7.3.1"},
        {"Name": "CUSTOM", "OID": "1.2.3.4"},
    ]


def test_the_certificate_and_its_chain_come_back_in_pem_and_the_key_does_not(acm, signer):
    given = signer.issued("a.example.com")
    arn = acm.import_certificate(**given)["CertificateArn"]
    answer = acm.get_certificate(CertificateArn=arn)
    assert answer["Certificate"].encode() == given["Certificate"]
    assert answer["CertificateChain"].encode() == given["CertificateChain"]
    assert "PRIVATE" not in str(answer)


def test_an_rsa_key_is_shown_with_its_length(acm, signer):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    found = imported(acm, **signer.own("a.example.com", key=key))
    assert (found["KeyAlgorithm"], found["SignatureAlgorithm"]) == ("RSA-2048", "SHA256WITHRSA")


def test_tags_are_kept(acm, signer):
    tags = [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": ""}]
    arn = acm.import_certificate(**signer.own("a.example.com"), Tags=tags)["CertificateArn"]
    assert acm.list_tags_for_certificate(CertificateArn=arn)["Tags"] == tags


def test_a_certificate_expires(acm, signer, world):
    arn = acm.import_certificate(**signer.own("a.example.com", days=(-1, 0.001)))["CertificateArn"]
    world.pass_time(90)
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "EXPIRED"


def test_importing_again_keeps_the_arn_the_tags_and_the_date_of_the_first_time(acm, signer, world):
    tags = [{"Key": "a", "Value": "b"}]
    arn = acm.import_certificate(**signer.own("a.example.com"), Tags=tags)["CertificateArn"]
    before = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    world.pass_time(60)
    assert acm.import_certificate(CertificateArn=arn, **signer.own("b.example.com"))["CertificateArn"] == arn
    after = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    assert after["DomainName"] == "b.example.com"
    assert after["CreatedAt"] == before["CreatedAt"]
    assert after["ImportedAt"] > before["ImportedAt"]
    assert acm.list_tags_for_certificate(CertificateArn=arn)["Tags"] == tags


def test_importing_again_over_nothing(acm, signer):
    assert refusal(acm.import_certificate, CertificateArn=UNKNOWN, **signer.own("a.example.com")) == (
        "ResourceNotFoundException",
        f"Could not find certificate {UNKNOWN}.",
    )


def test_importing_again_takes_no_tags(acm, signer):
    arn = acm.import_certificate(**signer.own("a.example.com"))["CertificateArn"]
    again = {"CertificateArn": arn, **signer.own("a.example.com"), "Tags": [{"Key": "a", "Value": "b"}]}
    assert refusal(acm.import_certificate, **again) == (INVALID, "Tagging is not permitted on re-import.")


def test_importing_again_over_a_certificate_that_was_requested(acm, signer):
    arn = acm.request_certificate(DomainName="a.example.com")["CertificateArn"]
    told = (INVALID, "Only a certificate that was imported can be imported again.")
    assert refusal(acm.import_certificate, CertificateArn=arn, **signer.own("a.example.com")) == told


def test_importing_again_with_a_key_of_another_kind(acm, signer):
    arn = acm.import_certificate(**signer.own("a.example.com"))["CertificateArn"]
    other = signer.own("a.example.com", key=new_key(ec.SECP384R1()))
    told = (INVALID, "The key type and size of a certificate cannot be changed when it is imported again.")
    assert refusal(acm.import_certificate, CertificateArn=arn, **other) == told


def own(signer: Signer, **changed: bytes) -> dict[str, bytes]:
    return signer.own("a.example.com") | changed


def test_what_is_no_certificate(acm, signer):
    told = (INVALID, "Unable to parse certificate. Please ensure the certificate is in PEM format.")
    assert refusal(acm.import_certificate, **own(signer, Certificate=b"nothing")) == told


def test_a_chain_in_the_field_of_the_certificate(acm, signer):
    given = signer.issued("a.example.com")
    both = given | {"Certificate": given["Certificate"] + given["CertificateChain"]}
    text = (
        "The certificate field contains more than one certificate. "
        "You can specify only one certificate in this field."
    )
    assert refusal(acm.import_certificate, **both) == (INVALID, text)


@pytest.mark.parametrize(
    "key", [b"nothing", key_pem(new_key(), passphrase=b"secret")], ids=["none", "locked"]
)
def test_what_is_no_key_or_has_a_passphrase(acm, signer, key):
    told = (INVALID, "The private key is not PEM-encoded or is not valid.")
    assert refusal(acm.import_certificate, **own(signer, PrivateKey=key)) == told


@pytest.mark.parametrize(
    "key", [ed25519.Ed25519PrivateKey.generate(), new_key(ec.SECP224R1())], ids=["ed", "p224"]
)
def test_a_key_of_a_kind_that_no_listener_could_use(acm, signer, key):
    told = (INVALID, "The private key is not supported.")
    assert refusal(acm.import_certificate, **own(signer, PrivateKey=key_pem(key))) == told


def test_somebody_elses_key(acm, signer):
    told = (INVALID, "The private key does not match the public key of the certificate.")
    assert refusal(acm.import_certificate, **own(signer, PrivateKey=key_pem(new_key()))) == told


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ((-9, -1), "The certificate has expired, is not valid."),
        ((1, 9), "The certificate is not in effect yet, is not valid."),
    ],
    ids=["over", "not yet"],
)
def test_a_certificate_out_of_its_time(acm, signer, days, text):
    assert refusal(acm.import_certificate, **signer.own("a.example.com", days=days)) == (INVALID, text)


def test_a_certificate_that_somebody_signed_needs_its_chain(acm, signer):
    given = signer.issued("a.example.com")
    del given["CertificateChain"]
    text = (
        "Provided certificate is not a valid self signed. "
        "Please provide either a valid self-signed certificate or certificate chain."
    )
    assert refusal(acm.import_certificate, **given) == (INVALID, text)


def test_a_chain_in_the_wrong_order(acm, signer):
    turned = signer.issued("a.example.com") | {"CertificateChain": pem(*reversed(signer.chain))}
    told = (INVALID, "Could not validate the certificate with the certificate chain.")
    assert refusal(acm.import_certificate, **turned) == told


def test_what_is_no_chain(acm, signer):
    told = (INVALID, "The certificate body/chain provided is not in a valid PEM format.")
    assert refusal(acm.import_certificate, **own(signer, CertificateChain=b"nothing")) == told


def test_what_is_missing_is_named(acm, signer):
    given = signer.own("a.example.com")
    del given["PrivateKey"]
    assert refusal(acm.import_certificate, **given) == (
        INVALID,
        "1 validation error detected: Value null at 'privateKey' failed to satisfy constraint: Member must not be null",
    )


def test_another_accounts_certificate_is_not_there(world, acm, signer):
    arn = world.client("acm", account=OTHER_ACCOUNT).import_certificate(**signer.own("a.example.com"))[
        "CertificateArn"
    ]
    assert refusal(acm.describe_certificate, CertificateArn=arn)[0] == "ResourceNotFoundException"

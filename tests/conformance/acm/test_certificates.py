"""ListCertificates, DeleteCertificate, tags, and how certificates are named."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from homeport.model.load_balancer import Listener, ListenerSpec
from tests.conformance.acm.signer import new_key
from tests.conformance.world import ACCOUNT, REGION, refusal

ARN = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate"
UNKNOWN = f"{ARN}/12345678-1234-1234-1234-123456789012"
BALANCER = f"{ACCOUNT}/{REGION}/app/web/{1:016x}"


@pytest.fixture
def arn(acm):
    return acm.request_certificate(DomainName="a.example.com")["CertificateArn"]


def listed(acm, **filters):
    return [each["DomainName"] for each in acm.list_certificates(**filters)["CertificateSummaryList"]]


def show(world, arn):
    """A listener shows the certificate."""
    spec = ListenerSpec(
        number=f"{2:016x}",
        port=443,
        protocol="HTTPS",
        default_actions=[],
        created_at=world.now,
        certificates=[arn],
    )
    with world.store.write("spec", world.now) as tx:
        tx.put(Listener(id=f"{BALANCER}/{2:016x}", owner=BALANCER, spec=spec))


def test_a_summary_says_the_most_important(acm, arn):
    (found,) = acm.list_certificates()["CertificateSummaryList"]
    assert (found["CertificateArn"], found["DomainName"]) == (arn, "a.example.com")
    assert found["SubjectAlternativeNameSummaries"] == ["a.example.com"]
    assert found["HasAdditionalSubjectAlternativeNames"] is False
    assert (found["Status"], found["Type"], found["KeyAlgorithm"]) == (
        "ISSUED",
        "AMAZON_ISSUED",
        "EC-prime256v1",
    )
    assert (found["InUse"], found["Exported"], found["RenewalEligibility"]) == (False, False, "INELIGIBLE")


def test_certificates_are_listed_by_their_age(acm, world):
    for name in ("a", "b", "c"):
        acm.request_certificate(DomainName=f"{name}.example.com")
    assert listed(acm) == ["a.example.com", "b.example.com", "c.example.com"]
    turned = listed(acm, SortBy="CREATED_AT", SortOrder="DESCENDING")
    assert turned == ["c.example.com", "b.example.com", "a.example.com"]


def test_pages_go_on_where_they_ended(acm):
    for name in ("a", "b", "c"):
        acm.request_certificate(DomainName=f"{name}.example.com")
    first = acm.list_certificates(MaxItems=2)
    rest = acm.list_certificates(MaxItems=2, NextToken=first["NextToken"])
    names = [each["DomainName"] for page in (first, rest) for each in page["CertificateSummaryList"]]
    assert names == ["a.example.com", "b.example.com", "c.example.com"]
    assert "NextToken" not in rest


def test_a_token_of_another_list(acm):
    for name in ("a", "b"):
        acm.request_certificate(DomainName=f"{name}.example.com")
    token = acm.list_certificates(MaxItems=1)["NextToken"]
    told = ("ValidationException", "The NextToken is not valid.")
    assert refusal(acm.list_certificates, NextToken="mine") == told
    assert refusal(acm.list_certificates, NextToken=token, CertificateStatuses=["ISSUED"]) == told


def test_a_field_to_sort_by_needs_an_order(acm):
    told = ("ValidationException", "SortBy and SortOrder must be specified together.")
    assert refusal(acm.list_certificates, SortBy="CREATED_AT") == told


def test_lists_are_narrowed(acm, signer):
    acm.request_certificate(DomainName="asked.example.com")
    acm.import_certificate(**signer.own("brought.example.com"))
    assert listed(acm, CertificateStatuses=["EXPIRED"]) == []
    assert listed(acm, CertificateKeyPairOrigins=["CUSTOMER_PROVIDED"]) == ["brought.example.com"]
    assert listed(acm, Includes={"keyUsage": ["DIGITAL_SIGNATURE"]}) == ["asked.example.com"]
    assert listed(acm, Includes={"extendedKeyUsage": ["NONE"]}) == ["brought.example.com"]
    assert listed(acm, Includes={"exportOption": "ENABLED"}) == []
    assert listed(acm, RootHierarchyTypes=["N2_AMAZON_MANAGED"]) == []


def test_keys_that_are_less_common_are_listed_when_asked_for(acm, signer):
    from_p384 = signer.own("a.example.com", key=new_key(ec.SECP384R1()))
    acm.import_certificate(**from_p384)
    assert listed(acm) == []
    assert listed(acm, Includes={"keyTypes": ["EC_secp384r1"]}) == ["a.example.com"]


def test_a_deleted_certificate_is_gone(acm, arn):
    acm.delete_certificate(CertificateArn=arn)
    told = ("ResourceNotFoundException", f"Could not find certificate {arn}.")
    assert refusal(acm.describe_certificate, CertificateArn=arn) == told
    assert refusal(acm.delete_certificate, CertificateArn=arn) == told
    assert listed(acm) == []


def test_a_certificate_that_a_listener_shows_is_in_use(acm, arn, world):
    show(world, arn)
    user = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/web/{1:016x}"
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["InUseBy"] == [user]
    assert acm.list_certificates()["CertificateSummaryList"][0]["InUse"] is True
    assert refusal(acm.delete_certificate, CertificateArn=arn) == (
        "ResourceInUseException",
        f"Certificate {arn} in account {ACCOUNT} is in use.",
    )


def test_tags_are_added_replaced_and_taken_away(acm, arn):
    acm.add_tags_to_certificate(
        CertificateArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}, {"Key": "c"}]
    )
    acm.add_tags_to_certificate(CertificateArn=arn, Tags=[{"Key": "a", "Value": "3"}])
    acm.remove_tags_from_certificate(
        CertificateArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}, {"Key": "c"}]
    )
    assert acm.list_tags_for_certificate(CertificateArn=arn)["Tags"] == [{"Key": "a", "Value": "3"}]


def test_tags_have_rules(acm, arn):
    own, twice = [{"Key": "aws:a", "Value": "b"}], [{"Key": "a"}, {"Key": "a"}]
    many = [{"Key": f"{number}", "Value": ""} for number in range(50)]
    assert refusal(acm.add_tags_to_certificate, CertificateArn=arn, Tags=own) == (
        "ValidationException",
        'Invalid Tag Key: "aws:a". AWS internal tags cannot be changed with this API',
    )
    assert refusal(acm.add_tags_to_certificate, CertificateArn=arn, Tags=twice)[0] == "InvalidTagException"
    acm.add_tags_to_certificate(CertificateArn=arn, Tags=many)
    code, _ = refusal(acm.add_tags_to_certificate, CertificateArn=arn, Tags=[{"Key": "one more"}])
    assert code == "TooManyTagsException"


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (UNKNOWN, "ResourceNotFoundException"),
        (UNKNOWN.replace(ACCOUNT, "210987654321"), "ResourceNotFoundException"),
        (UNKNOWN.replace(REGION, "eu-west-1"), "ResourceNotFoundException"),
        (f"{ARN}/mine", "InvalidArnException"),
        (UNKNOWN.replace("certificate/", "account/"), "InvalidArnException"),
        (UNKNOWN.replace("arn:aws:", "arn:aws-cn:"), "InvalidArnException"),
        ("mine-and-nobody-elses", "ValidationException"),
    ],
)
def test_what_names_no_certificate(acm, arn, code):
    for call in (acm.describe_certificate, acm.get_certificate, acm.list_tags_for_certificate):
        assert refusal(call, CertificateArn=arn)[0] == code

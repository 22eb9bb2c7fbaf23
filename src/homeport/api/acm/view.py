"""A certificate as ACM shows it, whole and in lists."""

from hashlib import sha256
from typing import cast

from homeport.api.acm import find
from homeport.model import arn
from homeport.model.certificate import Certificate
from homeport.model.record import Time
from homeport.shapes import acm
from homeport.store.tx import ReadTx

EXTENDED: dict[str, acm.ExtendedKeyUsageName] = {
    "1.3.6.1.5.5.7.3.1": "TLS_WEB_SERVER_AUTHENTICATION",
    "1.3.6.1.5.5.7.3.2": "TLS_WEB_CLIENT_AUTHENTICATION",
    "1.3.6.1.5.5.7.3.3": "CODE_SIGNING",
    "1.3.6.1.5.5.7.3.4": "EMAIL_PROTECTION",
    "1.3.6.1.5.5.7.3.5": "IPSEC_END_SYSTEM",
    "1.3.6.1.5.5.7.3.6": "IPSEC_TUNNEL",
    "1.3.6.1.5.5.7.3.7": "IPSEC_USER",
    "1.3.6.1.5.5.7.3.8": "TIME_STAMPING",
    "1.3.6.1.5.5.7.3.9": "OCSP_SIGNING",
    "2.5.29.37.0": "ANY",
}
"""Object identifiers of RFC 5280, by ACM's names; others are CUSTOM."""
MAILBOXES = ("administrator", "hostmaster", "postmaster", "webmaster", "admin")
"""Whom ACM writes to at a domain (User Guide, "Email validation")."""


def detail(tx: ReadTx, record: Certificate) -> acm.CertificateDetail:
    """The shape of DescribeCertificate."""
    spec = record.spec
    return acm.CertificateDetail(
        certificate_arn=arn.certificate_arn(record.id),
        domain_name=spec.domain,
        subject_alternative_names=spec.names,
        domain_validation_options=None if record.was_imported else _validations(record),
        serial=spec.serial,
        subject=spec.subject,
        issuer=spec.issuer,
        created_at=spec.created_at,
        issued_at=None if record.was_imported else spec.issued_at,
        imported_at=spec.issued_at if record.was_imported else None,
        status=status(record, tx.now),
        not_before=spec.not_before,
        not_after=spec.not_after,
        key_algorithm=_key_algorithm(record),
        signature_algorithm=spec.signature_algorithm,
        in_use_by=find.users(tx, record),
        type=cast("acm.CertificateType", spec.kind),
        key_usages=[acm.KeyUsage(name=name) for name in key_usages(record)],
        extended_key_usages=[
            acm.ExtendedKeyUsage(name=EXTENDED.get(oid, "CUSTOM"), oid=oid)
            for oid in spec.extended_key_usages
        ]
        or [acm.ExtendedKeyUsage(name="NONE", oid="")],
        renewal_eligibility="INELIGIBLE",
        options=acm.CertificateOptions(
            certificate_transparency_logging_preference=cast(
                "acm.CertificateTransparencyLoggingPreference", spec.transparency_logging
            ),
            export="DISABLED",
        ),
        certificate_key_pair_origin=origin(record),
    )


def summary(tx: ReadTx, record: Certificate) -> acm.CertificateSummary:
    """The shape of ListCertificates."""
    spec = record.spec
    return acm.CertificateSummary(
        certificate_arn=arn.certificate_arn(record.id),
        domain_name=spec.domain,
        subject_alternative_name_summaries=spec.names[:100],
        has_additional_subject_alternative_names=len(spec.names) > 100,
        status=status(record, tx.now),
        type=cast("acm.CertificateType", spec.kind),
        key_algorithm=_key_algorithm(record),
        key_usages=key_usages(record),
        extended_key_usages=extended_key_usages(record),
        export_option="DISABLED",
        in_use=bool(find.users(tx, record)),
        exported=False,
        renewal_eligibility="INELIGIBLE",
        not_before=spec.not_before,
        not_after=spec.not_after,
        created_at=spec.created_at,
        issued_at=None if record.was_imported else spec.issued_at,
        imported_at=spec.issued_at if record.was_imported else None,
        certificate_key_pair_origin=origin(record),
    )


def status(record: Certificate, now: Time) -> acm.CertificateStatus:
    """ISSUED until it is over: nobody needs to prove anything here."""
    return "EXPIRED" if record.spec.not_after < now else "ISSUED"


def origin(record: Certificate) -> acm.CertificateKeyPairOrigin:
    """Whose key pair it is."""
    return "CUSTOMER_PROVIDED" if record.was_imported else "AWS_MANAGED"


def key_usages(record: Certificate) -> list[acm.KeyUsageName]:
    """What the key may be used for; a certificate that does not say is good for anything."""
    return [cast("acm.KeyUsageName", name) for name in record.spec.key_usages] or ["ANY"]


def extended_key_usages(record: Certificate) -> list[acm.ExtendedKeyUsageName]:
    """The same in more detail; NONE for a certificate that does not say."""
    return [EXTENDED.get(oid, "CUSTOM") for oid in record.spec.extended_key_usages] or ["NONE"]


def _key_algorithm(record: Certificate) -> acm.KeyAlgorithm:
    """`RSA-2048`: ACM answers with hyphens what its own model spells with underscores (seen by Terraform)."""
    return cast("acm.KeyAlgorithm", record.spec.key_algorithm.replace("_", "-"))


def _validations(record: Certificate) -> list[acm.DomainValidation]:
    return [_validation(record, name) for name in record.spec.names]


def _validation(record: Certificate, name: str) -> acm.DomainValidation:
    """How a name would have been proved. `*.example.com` and `example.com` share a record, as on AWS."""
    domain = name.removeprefix("*.")
    by_mail = record.spec.validation_method == "EMAIL"
    digits = sha256(f"{record.owner} {domain}".encode()).hexdigest()
    return acm.DomainValidation(
        domain_name=name,
        validation_emails=[f"{box}@{domain}" for box in MAILBOXES] if by_mail else None,
        validation_domain=domain if by_mail else name,
        validation_status="SUCCESS",
        resource_record=None
        if by_mail
        else acm.ResourceRecord(
            name=f"_{digits[:32]}.{domain}.",
            type="CNAME",
            value=f"_{digits[32:]}.homeport.acm-validations.aws.",
        ),
        validation_method="EMAIL" if by_mail else "DNS",
    )

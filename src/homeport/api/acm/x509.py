"""Certificates read, checked and made by the `cryptography` package. Loaded with the first one: see `facts.py`.

Nothing here does I/O, and the time is an argument. Only the key of a new certificate is drawn from dice that are not
ours: OpenSSL's.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from homeport.api.acm import errors
from homeport.api.acm.facts import Facts
from homeport.model.record import Time

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
BEGIN = b"-----BEGIN CERTIFICATE-----"
LENGTHS = (1024, 2048, 3072, 4096)
CURVES: dict[str, ec.EllipticCurve] = {
    "EC_prime256v1": ec.SECP256R1(),
    "EC_secp384r1": ec.SECP384R1(),
    "EC_secp521r1": ec.SECP521R1(),
}
VALID_FOR = timedelta(days=395)
"""Thirteen months, as long as ACM's were good for when this was written."""
USAGES = {
    "digital_signature": "DIGITAL_SIGNATURE",
    "content_commitment": "NON_REPUDIATION",
    "key_encipherment": "KEY_ENCIPHERMENT",
    "data_encipherment": "DATA_ENCIPHERMENT",
    "key_agreement": "KEY_AGREEMENT",
    "key_cert_sign": "CERTIFICATE_SIGNING",
    "crl_sign": "CRL_SIGNING",
}
"""ACM's names. The two that only refine KEY_AGREEMENT are left out."""
SERVES = x509.KeyUsage(
    digital_signature=True,
    key_encipherment=True,
    **dict.fromkeys(
        (
            "content_commitment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    ),
)
"""What a TLS server does with its key."""


def read(body: bytes, private_key: bytes, chain: bytes | None, now: Time) -> Facts:
    """See `facts.read`."""
    certificate = _certificate(body)
    key = _key(private_key)
    if key.public_key() != certificate.public_key():
        raise errors.key_of_another()
    _check_time(certificate, now)
    signers = _chain(chain) if chain else []
    _check_signatures(certificate, signers)
    return _facts(certificate, key, signers)


def issue(names: Sequence[str], key_algorithm: str, serial: str, now: Time) -> Facts:
    """See `facts.issue`."""
    key = _new_key(key_algorithm)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int(serial, 16) | 1)  # zero is none
        .not_valid_before(today)
        .not_valid_after(today + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(SERVES, critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
            critical=False,
        )
    )
    return _facts(builder.sign(key, hashes.SHA256()), key, [])


def _certificate(body: bytes) -> x509.Certificate:
    if body.count(BEGIN) > 1:
        raise errors.several_certificates()
    try:
        return x509.load_pem_x509_certificate(body)
    except ValueError:
        raise errors.not_parsed() from None


def _chain(chain: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(chain)
    except ValueError:
        raise errors.chain_not_parsed() from None


def _key(private_key: bytes) -> Key:
    try:
        key = serialization.load_pem_private_key(private_key, password=None)
    except (TypeError, ValueError, UnsupportedAlgorithm):  # TypeError: it has a passphrase
        raise errors.key_not_parsed() from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise errors.key_not_supported()
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size not in LENGTHS:
        raise errors.key_length_not_supported(key.key_size)
    if isinstance(key, ec.EllipticCurvePrivateKey) and _curve(key) is None:
        raise errors.key_not_supported()
    return key


def _check_time(certificate: x509.Certificate, now: Time) -> None:
    if certificate.not_valid_after_utc.timestamp() < now:
        raise errors.expired()
    if certificate.not_valid_before_utc.timestamp() > now:
        raise errors.not_yet()


def _check_signatures(certificate: x509.Certificate, signers: Sequence[x509.Certificate]) -> None:
    """Each was signed by the next one; a certificate without a chain by itself."""
    if not signers:
        if not _was_signed(certificate, certificate):
            raise errors.not_self_signed()
        return
    chain = [certificate, *signers]
    if not all(_was_signed(signed, signer) for signed, signer in pairwise(chain)):
        raise errors.chain_broken()


def _was_signed(certificate: x509.Certificate, signer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(signer)
    except (InvalidSignature, TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return True


def _facts(certificate: x509.Certificate, key: Key, signers: Sequence[x509.Certificate]) -> Facts:
    names = _names(certificate)
    common = _attribute(certificate.subject, NameOID.COMMON_NAME)
    issuer = certificate.issuer
    digits = f"{certificate.serial_number:x}"
    digits = digits.zfill(len(digits) + len(digits) % 2)
    return Facts(
        domain=common if common in names else names[0],
        names=names,
        body=_pem(certificate),
        private_key=key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        chain="".join(_pem(signer) for signer in signers) or None,
        not_before=certificate.not_valid_before_utc.timestamp(),
        not_after=certificate.not_valid_after_utc.timestamp(),
        serial=":".join(digits[at : at + 2] for at in range(0, len(digits), 2)),
        subject=certificate.subject.rfc4514_string(),
        issuer=_attribute(issuer, NameOID.ORGANIZATION_NAME) or _attribute(issuer, NameOID.COMMON_NAME),
        key_algorithm=f"RSA_{key.key_size}" if isinstance(key, rsa.RSAPrivateKey) else _curve(key) or "",
        signature_algorithm=_signature(certificate),
        key_usages=_usages(certificate),
        extended_key_usages=_extended_usages(certificate),
    )


def _names(certificate: x509.Certificate) -> list[str]:
    """The alternative names, if there are any, else the common one: ACM goes beyond RFC 6125 (RequestCertificate)."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = extension.value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = []
    common = _attribute(certificate.subject, NameOID.COMMON_NAME)
    names = names or ([common] if common else [])
    if not names:
        raise errors.nameless()
    return list(dict.fromkeys([common, *names] if common in names else names))


def _attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _signature(certificate: x509.Certificate) -> str:
    """`SHA256WITHRSA`, as ACM spells it."""
    digest = certificate.signature_hash_algorithm
    kind = "ECDSA" if certificate.signature_algorithm_oid.dotted_string.startswith("1.2.840.10045") else "RSA"
    return f"{digest.name.upper()}WITH{kind}" if digest else kind


def _usages(certificate: x509.Certificate) -> list[str]:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return []
    return [name for attribute, name in USAGES.items() if getattr(usage, attribute)]


def _extended_usages(certificate: x509.Certificate) -> list[str]:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return []
    return [oid.dotted_string for oid in usage]


def _new_key(algorithm: str) -> Key:
    curve = CURVES.get(algorithm)
    if curve is not None:
        return ec.generate_private_key(curve)
    return rsa.generate_private_key(public_exponent=65537, key_size=int(algorithm.removeprefix("RSA_")))


def _curve(key: ec.EllipticCurvePrivateKey) -> str | None:
    return next((name for name, curve in CURVES.items() if curve.name == key.curve.name), None)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()

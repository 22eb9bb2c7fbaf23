"""Certificates as users bring them: signed by themselves, or by an authority with an intermediate one."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

AUTHORITY = "Test Authority"


def new_key(curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    """A key on P-256, or on another curve."""
    return ec.generate_private_key(curve or ec.SECP256R1())


def pem(*certificates: x509.Certificate) -> bytes:
    """Certificates one after the other."""
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


def key_pem(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, passphrase: bytes | None = None
) -> bytes:
    """A private key, encrypted if there is a passphrase."""
    lock = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


class Signer:
    """A root and an intermediate authority, `chain` (the intermediate first), good at `now`."""

    def __init__(self, now: float) -> None:
        self.now = now
        root_key, self._key = new_key(), new_key()
        root = self._sign("Root", root_key, "Root", root_key, names=())
        self._middle = self._sign("Middle", self._key, "Root", root_key, names=())
        self.chain = (self._middle, root)

    def own(self, *names: str, **options: Any) -> dict[str, bytes]:
        """The members of an import: a certificate for the names that signs itself."""
        key = options.pop("key", None) or new_key()
        signed = self._sign(names[0], key, names[0], key, names=names, **options)
        return {"Certificate": pem(signed), "PrivateKey": key_pem(key)}

    def issued(self, *names: str, **options: Any) -> dict[str, bytes]:
        """The same for a certificate with its chain."""
        key = new_key()
        signed = self._sign(names[0], key, "Middle", self._key, names=names, **options)
        return {"Certificate": pem(signed), "PrivateKey": key_pem(key), "CertificateChain": pem(*self.chain)}

    def _sign(
        self,
        subject: str,
        key: ec.EllipticCurvePrivateKey,
        issuer: str,
        issuer_key: ec.EllipticCurvePrivateKey,
        *,
        names: Sequence[str],
        days: tuple[float, float] = (-1, 30),
        usages: Sequence[x509.ObjectIdentifier] = (),
    ) -> x509.Certificate:
        today = datetime.fromtimestamp(self.now, UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(issuer))
            .public_key(key.public_key())
            .serial_number(0xABC)
            .not_valid_before(today + timedelta(days=days[0]))
            .not_valid_after(today + timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        )
        if len(names) > 1:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        return builder.sign(issuer_key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if common == "Middle":
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, AUTHORITY))
    return x509.Name(parts)

"""What a certificate says of itself, and making one: the door to `x509.py`.

That module needs the `cryptography` package, which takes as long to load as a third of the server. So it is loaded
with the first certificate: a start does not wait for what it may never need.
"""

import importlib
from collections.abc import Sequence

from msgspec import Struct

from homeport.model.record import Time

X509 = "homeport.api.acm.x509"


class Facts(Struct, frozen=True, kw_only=True):
    """A certificate in PEM, with its key and its chain, and what is written in it (`model/certificate.py`)."""

    domain: str
    names: list[str]
    body: str
    private_key: str
    chain: str | None = None
    not_before: Time
    not_after: Time
    serial: str
    subject: str
    issuer: str
    key_algorithm: str
    signature_algorithm: str
    key_usages: list[str]
    extended_key_usages: list[str]


def read(body: bytes, private_key: bytes, chain: bytes | None, now: Time) -> Facts:
    """What is in the PEM texts of an import. Raises ValidationException for what ACM would not take."""
    found: Facts = importlib.import_module(X509).read(body, private_key, chain, now)
    return found


def issue(names: Sequence[str], key_algorithm: str, serial: str, now: Time) -> Facts:
    """A new certificate for the names, the first of which is its own, signed by itself. `serial` is hexadecimal."""
    made: Facts = importlib.import_module(X509).issue(names, key_algorithm, serial, now)
    return made

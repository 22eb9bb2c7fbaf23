"""A certificate with its private key, imported or made here.

Its PEM texts are kept as they are shown to clients of a listener; what they say of themselves was read once.
"""

from msgspec import Struct

from homeport.model.record import NOTHING, Nothing, Record, Time


class CertificateSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`body`, `chain` and `private_key` are PEM; `names` all the names it is good for, its own first.

    `number` is a UUID, `kind` IMPORTED or AMAZON_ISSUED, `issued_at` when it was imported or issued last.
    `extended_key_usages` are object identifiers. `validation_method` and `token` are those of a request.
    """

    number: str
    kind: str
    domain: str
    names: list[str]
    body: str
    private_key: str
    chain: str | None = None
    created_at: Time
    issued_at: Time = 0.0
    not_before: Time
    not_after: Time
    serial: str
    subject: str
    issuer: str
    key_algorithm: str
    signature_algorithm: str
    key_usages: list[str] = []
    extended_key_usages: list[str] = []
    transparency_logging: str = "ENABLED"
    validation_method: str | None = None
    token: str | None = None
    tags: dict[str, str] = {}


class Certificate(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/UUID`, owned by its scope."""

    spec: CertificateSpec
    seen: Nothing = NOTHING

    @property
    def was_imported(self) -> bool:
        """Whether a user brought it; else it was made here."""
        return self.spec.kind == "IMPORTED"

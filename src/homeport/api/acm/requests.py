"""RequestCertificate, answered at once with a certificate that signs itself (docs/decisions/0015)."""

from msgspec.structs import replace

from homeport.api.acm import errors, facts, tagging
from homeport.api.acm.certificates import made
from homeport.api.caller import Caller
from homeport.api.errors import unsupported
from homeport.api.operation import write
from homeport.model import arn
from homeport.model.certificate import Certificate
from homeport.shapes import acm
from homeport.store.tx import ReadTx, WriteTx

USUAL_KEY: acm.KeyAlgorithm = "EC_prime256v1"
KEYS: tuple[acm.KeyAlgorithm, ...] = ("RSA_2048", "EC_prime256v1", "EC_secp384r1")
"""What AWS issues public certificates for. Longer RSA keys would also take longer than a request may."""
LONGEST_SUBJECT = 64
TOKEN_S = 3600.0
"""How long a token is remembered (API Reference)."""


@write
def request_certificate(
    tx: WriteTx, caller: Caller, request: acm.RequestCertificateRequest
) -> acm.RequestCertificateResponse:
    """A new certificate for the names, ISSUED; the same one for the same token and names within an hour."""
    _check(request)
    names = list(dict.fromkeys([request.domain_name, *(request.subject_alternative_names or ())]))
    tags = tagging.checked(request.tags)
    before = _remembered(tx, caller, request.idempotency_token, names)
    if before is not None:
        return acm.RequestCertificateResponse(certificate_arn=arn.certificate_arn(before.id))

    issued = facts.issue(names, request.key_algorithm or USUAL_KEY, tx.new_id(), tx.now)
    record = made(tx, caller, issued, "AMAZON_ISSUED")
    options = request.options or acm.CertificateOptions()
    spec = replace(
        record.spec,
        validation_method=request.validation_method or "EMAIL",
        transparency_logging=options.certificate_transparency_logging_preference or "ENABLED",
        token=request.idempotency_token or None,
        tags=tags,
    )
    tx.put(replace(record, spec=spec))
    return acm.RequestCertificateResponse(certificate_arn=arn.certificate_arn(record.id))


def _check(request: acm.RequestCertificateRequest) -> None:
    """Raises ValidationException, and UnsupportedFeatureException for what is not built."""
    if len(request.domain_name) > LONGEST_SUBJECT:
        raise errors.domain_too_long()
    if request.key_algorithm is not None and request.key_algorithm not in KEYS:
        raise errors.key_algorithm_not_issued(request.key_algorithm)
    if request.certificate_authority_arn:
        raise unsupported("Homeport has no private certificate authorities yet.")
    if request.root_hierarchy_type or request.certificate_usage or request.managed_by:
        raise unsupported("Homeport issues certificates that sign themselves, and none of AWS's own roots.")
    if request.options is not None and request.options.export == "ENABLED":
        raise unsupported("Homeport does not export certificates yet.")


def _remembered(tx: ReadTx, caller: Caller, token: str | None, names: list[str]) -> Certificate | None:
    """What the same request has made within the hour."""
    if not token:
        return None
    for record in tx.owned(Certificate, caller.scope.id):
        spec = record.spec
        if spec.token == token and spec.names == names and spec.created_at > tx.now - TOKEN_S:
            return record
    return None

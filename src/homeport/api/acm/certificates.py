"""ImportCertificate, DescribeCertificate, GetCertificate, DeleteCertificate.

A certificate is in use while a listener shows it; its key never comes out again.
"""

from msgspec.structs import asdict, replace

from homeport.api.acm import errors, facts, find, tagging, view
from homeport.api.caller import Caller
from homeport.api.operation import read, write
from homeport.model import arn
from homeport.model.certificate import Certificate, CertificateSpec
from homeport.shapes import acm
from homeport.store.tx import ReadTx, WriteTx


@write
def import_certificate(
    tx: WriteTx, caller: Caller, request: acm.ImportCertificateRequest
) -> acm.ImportCertificateResponse:
    """A certificate of the user's, new or over an imported one; listeners that show that one show the new one then."""
    before = find.certificate(tx, caller, request.certificate_arn) if request.certificate_arn else None
    tags = tagging.checked(request.tags)
    if before is not None and tags:
        raise errors.tags_on_import()
    if before is not None and not before.was_imported:
        raise errors.not_imported()

    found = facts.read(request.certificate, request.private_key, request.certificate_chain, tx.now)
    if before is not None and before.spec.key_algorithm != found.key_algorithm:
        raise errors.key_type_changed()

    if before is None:
        record = made(tx, caller, found, "IMPORTED")
        record = replace(record, spec=replace(record.spec, tags=tags))
    else:
        record = replace(before, spec=replace(before.spec, issued_at=tx.now, **asdict(found)))
    tx.put(record)
    return acm.ImportCertificateResponse(certificate_arn=arn.certificate_arn(record.id))


@read
def describe_certificate(
    tx: ReadTx, caller: Caller, request: acm.DescribeCertificateRequest
) -> acm.DescribeCertificateResponse:
    """Everything but the key and the certificate itself."""
    record = find.certificate(tx, caller, request.certificate_arn)
    return acm.DescribeCertificateResponse(certificate=view.detail(tx, record))


@read
def get_certificate(
    tx: ReadTx, caller: Caller, request: acm.GetCertificateRequest
) -> acm.GetCertificateResponse:
    """The certificate and its chain in PEM."""
    spec = find.certificate(tx, caller, request.certificate_arn).spec
    return acm.GetCertificateResponse(certificate=spec.body, certificate_chain=spec.chain)


@write
def delete_certificate(
    tx: WriteTx, caller: Caller, request: acm.DeleteCertificateRequest
) -> acm.DeleteCertificateResponse:
    """Forgets it with its key, unless a listener shows it."""
    record = find.certificate(tx, caller, request.certificate_arn)
    if find.users(tx, record):
        raise errors.in_use(request.certificate_arn, caller.account)
    tx.delete(record)
    return acm.DeleteCertificateResponse()


def made(tx: WriteTx, caller: Caller, found: facts.Facts, kind: str) -> Certificate:
    """A new record for what was read or issued just now; `kind` as in `CertificateSpec`."""
    digits = tx.new_id()
    number = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    spec = CertificateSpec(number=number, kind=kind, created_at=tx.now, issued_at=tx.now, **asdict(found))
    return Certificate(id=f"{caller.scope.id}/{number}", owner=caller.scope.id, spec=spec)

"""AddTagsToCertificate, RemoveTagsFromCertificate, ListTagsForCertificate."""

from msgspec.structs import replace

from homeport.api.acm import find, tagging
from homeport.api.caller import Caller
from homeport.api.operation import read, write
from homeport.shapes import acm
from homeport.store.tx import ReadTx, WriteTx


@write
def add_tags_to_certificate(
    tx: WriteTx, caller: Caller, request: acm.AddTagsToCertificateRequest
) -> acm.AddTagsToCertificateResponse:
    """Adds tags; one with a key that is there already replaces its value."""
    record = find.certificate(tx, caller, request.certificate_arn)
    tags = tagging.limited(record.spec.tags | tagging.checked(request.tags))
    tx.put(replace(record, spec=replace(record.spec, tags=tags)))
    return acm.AddTagsToCertificateResponse()


@write
def remove_tags_from_certificate(
    tx: WriteTx, caller: Caller, request: acm.RemoveTagsFromCertificateRequest
) -> acm.RemoveTagsFromCertificateResponse:
    """Takes tags away: by key, or only when the value is the one that is given too."""
    record = find.certificate(tx, caller, request.certificate_arn)
    gone = {tag.key for tag in request.tags if tag.value in (None, record.spec.tags.get(tag.key))}
    tags = {key: value for key, value in record.spec.tags.items() if key not in gone}
    tx.put(replace(record, spec=replace(record.spec, tags=tags)))
    return acm.RemoveTagsFromCertificateResponse()


@read
def list_tags_for_certificate(
    tx: ReadTx, caller: Caller, request: acm.ListTagsForCertificateRequest
) -> acm.ListTagsForCertificateResponse:
    """All tags of a certificate."""
    record = find.certificate(tx, caller, request.certificate_arn)
    return acm.ListTagsForCertificateResponse(tags=tagging.shown(record.spec.tags))

"""Certificate Manager: a certificate is known by its ARN, and one that is asked for has none yet."""

from collections.abc import Iterator
from typing import Any

from homeport.api.authorization.access import (
    EVERYTHING,
    Access,
    Rule,
    Table,
    one,
    plain,
    request_tags,
    resource_tags,
)
from homeport.api.caller import Caller
from homeport.model import arn
from homeport.model.certificate import Certificate
from homeport.store.tx import ReadTx


def on_certificate(action: str) -> Rule:
    """An operation on a certificate, or on the one that is to be."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        resource = getattr(request, "certificate_arn", None) or EVERYTHING
        parsed = arn.parse(resource)
        is_ours = parsed is not None and parsed.scope == caller.scope
        record = tx.get(Certificate, arn.record_id(resource)) if is_ours else None
        tags = {} if record is None else record.spec.tags
        brought = {tag.key: tag.value or "" for tag in getattr(request, "tags", None) or ()}
        said = {**resource_tags(tags), **request_tags(brought), **_asked_for(request)}
        yield Access(action=f"acm:{action}", resource=resource, said=said)

    return rule


def _asked_for(request: Any) -> dict[str, tuple[str, ...]]:
    """What a certificate that is asked for is to be."""
    names = (
        getattr(request, "domain_name", None),
        *(getattr(request, "subject_alternative_names", None) or ()),
    )
    found = {
        "acm:domainnames": tuple(name for name in names if name),
        "acm:keyalgorithm": one(getattr(request, "key_algorithm", None)),
        "acm:validationmethod": one(getattr(request, "validation_method", None)),
    }
    return {key: values for key, values in found.items() if values}


ON_CERTIFICATES = (
    "AddTagsToCertificate",
    "DeleteCertificate",
    "DescribeCertificate",
    "GetCertificate",
    "ImportCertificate",
    "ListTagsForCertificate",
    "RemoveTagsFromCertificate",
    "RequestCertificate",
)

TABLE: Table = {
    **{name: on_certificate(name) for name in ON_CERTIFICATES},
    "ListCertificates": plain("acm:ListCertificates"),
}

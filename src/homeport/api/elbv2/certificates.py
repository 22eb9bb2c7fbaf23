"""Certificates of listeners: AddListenerCertificates, RemoveListenerCertificates, DescribeListenerCertificates."""

from collections.abc import Sequence

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.elbv2 import find
from homeport.api.elbv2.errors import common
from homeport.api.elbv2.errors import listeners as errors
from homeport.api.elbv2.limits import CERTIFICATES
from homeport.api.elbv2.view import listener as view
from homeport.api.operation import read, write
from homeport.api.paging import Listing
from homeport.model import arn
from homeport.model.load_balancer import Listener
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx, WriteTx

SECURE = ("HTTPS", "TLS")
LISTING = Listing(
    operation="DescribeListenerCertificates", usual=400, largest=400, token_invalid=common.invalid_marker
)


@write
def add_listener_certificates(
    tx: WriteTx, caller: Caller, request: elbv2.AddListenerCertificatesInput
) -> elbv2.AddListenerCertificatesOutput:
    """Adds certificates, which clients choose by name; one that is there already is no error."""
    record = _secure(find.listener(tx, caller, request.listener_arn))
    added = named(request.certificates)
    for text in added:
        check(tx, caller, text)
    after = list(dict.fromkeys((*record.spec.certificates, *added)))
    if len(after) - 1 > CERTIFICATES:
        raise errors.too_many_certificates(CERTIFICATES)
    tx.put(replace(record, spec=replace(record.spec, certificates=after)))
    return elbv2.AddListenerCertificatesOutput(
        certificates=[
            elbv2.Certificate(certificate_arn=text, is_default=text == after[0])
            for text in dict.fromkeys(added)
        ]
    )


@write
def remove_listener_certificates(
    tx: WriteTx, caller: Caller, request: elbv2.RemoveListenerCertificatesInput
) -> elbv2.RemoveListenerCertificatesOutput:
    """Takes certificates away, but for the default one; one that is not there is no error."""
    record = _secure(find.listener(tx, caller, request.listener_arn))
    removed = named(request.certificates)
    if record.spec.certificates[0] in removed:
        raise errors.default_certificate()
    kept = [text for text in record.spec.certificates if text not in removed]
    tx.put(replace(record, spec=replace(record.spec, certificates=kept)))
    return elbv2.RemoveListenerCertificatesOutput()


@read
def describe_listener_certificates(
    tx: ReadTx, caller: Caller, request: elbv2.DescribeListenerCertificatesInput
) -> elbv2.DescribeListenerCertificatesOutput:
    """The default certificate, then the others in the order in which they were added."""
    record = find.listener(tx, caller, request.listener_arn)
    by_place = {f"{place:02d}": shown for place, shown in enumerate(view.certificates(record))}
    page = LISTING.page(caller, by_place, request.marker, request.page_size, record.id)
    return elbv2.DescribeListenerCertificatesOutput(
        certificates=[by_place[place] for place in page.items], next_marker=page.next_token
    )


def named(given: Sequence[elbv2.Certificate]) -> list[str]:
    """The ARNs of a request. Raises ValidationError when there are none."""
    if not given or not all(each.certificate_arn for each in given):
        raise errors.certificate_arn_missing()
    return [each.certificate_arn for each in given if each.certificate_arn]


def check(tx: ReadTx, caller: Caller, text: str) -> None:
    """Raises ValidationError for what is no ARN of a certificate of the caller's, and CertificateNotFound.

    There are none of IAM's, but their ARNs are well-formed.
    """
    parsed = arn.parse(text)
    is_of_acm = parsed is not None and (parsed.service, parsed.kind) == ("acm", "certificate")
    is_of_iam = parsed is not None and (parsed.service, parsed.kind) == ("iam", "server-certificate")
    if not is_of_iam and not (parsed is not None and is_of_acm and parsed.scope == caller.scope):
        raise errors.certificate_arn_invalid(text)
    find.certificate(tx, caller, text)


def _secure(record: Listener) -> Listener:
    if record.spec.protocol not in SECURE:
        raise errors.not_for_protocol("Certificates", record.spec.protocol)
    return record

"""ListCertificates: pages, oldest first, and what they are narrowed by."""

from msgspec.structs import asdict

from homeport.api.acm import errors, view
from homeport.api.caller import Caller
from homeport.api.operation import read
from homeport.api.paging import Listing
from homeport.model.certificate import Certificate
from homeport.shapes import acm
from homeport.store.tx import ReadTx

LARGEST_PAGE = 1000
UPWARDS, DOWNWARDS = (
    Listing(
        operation="ListCertificates",
        usual=LARGEST_PAGE,
        largest=LARGEST_PAGE,
        descending=descending,
        token_invalid=errors.invalid_token,
    )
    for descending in (False, True)
)
USUAL_KEYS = ("RSA_1024", "RSA_2048", "EC_prime256v1")
"""Without a filter AWS lists the first two; the third is what RequestCertificate makes here (docs/decisions/0015)."""


@read
def list_certificates(
    tx: ReadTx, caller: Caller, request: acm.ListCertificatesRequest
) -> acm.ListCertificatesResponse:
    """The certificates that match, by the date of their making."""
    if (request.sort_by is None) != (request.sort_order is None):
        raise errors.sorting_incomplete()
    found = {
        f"{record.spec.created_at:017.3f} {record.id}": record
        for record in tx.owned(Certificate, caller.scope.id)
        if _matches(tx, record, request)
    }
    listing = DOWNWARDS if request.sort_order == "DESCENDING" else UPWARDS
    page = listing.page(caller, found, request.next_token, request.max_items, _filters(request))
    return acm.ListCertificatesResponse(
        certificate_summary_list=[view.summary(tx, found[key]) for key in page.items],
        next_token=page.next_token,
    )


def _matches(tx: ReadTx, record: Certificate, request: acm.ListCertificatesRequest) -> bool:
    only = request.includes or acm.Filters()
    wanted = (
        (request.certificate_statuses, view.status(record, tx.now)),
        (request.certificate_key_pair_origins, view.origin(record)),
        (only.key_types or USUAL_KEYS, record.spec.key_algorithm),
    )
    return (
        all(not allowed or value in allowed for allowed, value in wanted)
        and (not only.key_usage or not {*only.key_usage}.isdisjoint(view.key_usages(record)))
        and (
            not only.extended_key_usage
            or not {*only.extended_key_usage}.isdisjoint(view.extended_key_usages(record))
        )
        # Nothing here is exported, managed by CloudFront, or of one of AWS's own roots.
        and only.export_option != "ENABLED"
        and only.managed_by is None
        and not request.root_hierarchy_types
    )


def _filters(request: acm.ListCertificatesRequest) -> str:
    """What a page's token is bound to: everything but where the page is."""
    return repr(
        {name: value for name, value in asdict(request).items() if name not in ("next_token", "max_items")}
    )

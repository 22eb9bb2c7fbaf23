"""GetOperation, ListOperations: what became of requests, for as long as it is remembered."""

from homeport.api.caller import Caller
from homeport.api.operation import read
from homeport.api.paging import Listing
from homeport.api.servicediscovery import errors, filters, find, view
from homeport.model.namespace import DiscoveryOperation
from homeport.shapes import servicediscovery as shapes
from homeport.store.tx import ReadTx

LISTING = Listing(operation="ListOperations", token_invalid=errors.invalid_token, descending=True)
KNOWN = {
    "NAMESPACE_ID": ("EQ",),
    "SERVICE_ID": ("EQ",),
    "STATUS": ("EQ", "IN"),
    "TYPE": ("EQ", "IN"),
    "UPDATE_DATE": ("BETWEEN",),
}


@read
def get_operation(
    tx: ReadTx, caller: Caller, request: shapes.GetOperationRequest
) -> shapes.GetOperationResponse:
    """Everything about an operation."""
    if request.owner_account not in (None, caller.account):
        raise errors.operation_not_found(request.operation_id)
    record = find.operation(tx, caller, request.operation_id)
    return shapes.GetOperationResponse(operation=view.operation(record))


@read
def list_operations(
    tx: ReadTx, caller: Caller, request: shapes.ListOperationsRequest
) -> shapes.ListOperationsResponse:
    """The operations that match, the latest first."""
    filters.check(request.filters, KNOWN)
    found = {
        f"{record.spec.at:017.3f} {record.name}": record
        for record in tx.owned(DiscoveryOperation, caller.scope.id)
        if filters.matches(request.filters, _facts(record))
    }
    page = LISTING.page(caller, found, request.next_token, request.max_results, repr(request.filters))
    summaries = [
        shapes.OperationSummary(id=found[key].name, status=found[key].spec.status) for key in page.items
    ]
    return shapes.ListOperationsResponse(operations=summaries, next_token=page.next_token)


def _facts(record: DiscoveryOperation) -> dict[str, str | float]:
    spec = record.spec
    return {
        "NAMESPACE_ID": spec.targets.get("NAMESPACE", ""),
        "SERVICE_ID": spec.targets.get("SERVICE", ""),
        "STATUS": spec.status,
        "TYPE": spec.kind,
        "UPDATE_DATE": spec.at,
    }

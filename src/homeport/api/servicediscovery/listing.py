"""ListNamespaces, ListServices: pages, oldest first, narrowed by filters."""

from homeport.api.caller import Caller
from homeport.api.errors import ApiError
from homeport.api.operation import read
from homeport.api.paging import Listing
from homeport.api.servicediscovery import errors, filters, find, view
from homeport.model.namespace import DiscoveryService, Namespace
from homeport.shapes import servicediscovery as shapes
from homeport.store.tx import ReadTx

NAMESPACES = Listing(operation="ListNamespaces", token_invalid=errors.invalid_token)
SERVICES = Listing(operation="ListServices", token_invalid=errors.invalid_token)
SELF = "SELF"

OF_NAMESPACES = {
    "TYPE": ("EQ", "IN", "BEGINS_WITH"),
    "NAME": ("EQ", "IN", "BEGINS_WITH"),
    "HTTP_NAME": ("EQ", "IN", "BEGINS_WITH"),
    "RESOURCE_OWNER": ("EQ",),
}
OF_SERVICES = {"NAMESPACE_ID": ("EQ", "IN"), "RESOURCE_OWNER": ("EQ",)}


@read
def list_namespaces(
    tx: ReadTx, caller: Caller, request: shapes.ListNamespacesRequest
) -> shapes.ListNamespacesResponse:
    """The caller's namespaces that match."""
    filters.check(request.filters, OF_NAMESPACES)
    found = {
        _dated(record.spec.created_at, record.id): record
        for record in tx.owned(Namespace, caller.scope.id)
        if filters.matches(request.filters, _facts(record))
    }
    page = NAMESPACES.page(caller, found, request.next_token, request.max_results, repr(request.filters))
    return shapes.ListNamespacesResponse(
        namespaces=[view.namespace_summary(tx, found[key]) for key in page.items],
        next_token=page.next_token,
    )


@read
def list_services(
    tx: ReadTx, caller: Caller, request: shapes.ListServicesRequest
) -> shapes.ListServicesResponse:
    """The services of the caller's namespaces that match."""
    filters.check(request.filters, OF_SERVICES)
    found = {
        _dated(record.spec.created_at, record.id): record
        for record in tx.owned(DiscoveryService, caller.scope.id)
        if _is_asked_for(tx, caller, record, request)
    }
    page = SERVICES.page(caller, found, request.next_token, request.max_results, repr(request.filters))
    return shapes.ListServicesResponse(
        services=[view.service_summary(tx, found[key]) for key in page.items], next_token=page.next_token
    )


def _dated(created_at: float, id: str) -> str:
    return f"{created_at:017.3f} {id}"


def _facts(record: Namespace) -> dict[str, str | float]:
    spec = record.spec
    return {
        "TYPE": spec.kind,
        "NAME": spec.name,
        "HTTP_NAME": spec.http_name,
        "RESOURCE_OWNER": SELF,
    }


def _is_asked_for(
    tx: ReadTx, caller: Caller, record: DiscoveryService, request: shapes.ListServicesRequest
) -> bool:
    """A namespace is named by its id or its ARN; one that is not there has no services."""
    for each in request.filters or ():
        if each.name == "RESOURCE_OWNER":
            if each.values != [SELF]:
                return False
        elif record.owner not in {_namespace_id(tx, caller, text) for text in each.values}:
            return False
    return True


def _namespace_id(tx: ReadTx, caller: Caller, text: str) -> str | None:
    try:
        return find.namespace(tx, caller, text).id
    except ApiError:
        return None

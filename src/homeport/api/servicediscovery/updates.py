"""UpdateHttpNamespace, UpdatePrivateDnsNamespace, UpdatePublicDnsNamespace: descriptions, and how long an SOA is kept."""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.operation import write
from homeport.api.servicediscovery import errors, find, requests
from homeport.shapes import servicediscovery as shapes
from homeport.store.tx import WriteTx

Update = (
    shapes.UpdateHttpNamespaceRequest
    | shapes.UpdatePrivateDnsNamespaceRequest
    | shapes.UpdatePublicDnsNamespaceRequest
)


@write
def update_http_namespace(
    tx: WriteTx, caller: Caller, request: shapes.UpdateHttpNamespaceRequest
) -> shapes.UpdateHttpNamespaceResponse:
    """A new description."""
    operation = _updated(tx, caller, request, "HTTP", request.namespace.description, None)
    return shapes.UpdateHttpNamespaceResponse(operation_id=operation)


@write
def update_private_dns_namespace(
    tx: WriteTx, caller: Caller, request: shapes.UpdatePrivateDnsNamespaceRequest
) -> shapes.UpdatePrivateDnsNamespaceResponse:
    """A new description, a new TTL of its SOA record."""
    change = request.namespace
    soa = change.properties.dns_properties.soa.ttl if change.properties else None
    operation = _updated(tx, caller, request, "DNS_PRIVATE", change.description, soa)
    return shapes.UpdatePrivateDnsNamespaceResponse(operation_id=operation)


@write
def update_public_dns_namespace(
    tx: WriteTx, caller: Caller, request: shapes.UpdatePublicDnsNamespaceRequest
) -> shapes.UpdatePublicDnsNamespaceResponse:
    """A new description, a new TTL of its SOA record."""
    change = request.namespace
    soa = change.properties.dns_properties.soa.ttl if change.properties else None
    operation = _updated(tx, caller, request, "DNS_PUBLIC", change.description, soa)
    return shapes.UpdatePublicDnsNamespaceResponse(operation_id=operation)


def _updated(
    tx: WriteTx,
    caller: Caller,
    request: Update,
    kind: shapes.NamespaceType,
    description: str | None,
    soa_ttl_s: int | None,
) -> str:
    """What is not given stays as it is. Raises NamespaceNotFound, DuplicateRequest, InvalidInput for another kind."""
    record = find.namespace(tx, caller, request.id)
    if record.spec.kind != kind:
        raise errors.wrong_kind(type(request).__name__.removesuffix("Request"), record.spec.kind)
    before = requests.remembered(tx, caller, request.updater_request_id, request)
    if before is not None:
        return before

    spec = record.spec
    if description is not None:
        spec = replace(spec, description=description)
    if soa_ttl_s is not None:
        spec = replace(spec, soa_ttl_s=soa_ttl_s)
    tx.put(replace(record, spec=spec))
    operation = requests.succeeded(tx, caller, "UPDATE_NAMESPACE", {"NAMESPACE": record.name})
    return requests.remember(tx, caller, request.updater_request_id, request, operation)

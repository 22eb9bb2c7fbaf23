"""CreateHttpNamespace, CreatePrivateDnsNamespace, CreatePublicDnsNamespace, GetNamespace, DeleteNamespace.

What Route 53 would refuse on AWS (no such VPC, a name that its VPC sees already) fails the operation, not the request.
"""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.operation import read, write
from homeport.api.servicediscovery import errors, find, ids, requests, tagging, view
from homeport.api.servicediscovery.names import is_name
from homeport.api.servicediscovery.requests import Targets, Trouble, of_route53
from homeport.model.namespace import DiscoveryService, Namespace, NamespaceSpec, http_key, name_key
from homeport.model.vpc import Vpc
from homeport.shapes import servicediscovery as shapes
from homeport.store.tx import ReadTx, WriteTx

MOST_NAMESPACES = 50
"""A quota of AWS's (Cloud Map Developer Guide, quotas)."""
USUAL_SOA_TTL_S = 15
NO_ZONE = "CANNOT_CREATE_HOSTED_ZONE"


@write
def create_http_namespace(
    tx: WriteTx, caller: Caller, request: shapes.CreateHttpNamespaceRequest
) -> shapes.CreateHttpNamespaceResponse:
    """A namespace that only DiscoverInstances knows."""
    before = requests.remembered(tx, caller, request.creator_request_id, request)
    if before is not None:
        return shapes.CreateHttpNamespaceResponse(operation_id=before)
    tags = tagging.checked(request.tags)
    _check(tx, caller, request.name, "HTTP")

    record = _made(tx, caller, _spec(tx, caller, request, "HTTP", tags))
    operation = _created(tx, caller, request, record)
    return shapes.CreateHttpNamespaceResponse(operation_id=operation)


@write
def create_private_dns_namespace(
    tx: WriteTx, caller: Caller, request: shapes.CreatePrivateDnsNamespaceRequest
) -> shapes.CreatePrivateDnsNamespaceResponse:
    """A zone that one VPC sees, and that DiscoverInstances knows."""
    before = requests.remembered(tx, caller, request.creator_request_id, request)
    if before is not None:
        return shapes.CreatePrivateDnsNamespaceResponse(operation_id=before)
    tags = tagging.checked(request.tags)
    _check(tx, caller, request.name, "DNS_PRIVATE")

    soa = request.properties.dns_properties.soa.ttl if request.properties else USUAL_SOA_TTL_S
    vpc = f"{caller.scope.id}/{request.vpc}"
    spec = replace(_spec(tx, caller, request, "DNS_PRIVATE", tags), vpc=vpc, soa_ttl_s=soa)
    record = _made(tx, caller, spec)
    trouble = _zone_trouble(tx, caller, spec)
    operation = _created(tx, caller, request, record, trouble)
    return shapes.CreatePrivateDnsNamespaceResponse(operation_id=operation)


@write
def create_public_dns_namespace(
    tx: WriteTx, caller: Caller, request: shapes.CreatePublicDnsNamespaceRequest
) -> shapes.CreatePublicDnsNamespaceResponse:
    """A zone that every VPC of the account and the machine see, and that DiscoverInstances knows."""
    before = requests.remembered(tx, caller, request.creator_request_id, request)
    if before is not None:
        return shapes.CreatePublicDnsNamespaceResponse(operation_id=before)
    tags = tagging.checked(request.tags)
    _check(tx, caller, request.name, "DNS_PUBLIC")

    soa = request.properties.dns_properties.soa.ttl if request.properties else USUAL_SOA_TTL_S
    spec = replace(_spec(tx, caller, request, "DNS_PUBLIC", tags), soa_ttl_s=soa)
    operation = _created(tx, caller, request, _made(tx, caller, spec))
    return shapes.CreatePublicDnsNamespaceResponse(operation_id=operation)


@read
def get_namespace(
    tx: ReadTx, caller: Caller, request: shapes.GetNamespaceRequest
) -> shapes.GetNamespaceResponse:
    """Everything about a namespace."""
    record = find.namespace(tx, caller, request.id)
    return shapes.GetNamespaceResponse(namespace=view.namespace(tx, record))


@write
def delete_namespace(
    tx: WriteTx, caller: Caller, request: shapes.DeleteNamespaceRequest
) -> shapes.DeleteNamespaceResponse:
    """Forgets a namespace that has no services."""
    record = find.namespace(tx, caller, request.id)
    if tx.count(DiscoveryService, record.id):
        raise errors.namespace_in_use()

    tx.delete(record)
    operation = requests.succeeded(tx, caller, "DELETE_NAMESPACE", {"NAMESPACE": record.name})
    return shapes.DeleteNamespaceResponse(operation_id=operation)


Creation = (
    shapes.CreateHttpNamespaceRequest
    | shapes.CreatePrivateDnsNamespaceRequest
    | shapes.CreatePublicDnsNamespaceRequest
)


def _check(tx: ReadTx, caller: Caller, name: str, kind: shapes.NamespaceType) -> None:
    """A private name may be used once in each VPC, others once. Raises NamespaceAlreadyExists, ResourceLimitExceeded."""
    for each in tx.owned(Namespace, name_key(caller.scope.id, name)):
        is_same = each.spec.name == name or kind != "HTTP"
        if kind != "DNS_PRIVATE" and each.spec.kind == kind and is_same:
            raise errors.namespace_exists(each.name, each.spec.creator_request_id)
    if tx.count(Namespace, caller.scope.id) >= MOST_NAMESPACES:
        raise errors.too_many("namespaces", MOST_NAMESPACES)


def _spec(
    tx: WriteTx, caller: Caller, request: Creation, kind: shapes.NamespaceType, tags: dict[str, str]
) -> NamespaceSpec:
    is_taken = tx.count(Namespace, http_key(caller.scope.id, request.name)) > 0
    return NamespaceSpec(
        name=request.name,
        # "If you reuse Name for namespace creation, a generated hash is added to HttpName to distinguish the two."
        http_name=f"{request.name}-{tx.new_id()[:8]}" if is_taken else request.name,
        kind=kind,
        created_at=tx.now,
        creator_request_id=request.creator_request_id,
        description=request.description,
        zone=None if kind == "HTTP" else ids.hosted_zone_id(tx),
        tags=tags,
    )


def _made(tx: WriteTx, caller: Caller, spec: NamespaceSpec) -> Namespace:
    return Namespace(id=f"{caller.scope.id}/{ids.namespace_id(tx)}", owner=caller.scope.id, spec=spec)


def _created(
    tx: WriteTx, caller: Caller, request: Creation, record: Namespace, trouble: Trouble | None = None
) -> str:
    """Keep a namespace, unless something keeps its zone from being made; returns the operation's id."""
    targets: Targets = {"NAMESPACE": record.name}
    if trouble is None:
        tx.put(record)
        operation = requests.succeeded(tx, caller, "CREATE_NAMESPACE", targets)
    else:
        operation = requests.failed(tx, caller, "CREATE_NAMESPACE", targets, trouble)
    return requests.remember(tx, caller, request.creator_request_id, request, operation)


def _zone_trouble(tx: ReadTx, caller: Caller, spec: NamespaceSpec) -> Trouble | None:
    """What Route 53 has against a private zone. The text of a conflict was seen on AWS; the others are ours."""
    if not is_name(spec.name):
        return of_route53(NO_ZONE, "The domain name is not valid.", "InvalidDomainName")
    vpc = tx.get(Vpc, spec.vpc or "")
    place = f"The VPC {(spec.vpc or '').rsplit('/', 1)[1]} in region {caller.region}"
    if vpc is None or vpc.spec.deleted_at is not None:
        return of_route53(NO_ZONE, f"{place} does not exist.", "InvalidVPCId")
    for each in tx.owned(Namespace, name_key(caller.scope.id, spec.name)):
        if each.spec.vpc == spec.vpc:
            zone = f"the hosted zone {each.spec.zone} with the same domain name"
            text = f"{place} has already been associated with {zone}."
            return of_route53(NO_ZONE, text, "ConflictingDomainExists")
    return None

"""CreateService, GetService, UpdateService, DeleteService."""

from collections.abc import Sequence

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.operation import read, write
from homeport.api.servicediscovery import errors, find, ids, refusals, requests, tagging, view
from homeport.api.servicediscovery.names import LONGEST_NAME
from homeport.model import arn
from homeport.model.namespace import (
    DiscoveryInstance,
    DiscoveryService,
    DiscoveryServiceSpec,
    DnsRecord,
    Namespace,
)
from homeport.shapes import servicediscovery as shapes
from homeport.store.tx import ReadTx, WriteTx

COMBINATIONS = ({"A"}, {"AAAA"}, {"A", "AAAA"}, {"SRV"}, {"CNAME"})
USUAL_THRESHOLD = 1
"""What FailureThreshold "is always set to" (API Reference, HealthCheckCustomConfig)."""


@write
def create_service(
    tx: WriteTx, caller: Caller, request: shapes.CreateServiceRequest
) -> shapes.CreateServiceResponse:
    """A name under which instances are found."""
    namespace = _namespace(tx, caller, request)
    tags = tagging.checked(request.tags)
    spec = _checked(tx, namespace, request, tags)
    before = find.by_name(tx, namespace, request.name)
    if before is not None:
        if not _is_repeated(before.spec, spec):
            arn_ = arn.discovery_service_arn(before.id)
            raise errors.service_exists(before.name, arn_, before.spec.creator_request_id)
        return shapes.CreateServiceResponse(service=view.service(tx, before))

    record = DiscoveryService(id=f"{caller.scope.id}/{ids.service_id(tx)}", owner=namespace.id, spec=spec)
    tx.put(record)
    return shapes.CreateServiceResponse(service=view.service(tx, record))


@read
def get_service(tx: ReadTx, caller: Caller, request: shapes.GetServiceRequest) -> shapes.GetServiceResponse:
    """Everything about a service but its attributes."""
    record = find.service(tx, caller, request.id)
    return shapes.GetServiceResponse(service=view.service(tx, record))


@write
def update_service(
    tx: WriteTx, caller: Caller, request: shapes.UpdateServiceRequest
) -> shapes.UpdateServiceResponse:
    """A new description, new TTLs; what is not given stays as it is (docs/decisions/0031)."""
    record = find.service(tx, caller, request.id)
    change = request.service
    spec = record.spec
    if change.health_check_config is not None:
        _check_health(find.namespace_of(tx, record), change.health_check_config, record.record_types)
    if change.dns_config is not None:
        spec = replace(spec, records=_changed(record, change.dns_config.dns_records))
    if change.description is not None:
        spec = replace(spec, description=change.description)

    tx.put(replace(record, spec=spec))
    operation = requests.succeeded(tx, caller, "UPDATE_SERVICE", {"SERVICE": record.name})
    return shapes.UpdateServiceResponse(operation_id=operation)


@write
def delete_service(
    tx: WriteTx, caller: Caller, request: shapes.DeleteServiceRequest
) -> shapes.DeleteServiceResponse:
    """Forgets a service that has no instances. One that a task set registers in may go: its tasks then do without."""
    record = find.service(tx, caller, request.id)
    if tx.count(DiscoveryInstance, record.id):
        raise errors.service_in_use()
    tx.delete(record)
    return shapes.DeleteServiceResponse()


def _namespace(tx: ReadTx, caller: Caller, request: shapes.CreateServiceRequest) -> Namespace:
    """The one that is named, in whichever of the two places. Raises InvalidInput and NamespaceNotFound."""
    named = [request.namespace_id, request.dns_config.namespace_id if request.dns_config else None]
    found = {find.namespace(tx, caller, text).id: text for text in named if text}
    if not found:
        raise refusals.namespace_not_given()
    if len(found) > 1:
        raise refusals.namespaces_differ()
    return find.namespace(tx, caller, next(iter(found.values())))


def _checked(
    tx: ReadTx, namespace: Namespace, request: shapes.CreateServiceRequest, tags: dict[str, str]
) -> DiscoveryServiceSpec:
    """Raises InvalidInput for whatever does not fit together."""
    is_dns = namespace.is_dns and request.type != "HTTP"
    if request.dns_config is not None and not is_dns:
        raise refusals.dns_config_of_http()
    if request.dns_config is None and is_dns:
        raise refusals.dns_config_missing()
    config = request.dns_config or shapes.DnsConfig(dns_records=[])
    records = _records(config.dns_records) if is_dns else ()
    types = tuple(record.type for record in records)
    routing = config.routing_policy or "MULTIVALUE"
    if "CNAME" in types and routing != "WEIGHTED":
        raise refusals.cname_not_weighted()
    if is_dns and len(request.name) + 1 + len(namespace.spec.name) > LONGEST_NAME:
        raise refusals.name_too_long()
    custom = request.health_check_custom_config
    if request.health_check_config is not None:
        if custom is not None:
            raise refusals.two_health_checks()
        _check_health(namespace, request.health_check_config, types)

    return DiscoveryServiceSpec(
        name=request.name,
        created_at=tx.now,
        creator_request_id=request.creator_request_id,
        description=request.description,
        kind="DNS_HTTP" if is_dns else "HTTP",
        routing=routing,
        records=records,
        failure_threshold=None if custom is None else custom.failure_threshold or USUAL_THRESHOLD,
        tags=tags,
        revised=round(tx.now * 1000),
    )


def _records(asked: Sequence[shapes.DnsRecord]) -> tuple[DnsRecord, ...]:
    types = [each.type for each in asked]
    if set(types) not in COMBINATIONS or len(set(types)) != len(types):
        raise refusals.records_invalid([str(each) for each in types])
    return tuple(DnsRecord(each.type, each.ttl) for each in asked)


def _check_health(namespace: Namespace, _: shapes.HealthCheckConfig, types: Sequence[str]) -> None:
    """Route 53's own health checkers: Homeport has none, and says so after what AWS would say."""
    if namespace.spec.kind == "DNS_PRIVATE":
        raise refusals.health_check_of_private()
    if "CNAME" in types:
        raise refusals.health_check_with_cname()
    raise refusals.health_check_not_built()


def _changed(record: DiscoveryService, asked: Sequence[shapes.DnsRecord]) -> tuple[DnsRecord, ...]:
    """The records with new TTLs. Raises InvalidInput for other types, and for an HTTP service."""
    if not record.spec.records:
        raise refusals.dns_config_of_http()
    new = _records(asked)
    if {each.type for each in new} != set(record.record_types):
        raise refusals.record_types_changed()
    ttls = {each.type: each.ttl_s for each in new}
    return tuple(DnsRecord(type, ttls[type]) for type in record.record_types)


def _is_repeated(before: DiscoveryServiceSpec, new: DiscoveryServiceSpec) -> bool:
    """Whether the same request has made this service."""
    if not new.creator_request_id or new.creator_request_id != before.creator_request_id:
        return False
    lasting = {"created_at": before.created_at, "revised": before.revised, "attributes": before.attributes}
    return replace(new, **lasting) == before

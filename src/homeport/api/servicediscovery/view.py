"""Records in the form of answers. Counts are counted."""

from homeport.model import arn
from homeport.model.namespace import (
    DiscoveryInstance,
    DiscoveryOperation,
    DiscoveryService,
    Namespace,
)
from homeport.model.record import scope_of
from homeport.shapes import servicediscovery as shapes
from homeport.store.tx import ReadTx


def namespace(tx: ReadTx, record: Namespace) -> shapes.Namespace:
    """GetNamespace's."""
    spec = record.spec
    return shapes.Namespace(
        id=record.name,
        arn=arn.namespace_arn(record.id),
        resource_owner=account(record),
        name=spec.name,
        type=spec.kind,
        description=spec.description,
        service_count=tx.count(DiscoveryService, record.id),
        properties=_properties(record),
        create_date=spec.created_at,
        creator_request_id=spec.creator_request_id,
    )


def namespace_summary(tx: ReadTx, record: Namespace) -> shapes.NamespaceSummary:
    """ListNamespaces'."""
    spec = record.spec
    return shapes.NamespaceSummary(
        id=record.name,
        arn=arn.namespace_arn(record.id),
        resource_owner=account(record),
        name=spec.name,
        type=spec.kind,
        description=spec.description,
        service_count=tx.count(DiscoveryService, record.id),
        properties=_properties(record),
        create_date=spec.created_at,
    )


def service(tx: ReadTx, record: DiscoveryService) -> shapes.Service:
    """GetService's and CreateService's."""
    spec = record.spec
    return shapes.Service(
        id=record.name,
        arn=arn.discovery_service_arn(record.id),
        resource_owner=account(record),
        name=spec.name,
        namespace_id=record.owner.rsplit("/", 1)[1],
        description=spec.description,
        instance_count=tx.count(DiscoveryInstance, record.id),
        dns_config=_dns_config(record),
        type=spec.kind,
        health_check_custom_config=_custom_health(record),
        create_date=spec.created_at,
        creator_request_id=spec.creator_request_id,
        created_by_account=account(record),
    )


def service_summary(tx: ReadTx, record: DiscoveryService) -> shapes.ServiceSummary:
    """ListServices'."""
    spec = record.spec
    return shapes.ServiceSummary(
        id=record.name,
        arn=arn.discovery_service_arn(record.id),
        resource_owner=account(record),
        name=spec.name,
        type=spec.kind,
        description=spec.description,
        instance_count=tx.count(DiscoveryInstance, record.id),
        dns_config=_dns_config(record),
        health_check_custom_config=_custom_health(record),
        create_date=spec.created_at,
        created_by_account=account(record),
    )


def instance(record: DiscoveryInstance) -> shapes.Instance:
    """GetInstance's."""
    return shapes.Instance(
        id=record.name,
        creator_request_id=record.spec.creator_request_id,
        attributes=record.attributes,
        created_by_account=account(record),
    )


def instance_summary(record: DiscoveryInstance) -> shapes.InstanceSummary:
    """ListInstances'."""
    return shapes.InstanceSummary(
        id=record.name, attributes=record.attributes, created_by_account=account(record)
    )


def operation(record: DiscoveryOperation) -> shapes.Operation:
    """GetOperation's."""
    spec = record.spec
    return shapes.Operation(
        id=record.name,
        owner_account=account(record),
        type=spec.kind,
        status=spec.status,
        error_code=spec.error_code,
        error_message=spec.error_message,
        create_date=spec.at,
        update_date=spec.at,
        targets=spec.targets,
    )


def health(service: DiscoveryService, record: DiscoveryInstance) -> shapes.HealthStatus:
    """How an instance is; UNKNOWN where nobody is asked to tell."""
    return record.health if service.has_custom_health else "UNKNOWN"


def account(record: Namespace | DiscoveryService | DiscoveryInstance | DiscoveryOperation) -> str:
    """The account that something belongs to."""
    return scope_of(record.id).account


def _properties(record: Namespace) -> shapes.NamespaceProperties:
    spec = record.spec
    http = shapes.HttpProperties(http_name=spec.http_name)
    if not record.is_dns:
        return shapes.NamespaceProperties(http_properties=http)
    dns = shapes.DnsProperties(hosted_zone_id=spec.zone, soa=shapes.SOA(ttl=spec.soa_ttl_s))
    return shapes.NamespaceProperties(dns_properties=dns, http_properties=http)


def _dns_config(record: DiscoveryService) -> shapes.DnsConfig | None:
    spec = record.spec
    if not spec.records:
        return None
    return shapes.DnsConfig(
        namespace_id=record.owner.rsplit("/", 1)[1],
        routing_policy=spec.routing,
        dns_records=[shapes.DnsRecord(type=each.type, ttl=each.ttl_s) for each in spec.records],
    )


def _custom_health(record: DiscoveryService) -> shapes.HealthCheckCustomConfig | None:
    threshold = record.spec.failure_threshold
    return None if threshold is None else shapes.HealthCheckCustomConfig(failure_threshold=threshold)

"""An id or an ARN → namespace, service, instance, or the right error."""

from homeport.api.caller import Caller
from homeport.api.servicediscovery import errors
from homeport.model import arn
from homeport.model.namespace import (
    DiscoveryInstance,
    DiscoveryOperation,
    DiscoveryService,
    Namespace,
    http_key,
    name_key,
)
from homeport.model.record import Scope
from homeport.store.tx import ReadTx


def namespace(tx: ReadTx, caller: Caller, text: str) -> Namespace:
    """By `ns-…` or by ARN. Raises NamespaceNotFound."""
    id = _record_id(caller.scope, text, "namespace")
    found = None if id is None else tx.get(Namespace, id)
    if found is None:
        raise errors.namespace_not_found(text)
    return found


def service(tx: ReadTx, caller: Caller, text: str) -> DiscoveryService:
    """By `srv-…` or by ARN. Raises ServiceNotFound."""
    id = _record_id(caller.scope, text, "service")
    found = None if id is None else tx.get(DiscoveryService, id)
    if found is None:
        raise errors.service_not_found(text)
    return found


def instance(tx: ReadTx, service: DiscoveryService, id: str) -> DiscoveryInstance:
    """By the id that it was registered with. Raises InstanceNotFound."""
    found = tx.get(DiscoveryInstance, f"{service.id}/{id}")
    if found is None:
        raise errors.instance_not_found(id)
    return found


def operation(tx: ReadTx, caller: Caller, id: str) -> DiscoveryOperation:
    """By its id. Raises OperationNotFound."""
    found = tx.get(DiscoveryOperation, f"{caller.scope.id}/{id}")
    if found is None:
        raise errors.operation_not_found(id)
    return found


def namespace_of(tx: ReadTx, service: DiscoveryService) -> Namespace:
    """The namespace of a service: it cannot go before its services have."""
    found = tx.get(Namespace, service.owner)
    assert found is not None, f"{service.owner} went before {service.id}"
    return found


def by_names(tx: ReadTx, caller: Caller, namespace_name: str, service_name: str) -> DiscoveryService:
    """What DiscoverInstances asks for. Raises NamespaceNotFound and ServiceNotFound."""
    found = next(iter(tx.owned(Namespace, http_key(caller.scope.id, namespace_name))), None)
    if found is None:
        raise errors.namespace_not_found(namespace_name)
    service = by_name(tx, found, service_name)
    if service is None:
        raise errors.service_not_found(service_name)
    return service


def by_name(tx: ReadTx, namespace: Namespace, name: str) -> DiscoveryService | None:
    """The service of a name; in DNS, whatever its case."""
    for each in tx.owned(DiscoveryService, name_key(namespace.id, name)):
        if namespace.is_dns or each.spec.name == name:
            return each
    return None


def _record_id(scope: Scope, text: str, kind: str) -> str | None:
    """The record that an id or an ARN of the caller's own names; None for any other text."""
    if not text.startswith("arn:"):
        return f"{scope.id}/{text}"
    parsed = arn.parse(text)
    if parsed is None or parsed.service != "servicediscovery" or parsed.kind != kind or parsed.scope != scope:
        return None
    return arn.record_id(text)

"""RegisterInstance, DeregisterInstance, GetInstance, ListInstances.

An instance of a task may be registered over and deregistered like any other: the engine does not put it back, and
deregisters it whatever became of it.
"""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.operation import read, write
from homeport.api.paging import Listing
from homeport.api.servicediscovery import attributes, errors, find, refusals, requests, view
from homeport.api.servicediscovery.names import is_name
from homeport.api.servicediscovery.requests import Targets, of_route53
from homeport.model.instance import Machine
from homeport.model.namespace import (
    DiscoveryHealth,
    DiscoveryInstance,
    DiscoveryInstanceSpec,
    DiscoveryService,
    Namespace,
)
from homeport.model.vpc import Vpc
from homeport.plan.addresses import gateway
from homeport.shapes import servicediscovery as shapes
from homeport.store.tx import ReadTx, WriteTx

MOST_INSTANCES = 1000
MOST_OF_NAMESPACE = 2000
"""Quotas of AWS's (Cloud Map Developer Guide, quotas)."""
NO_HOST = of_route53(
    "INVALID_CHANGE_BATCH", "The domain name of the instance is not valid.", "InvalidChangeBatch"
)
LISTING = Listing(operation="ListInstances", token_invalid=errors.invalid_token)


@write
def register_instance(
    tx: WriteTx, caller: Caller, request: shapes.RegisterInstanceRequest
) -> shapes.RegisterInstanceResponse:
    """A new instance, or new attributes for one that is there."""
    service = find.service(tx, caller, request.service_id)
    namespace = find.namespace_of(tx, service)
    known = requests.remembered(tx, caller, request.creator_request_id, request)
    if known is not None:
        return shapes.RegisterInstanceResponse(operation_id=known)
    attributes.check(namespace, service, request.attributes)
    given = _with_address(tx, caller, request.attributes)
    before = tx.get(DiscoveryInstance, f"{service.id}/{request.instance_id}")
    if before is None:
        _check_quota(tx, namespace, service)

    targets: Targets = {"SERVICE": service.name, "INSTANCE": request.instance_id}
    if "SRV" in service.record_types and not is_name(_host(namespace, service, request.instance_id)):
        operation = requests.failed(tx, caller, "REGISTER_INSTANCE", targets, NO_HOST)
    else:
        tx.put(_registered(tx, service, request, given, before))
        tx.put(revised(service))
        operation = requests.succeeded(tx, caller, "REGISTER_INSTANCE", targets)
    requests.remember(tx, caller, request.creator_request_id, request, operation)
    return shapes.RegisterInstanceResponse(operation_id=operation)


@write
def deregister_instance(
    tx: WriteTx, caller: Caller, request: shapes.DeregisterInstanceRequest
) -> shapes.DeregisterInstanceResponse:
    """Forgets an instance."""
    service = find.service(tx, caller, request.service_id)
    record = find.instance(tx, service, request.instance_id)

    tx.delete(record)
    tx.put(revised(service))
    targets: Targets = {"SERVICE": service.name, "INSTANCE": request.instance_id}
    operation = requests.succeeded(tx, caller, "DEREGISTER_INSTANCE", targets)
    return shapes.DeregisterInstanceResponse(operation_id=operation)


@read
def get_instance(
    tx: ReadTx, caller: Caller, request: shapes.GetInstanceRequest
) -> shapes.GetInstanceResponse:
    """Everything about an instance but its health."""
    service = find.service(tx, caller, request.service_id)
    record = find.instance(tx, service, request.instance_id)
    return shapes.GetInstanceResponse(resource_owner=view.account(service), instance=view.instance(record))


@read
def list_instances(
    tx: ReadTx, caller: Caller, request: shapes.ListInstancesRequest
) -> shapes.ListInstancesResponse:
    """The instances of a service, by their ids."""
    service = find.service(tx, caller, request.service_id)
    found = {record.name: record for record in tx.owned(DiscoveryInstance, service.id)}
    page = LISTING.page(caller, found, request.next_token, request.max_results, service.id)
    return shapes.ListInstancesResponse(
        resource_owner=view.account(service),
        instances=[view.instance_summary(found[id]) for id in page.items],
        next_token=page.next_token,
    )


def revised(service: DiscoveryService) -> DiscoveryService:
    """A service whose instances are not what they were."""
    return replace(service, spec=replace(service.spec, revised=service.spec.revised + 1))


def _check_quota(tx: ReadTx, namespace: Namespace, service: DiscoveryService) -> None:
    if tx.count(DiscoveryInstance, service.id) >= MOST_INSTANCES:
        raise errors.too_many("instances in a service", MOST_INSTANCES)
    services = tx.owned(DiscoveryService, namespace.id)
    if sum(tx.count(DiscoveryInstance, each.id) for each in services) >= MOST_OF_NAMESPACE:
        raise errors.too_many("instances in a namespace", MOST_OF_NAMESPACE)


def _with_address(tx: ReadTx, caller: Caller, given: dict[str, str]) -> dict[str, str]:
    """AWS fills in the address of an EC2 instance: the private one that DescribeInstances shows."""
    id = given.get(attributes.EC2_INSTANCE)
    if id is None:
        return given
    machine = next((each for each in tx.all(Machine) if each.ec2_id == id), None)
    if machine is None:
        raise refusals.ec2_instance_unknown(id)
    home = next((vpc for vpc in tx.owned(Vpc, caller.scope.id) if vpc.spec.is_default), None)
    address = machine.seen.address if home is None else gateway(home.spec.cidr)
    return given | {attributes.IPV4: address}


def _host(namespace: Namespace, service: DiscoveryService, id: str) -> str:
    """The name that an SRV record says an instance has."""
    name = "" if service.spec.name == "." else f"{service.spec.name}."
    return f"{id}.{name}{namespace.spec.name}"


def _registered(
    tx: WriteTx,
    service: DiscoveryService,
    request: shapes.RegisterInstanceRequest,
    given: dict[str, str],
    before: DiscoveryInstance | None,
) -> DiscoveryInstance:
    """What was told of its health goes on to hold when it is registered anew."""
    spec = DiscoveryInstanceSpec(
        namespace=service.owner,
        attributes=given,
        creator_request_id=request.creator_request_id,
        registered_at=tx.now,
    )
    if before is None:
        first: DiscoveryHealth = (
            "UNHEALTHY" if given.get(attributes.INIT_HEALTH) == "UNHEALTHY" else "HEALTHY"
        )
        spec = replace(spec, health=first, health_at=tx.now)
        return DiscoveryInstance(id=f"{service.id}/{request.instance_id}", owner=service.id, spec=spec)
    kept = before.spec
    return replace(before, spec=replace(spec, health=kept.health, health_at=kept.health_at))

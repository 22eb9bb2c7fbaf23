"""GetInstancesHealthStatus, UpdateInstanceCustomHealthStatus: what is told of instances' health, and by whom.

A change holds at once; AWS waits for half a minute (docs/decisions/0031).
"""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.operation import read, write
from homeport.api.paging import Listing
from homeport.api.servicediscovery import errors, find, view
from homeport.model.namespace import DiscoveryInstance
from homeport.shapes import servicediscovery as shapes
from homeport.store.tx import ReadTx, WriteTx

LISTING = Listing(operation="GetInstancesHealthStatus", token_invalid=errors.invalid_token)


@read
def get_instances_health_status(
    tx: ReadTx, caller: Caller, request: shapes.GetInstancesHealthStatusRequest
) -> shapes.GetInstancesHealthStatusResponse:
    """The health of all instances of a service, or of those that are named."""
    service = find.service(tx, caller, request.service_id)
    if request.instances is None:
        records = tx.owned(DiscoveryInstance, service.id)
    else:
        records = [find.instance(tx, service, id) for id in request.instances]
    found = {record.name: record for record in records}
    bound = f"{service.id} {sorted(request.instances or ())}"
    page = LISTING.page(caller, found, request.next_token, request.max_results, bound)
    return shapes.GetInstancesHealthStatusResponse(
        status={id: view.health(service, found[id]) for id in page.items}, next_token=page.next_token
    )


@write
def update_instance_custom_health_status(
    tx: WriteTx, caller: Caller, request: shapes.UpdateInstanceCustomHealthStatusRequest
) -> shapes.UpdateInstanceCustomHealthStatusResponse:
    """Tells how an instance is. What ECS tells of a task's later on stands in its place."""
    service = find.service(tx, caller, request.service_id)
    record = find.instance(tx, service, request.instance_id)
    if not service.has_custom_health:
        raise errors.custom_health_not_found()
    tx.put(replace(record, spec=replace(record.spec, health=request.status, health_at=tx.now)))
    return shapes.UpdateInstanceCustomHealthStatusResponse()

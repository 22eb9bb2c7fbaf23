"""GetServiceAttributes, UpdateServiceAttributes, DeleteServiceAttributes: what is said of a service as a whole."""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.operation import read, write
from homeport.api.servicediscovery import errors, find, view
from homeport.model import arn
from homeport.shapes import servicediscovery as shapes
from homeport.store.tx import ReadTx, WriteTx

MOST_ATTRIBUTES = 30


@read
def get_service_attributes(
    tx: ReadTx, caller: Caller, request: shapes.GetServiceAttributesRequest
) -> shapes.GetServiceAttributesResponse:
    """All of a service."""
    record = find.service(tx, caller, request.service_id)
    found = shapes.ServiceAttributes(
        service_arn=arn.discovery_service_arn(record.id),
        resource_owner=view.account(record),
        attributes=record.spec.attributes,
    )
    return shapes.GetServiceAttributesResponse(service_attributes=found)


@write
def update_service_attributes(
    tx: WriteTx, caller: Caller, request: shapes.UpdateServiceAttributesRequest
) -> shapes.UpdateServiceAttributesResponse:
    """Adds attributes; one with a key that is there already replaces its value."""
    record = find.service(tx, caller, request.service_id)
    attributes = record.spec.attributes | request.attributes
    if len(attributes) > MOST_ATTRIBUTES:
        raise errors.attributes_too_many(MOST_ATTRIBUTES)
    tx.put(replace(record, spec=replace(record.spec, attributes=attributes)))
    return shapes.UpdateServiceAttributesResponse()


@write
def delete_service_attributes(
    tx: WriteTx, caller: Caller, request: shapes.DeleteServiceAttributesRequest
) -> shapes.DeleteServiceAttributesResponse:
    """Takes attributes away."""
    record = find.service(tx, caller, request.service_id)
    for key in request.attributes:
        if key not in record.spec.attributes:
            raise errors.attribute_not_given(key)
    left = {key: value for key, value in record.spec.attributes.items() if key not in request.attributes}
    tx.put(replace(record, spec=replace(record.spec, attributes=left)))
    return shapes.DeleteServiceAttributesResponse()
